using Catenet.Core;
using Catenet.Kernel.Netfilter;
using Catenet.Wire.Internet;
using Catenet.Wire.Transport;
using static Catenet.Kernel.Tests.Netfilter.TestPacket;

namespace Catenet.Kernel.Tests.Netfilter;

public class ConnectionTrackingTests
{
    private const string Client = "192.168.1.2:49152";
    private const string Server = "198.51.100.10:80";

    [Fact]
    public void A_connection_enters_the_table_only_when_its_first_packet_leaves()
    {
        using var router = new HookBench();
        var chain = router.Hooks.AddChain("forward", HookPoint.Forward, RuleAction.Drop);
        chain.Add(FilterMatch.Udp((ushort)53) with { States = ConnectionStates.New }, RuleAction.Accept);
        Assert.Null(router.Out(Datagram(Client, "198.51.100.10:54")));
        Assert.Equal(DropReason.NetfilterDrop, router.LastDrop);
        Assert.Equal(0, router.Tracker.Count);
        Assert.NotNull(router.Out(Datagram(Client, "198.51.100.10:53")));
        Assert.Equal(1, router.Tracker.Count);
    }

    [Fact]
    public void UDP_lives_30_seconds_and_as_a_stream_120()
    {
        using var router = new HookBench();
        var tracker = router.Tracker;
        router.Out(Datagram(Client, "198.51.100.10:53"));
        router.Wait(29.9);
        Assert.Equal(1, tracker.Count);
        router.Wait(0.2);
        Assert.Equal(0, tracker.Count);

        router.Out(Datagram(Client, "198.51.100.10:53"));
        router.In(Datagram("198.51.100.10:53", Client));
        Assert.Equal(30, SecondsLeft(router));
        router.Wait(3);
        router.Out(Datagram(Client, "198.51.100.10:53"));
        Assert.Equal(120, SecondsLeft(router));
        Assert.True(tracker.Connections[0].IsAssured);
        router.Wait(119);
        Assert.Equal(1, tracker.Count);
        router.Wait(2);
        Assert.Equal(0, tracker.Count);
    }

