using Catenet.Core;
using Catenet.Kernel.Netfilter;
using Catenet.Wire.Internet;
using Catenet.Wire.Transport;
using static Catenet.Kernel.Tests.Netfilter.TestPacket;

namespace Catenet.Kernel.Tests.Netfilter;

public class FilterTests
{
    private const string Client = "192.168.1.2:49152";
    private const string Server = "198.51.100.10:443";

    [Fact]
    public void A_stateless_firewall_needs_a_rule_for_the_answers_too()
    {
        using var router = new HookBench();
        var acl = router.Hooks.AddChain("nacl/web", HookPoint.Forward, RuleAction.Drop, reason: DropReason.NetworkAclDeny);
        acl.Add(100, FilterMatch.Tcp((ushort)443) with { OutInterface = "wan" }, RuleAction.Accept);
        Assert.NotNull(router.Out(Segment(Client, Server, TcpFlags.Syn)));
        Assert.Null(router.In(Segment(Server, Client, TcpFlags.Syn | TcpFlags.Ack, 1, 1001)));
        Assert.Equal(DropReason.NetworkAclDeny, router.LastDrop);

        acl.Add(110, FilterMatch.Tcp(PortRange.Ephemeral) with { InInterface = "wan" }, RuleAction.Accept);
        Assert.NotNull(router.In(Segment(Server, Client, TcpFlags.Syn | TcpFlags.Ack, 1, 1001)));
        Assert.Null(router.Hooks.Tracker);
    }

    [Fact]
    public void A_stateful_firewall_lets_answers_back_by_itself()
    {
        using var router = new HookBench();
        var group = router.Hooks.AddChain("sg/web", HookPoint.Forward, RuleAction.Drop, HookPriority.Security, DropReason.SecurityGroupDeny);
        group.Add(FilterMatch.State(ConnectionStates.Established | ConnectionStates.Related), RuleAction.Accept);
        group.Add(FilterMatch.Tcp((ushort)443) with { OutInterface = "wan" }, RuleAction.Accept);
        Assert.NotNull(router.Out(Segment(Client, Server, TcpFlags.Syn)));
        Assert.NotNull(router.In(Segment(Server, Client, TcpFlags.Syn | TcpFlags.Ack, 1, 1001)));
        Assert.Null(router.In(Segment("198.51.100.11:443", Client, TcpFlags.Syn)));
        Assert.Equal(DropReason.SecurityGroupDeny, router.LastDrop);
    }

    [Fact]
    public void Numbered_rules_are_asked_in_the_order_of_their_numbers()
    {
        using var router = new HookBench();
        var acl = router.Hooks.AddChain("nacl", HookPoint.Forward, RuleAction.Drop);
        acl.Add(200, FilterMatch.All, RuleAction.Accept);
        acl.Add(100, FilterMatch.Udp((ushort)53), RuleAction.Drop);
        Assert.Null(router.Out(Datagram(Client, "198.51.100.10:53")));
        Assert.NotNull(router.Out(Datagram(Client, "198.51.100.10:54")));
        Assert.Throws<ArgumentException>(() => acl.Add(100, FilterMatch.All, RuleAction.Accept));
        Assert.Equal([100, 200], acl.Rules.Select(r => r.Number));
        Assert.True(acl.Remove(acl.Rules[0]));
        Assert.NotNull(router.Out(Datagram(Client, "198.51.100.10:53")));
    }

    public static TheoryData<string, bool> Matches => new()
    {
        { "source 192.168.1.0/24", true },
        { "source 192.168.2.0/24", false },
        { "source 0.0.0.0/0", true },
        { "source ::/0", false },
        { "destination 198.51.100.10/32", true },
        { "destination 198.51.100.11/32", false },
        { "in lan", true },
        { "in la*", true },
        { "in wan", false },
        { "out wan", true },
        { "udp", false },
        { "tcp", true },
        { "sport 49152", true },
        { "dport 400-500", true },
        { "dport 444", false },
        { "syn", true },
        { "ack", false },
        { "icmp type 8", false },
        { "ipv6", false },
        { "ipv4", true },
        { "mark 7", false },
        { "new", true },
        { "established", false },
    };

