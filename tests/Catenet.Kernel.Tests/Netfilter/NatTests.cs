using Catenet.Core;
using Catenet.Kernel.Netfilter;
using Catenet.Wire.Internet;
using Catenet.Wire.Transport;
using static Catenet.Kernel.Tests.Netfilter.TestPacket;

namespace Catenet.Kernel.Tests.Netfilter;

public class NatTests
{
    private static InetAddress Address(string text) => InetAddress.Parse(text);

    [Theory]
    [InlineData("192.168.1.2", "198.51.100.10", "203.0.113.1")]
    [InlineData("fd00:1::2", "2001:db8:9::10", "2001:db8::1")]
    public void Masquerade_hides_the_inside_and_lets_the_answer_back(string inside, string server, string outside)
    {
        using var router = new HookBench();
        router.Hooks.Nat.Masquerade("wan");
        var (i, s, o) = (new InetEndpoint(Address(inside), 49152), new InetEndpoint(Address(server), 80), new InetEndpoint(Address(outside), 49152));

        Assert.Equal($"tcp {o} -> {s}", router.Out(Segment($"{i}", $"{s}", TcpFlags.Syn)));
        Assert.Equal($"tcp {s} -> {i}", router.In(Segment($"{s}", $"{o}", TcpFlags.Syn | TcpFlags.Ack, 5000, 1001)));
        Assert.Equal($"udp {o} -> {s}", router.Out(Datagram($"{i}", $"{s}")));
        Assert.Equal($"udp {s} -> {i}", router.In(Datagram($"{s}", $"{o}")));
        Assert.Equal($"echo {o.Address} -> {s.Address} id 77", router.Out(Echo(inside, server, 77)));
        Assert.Equal($"echo {s.Address} -> {i.Address} id 77", router.In(Echo(server, outside, 77, reply: true)));
    }

    [Fact]
    public void A_taken_port_is_replaced_by_a_free_one_of_its_class()
    {
        using var router = new HookBench();
        router.Hooks.Nat.Masquerade("wan");
        Assert.Equal("udp 203.0.113.1:5000 -> 198.51.100.10:53", router.Out(Datagram("192.168.1.2:5000", "198.51.100.10:53")));

        string? second = router.Out(Datagram("192.168.1.3:5000", "198.51.100.10:53"));
        ushort port = Endpoint(second!.Split(' ')[1]).Port;
        Assert.NotEqual(5000, port);
        Assert.InRange(port, 1024, 65535);
        Assert.Equal("udp 198.51.100.10:53 -> 192.168.1.3:5000", router.In(Datagram("198.51.100.10:53", $"203.0.113.1:{port}")));
        Assert.Equal("udp 198.51.100.10:53 -> 192.168.1.2:5000", router.In(Datagram("198.51.100.10:53", "203.0.113.1:5000")));

        router.Out(Datagram("192.168.1.2:600", "198.51.100.10:53"));
        Assert.InRange(Endpoint(router.Out(Datagram("192.168.1.3:600", "198.51.100.10:53"))!.Split(' ')[1]).Port, 512, 1023);
        router.Out(Datagram("192.168.1.2:99", "198.51.100.10:53"));
        Assert.InRange(Endpoint(router.Out(Datagram("192.168.1.3:99", "198.51.100.10:53"))!.Split(' ')[1]).Port, 1, 511);
    }

    [Fact]
    public void Two_pings_of_one_identifier_are_told_apart()
    {
        using var router = new HookBench();
        router.Hooks.Nat.Masquerade("wan");
        Assert.Equal("echo 203.0.113.1 -> 198.51.100.10 id 7", router.Out(Echo("192.168.1.2", "198.51.100.10", 7)));
        string second = router.Out(Echo("192.168.1.3", "198.51.100.10", 7))!;
        ushort id = ushort.Parse(second.Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture);
        Assert.NotEqual(7, id);
        Assert.Equal("echo 198.51.100.10 -> 192.168.1.3 id 7", router.In(Echo("198.51.100.10", "203.0.113.1", id, reply: true)));
    }

    [Fact]
    public void One_port_outside_serves_one_inside_endpoint_towards_many_destinations()
    {
        using var router = new HookBench();
        router.Hooks.Nat.Masquerade("wan");
        router.Out(Datagram("192.168.1.3:5000", "198.51.100.10:53"));
        string first = router.Out(Datagram("192.168.1.2:5000", "198.51.100.10:53"))!.Split(' ')[1];
        Assert.NotEqual("203.0.113.1:5000", first);
        Assert.Equal(first, router.Out(Datagram("192.168.1.2:5000", "198.51.100.99:53"))!.Split(' ')[1]);
    }

