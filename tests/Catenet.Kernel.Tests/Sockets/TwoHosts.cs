using Catenet.Core;
using Catenet.Kernel.Devices;

namespace Catenet.Kernel.Tests.Sockets;

/// <summary>Two hosts on one cable, in virtual time: alice 192.0.2.1 and 2001:db8::1, bob 192.0.2.2 and 2001:db8::2.</summary>
internal sealed class TwoHosts
{
    public static readonly InetAddress AliceIPv4 = InetAddress.Parse("192.0.2.1");
    public static readonly InetAddress BobIPv4 = InetAddress.Parse("192.0.2.2");
    public static readonly InetAddress AliceIPv6 = InetAddress.Parse("2001:db8::1");
    public static readonly InetAddress BobIPv6 = InetAddress.Parse("2001:db8::2");

    public TwoHosts(ulong seed = 1, Duration? delay = null)
    {
        Loop = new EventLoop(seed);
        Driver = new VirtualDriver(Loop);
        Alice = new Host(Loop, "alice");
        Bob = new Host(Loop, "bob");
        Wire = new TestWire(Loop, delay ?? Duration.FromMilliseconds(1));
        Plug(Alice, Wire.A, AliceIPv4, AliceIPv6);
        Plug(Bob, Wire.B, BobIPv4, BobIPv6);

        // Duplicate address detection makes the IPv6 addresses wait for a second or two.
        Driver.RunFor(Duration.FromSeconds(5));
    }

    public EventLoop Loop { get; }

    public VirtualDriver Driver { get; }

    public Host Alice { get; }

    public Host Bob { get; }

    public TestWire Wire { get; }

    /// <summary>Runs a program on the loop to its end.</summary>
    public void Run(Func<Task> program, double seconds = 600) => Driver.Run(program, Duration.FromSeconds(seconds));

    /// <summary>Runs a program on the loop to its end and gives its result.</summary>
    public T Run<T>(Func<Task<T>> program, double seconds = 600) => Driver.Run(program, Duration.FromSeconds(seconds));

    /// <summary>Lets everything that is still under way come to rest, and checks that every packet was given back.</summary>
    public void AssertNothingLeft()
    {
        Driver.RunFor(Duration.FromMinutes(10));
        Loop.Packets.AssertNoLeaks();
        Assert.Equal(0, Alice.Descriptors.Count);
        Assert.Equal(0, Bob.Descriptors.Count);
    }

    private static void Plug(Host host, ILinkPort port, InetAddress ipv4, InetAddress ipv6)
    {
        var device = host.Devices.AddEthernet("eth0");
        device.Connect(port);
        device.Addresses.Add(ipv4, 24);
        device.Addresses.Add(ipv6, 64);
        device.BringUp();
    }
}
