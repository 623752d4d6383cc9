using System.Net.Sockets;
using Catenet.Core;
using Catenet.Kernel.Tests.Sockets;
using Catenet.Kernel.Udp;
using Catenet.Wire.Internet;

namespace Catenet.Kernel.Tests.Udp;

public class UdpEndpointTests
{
    private readonly TwoHosts _net = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_datagram_arrives_with_its_source_and_hop_limit(bool six)
    {
        var (alice, bob) = Pair(six);
        Assert.Equal(SocketError.Success, alice.SendTo("hello"u8, new InetEndpoint(Bob(six), 5000)));
        _net.Driver.RunFor(Duration.FromSeconds(1));

        Assert.True(bob.TryReceive(out var packet, out var info));
        Assert.Equal("hello"u8.ToArray(), packet.ToArray());
        Assert.Equal(new InetEndpoint(Alice(six), alice.Local.Port), info.Source);
        Assert.Equal(Bob(six), info.Destination);
        Assert.Equal(64, info.HopLimit);
        packet.Release();
        Close(alice, bob);
    }

    [Fact]
    public void Ephemeral_ports_are_Linuxs_and_the_same_in_every_run()
    {
        ushort[] First() => [.. Enumerable.Range(0, 5).Select(_ => 0).Select(_ => Open(new TwoHosts(7).Alice).Local.Port)];
        var ports = First();
        Assert.All(ports, p => Assert.InRange(p, 32768, 60999));
        Assert.Equal(ports, First());

        static UdpEndpoint Open(Host host)
        {
            var endpoint = host.Udp.Open();
            endpoint.Bind(new InetEndpoint(InetAddress.AnyIPv4, 0));
            return endpoint;
        }
    }

    [Fact]
    public void Every_ephemeral_port_can_be_had_once()
    {
        _net.Alice.Settings.Sockets.LocalPortLow = 40000;
        _net.Alice.Settings.Sockets.LocalPortHigh = 40009;
        var ports = new HashSet<ushort>();
        for (int i = 0; i < 10; i++)
        {
            var endpoint = _net.Alice.Udp.Open();
            Assert.Equal(SocketError.Success, endpoint.Bind(new InetEndpoint(InetAddress.AnyIPv4, 0)));
            Assert.True(ports.Add(endpoint.Local.Port));
        }

        Assert.Equal(SocketError.AddressAlreadyInUse, _net.Alice.Udp.Open().Bind(new InetEndpoint(InetAddress.AnyIPv4, 0)));
    }

    [Fact]
    public void A_damaged_datagram_is_dropped_for_its_checksum()
    {
        var (alice, bob) = Pair(false);
        _net.Wire.Touches = frame =>
        {
            if (frame.Span[12] == 8 && frame.Span[23] == IpProtocol.Udp)
            {
                frame.Span[^1] ^= 1;
            }
        };
        alice.SendTo("hello"u8, new InetEndpoint(TwoHosts.BobIPv4, 5000));
        _net.Driver.RunFor(Duration.FromSeconds(1));
        Assert.Equal(0, bob.Pending);
        Assert.Equal(1, _net.Bob.Drops[DropReason.UdpChecksum]);
        Assert.Equal(1, _net.Bob.Udp.Counters.InCsumErrors);
        Close(alice, bob);
    }

    [Fact]
    public void No_checksum_is_fine_over_IPv4_and_refused_over_IPv6()
    {
        var (alice, bob) = Pair(false);
        alice.NoChecksum = true;
        alice.SendTo("hello"u8, new InetEndpoint(TwoHosts.BobIPv4, 5000));
        _net.Driver.RunFor(Duration.FromSeconds(1));
        Assert.Equal(1, bob.Pending);
        Close(alice, bob);

        (alice, bob) = Pair(true);
        _net.Wire.Touches = frame =>
        {
            if (frame.Span[12] == 0x86 && frame.Span[20] == IpProtocol.Udp)
            {
                frame.Span[60] = frame.Span[61] = 0;
            }
        };
        alice.SendTo("hello"u8, new InetEndpoint(TwoHosts.BobIPv6, 5000));
        _net.Driver.RunFor(Duration.FromSeconds(1));
        Assert.Equal(0, bob.Pending);
        Assert.Equal(1, _net.Bob.Drops[DropReason.UdpChecksum]);
        Close(alice, bob);
    }