    [Fact]
    public void When_no_port_is_left_the_packet_is_dropped_as_exhausted_and_after_the_timeout_there_is_room_again()
    {
        using var router = new HookBench();
        router.Hooks.Nat.Masquerade("wan", ports: new PortRange(40000, 40003));
        var ports = new HashSet<string>();
        for (int i = 0; i < 4; i++)
        {
            ports.Add(router.Out(Datagram($"192.168.1.{10 + i}:5000", "198.51.100.10:53"))!.Split(' ')[1]);
        }

        Assert.Equal(4, ports.Count);
        Assert.Null(router.Out(Datagram("192.168.1.20:5000", "198.51.100.10:53")));
        Assert.Equal(DropReason.NatExhausted, router.LastDrop);
        Assert.NotNull(router.Out(Datagram("192.168.1.20:5000", "198.51.100.11:53")));
        router.Wait(31);
        Assert.NotNull(router.Out(Datagram("192.168.1.20:5000", "198.51.100.10:53")));
    }

    [Fact]
    public void A_pool_gives_each_inside_address_one_of_its_addresses()
    {
        using var router = new HookBench();
        router.Hooks.Nat.Add(HookPoint.PostRouting, new FilterMatch { OutInterface = "wan" },
            NatTarget.ToSource(Address("203.0.113.100"), Address("203.0.113.109")));
        var used = new HashSet<InetAddress>();
        for (int host = 2; host < 42; host++)
        {
            var first = Endpoint(router.Out(Datagram($"192.168.1.{host}:5000", "198.51.100.10:53"))!.Split(' ')[1]).Address;
            Assert.Equal(first, Endpoint(router.Out(Datagram($"192.168.1.{host}:5001", "198.51.100.99:53"))!.Split(' ')[1]).Address);
            Assert.InRange(first.ToIPv4() & 0xFF, 100u, 109u);
            used.Add(first);
        }

        Assert.True(used.Count > 5);
    }

    [Fact]
    public void Port_forwarding_lets_outsiders_reach_an_inside_server()
    {
        using var router = new HookBench();
        router.Hooks.Nat.Masquerade("wan");
        router.Hooks.Nat.PortForward(IpProtocol.Tcp, Endpoint("203.0.113.1:8080"), Endpoint("192.168.1.5:80"));
        Assert.Equal("tcp 198.51.100.10:1234 -> 192.168.1.5:80", router.In(Segment("198.51.100.10:1234", "203.0.113.1:8080", TcpFlags.Syn)));
        Assert.Equal("tcp 203.0.113.1:8080 -> 198.51.100.10:1234",
            router.Out(Segment("192.168.1.5:80", "198.51.100.10:1234", TcpFlags.Syn | TcpFlags.Ack, 9000, 1001)));
        Assert.Equal("tcp 198.51.100.10:1234 -> 203.0.113.1:8081",
            TestPacket.Describe(router.Forward(Segment("198.51.100.10:1234", "203.0.113.1:8081", TcpFlags.Syn), router.Wan, router.Lan)!));
    }

    [Fact]
    public void Hairpin_lets_an_inside_host_reach_an_inside_server_by_its_outside_address()
    {
        using var router = new HookBench();
        router.Hooks.Nat.PortForward(IpProtocol.Udp, Endpoint("203.0.113.1:53"), Endpoint("192.168.1.5:5353"), InetPrefix.Parse("192.168.1.0/24"));
        var request = router.Forward(Datagram("192.168.1.2:4000", "203.0.113.1:53"), router.Lan, router.Lan)!;
        Assert.Equal("udp 192.168.1.1:4000 -> 192.168.1.5:5353", Describe(request));
        var answer = router.Forward(Datagram("192.168.1.5:5353", "192.168.1.1:4000"), router.Lan, router.Lan)!;
        Assert.Equal("udp 203.0.113.1:53 -> 192.168.1.2:4000", Describe(answer));
    }

    [Theory]
    [InlineData("192.168.1.5", "203.0.113.50", "198.51.100.10")]
    [InlineData("fd00:1::5", "2001:db8::50", "2001:db8:9::10")]
    public void One_to_one_translates_both_ways_whoever_begins(string inside, string outside, string stranger)
    {
        using var gateway = new HookBench();
        gateway.Hooks.Nat.OneToOne(Address(inside), Address(outside), "wan");
        var (i, o, s) = (new InetEndpoint(Address(inside), 443), new InetEndpoint(Address(outside), 443), new InetEndpoint(Address(stranger), 50000));
        Assert.Equal($"udp {s} -> {i}", gateway.In(Datagram($"{s}", $"{o}")));
        Assert.Equal($"udp {o} -> {s}", gateway.Out(Datagram($"{i}", $"{s}")));
        Assert.Equal($"echo {outside} -> {stranger} id 9", gateway.Out(Echo(inside, stranger, 9)));
        Assert.Equal($"echo {stranger} -> {inside} id 9", gateway.In(Echo(stranger, outside, 9, reply: true)));
        Assert.Equal($"echo {stranger} -> {inside} id 8", gateway.In(Echo(stranger, outside, 8)));
    }

