using Catenet.Core;
using Catenet.Hosting.Gate;
using Catenet.Hosting.Time;

namespace Catenet.Hosting.Tests;

public class LoopTimeProviderTests
{
    private readonly EventLoop _loop = new();
    private readonly VirtualDriver _driver;
    private readonly LoopTimeProvider _time;

    public LoopTimeProviderTests()
    {
        _driver = new VirtualDriver(_loop);
        _time = new LoopTimeProvider(_loop);
    }

    [Fact]
    public void Time_is_the_loop_s()
    {
        _driver.RunFor(Duration.FromSeconds(90));
        Assert.Equal(_loop.Epoch.AddSeconds(90), _time.GetUtcNow());
        Assert.Equal(TimeSpan.FromSeconds(90), _time.GetElapsedTime(0));
        Assert.Equal(TimeSpan.Zero, _time.GetLocalNow().Offset);
    }

    [Fact]
    public void A_program_on_the_loop_waits_without_a_gate() => _driver.Run(async () =>
    {
        await Task.Delay(TimeSpan.FromHours(1), _time);
        Assert.Equal(3600, _loop.Now.TotalSeconds);
        Assert.True(_loop.IsOnLoop);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(10), _time);
        await timer.WaitForNextTickAsync();
        await timer.WaitForNextTickAsync();
        Assert.Equal(3620, _loop.Now.TotalSeconds);
    }, Duration.FromMinutes(120));

    [Fact]
    public void A_changed_timer_fires_at_its_new_time_and_a_disposed_one_never()
    {
        var fired = new List<double>();
        using var owner = _loop.Enter();
        var moved = _time.CreateTimer(_ => fired.Add(_loop.Now.TotalSeconds), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        var stopped = _time.CreateTimer(_ => fired.Add(-1), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        Assert.True(moved.Change(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(2)));
        stopped.Dispose();
        Assert.False(stopped.Change(TimeSpan.Zero, TimeSpan.Zero));
        _driver.RunFor(Duration.FromSeconds(10));
        Assert.Equal([5, 7, 9], fired);
    }

    [Fact]
    public void Pool_code_waits_in_virtual_time_under_a_gate()
    {
        using var gate = new IdleGate(_loop);
        _driver.IdleGate = gate;
        _driver.Run(async () =>
        {
            double[] woke = await Task.Run(() => Task.WhenAll(Enumerable.Range(1, 20).Select(async i =>
            {
                await Task.Delay(TimeSpan.FromSeconds(i), _time).ConfigureAwait(false);
                Assert.True(Thread.CurrentThread.IsThreadPoolThread);
                return _loop.Now.TotalSeconds;
            })));
            Assert.Equal(Enumerable.Range(1, 20).Select(i => (double)i), woke);
        }, Duration.FromSeconds(100));
    }

    [Fact]
    public void Programs_go_on_in_the_order_in_which_they_started()
    {
        using var gate = new IdleGate(_loop);
        _driver.IdleGate = gate;
        var order = new List<int>();
        _driver.Run(() => Task.WhenAll(Enumerable.Range(0, 50).Select(i => LoopProgram.Start(_loop, $"program/{i}", async () =>
        {
            for (int round = 0; round < 20; round++)
            {
                // Not over before it is awaited: an await that finds its work done goes on at once, whatever others do.
                var awaited = new TaskCompletionSource();
                _loop.Schedule(_ => awaited.SetResult(), null);
                await Task.Run(() =>
                {
                    awaited.Task.Wait();
                    Thread.SpinWait((50 - i) * 100);
                });
                Assert.True(_loop.IsOnLoop);
                order.Add(i);
            }
        }))), Duration.FromSeconds(1));
        Assert.Equal(Enumerable.Range(0, 20).SelectMany(_ => Enumerable.Range(0, 50)), order);
    }

    [Fact]
    public async Task In_real_time_a_pool_timer_fires_no_earlier_than_it_should()
    {
        using var driver = new RealDriver(_loop);
        var waited = Task.Run(async () =>
        {
            await Task.Delay(300);
            long before = System.Diagnostics.Stopwatch.GetTimestamp();
            await Task.Delay(TimeSpan.FromMilliseconds(200), _time).ConfigureAwait(false);
            return System.Diagnostics.Stopwatch.GetElapsedTime(before).TotalMilliseconds;
        });
        driver.Run(Instant.Zero + Duration.FromSeconds(20), waited);
        Assert.InRange(await waited, 190, 5000);
    }
}