    [Fact]
    public void A_full_receive_buffer_drops_what_comes_and_keeps_what_is_there()
    {
        var (alice, bob) = Pair(false);
        bob.ReceiveBufferSize = 10_000;
        for (int i = 0; i < 100; i++)
        {
            alice.SendTo([(byte)i], new InetEndpoint(TwoHosts.BobIPv4, 5000));
        }

        _net.Driver.RunFor(Duration.FromSeconds(1));
        Assert.InRange(bob.Pending, 10, 20);
        Assert.Equal(100 - bob.Pending, _net.Bob.Drops[DropReason.SocketReceiveBuffer]);
        Assert.Equal(100 - bob.Pending, bob.Dropped);
        for (byte i = 0; bob.TryReceive(out var packet, out _); i++)
        {
            Assert.Equal(i, packet.Span[0]);
            packet.Release();
        }

        Close(alice, bob);
    }

    [Fact]
    public void The_largest_datagram_goes_in_fragments_and_one_octet_more_does_not()
    {
        var (alice, bob) = Pair(false);
        var data = new byte[UdpLayer.MaxDataIPv4];
        data[^1] = 77;
        Assert.Equal(SocketError.Success, alice.SendTo(data, new InetEndpoint(TwoHosts.BobIPv4, 5000)));
        Assert.Equal(SocketError.MessageSize, alice.SendTo(new byte[data.Length + 1], new InetEndpoint(TwoHosts.BobIPv4, 5000)));
        _net.Driver.RunFor(Duration.FromSeconds(1));
        Assert.Equal(data.Length, bob.Available);
        Assert.True(bob.TryReceive(out var packet, out _));
        Assert.Equal(data, packet.ToArray());
        packet.Release();

        alice.PathMtuDiscovery = PathMtuDiscovery.Do;
        Assert.Equal(SocketError.MessageSize, alice.SendTo(data, new InetEndpoint(TwoHosts.BobIPv4, 5000)));
        Close(alice, bob);
    }

    [Fact]
    public void A_connected_endpoint_hears_of_a_closed_port_and_an_unconnected_one_does_not()
    {
        var connected = _net.Alice.Udp.Open();
        connected.Connect(new InetEndpoint(TwoHosts.BobIPv4, 9));
        var unconnected = _net.Alice.Udp.Open();
        connected.Send("x"u8);
        unconnected.SendTo("x"u8, new InetEndpoint(TwoHosts.BobIPv4, 9));
        _net.Driver.RunFor(Duration.FromSeconds(1));

        Assert.Equal(2, _net.Bob.Drops[DropReason.NoSocket]);
        Assert.Equal(SocketError.ConnectionRefused, connected.Send("x"u8));
        Assert.Equal(SocketError.Success, connected.Send("x"u8));
        Assert.Equal(SocketError.Success, unconnected.TakeError());
        Close(connected, unconnected);
    }

    [Fact]
    public void The_error_queue_tells_who_reported_what()
    {
        var endpoint = _net.Alice.Udp.Open(AddressFamily.InterNetworkV6);
        endpoint.ReceiveErrors = true;
        endpoint.SendTo("x"u8, new InetEndpoint(TwoHosts.BobIPv6, 9));
        _net.Driver.RunFor(Duration.FromSeconds(1));

        Assert.True(endpoint.TryReceiveError(out var report));
        Assert.Equal(TwoHosts.BobIPv6, report.Reporter);
        Assert.Equal(new InetEndpoint(TwoHosts.BobIPv6, 9), report.Destination);
        Assert.Equal((1, 4), (report.Type, report.Code));
        Assert.Equal(SocketError.ConnectionRefused, report.Error);
        Close(endpoint);
    }