    [Fact]
    public void One_to_one_hosts_reach_each_other_by_their_outside_addresses_and_stay_untranslated_inside()
    {
        using var gateway = new HookBench();
        gateway.Hooks.Nat.OneToOne(Address("192.168.1.5"), Address("203.0.113.50"), "wan");
        gateway.Hooks.Nat.OneToOne(Address("192.168.1.6"), Address("203.0.113.60"), "wan");
        Assert.Equal("udp 203.0.113.50:1 -> 192.168.1.6:2", Describe(gateway.Forward(Datagram("192.168.1.5:1", "203.0.113.60:2"), gateway.Lan, gateway.Lan)!));
        Assert.Equal("udp 192.168.1.5:1 -> 192.168.1.6:2", Describe(gateway.Forward(Datagram("192.168.1.5:1", "192.168.1.6:2"), gateway.Lan, gateway.Lan)!));
    }

    [Fact]
    public void A_block_is_translated_to_a_block_host_bits_kept()
    {
        using var gateway = new HookBench();
        gateway.Hooks.Nat.OneToOne(InetPrefix.Parse("fd00:1::/64"), InetPrefix.Parse("2001:db8:5::/64"), "wan");
        gateway.Hooks.Nat.OneToOne(InetPrefix.Parse("10.1.0.0/16"), InetPrefix.Parse("100.64.0.0/16"), "wan");
        Assert.Equal("udp [2001:db8:5::1234]:1 -> [2001:db8:9::1]:2", gateway.Out(Datagram("[fd00:1::1234]:1", "[2001:db8:9::1]:2")));
        Assert.Equal("udp [2001:db8:9::1]:2 -> [fd00:1::1234]:1", gateway.In(Datagram("[2001:db8:9::1]:2", "[2001:db8:5::1234]:1")));
        Assert.Equal("udp 100.64.7.9:1 -> 8.8.8.8:2", gateway.Out(Datagram("10.1.7.9:1", "8.8.8.8:2")));
        Assert.Equal("udp 8.8.8.8:99 -> 10.1.7.10:1", gateway.In(Datagram("8.8.8.8:99", "100.64.7.10:1")));
    }

    [Fact]
    public void Redirect_brings_a_connection_to_the_router_itself()
    {
        using var router = new HookBench();
        router.Hooks.Nat.Add(HookPoint.PreRouting, FilterMatch.Udp((ushort)53) with { InInterface = "lan" }, NatTarget.Redirect(5353));
        Assert.Equal("udp 192.168.1.2:4000 -> 192.168.1.1:5353", router.Deliver(Datagram("192.168.1.2:4000", "8.8.8.8:53"), router.Lan));
        Assert.Equal("udp 8.8.8.8:53 -> 192.168.1.2:4000", router.Send(Datagram("192.168.1.1:5353", "192.168.1.2:4000"), router.Lan));
    }

    [Fact]
    public void A_connection_of_the_router_does_not_take_an_inside_hosts_answers()
    {
        using var router = new HookBench();
        router.Hooks.Nat.Masquerade("wan", InetPrefix.Parse("192.168.1.0/24"));
        router.Out(Datagram("192.168.1.2:5000", "198.51.100.10:53"));
        string own = router.Send(Datagram("203.0.113.1:5000", "198.51.100.10:53"), router.Wan)!.Split(' ')[1];
        Assert.NotEqual("203.0.113.1:5000", own);
        Assert.Equal("udp 198.51.100.10:53 -> 203.0.113.1:5000", router.Deliver(Datagram("198.51.100.10:53", own), router.Wan));
    }

    [Fact]
    public void A_UDP_datagram_without_checksum_stays_without()
    {
        using var router = new HookBench();
        router.Hooks.Nat.Masquerade("wan");
        var sent = router.Forward(Datagram("192.168.1.2:5000", "198.51.100.10:53", checksum: false), router.Lan, router.Wan)!;
        Assert.Equal("udp 203.0.113.1:5000 -> 198.51.100.10:53", Describe(sent));
        Assert.Equal(0, sent[26] << 8 | sent[27]);
    }

    [Fact]
    public void Removing_a_one_to_one_mapping_ends_its_connections()
    {
        using var gateway = new HookBench();
        var mapping = gateway.Hooks.Nat.OneToOne(Address("192.168.1.5"), Address("203.0.113.50"));
        gateway.In(Datagram("198.51.100.10:1", "203.0.113.50:2"));
        gateway.Hooks.Nat.Remove(mapping);
        Assert.Equal(0, gateway.Tracker.Count);
        Assert.Equal("udp 198.51.100.10:1 -> 203.0.113.50:2", gateway.In(Datagram("198.51.100.10:1", "203.0.113.50:2")));
    }

    [Fact]
    public void A_rule_at_the_wrong_point_is_refused_with_an_explanation()
    {
        using var router = new HookBench();
        var error = Assert.Throws<ArgumentException>(() => router.Hooks.Nat.Add(HookPoint.PreRouting, FilterMatch.All, NatTarget.Masquerade));
        Assert.Contains("sources at PostRouting", error.Message, StringComparison.Ordinal);
    }
}
