using Catenet.Core;
using Catenet.Kernel;
using Catenet.Kernel.Devices;
using Catenet.Linux.Devices;
using Catenet.Linux.Driving;
using Catenet.Linux.Namespaces;

namespace Catenet.Linux.Tests.Support;

/// <summary>A Catenet router between two namespaces of Linux: left is 10.0.0.1 and fd00::1, right 10.0.1.1 and fd00:1::1.</summary>
internal sealed class Between : IDisposable
{
    private readonly EventLoop _loop = new();
    private readonly EpollWaiter _waiter = new();
    private readonly RealDriver _driver;
    private readonly Thread _thread;

    /// <param name="nat">Whether what goes right is masqueraded.</param>
    /// <param name="cut">Whether the right device is forbidden to leave segments and checksums to Linux.</param>
    /// <param name="mtu">The router's MTU on the right; both Linux hosts believe in 1500.</param>
    public Between(bool nat, bool cut, int mtu)
    {
        var settings = new Settings { Forwarding = true };
        settings.DeviceDefaults.DadTransmits = 0;
        Router = new Host(_loop, "router", new HostOptions { Settings = settings });
        (Left, LeftTap, _) = Attach(0, 1500);
        (Right, RightTap, var device) = Attach(1, mtu);
        if (cut)
        {
            device.Features &= ~(DeviceFeatures.TransmitChecksum | DeviceFeatures.TcpSegmentation);
        }

        if (nat)
        {
            Router.Netfilter.Nat.Masquerade("eth1");
        }

        _driver = new RealDriver(_loop, waiter: _waiter);
        _thread = new Thread(() => _driver.Run(Instant.Never)) { IsBackground = true };
        _thread.Start();
    }

    public Host Router { get; }

    public NetworkNamespace Left { get; }

    public NetworkNamespace Right { get; }

    public TapDevice LeftTap { get; }

    public TapDevice RightTap { get; }

    /// <summary>Ends the loop, so that what it counted can be read.</summary>
    public void Stop()
    {
        _driver.Stop();
        _thread.Join();
    }

    public void Dispose()
    {
        Stop();
        LeftTap.Dispose();
        RightTap.Dispose();
        Left.Dispose();
        Right.Dispose();
        _driver.Dispose();
        _waiter.Dispose();
    }

    private (NetworkNamespace Linux, TapDevice Tap, EthernetDevice Device) Attach(int side, int mtu)
    {
        string six = side == 0 ? "fd00::" : "fd00:1::";
        var linux = NetworkNamespace.Create();
        var tap = TapDevice.Open(_waiter, _loop, new TapOptions { Name = "tap0", Namespace = linux });
        linux.Ip($"addr add 10.0.{side}.1/24 dev tap0");
        linux.Ip($"addr add {six}1/64 dev tap0 nodad");
        linux.Ip($"route add default via 10.0.{side}.2");
        linux.Ip($"-6 route add default via {six}2");
        var device = Router.Devices.AddEthernet($"eth{side}", mtu: mtu);
        device.Connect(tap);
        device.BringUp();
        device.Addresses.Add(InetAddress.Parse($"10.0.{side}.2"), 24);
        device.Addresses.Add(InetAddress.Parse(six + "2"), 64);
        return (linux, tap, device);
    }
}
