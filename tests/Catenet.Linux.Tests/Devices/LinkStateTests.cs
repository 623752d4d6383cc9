using Catenet.Core;
using Catenet.Kernel.Devices;
using Catenet.Linux.Tests.Support;

namespace Catenet.Linux.Tests.Devices;

/// <summary>What each side sees when the other is switched off, unplugged or gone.</summary>
public sealed class LinkStateTests
{
    [Fact]
    public async Task Catenet_loses_and_regains_its_carrier_when_Linux_switches_the_interface_off_and_on()
    {
        Needs.Linux();
        using var net = new Attached();
        Assert.True(net.OnLoop(() => net.Device.IsRunning));
        net.Linux.Ip("link set tap0 down");
        await Until(net, () => !net.Device.IsRunning);
        net.Linux.Ip("link set tap0 up");
        await Until(net, () => net.Device.IsRunning);
        net.Output("ping", "-c", "1", "-W", "20", "10.0.0.2");
    }

    [Fact]
    public async Task Catenet_loses_its_carrier_for_good_when_the_interface_is_deleted_and_the_loop_sleeps_again()
    {
        Needs.Linux();
        using var net = new Attached();
        net.Linux.Ip("link del tap0");
        await Until(net, () => !net.Device.IsRunning);
        long before = net.OnLoop(() => net.Waiter.Sleeps);
        var later = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        net.Loop.Post(_ => net.Loop.Arm(new ActionTimer(_ => later.SetResult()), Duration.FromMilliseconds(300)), null);
        await later.Task.WaitAsync(Attached.Patience);
        Assert.InRange(net.OnLoop(() => net.Waiter.Sleeps) - before, 0, 50);
    }

    [Fact]
    public void Linux_loses_and_regains_its_carrier_when_the_cable_is_cut_and_plugged()
    {
        Needs.Linux();
        using var net = new Attached();
        Assert.Contains("LOWER_UP", net.Linux.Ip("link show tap0"));
        net.OnLoop(() => Carrier(net, false));
        Assert.Contains("NO-CARRIER", net.Linux.Ip("link show tap0"));
        net.OnLoop(() => Carrier(net, true));
        Assert.Contains("LOWER_UP", net.Linux.Ip("link show tap0"));
    }

    [Fact]
    public void Closing_the_device_takes_the_interface_out_of_Linux_and_the_carrier_from_Catenet()
    {
        Needs.Linux();
        using var net = new Attached();
        net.OnLoop(() =>
        {
            net.Tap.Dispose();
            return true;
        });
        Assert.False(net.OnLoop(() => net.Device.IsRunning));
        Assert.DoesNotContain("tap0", net.Linux.Ip("link show"));
    }

    private static bool Carrier(Attached net, bool up)
    {
        net.Tap.OnCarrier(up);
        return up;
    }

    /// <summary>Waits until something is so, looking again after each event that might make it so: a timer of the loop stands for them.</summary>
    private static async Task Until(Attached net, Func<bool> condition)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ActionTimer timer = null!;
        timer = new ActionTimer(_ =>
        {
            if (condition())
            {
                done.TrySetResult();
            }
            else
            {
                net.Loop.Arm(timer, Duration.FromMilliseconds(1));
            }
        });
        net.Loop.Post(_ => net.Loop.Arm(timer, Duration.Zero), null);
        await done.Task.WaitAsync(Attached.Patience);
    }
}
