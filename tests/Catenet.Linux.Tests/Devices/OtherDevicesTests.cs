using Catenet.Core;
using Catenet.Kernel.Devices;
using Catenet.Linux.Devices;
using Catenet.Linux.Tests.Support;

namespace Catenet.Linux.Tests.Devices;

/// <summary>TUN, packet sockets, several queues.</summary>
public sealed class OtherDevicesTests
{
    [Theory]
    [InlineData("10.0.0.2")]
    [InlineData("fd00::2")]
    public async Task A_TUN_carries_both_families(string catenet)
    {
        Needs.Linux("ping");
        using var net = new Driven();
        using var tun = TunDevice.Open(net.Waiter, net.Loop, new TapOptions { Name = "tun0", Namespace = net.Linux });
        net.Linux.Ip("addr add 10.0.0.1/24 dev tun0");
        net.Linux.Ip("addr add fd00::1/64 dev tun0 nodad");
        var device = net.Host.Devices.AddPointToPoint("tun0");
        device.Connect(tun);
        device.BringUp();
        device.Addresses.Add(InetAddress.Parse("10.0.0.2"), 24);
        device.Addresses.Add(InetAddress.Parse("fd00::2"), 64);
        net.Run();
        Assert.Contains(", 2 received", await net.Output("ping", "-c", "2", "-i", "0.1", "-w", "20", "-s", "3000", catenet));
    }

    [Theory]
    [InlineData("10.0.0.2")]
    [InlineData("fd00::2")]
    public async Task A_packet_socket_is_a_station_on_Linuxs_wire(string catenet)
    {
        Needs.Linux("ping");
        using var net = new Driven();
        Veth(net);
        using var wire = PacketSocketDevice.Open(net.Waiter, net.Loop, new PacketSocketOptions { Interface = "v1", Namespace = net.Linux });
        net.Plug(wire);
        net.Run();
        Assert.Contains(", 2 received", await net.Output("ping", "-c", "2", "-i", "0.1", "-w", "20", "-s", "3000", catenet));
    }

    [Fact]
    public async Task A_device_of_several_queues_loses_nothing()
    {
        Needs.Linux("ping");
        using var net = new Driven();
        using var tap = TapDevice.Open(net.Waiter, net.Loop, new TapOptions { Name = "tap0", Namespace = net.Linux, Queues = 4 });
        net.Linux.Ip("addr add 10.0.0.1/24 dev tap0");
        net.Linux.Ip("addr add fd00::1/64 dev tap0 nodad");
        net.Plug(tap);
        net.Run();
        var pings = Enumerable.Range(0, 8).Select(i => net.Output("ping", "-c", "20", "-i", "0.01", "-w", "20", i % 2 == 0 ? "10.0.0.2" : "fd00::2"));
        foreach (string text in await Task.WhenAll(pings))
        {
            Assert.Contains(", 20 received", text);
        }
    }

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.2", true)]
    [InlineData("fd00::1", "fd00::2", true)]
    [InlineData("10.0.0.1", "10.0.0.2", false)]
    public async Task TCP_crosses_a_TUN_both_ways(string linux, string catenet, bool offload)
    {
        Needs.Linux();
        using var net = new Driven();
        using var tun = TunDevice.Open(net.Waiter, net.Loop, new TapOptions { Name = "tun0", Namespace = net.Linux, Offload = offload });
        net.Linux.Ip("addr add 10.0.0.1/24 dev tun0");
        net.Linux.Ip("addr add fd00::1/64 dev tun0 nodad");
        var device = net.Host.Devices.AddPointToPoint("tun0");
        device.Connect(tun);
        device.BringUp();
        device.Addresses.Add(InetAddress.Parse("10.0.0.2"), 24);
        device.Addresses.Add(InetAddress.Parse("fd00::2"), 64);
        net.Run();
        await EchoBothWays(net, linux, catenet);
        Assert.Equal(0, net.OnLoop(() => tun.Drops.Total));
    }

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.2", true)]
    [InlineData("fd00::1", "fd00::2", true)]
    [InlineData("10.0.0.1", "10.0.0.2", false)]
    public async Task TCP_crosses_a_packet_socket_both_ways(string linux, string catenet, bool offload)
    {
        Needs.Linux();
        using var net = new Driven();
        Veth(net);
        using var wire = PacketSocketDevice.Open(net.Waiter, net.Loop, new PacketSocketOptions { Interface = "v1", Namespace = net.Linux, Offload = offload });
        net.Plug(wire);
        net.Run();
        await EchoBothWays(net, linux, catenet);
    }

