using Catenet.Core;
using Catenet.Hosting.Gate;
using Catenet.Hosting.Tests.Support;
using Microsoft.AspNetCore.Builder;

namespace Catenet.Hosting.Tests;

public class IdleGateTests
{
    private readonly EventLoop _loop = new();

    [Fact]
    public void Time_waits_for_the_thread_pool()
    {
        using var gate = new IdleGate(_loop);
        var driver = new VirtualDriver(_loop) { IdleGate = gate };
        var seen = new List<double>();
        driver.Run(async () =>
        {
            _loop.Arm(new ActionTimer(_ => seen.Add(-1)), Duration.FromMilliseconds(1));
            for (int i = 0; i < 20; i++)
            {
                await Task.Run(() => Thread.SpinWait(50_000));
                seen.Add(_loop.Now.TotalSeconds);
            }
        }, Duration.FromSeconds(1));
        Assert.Equal(Enumerable.Repeat(0.0, 20), seen);
    }

    [Fact]
    public void Posts_come_in_after_all_that_is_ready_however_early_they_were_made()
    {
        using var gate = new IdleGate(_loop);
        var driver = new VirtualDriver(_loop) { IdleGate = gate };
        var order = new List<string>();
        driver.Run(async () =>
        {
            var cameIn = new TaskCompletionSource();
            var posted = Task.Run(() => _loop.Post(_ =>
            {
                order.Add("post");
                cameIn.SetResult();
            }, null));
            _loop.Schedule(_ => SpinWait.SpinUntil(() => posted.IsCompleted), null);
            _loop.Schedule(_ => order.Add("ready"), null);
            await cameIn.Task;
        }, Duration.FromSeconds(1));
        Assert.Equal(["ready", "post"], order);
    }

    [Fact]
    public void A_pool_thread_may_wait_for_what_it_posted()
    {
        using var gate = new IdleGate(_loop);
        var driver = new VirtualDriver(_loop) { IdleGate = gate };
        bool ran = driver.Run(() => Task.Run(() =>
        {
            using var done = new ManualResetEventSlim();
            _loop.Post(_ => done.Set(), null);
            return done.Wait(TimeSpan.FromSeconds(10));
        }), Duration.FromSeconds(1));
        Assert.True(ran);
    }

    [Fact]
    public void A_blocking_application_is_reported_with_its_connection()
    {
        using var lab = new WebLab("the blocking test");
        lab.Gate.Patience = TimeSpan.FromMilliseconds(300);
        using var release = new ManualResetEventSlim();
        var app = lab.Build(a => a.MapGet("/", () => release.Wait(TimeSpan.FromSeconds(20))));
        var failure = Assert.Throws<IdleTimeoutException>(() => lab.Run(app, async () =>
        {
            using var client = lab.Client();
            await client.GetAsync($"http://{WebLab.Bob}/");
        }));
        release.Set();
        Assert.Contains("'the blocking test'", failure.Message);
        Assert.Contains("bob 203.0.113.80:80 < 203.0.113.2:", failure.Message);
        Assert.Contains("Pool threads at work or blocked: 1", failure.Message);
    }
}
