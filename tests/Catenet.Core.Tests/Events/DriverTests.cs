namespace Catenet.Core.Tests.Events;

public sealed class DriverTests
{
    private readonly EventLoop _loop = new();

    private Task Delay(Duration span)
    {
        var done = new TaskCompletionSource();
        _loop.Arm(new ActionTimer(_ => done.SetResult()), span);
        return done.Task;
    }

    [Fact]
    public void An_hour_of_awaiting_passes_in_virtual_time()
    {
        Instant end = new VirtualDriver(_loop).Run(async () =>
        {
            for (int i = 0; i < 3600; i++)
            {
                await Delay(Duration.FromSeconds(1));
            }

            return _loop.Now;
        }, Duration.FromMinutes(61));
        Assert.Equal(3600, end.TotalSeconds);
    }

    [Fact]
    public void A_program_continues_on_the_loop_after_an_await() => new VirtualDriver(_loop).Run(async () =>
    {
        await Delay(Duration.FromSeconds(1));
        Assert.True(_loop.IsOnLoop);
        await Task.Yield();
        Assert.True(_loop.IsOnLoop);
        Assert.Equal(1, _loop.Now.TotalSeconds);
    }, Duration.FromMinutes(1));

    [Fact]
    public void A_program_that_waits_for_nothing_is_told_so()
    {
        var error = Assert.Throws<TimeoutException>(() =>
            new VirtualDriver(_loop).Run(() => new TaskCompletionSource().Task, Duration.FromMinutes(1)));
        Assert.Contains("nothing is scheduled", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_past_its_limit_is_told_so()
    {
        Assert.Throws<TimeoutException>(() => new VirtualDriver(_loop).Run(() => Delay(Duration.FromMinutes(2)), Duration.FromMinutes(1)));
        Assert.Equal(60, _loop.Now.TotalSeconds);
    }

    [Fact]
    public void The_exception_of_a_program_comes_out_of_the_driver() =>
        Assert.Throws<FormatException>(() => new VirtualDriver(_loop).Run(async () =>
        {
            await Delay(Duration.FromSeconds(1));
            throw new FormatException();
        }, Duration.FromMinutes(1)));

    [Fact]
    public void Time_stands_still_while_the_gate_lets_work_in()
    {
        var gate = new ThreeTimesGate(_loop);
        var driver = new VirtualDriver(_loop) { IdleGate = gate };
        _loop.Arm(new ActionTimer(_ => { }), Duration.FromSeconds(5));
        driver.RunFor(Duration.FromSeconds(1));
        Assert.Equal([0L, 0L, 0L], gate.RanAt);
    }

    [Fact]
    public void Progress_is_told_of_each_event_and_may_stop_the_run()
    {
        var seen = new List<double>();
        var driver = new VirtualDriver(_loop)
        {
            Progress = next =>
            {
                seen.Add(next.TotalSeconds);
                return seen.Count < 3;
            },
        };
        for (int i = 1; i <= 5; i++)
        {
            _loop.Arm(new ActionTimer(_ => { }), Duration.FromSeconds(i));
        }

        driver.RunFor(Duration.FromSeconds(10));
        Assert.Equal([1.0, 2.0, 3.0], seen);
        Assert.Equal(2, _loop.Now.TotalSeconds);
    }

    [Fact]
    public void A_real_driver_runs_events_at_their_own_times_and_stops_with_its_task()
    {
        var times = new List<long>();
        _loop.Arm(new ActionTimer(now => times.Add(now.Nanoseconds)), new Duration(1_000_000));
        _loop.Arm(new ActionTimer(now => times.Add(now.Nanoseconds)), new Duration(2_000_000));
        using var driver = new RealDriver(_loop);
        driver.Run(Instant.Never, Delay(new Duration(3_000_000)));
        Assert.Equal([1_000_000L, 2_000_000L], times);
    }

    [Fact]
    public void A_real_driver_wakes_for_a_post_from_another_thread()
    {
        using var driver = new RealDriver(_loop);
        var done = new TaskCompletionSource();
        new Thread(() => _loop.Post(_ => done.SetResult(), null)).Start();
        driver.Run(Instant.Never, done.Task);
        Assert.True(done.Task.IsCompletedSuccessfully);
    }

    [Fact]
    public void A_paced_driver_covers_a_virtual_minute_at_its_pace()
    {
        // A minute at sixty thousand times real time is a millisecond; how long it takes is not asserted.
        using var driver = new RealDriver(_loop, pace: 60_000);
        driver.Run(new Instant(60_000_000_000));
        Assert.Equal(60, _loop.Now.TotalSeconds);
    }

    private sealed class ThreeTimesGate(EventLoop loop) : IIdleGate
    {
        public List<long> RanAt { get; } = [];

        public bool Settle()
        {
            if (RanAt.Count == 3)
            {
                return false;
            }

            loop.Schedule(_ => RanAt.Add(loop.Now.Nanoseconds), null);
            return true;
        }
    }
}