    [Theory]
    [MemberData(nameof(Matches))]
    public void A_rule_matches_what_it_says(string text, bool expected)
    {
        using var router = new HookBench();
        var rule = router.Hooks.AddChain("forward", HookPoint.Forward).Add(Parse(text), RuleAction.Continue);
        Assert.NotNull(router.Out(Segment(Client, Server, TcpFlags.Syn)));
        Assert.Equal(expected ? 1 : 0, rule.Packets);
        Assert.Equal(expected ? 40 : 0, rule.Octets);
    }

    [Fact]
    public void IPv6_is_matched_by_the_same_rules()
    {
        using var router = new HookBench();
        var chain = router.Hooks.AddChain("forward", HookPoint.Forward, RuleAction.Drop);
        chain.Add(FilterMatch.Tcp((ushort)443) with { Source = InetPrefix.Parse("fd00:1::/64") }, RuleAction.Accept);
        chain.Add(FilterMatch.IcmpV6(IcmpV6Type.EchoRequest), RuleAction.Accept);
        Assert.NotNull(router.Out(Segment("[fd00:1::2]:1", "[2001:db8:9::1]:443", TcpFlags.Syn)));
        Assert.NotNull(router.Out(Echo("fd00:1::2", "2001:db8:9::1", 7)));
        Assert.Null(router.Out(Segment("[fd00:2::2]:1", "[2001:db8:9::1]:443", TcpFlags.Syn)));
        Assert.Null(router.Out(Segment(Client, Server, TcpFlags.Syn)));
    }

    [Fact]
    public void Jumps_return_marks_and_accepts_work_together()
    {
        using var router = new HookBench();
        var web = router.Hooks.AddChain("web");
        web.Add(FilterMatch.Tcp((ushort)8443), RuleAction.Return);
        web.Add(FilterMatch.Tcp((ushort)443), RuleAction.Accept);
        web.Add(FilterMatch.Tcp(), RuleAction.Drop);
        var forward = router.Hooks.AddChain("forward", HookPoint.Forward);
        forward.Add(FilterMatch.All, RuleAction.Jump(web));
        forward.Add(FilterMatch.All, RuleAction.SetMark(9));
        var marked = router.Hooks.AddChain("post", HookPoint.PostRouting).Add(new FilterMatch { Mark = 9 }, RuleAction.Continue);

        Assert.NotNull(router.Out(Segment(Client, "198.51.100.10:443", TcpFlags.Syn)));
        Assert.Equal(0, marked.Packets);
        Assert.NotNull(router.Out(Segment(Client, "198.51.100.10:8443", TcpFlags.Syn)));
        Assert.Equal(1, marked.Packets);
        Assert.Null(router.Out(Segment(Client, "198.51.100.10:22", TcpFlags.Syn)));
        Assert.Throws<ArgumentException>(() => web.Add(FilterMatch.All, RuleAction.Jump(forward)));
        Assert.Throws<InvalidOperationException>(() => router.Hooks.RemoveChain(web));
    }

    [Fact]
    public void A_rate_limit_matches_a_burst_and_then_the_rate()
    {
        using var router = new HookBench();
        var chain = router.Hooks.AddChain("forward", HookPoint.Forward, RuleAction.Drop);
        chain.Add(FilterMatch.All with { Limit = new RateLimit(2, Duration.FromSeconds(1), 3) }, RuleAction.Accept);
        Assert.Equal(3, Sent(10));
        router.Wait(0.5);
        Assert.Equal(1, Sent(10));
        router.Wait(100);
        Assert.Equal(3, Sent(10));

        int Sent(int count) => Enumerable.Range(0, count).Count(_ => router.Out(Datagram(Client, Server)) is not null);
    }