    [Fact]
    public async Task What_Linux_left_to_do_is_done_before_a_frame_goes_onto_a_link()
    {
        Needs.Linux();
        using var net = new Driven();
        Veth(net);
        using var wire = PacketSocketDevice.Open(net.Waiter, net.Loop, new PacketSocketOptions { Interface = "v1", Namespace = net.Linux });
        var cable = new Cable();
        wire.Connect(cable.B);
        net.Plug(cable.A);
        net.Run();
        await EchoBothWays(net, "10.0.0.1", "10.0.0.2");

        // v0 hands super-packets with unfinished checksums to v1; the link saw frames only, and the host verified every checksum.
        Assert.InRange(net.OnLoop(() => cable.Longest), 1000, 1514);
    }

    [Fact]
    public async Task The_VLAN_tag_that_Linux_takes_off_is_put_back()
    {
        Needs.Linux();
        using var net = new Driven();
        Veth(net);
        using var near = PacketSocketDevice.Open(net.Waiter, net.Loop, new PacketSocketOptions { Interface = "v0", Namespace = net.Linux });
        using var far = PacketSocketDevice.Open(net.Waiter, net.Loop, new PacketSocketOptions { Interface = "v1", Namespace = net.Linux });
        byte[] tagged = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x81, 0x00, 0x60, 0x05, 0x88, 0xB5, .. Streams.Pattern(60)];
        var seen = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        near.Connect(new Ear(_ => { }));
        far.Connect(new Ear(f =>
        {
            if (f[0] == 2)
            {
                seen.TrySetResult(f);
            }
        }));
        net.Run();
        net.Loop.Post(_ => near.OnFrame(net.Loop.Packets.Rent(tagged)), null);
        Assert.Equal(tagged, await seen.Task.WaitAsync(Attached.Patience));
    }

    [Fact]
    public async Task Several_queues_carry_several_streams()
    {
        Needs.Linux();
        using var net = new Driven();
        using var tap = TapDevice.Open(net.Waiter, net.Loop, new TapOptions { Name = "tap0", Namespace = net.Linux, Queues = 4 });
        net.Linux.Ip("addr add 10.0.0.1/24 dev tap0");
        net.Plug(tap);
        net.Run();
        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Streams.EchoFromLinux(net, "10.0.0.1", "10.0.0.2", 100 + i)));
        Assert.Equal(0, net.OnLoop(() => tap.Drops.Total));
    }

    private static async Task EchoBothWays(Driven net, string linux, string catenet)
    {
        await Streams.EchoFromLinux(net, linux, catenet, 7);
        await Streams.EchoFromCatenet(net, linux, 8);
    }

    private static void Veth(Driven net)
    {
        net.Linux.Ip("link add v0 type veth peer name v1");
        net.Linux.Ip("link set v0 up");
        net.Linux.Ip("link set v1 up");
        net.Linux.Ip("addr add 10.0.0.1/24 dev v0");
        net.Linux.Ip("addr add fd00::1/64 dev v0 nodad");
    }

    /// <summary>A wire at whose end somebody only listens.</summary>
    private sealed class Ear(Action<byte[]> heard) : ILinkPort
    {
        public bool TryTransmit(PacketBuffer frame)
        {
            heard(frame.ToArray());
            frame.Release();
            return true;
        }

        public void Attach(IFrameEndpoint endpoint)
        {
        }
    }

    /// <summary>A cable that hands on at once, and notes the longest frame.</summary>
    private sealed class Cable
    {
        public Cable()
        {
            A = new End(this);
            B = new End(this);
        }

        public End A { get; }

        public End B { get; }

        public int Longest { get; private set; }

        public sealed class End(Cable cable) : ILinkPort
        {
            private IFrameEndpoint? _endpoint;

            public bool TryTransmit(PacketBuffer frame)
            {
                cable.Longest = Math.Max(cable.Longest, frame.Length);
                (this == cable.A ? cable.B : cable.A)._endpoint!.OnFrame(frame);
                return true;
            }

            public void Attach(IFrameEndpoint endpoint) => _endpoint = endpoint;
        }
    }
}