    [Fact]
    public void A_connected_endpoint_takes_datagrams_of_its_peer_before_a_wildcard_does()
    {
        var (alice, wildcard) = Pair(false);
        alice.SendTo("1"u8, new InetEndpoint(TwoHosts.BobIPv4, 5000));
        var connected = _net.Bob.Udp.Open();
        wildcard.ReuseAddress = connected.ReuseAddress = true;
        Assert.Equal(SocketError.Success, connected.Bind(new InetEndpoint(InetAddress.AnyIPv4, 5000)));
        connected.Connect(new InetEndpoint(TwoHosts.AliceIPv4, alice.Local.Port));
        var other = _net.Alice.Udp.Open();
        alice.SendTo("2"u8, new InetEndpoint(TwoHosts.BobIPv4, 5000));
        other.SendTo("3"u8, new InetEndpoint(TwoHosts.BobIPv4, 5000));
        _net.Driver.RunFor(Duration.FromSeconds(1));

        Assert.Equal(2, connected.Pending);
        Assert.Equal(1, wildcard.Pending);
        Close(alice, wildcard, connected, other);
    }

    [Fact]
    public void A_dual_stack_wildcard_takes_both_families_and_keeps_others_off_the_port()
    {
        var bob = _net.Bob.Udp.Open(AddressFamily.InterNetworkV6, dualStack: true);
        Assert.Equal(SocketError.Success, bob.Bind(new InetEndpoint(InetAddress.AnyIPv6, 5000)));
        Assert.Equal(SocketError.AddressAlreadyInUse, _net.Bob.Udp.Open().Bind(new InetEndpoint(InetAddress.AnyIPv4, 5000)));
        var four = _net.Alice.Udp.Open();
        var six = _net.Alice.Udp.Open(AddressFamily.InterNetworkV6);
        four.SendTo("4"u8, new InetEndpoint(TwoHosts.BobIPv4, 5000));
        six.SendTo("6"u8, new InetEndpoint(TwoHosts.BobIPv6, 5000));
        _net.Driver.RunFor(Duration.FromSeconds(1));
        Assert.Equal(2, bob.Pending);

        var only = _net.Alice.Udp.Open(AddressFamily.InterNetworkV6);
        only.Bind(new InetEndpoint(InetAddress.AnyIPv6, 5001));
        var beside = _net.Alice.Udp.Open();
        Assert.Equal(SocketError.Success, beside.Bind(new InetEndpoint(InetAddress.AnyIPv4, 5001)));
        Close(bob, four, six, only, beside);
    }

    [Fact]
    public void Only_one_may_have_a_port_unless_all_agree()
    {
        var first = Bound(reuse: false);
        Assert.Equal(SocketError.AddressAlreadyInUse, Try(InetAddress.AnyIPv4, reuse: true));
        Assert.Equal(SocketError.AddressAlreadyInUse, Try(TwoHosts.BobIPv4, reuse: false));
        first.Close();
        first = Bound(reuse: true);
        Assert.Equal(SocketError.Success, Try(InetAddress.AnyIPv4, reuse: true));
        Assert.Equal(SocketError.AddressNotAvailable, Try(InetAddress.Parse("9.9.9.9"), reuse: true));

        UdpEndpoint Bound(bool reuse)
        {
            var endpoint = _net.Bob.Udp.Open();
            endpoint.ReuseAddress = reuse;
            Assert.Equal(SocketError.Success, endpoint.Bind(new InetEndpoint(InetAddress.AnyIPv4, 5000)));
            return endpoint;
        }

        SocketError Try(InetAddress address, bool reuse)
        {
            var endpoint = _net.Bob.Udp.Open();
            endpoint.ReuseAddress = reuse;
            var error = endpoint.Bind(new InetEndpoint(address, 5000));
            endpoint.Close();
            return error;
        }
    }

    [Fact]
    public void Broadcast_needs_permission_and_reaches_everyone_on_the_port()
    {
        var alice = _net.Alice.Udp.Open();
        var to = new InetEndpoint(InetAddress.Parse("192.0.2.255"), 5000);
        Assert.Equal(SocketError.AccessDenied, alice.SendTo("x"u8, to));
        alice.Broadcast = true;
        var first = _net.Bob.Udp.Open();
        var second = _net.Bob.Udp.Open();
        first.ReuseAddress = second.ReuseAddress = true;
        first.Bind(new InetEndpoint(InetAddress.AnyIPv4, 5000));
        second.Bind(new InetEndpoint(InetAddress.AnyIPv4, 5000));
        Assert.Equal(SocketError.Success, alice.SendTo("x"u8, to));
        _net.Driver.RunFor(Duration.FromSeconds(1));
        Assert.Equal((1, 1), (first.Pending, second.Pending));
        Close(alice, first, second);
    }