    [Fact]
    public void Later_fragments_match_addresses_but_no_ports()
    {
        using var router = new HookBench();
        var chain = router.Hooks.AddChain("forward", HookPoint.Forward, RuleAction.Drop);
        var byPort = chain.Add(FilterMatch.Udp((ushort)443), RuleAction.Drop);
        var byAddress = chain.Add(new FilterMatch { Source = InetPrefix.Parse("192.168.1.0/24"), LaterFragment = true }, RuleAction.Accept);
        var packet = Datagram(Client, Server, new byte[40]);
        IPv4View.SetFlagsAndOffset(packet, 3);
        Assert.NotNull(router.Forward(packet, router.Lan, router.Wan));
        Assert.Equal((0, 1), (byPort.Packets, byAddress.Packets));
    }

    [Fact]
    public void Rules_read_as_nftables_prints_them()
    {
        using var router = new HookBench();
        var input = router.Hooks.AddChain("input", HookPoint.LocalIn, RuleAction.Drop);
        input.Add(FilterMatch.State(ConnectionStates.Established | ConnectionStates.Related), RuleAction.Accept);
        var ssh = input.Add(FilterMatch.Tcp((ushort)22) with { InInterface = "lan", Source = InetPrefix.Parse("192.168.1.0/24") }, RuleAction.Accept, "ssh from home");
        input.Add(FilterMatch.Tcp() with { TcpFlagsMask = TcpFlags.Syn | TcpFlags.Ack, TcpFlagsSet = TcpFlags.Syn }, RuleAction.Reject(RejectKind.TcpReset));
        router.Hooks.Nat.Masquerade("wan");
        Assert.Equal("""
            table inet filter {
            	chain input {
            		type filter hook localin priority 0; policy drop;
            		ct state established,related counter packets 0 bytes 0 accept # handle 1
            		iifname "lan" ip saddr 192.168.1.0/24 tcp dport 22 counter packets 0 bytes 0 accept comment "ssh from home" # handle 2
            		tcp flags & (syn | ack) == syn counter packets 0 bytes 0 reject with tcp reset # handle 3
            	}
            }
            table inet nat {
            	nat postrouting rule 1: oifname "wan" masquerade
            }

            """.ReplaceLineEndings("\n"), router.Hooks.ToString());
        Assert.Equal("input rule 2: iifname \"lan\" ip saddr 192.168.1.0/24 tcp dport 22 accept (ssh from home)", ssh.ToString());
        Assert.Equal("chain input (policy drop)", input.ToString());
    }

    private static FilterMatch Parse(string text)
    {
        string[] words = text.Split(' ');
        return words[0] switch
        {
            "source" => new FilterMatch { Source = InetPrefix.Parse(words[1]) },
            "destination" => new FilterMatch { Destination = InetPrefix.Parse(words[1]) },
            "in" => new FilterMatch { InInterface = words[1] },
            "out" => new FilterMatch { OutInterface = words[1] },
            "udp" => FilterMatch.Udp(),
            "tcp" => FilterMatch.Tcp(),
            "sport" => new FilterMatch { SourcePorts = (ushort)49152 },
            "dport" => new FilterMatch { DestinationPorts = words[1] == "444" ? (ushort)444 : new PortRange(400, 500) },
            "syn" => new FilterMatch { TcpFlagsMask = TcpFlags.Syn | TcpFlags.Ack, TcpFlagsSet = TcpFlags.Syn },
            "ack" => new FilterMatch { TcpFlagsMask = TcpFlags.Ack, TcpFlagsSet = TcpFlags.Ack },
            "icmp" => FilterMatch.Icmp(8),
            "ipv6" => new FilterMatch { IPv6 = true },
            "ipv4" => new FilterMatch { IPv6 = false },
            "mark" => new FilterMatch { Mark = 7 },
            "new" => FilterMatch.State(ConnectionStates.New),
            _ => FilterMatch.State(ConnectionStates.Established),
        };
    }
}
