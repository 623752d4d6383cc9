using Catenet.Core;
using Catenet.Linux.Driving;
using Catenet.Linux.Tests.Support;

namespace Catenet.Linux.Tests.Driving;

/// <summary>An attached loop that has nothing to do sleeps; what costs it is how often it wakes.</summary>
public sealed class IdleTests
{
    [Fact]
    public void An_idle_loop_wakes_for_its_timers_only()
    {
        var loop = new EventLoop();
        using var waiter = new EpollWaiter();
        using var driver = new RealDriver(loop, waiter: waiter);
        var end = new TaskCompletionSource();
        using (loop.Enter())
        {
            loop.Arm(new ActionTimer(_ => { }), Duration.FromMilliseconds(20));
            loop.Arm(new ActionTimer(_ => end.SetResult()), Duration.FromMilliseconds(400));
        }

        driver.Run(Instant.Never, end.Task);

        // One sleep for each timer, or fewer if the machine was so slow that they were due already; one more each for a sleep that ended a moment early.
        Assert.InRange(waiter.Sleeps, 0, 6);
    }

    [Fact]
    public void A_post_from_another_thread_wakes_it()
    {
        var loop = new EventLoop();
        using var waiter = new EpollWaiter();
        using var driver = new RealDriver(loop, waiter: waiter);
        var woken = new TaskCompletionSource();
        var thread = new Thread(() => driver.Run(Instant.Never, woken.Task));
        thread.Start();
        loop.Post(_ => woken.SetResult(), null);
        Assert.True(thread.Join(Attached.Patience));
    }

    [Fact]
    public void Stopping_wakes_it()
    {
        var loop = new EventLoop();
        using var waiter = new EpollWaiter();
        using var driver = new RealDriver(loop, waiter: waiter);
        var thread = new Thread(() => driver.Run(Instant.Never));
        thread.Start();
        driver.Stop();
        Assert.True(thread.Join(Attached.Patience));
    }

    [Fact]
    public async Task An_attached_host_that_nobody_talks_to_lets_the_loop_sleep()
    {
        Needs.Linux("ping");
        using var net = new Attached();

        // After the first exchange both sides know each other; from then on there is little left to do.
        net.Output("ping", "-c", "1", "-W", "20", "10.0.0.2");
        long before = net.OnLoop(() => net.Waiter.Sleeps);
        var second = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        net.Loop.Post(_ => net.Loop.Arm(new ActionTimer(_ => second.SetResult()), Duration.FromSeconds(2)), null);
        await second.Task.WaitAsync(Attached.Patience);
        Assert.InRange(net.OnLoop(() => net.Waiter.Sleeps) - before, 0, 60);
    }

    [Fact]
    public void A_busy_loop_still_hears_the_wire()
    {
        Needs.Linux("ping");
        using var net = new Attached();
        bool busy = true;
        void Again(object? _)
        {
            if (busy)
            {
                net.Loop.Schedule(Again, null);
            }
        }

        net.Loop.Post(Again, null);
        net.Output("ping", "-c", "3", "-i", "0.1", "-W", "20", "10.0.0.2");
        net.Loop.Post(_ => busy = false, null);
    }
}