    [Theory]
    [InlineData("239.1.2.3")]
    [InlineData("ff0e::123")]
    public void Multicast_reaches_who_joined_until_he_leaves(string text)
    {
        var group = InetAddress.Parse(text);
        var family = group.Family;
        var eth = _net.Alice.Devices.ByName("eth0");
        var alice = _net.Alice.Udp.Open(family);
        alice.MulticastDevice = eth;
        var bob = _net.Bob.Udp.Open(family);
        bob.Bind(new InetEndpoint(group.IsIPv4 ? InetAddress.AnyIPv4 : InetAddress.AnyIPv6, 5000));
        var to = new InetEndpoint(group, 5000);
        Assert.Equal(SocketError.Success, alice.SendTo("before"u8, to));
        _net.Driver.RunFor(Duration.FromSeconds(1));
        Assert.Equal(0, bob.Pending);

        var device = _net.Bob.Devices.ByName("eth0");
        Assert.Equal(SocketError.Success, bob.JoinGroup(group, device));
        Assert.Equal(SocketError.AddressAlreadyInUse, bob.JoinGroup(group, device));
        alice.SendTo("joined"u8, to);
        _net.Driver.RunFor(Duration.FromSeconds(1));
        Assert.Equal(1, bob.Pending);

        Assert.Equal(SocketError.Success, bob.LeaveGroup(group, device));
        Assert.Equal(SocketError.AddressNotAvailable, bob.LeaveGroup(group, device));
        alice.SendTo("left"u8, to);
        _net.Driver.RunFor(Duration.FromSeconds(1));
        Assert.Equal(1, bob.Pending);
        Close(alice, bob);
    }

    [Fact]
    public void Loopback_works_without_a_network()
    {
        var host = new Host(_net.Loop, "alone");
        var server = host.Udp.Open();
        server.Bind(new InetEndpoint(InetAddress.LoopbackIPv4, 5000));
        var client = host.Udp.Open();
        Assert.Equal(SocketError.NetworkUnreachable, client.SendTo("x"u8, new InetEndpoint(TwoHosts.BobIPv4, 5000)));
        Assert.Equal(SocketError.Success, client.SendTo("x"u8, new InetEndpoint(InetAddress.LoopbackIPv4, 5000)));
        _net.Driver.RunFor(Duration.FromSeconds(1));
        Assert.Equal(1, server.Pending);
        Close(server, client);
    }

    [Fact]
    public void Steady_traffic_allocates_nothing()
    {
        var host = new Host(_net.Loop, "alone");
        var server = host.Udp.Open();
        server.Bind(new InetEndpoint(InetAddress.LoopbackIPv4, 5000));
        var client = host.Udp.Open();
        client.Connect(new InetEndpoint(InetAddress.LoopbackIPv4, 5000));
        byte[] data = new byte[1000];
        void Exchange(int times)
        {
            for (int i = 0; i < times; i++)
            {
                client.Send(data);
                while (_net.Loop.RunOne())
                {
                }

                server.TryReceive(out var packet, out _);
                packet!.Release();
            }
        }

        using (_net.Loop.Enter())
        {
            Exchange(1000);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Exchange(1000);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < 1000, $"{allocated} octets for 1000 datagrams");
        }

        Close(server, client);
    }

    private (UdpEndpoint Alice, UdpEndpoint Bob) Pair(bool six)
    {
        var family = six ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        var bob = _net.Bob.Udp.Open(family);
        Assert.Equal(SocketError.Success, bob.Bind(new InetEndpoint(six ? InetAddress.AnyIPv6 : InetAddress.AnyIPv4, 5000)));
        return (_net.Alice.Udp.Open(family), bob);
    }

    private static InetAddress Alice(bool six) => six ? TwoHosts.AliceIPv6 : TwoHosts.AliceIPv4;

    private static InetAddress Bob(bool six) => six ? TwoHosts.BobIPv6 : TwoHosts.BobIPv4;

    private void Close(params UdpEndpoint[] endpoints)
    {
        foreach (var endpoint in endpoints)
        {
            endpoint.Close();
        }

        _net.AssertNothingLeft();
    }
}