    [Fact]
    public void Echo_lives_30_seconds_and_other_protocols_600()
    {
        using var router = new HookBench();
        var tracker = router.Tracker;
        router.Out(Echo("192.168.1.2", "198.51.100.10", 7));
        Assert.Equal(30, SecondsLeft(router));
        tracker.Flush();
        router.Out(Packet(InetAddress.Parse("192.168.1.2"), InetAddress.Parse("198.51.100.10"), IpProtocol.Gre, new byte[20]));
        Assert.Equal(600, SecondsLeft(router));
        Assert.StartsWith("gre      47 600 src=192.168.1.2 dst=198.51.100.10 [UNREPLIED] src=198.51.100.10", tracker.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void TCP_is_followed_through_all_its_states_with_their_timeouts()
    {
        using var router = new HookBench();
        _ = router.Tracker;
        router.Out(Segment(Client, Server, TcpFlags.Syn, 1000));
        Assert.Equal((TcpTrackingState.SynSent, 120), Tcp(router));
        router.In(Segment(Server, Client, TcpFlags.Syn | TcpFlags.Ack, 5000, 1001));
        Assert.Equal((TcpTrackingState.SynReceived, 60), Tcp(router));
        router.Out(Segment(Client, Server, TcpFlags.Ack, 1001, 5001));
        Assert.Equal((TcpTrackingState.Established, 432_000), Tcp(router));
        Assert.True(router.Tracker.Connections[0].IsAssured);
        router.Out(Segment(Client, Server, TcpFlags.Ack | TcpFlags.Psh, 1001, 5001, 100));
        router.In(Segment(Server, Client, TcpFlags.Ack, 5001, 1101, 50));
        router.Out(Segment(Client, Server, TcpFlags.Fin | TcpFlags.Ack, 1101, 5051));
        Assert.Equal((TcpTrackingState.FinWait, 120), Tcp(router));
        router.In(Segment(Server, Client, TcpFlags.Ack, 5051, 1102));
        Assert.Equal((TcpTrackingState.CloseWait, 60), Tcp(router));
        router.In(Segment(Server, Client, TcpFlags.Fin | TcpFlags.Ack, 5051, 1102));
        Assert.Equal((TcpTrackingState.LastAck, 30), Tcp(router));
        router.Out(Segment(Client, Server, TcpFlags.Ack, 1102, 5052));
        Assert.Equal((TcpTrackingState.TimeWait, 120), Tcp(router));
        Assert.Contains("tcp      6 120 TIME_WAIT src=192.168.1.2 dst=198.51.100.10 sport=49152 dport=80 src=198.51.100.10 dst=192.168.1.2 sport=80 dport=49152 [ASSURED]",
            router.Tracker.ToString(), StringComparison.Ordinal);

        router.Out(Segment(Client, Server, TcpFlags.Syn, 90_000));
        Assert.Equal((TcpTrackingState.SynSent, 120), Tcp(router));
        Assert.Equal(1, router.Tracker.Count);
    }

    [Fact]
    public void A_reset_closes_and_a_refused_SYN_leaves_nothing()
    {
        using var router = new HookBench();
        Establish(router);
        router.In(Segment(Server, Client, TcpFlags.Rst, 5001));
        Assert.Equal((TcpTrackingState.Close, 10), Tcp(router));
        router.Wait(11);
        Assert.Equal(0, router.Tracker.Count);

        router.Out(Segment(Client, Server, TcpFlags.Syn, 1000));
        Assert.NotNull(router.In(Segment(Server, Client, TcpFlags.Rst | TcpFlags.Ack, 0, 1001)));
        Assert.Equal(0, router.Tracker.Count);
    }

    [Fact]
    public void Simultaneous_open_is_followed()
    {
        using var router = new HookBench();
        _ = router.Tracker;
        router.Out(Segment(Client, Server, TcpFlags.Syn, 1000));
        router.In(Segment(Server, Client, TcpFlags.Syn, 5000));
        Assert.Equal((TcpTrackingState.SynSent2, 120), Tcp(router));
        router.Out(Segment(Client, Server, TcpFlags.Syn | TcpFlags.Ack, 1000, 5001));
        Assert.Equal((TcpTrackingState.SynReceived, 60), Tcp(router));
        router.In(Segment(Server, Client, TcpFlags.Syn | TcpFlags.Ack, 5000, 1001));
        router.Out(Segment(Client, Server, TcpFlags.Ack, 1001, 5001));
        Assert.Equal(TcpTrackingState.Established, Tcp(router).State);
    }

    [Fact]
    public void A_reset_with_a_guessed_number_does_not_close_the_connection()
    {
        using var router = new HookBench();
        var invalid = DropInvalid(router);
        Establish(router);
        Assert.Null(router.In(Segment(Server, Client, TcpFlags.Rst, 500_000_000)));
        Assert.Null(router.In(Segment(Server, Client, TcpFlags.Ack, 5001, 900_000_000)));
        Assert.Null(router.In(Segment(Server, Client, TcpFlags.Ack, 5001 + 200_000, 1001)));
        Assert.Equal(3, invalid.Packets);
        Assert.Equal(TcpTrackingState.Established, Tcp(router).State);

        router.Host.Settings.Conntrack.TcpBeLiberal = true;
        Assert.NotNull(router.In(Segment(Server, Client, TcpFlags.Ack, 5001 + 200_000, 1001)));
        Assert.Null(router.In(Segment(Server, Client, TcpFlags.Rst, 500_000_000)));
    }

    [Theory]
    [InlineData(TcpFlags.None)]
    [InlineData(TcpFlags.Syn | TcpFlags.Fin)]
    [InlineData(TcpFlags.Syn | TcpFlags.Rst)]
    [InlineData(TcpFlags.Fin)]
    [InlineData(TcpFlags.Fin | TcpFlags.Psh | TcpFlags.Urg)]
    [InlineData(TcpFlags.Syn | TcpFlags.Ack)]
    [InlineData(TcpFlags.Rst)]
    public void Flags_that_begin_nothing_are_invalid(TcpFlags flags)
    {
        using var router = new HookBench();
        var invalid = DropInvalid(router);
        Assert.Null(router.Out(Segment(Client, Server, flags)));
        Assert.Equal(1, invalid.Packets);
        Assert.Equal(0, router.Tracker.Count);
    }

    [Fact]
    public void A_connection_may_be_joined_midway_unless_that_is_turned_off()
    {
        using var router = new HookBench();
        DropInvalid(router);
        Assert.NotNull(router.Out(Segment(Client, Server, TcpFlags.Ack, 777, 888, 100)));
        Assert.NotNull(router.In(Segment(Server, Client, TcpFlags.Ack, 888, 877, 100)));
        Assert.Equal(TcpTrackingState.Established, Tcp(router).State);
        router.Tracker.Flush();
        router.Host.Settings.Conntrack.TcpLoose = false;
        Assert.Null(router.Out(Segment(Client, Server, TcpFlags.Ack, 777, 888, 100)));
    }

    [Fact]
    public void A_packet_with_a_wrong_checksum_is_invalid_and_begins_nothing()
    {
        using var router = new HookBench();
        DropInvalid(router);
        foreach (var packet in new[] { Datagram(Client, Server), Segment(Client, Server, TcpFlags.Syn, payload: 8), Echo("192.168.1.2", "198.51.100.10", 7) })
        {
            packet[^1] ^= 1;
            Assert.Null(router.Out(packet));
        }

        Assert.Equal(0, router.Tracker.Count);
        Assert.Equal(3, router.Tracker.InvalidPackets);
    }

    [Fact]
    public void Answers_to_nothing_are_invalid()
    {
        using var router = new HookBench();
        DropInvalid(router);
        Assert.Null(router.In(Echo("198.51.100.10", "192.168.1.2", 7, reply: true)));
        Assert.Null(router.In(Error("198.51.100.1", "192.168.1.2", Datagram(Client, Server))));
    }

    [Fact]
    public void An_ICMP_error_about_a_connection_is_related()
    {
        using var router = new HookBench();
        var chain = router.Hooks.AddChain("forward", HookPoint.Forward, RuleAction.Drop);
        chain.Add(FilterMatch.All with { OutInterface = "wan" }, RuleAction.Accept);
        var related = chain.Add(FilterMatch.State(ConnectionStates.Related), RuleAction.Accept);
        var sent = Datagram(Client, Server);
        router.Out(sent);
        Assert.NotNull(router.In(Error("10.9.9.9", "192.168.1.2", sent)));
        Assert.NotNull(router.In(Error("10.9.9.9", "192.168.1.2", sent, quote: 28)));
        Assert.Equal(2, related.Packets);
        Assert.Null(router.In(Error("10.9.9.9", "192.168.1.3", sent)));
        Assert.Null(router.In(Error("10.9.9.9", "192.168.1.2", sent, quote: 27)));
    }

    [Fact]
    public void A_full_table_evicts_the_oldest_that_has_not_proved_to_be_real_and_then_refuses()
    {
        using var router = new HookBench();
        router.Host.Settings.Conntrack.Max = 3;
        Establish(router);
        router.Out(Datagram(Client, "198.51.100.10:1"));
        router.Out(Datagram(Client, "198.51.100.10:2"));
        Assert.NotNull(router.Out(Datagram(Client, "198.51.100.10:3")));
        Assert.Equal(3, router.Tracker.Count);
        Assert.Equal(1, router.Tracker.Evicted);
        Assert.Equal([80, 2, 3], router.Tracker.Connections.Select(c => c.Original.Tuple.DestinationPort));

        router.Tracker.Flush(c => c.Protocol == IpProtocol.Udp);
        router.Host.Settings.Conntrack.Max = 1;
        Assert.Null(router.Out(Datagram(Client, "198.51.100.10:4")));
        Assert.Equal(DropReason.ConntrackFull, router.LastDrop);
        Assert.NotNull(router.Out(Segment(Client, Server, TcpFlags.Ack, 1001, 5001)));
    }

    [Fact]
    public void Counters_and_listing_tell_what_went_which_way()
    {
        using var router = new HookBench();
        _ = router.Tracker;
        router.Out(Datagram(Client, "198.51.100.10:53"));
        Assert.Equal("udp      17 30 src=192.168.1.2 dst=198.51.100.10 sport=49152 dport=53 [UNREPLIED] src=198.51.100.10 dst=192.168.1.2 sport=53 dport=49152 mark=0",
            router.Tracker.ToString());
        router.In(Datagram("198.51.100.10:53", Client));
        var connection = router.Tracker.Connections[0];
        Assert.Equal((1, 37, 1, 37), (connection.Original.Packets, connection.Original.Octets, connection.Reply.Packets, connection.Reply.Octets));
    }

    [Fact]
    public void Neighbour_discovery_is_not_tracked()
    {
        using var router = new HookBench();
        var chain = router.Hooks.AddChain("input", HookPoint.LocalIn, RuleAction.Drop);
        var untracked = chain.Add(FilterMatch.State(ConnectionStates.Untracked), RuleAction.Accept);
        var (source, destination) = (InetAddress.Parse("fe80::1"), InetAddress.Parse("ff02::1"));
        var message = new byte[24];
        IcmpV6View.Write(message, IcmpV6Type.NeighbourSolicitation, 0);
        IcmpV6View.UpdateChecksum(message, InternetChecksum.PseudoHeader(source, destination, IpProtocol.IcmpV6, message.Length));
        Assert.NotNull(router.Deliver(Packet(source, destination, IpProtocol.IcmpV6, message), router.Lan));
        Assert.Equal(1, untracked.Packets);
    }

    [Fact]
    public void A_raw_rule_exempts_packets_from_tracking()
    {
        using var router = new HookBench();
        router.Hooks.AddChain("raw", HookPoint.PreRouting, priority: HookPriority.Raw).Add(FilterMatch.Udp((ushort)53), RuleAction.NoTrack);
        _ = router.Tracker;
        Assert.NotNull(router.Out(Datagram(Client, "198.51.100.10:53")));
        Assert.Equal(0, router.Tracker.Count);
        router.Out(Datagram(Client, "198.51.100.10:54"));
        Assert.Equal(1, router.Tracker.Count);
    }

    [Fact]
    public void Thousands_of_connections_are_found_again_and_expire()
    {
        using var router = new HookBench();
        _ = router.Tracker;
        for (int i = 0; i < 5000; i++)
        {
            router.Out(Datagram($"192.168.{i >> 8}.{i & 255}:1000", "198.51.100.10:53"));
        }

        Assert.Equal(5000, router.Tracker.Count);
        for (int i = 0; i < 5000; i += 7)
        {
            router.In(Datagram("198.51.100.10:53", $"192.168.{i >> 8}.{i & 255}:1000"));
        }

        Assert.Equal(5000, router.Tracker.Count);
        router.Wait(31);
        Assert.Equal(0, router.Tracker.Count);
    }

    private static FilterRule DropInvalid(HookBench router) =>
        router.Hooks.AddChain("forward", HookPoint.Forward).Add(FilterMatch.State(ConnectionStates.Invalid), RuleAction.Drop);

    private static void Establish(HookBench router)
    {
        _ = router.Tracker;
        router.Out(Segment(Client, Server, TcpFlags.Syn, 1000));
        router.In(Segment(Server, Client, TcpFlags.Syn | TcpFlags.Ack, 5000, 1001));
        router.Out(Segment(Client, Server, TcpFlags.Ack, 1001, 5001));
    }

    private static double SecondsLeft(HookBench router) => (router.Tracker.Connections[0].Deadline - router.Loop.Now).TotalSeconds;

    private static (TcpTrackingState State, double Seconds) Tcp(HookBench router) => (router.Tracker.Connections[0].TcpState, SecondsLeft(router));
}
