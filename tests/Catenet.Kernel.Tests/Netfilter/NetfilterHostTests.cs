using Catenet.Kernel.Devices;
using Catenet.Kernel.Ip;
using Catenet.Kernel.Netfilter;
using Catenet.Kernel.Tests.Support;
using Catenet.Wire.Internet;
using Catenet.Wire.Link;
using Catenet.Wire.Transport;
using static Catenet.Kernel.Tests.Netfilter.TestPacket;

namespace Catenet.Kernel.Tests.Netfilter;

/// <summary>Netfilter on hosts that route, fragment and answer by themselves.</summary>
public sealed class NetfilterHostTests : KernelTest
{
    [Theory]
    [InlineData("198.51.100.2", 56)]
    [InlineData("2001:db8:9::2", 56)]
    [InlineData("198.51.100.2", 5000)]
    [InlineData("2001:db8:9::2", 5000)]
    public void A_ping_passes_a_masquerading_router_whole_or_in_fragments(string address, int size)
    {
        var (inside, router, _, _) = HomeAndNet();
        var seen = Ping(inside, address, size);
        Run(3);
        Assert.Equal([$"{size} from {address} seq 1 ttl 62"], seen);
        Assert.Equal(1, router.Netfilter.Tracker!.Count);
    }

    [Theory]
    [InlineData("198.51.100.2", "203.0.113.2", 11)]
    [InlineData("2001:db8:9::2", "2001:db8::2", 3)]
    public void Traceroute_sees_the_routers_behind_the_NAT(string address, string hop, int type)
    {
        var (inside, _, _, _) = HomeAndNet();
        var seen = Ping(inside, address, options: new IpSendOptions { HopLimit = 2 });
        Run(3);
        Assert.StartsWith("error ", Assert.Single(seen), StringComparison.Ordinal);
        Assert.Contains($"from {hop} type {type}", seen[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_tracks_what_it_says_to_itself_once()
    {
        var host = Quiet("a");
        var tracker = host.Netfilter.EnableTracking();
        Ping(host, "127.0.0.1");
        Run(1);
        var connection = Assert.Single(tracker.Connections);
        Assert.Equal((1, 1), (connection.Original.Packets, connection.Reply.Packets));
    }

    [Theory]
    [InlineData(RejectKind.PortUnreachable, 3, 3, 1, 4)]
    [InlineData(RejectKind.HostUnreachable, 3, 1, 1, 3)]
    [InlineData(RejectKind.NoRoute, 3, 0, 1, 0)]
    [InlineData(RejectKind.AdminProhibited, 3, 13, 1, 1)]
    public void A_rejected_packet_is_answered_by_an_ICMP_error_of_its_family(RejectKind kind, int type, int code, int type6, int code6)
    {
        var (router, lan, port) = Edge();
        router.Netfilter.AddChain("forward", HookPoint.Forward).Add(FilterMatch.All, RuleAction.Reject(kind));
        port.Inject(FromPeer(lan, Datagram("192.168.1.2:5000", "198.51.100.2:53")));
        port.Inject(FromPeer(lan, Datagram("[fd00:1::2]:5000", "[2001:db8:9::2]:53")));
        Run(0);
        var answer = Answer(port);
        Assert.Equal((type, code), (answer[20], answer[21]));
        Assert.Equal("error 192.168.1.1 -> 192.168.1.2 about udp 192.168.1.2:5000 -> 198.51.100.2:53", Describe(answer));
        answer = Answer(port);
        Assert.Equal((type6, code6), (answer[40], answer[41]));
        Assert.Equal("error fd00:1::1 -> fd00:1::2 about udp [fd00:1::2]:5000 -> [2001:db8:9::2]:53", Describe(answer));
        Assert.Empty(port.Sent);
    }

    [Theory]
    [InlineData("192.168.1.2:5000", "198.51.100.2:22", 20)]
    [InlineData("[fd00:1::2]:5000", "[2001:db8:9::2]:22", 40)]
    public void A_SYN_rejected_with_a_reset_gets_the_reset_of_a_closed_port(string client, string server, int at)
    {
        var (router, lan, port) = Edge();
        router.Netfilter.AddChain("forward", HookPoint.Forward).Add(FilterMatch.Tcp((ushort)22), RuleAction.Reject(RejectKind.TcpReset));
        port.Inject(FromPeer(lan, Segment(client, server, TcpFlags.Syn, 1000)));
        Run(0);
        var answer = Answer(port);
        Assert.Equal($"tcp {server} -> {client}", Describe(answer));
        Assert.True(TcpView.TryParse(answer.AsSpan(at), out var tcp));
        Assert.Equal((TcpFlags.Rst | TcpFlags.Ack, 0u, 1001u), (tcp.Flags, tcp.Sequence.Value, tcp.Acknowledgment.Value));

        port.Inject(FromPeer(lan, Segment(client, server, TcpFlags.Ack, 2000, 7777, 5)));
        port.Inject(FromPeer(lan, Segment(client, server, TcpFlags.Rst, 2000)));
        Run(0);
        answer = Answer(port);
        Assert.True(TcpView.TryParse(answer.AsSpan(at), out tcp));
        Assert.Equal((TcpFlags.Rst, 7777u), (tcp.Flags, tcp.Sequence.Value));
        Assert.Empty(port.Sent);
    }

    [Theory]
    [InlineData(RejectKind.PortUnreachable, "error 203.0.113.1 -> 203.0.113.9 about tcp 203.0.113.9:1234 -> 203.0.113.1:8080")]
    [InlineData(RejectKind.TcpReset, "tcp 203.0.113.1:8080 -> 203.0.113.9:1234")]
    public void A_rejection_behind_a_port_forwarding_speaks_of_the_outside_endpoint(RejectKind kind, string expected)
    {
        var (router, _, _) = Edge();
        var (wan, port) = AddPort(router, "wan", "203.0.113.1/24");
        Know(wan, "203.0.113.9");
        router.Netfilter.Nat.PortForward(IpProtocol.Tcp, Endpoint("203.0.113.1:8080"), Endpoint("192.168.1.2:80"));
        router.Netfilter.AddChain("forward", HookPoint.Forward).Add(FilterMatch.Tcp((ushort)80), RuleAction.Reject(kind));
        port.Inject(FromPeer(wan, Segment("203.0.113.9:1234", "203.0.113.1:8080", TcpFlags.Syn)));
        Run(0);
        Assert.Equal(expected, Describe(Answer(port)));
        Assert.Equal(0, router.Netfilter.Tracker!.Count);
    }

    [Fact]
    public void The_steps_of_a_translated_packet_can_be_listened_to()
    {
        var (inside, router, _, _) = HomeAndNet();
        router.Netfilter.AddChain("forward", HookPoint.Forward).Add(FilterMatch.State(ConnectionStates.New), RuleAction.Accept, "out is free");
        var steps = new Steps("router");
        using (Loop.Tracer.Subscribe(steps))
        {
            Ping(inside, "198.51.100.2");
            Run(1);
        }

        Assert.Equal(
        [
            "ConnectionTracked NEW",
            "FilterVerdict forward: accept | forward rule 1: ct state new accept (out is free)",
            "NatTranslate 192.168.1.2 -> 203.0.113.1",
            "ConnectionTracked ESTABLISHED, answer",
            "NatTranslate 203.0.113.1 -> 192.168.1.2",
            "FilterVerdict forward: policy accept | chain forward (policy accept)",
        ], steps.Seen);
    }

    private (Host Inside, Host Router, Host Isp, Host Server) HomeAndNet()
    {
        var inside = Quiet("inside");
        var router = Quiet("router", s => s.Forwarding = true);
        var isp = Quiet("isp", s => s.Forwarding = true);
        var server = Quiet("server");
        _ = new Cable(AddDevice(inside, "eth0", "192.168.1.2/24", "fd00:1::2/64"), AddDevice(router, "lan", "192.168.1.1/24", "fd00:1::1/64"));
        _ = new Cable(AddDevice(router, "wan", "203.0.113.1/24", "2001:db8::1/64"), AddDevice(isp, "eth0", "203.0.113.2/24", "2001:db8::2/64"));
        _ = new Cable(AddDevice(isp, "eth1", "198.51.100.1/24", "2001:db8:9::1/64"), AddDevice(server, "eth0", "198.51.100.2/24", "2001:db8:9::2/64"));
        foreach (var (host, gateways) in new[] { (inside, new[] { "192.168.1.1", "fd00:1::1" }), (router, ["203.0.113.2", "2001:db8::2"]), (server, ["198.51.100.1", "2001:db8:9::1"]) })
        {
            foreach (string gateway in gateways)
            {
                host.Routes.AddDefault(A(gateway));
            }
        }

        router.Netfilter.Nat.Masquerade("wan");
        return (inside, router, isp, server);
    }

    private (Host Router, EthernetDevice Lan, TestPort Port) Edge()
    {
        var router = Quiet("router", s => s.Forwarding = true);
        var (lan, port) = AddPort(router, "lan", "192.168.1.1/24", "fd00:1::1/64");
        AddPort(router, "far", "198.51.100.1/24", "2001:db8:9::1/64");
        Know(lan, "192.168.1.2", "fd00:1::2");
        return (router, lan, port);
    }

    private static byte[] Answer(TestPort port)
    {
        var packet = port.Sent.Dequeue()[EthernetView.Size..];
        AssertChecksums(packet);
        return packet;
    }

    private sealed class Steps(string node) : ITraceListener
    {
        public List<string> Seen { get; } = [];

        public void OnEvent(in TraceEvent traceEvent)
        {
            if (traceEvent.Node == node && traceEvent.Kind is TraceKind.ConnectionTracked or TraceKind.FilterVerdict or TraceKind.NatTranslate)
            {
                Seen.Add($"{traceEvent.Kind} {traceEvent.Detail}{(traceEvent.Kind == TraceKind.FilterVerdict ? $" | {traceEvent.Subject}" : "")}");
            }
        }
    }
}
