using Catenet.Core;
using Catenet.Kernel.Netfilter;
using Catenet.Wire.Internet;
using Catenet.Wire.Transport;
using static Catenet.Kernel.Tests.Netfilter.TestPacket;

namespace Catenet.Kernel.Tests.Netfilter;

public class FilterPresetTests
{
    private const string Web = "192.168.1.5:443";
    private const string Browser = "198.51.100.10:50000";

    [Fact]
    public void A_home_router_lets_in_answers_and_forwarded_ports_only()
    {
        using var router = new HookBench();
        router.Hooks.Nat.Masquerade("wan");
        router.Hooks.Nat.PortForward(IpProtocol.Tcp, Endpoint("203.0.113.1:8443"), Endpoint(Web));
        router.Hooks.AddRouterFirewall("wan");

        Assert.NotNull(router.In(Segment(Browser, "203.0.113.1:8443", TcpFlags.Syn)));
        Assert.Null(router.In(Segment(Browser, "192.168.1.5:22", TcpFlags.Syn)));
        Assert.Null(router.Deliver(Segment(Browser, "203.0.113.1:22", TcpFlags.Syn), router.Wan));
        Assert.NotNull(router.Deliver(Segment("192.168.1.2:5", "192.168.1.1:22", TcpFlags.Syn), router.Lan));
        Assert.NotNull(router.Deliver(Echo("198.51.100.10", "203.0.113.1", 7), router.Wan));
        Assert.NotNull(router.Out(Datagram("192.168.1.2:5", "198.51.100.10:53")));
        Assert.NotNull(router.In(Datagram("198.51.100.10:53", "203.0.113.1:5")));
        Assert.Null(router.Out(Segment("192.168.1.2:5", "198.51.100.10:53", TcpFlags.Rst)));
    }

    [Fact]
    public void A_network_ACL_and_a_security_group_stand_one_behind_the_other()
    {
        using var edge = new HookBench();
        var acl = edge.Hooks.AddNetworkAcl("nacl/web/in");
        var aclOut = edge.Hooks.AddNetworkAcl("nacl/web/out");
        var group = edge.Hooks.AddSecurityGroup("sg/web/in");
        var subnet = edge.Hooks.AddChain("subnets", HookPoint.Forward);
        subnet.Add(new FilterMatch { OutInterface = "lan" }, RuleAction.Jump(acl));
        subnet.Add(new FilterMatch { InInterface = "lan" }, RuleAction.Jump(aclOut));
        edge.Hooks.AddChain("interfaces", HookPoint.Forward, priority: HookPriority.Security)
            .Add(new FilterMatch { OutInterface = "lan" }, RuleAction.Jump(group));
        acl.Add(100, FilterMatch.Tcp(), RuleAction.Accept);
        aclOut.Add(100, FilterMatch.Tcp(PortRange.Ephemeral), RuleAction.Accept);
        group.Add(FilterMatch.Tcp((ushort)443), RuleAction.Accept);

        Assert.NotNull(edge.In(Segment(Browser, Web, TcpFlags.Syn)));
        Assert.NotNull(edge.Out(Segment(Web, Browser, TcpFlags.Syn | TcpFlags.Ack, 1, 1001)));
        Assert.Null(edge.In(Segment(Browser, "192.168.1.5:22", TcpFlags.Syn)));
        Assert.Equal(DropReason.SecurityGroupDeny, edge.LastDrop);
        Assert.Null(edge.In(Datagram(Browser, Web)));
        Assert.Equal(DropReason.NetworkAclDeny, edge.LastDrop);
        Assert.Equal("chain nacl/web/in (policy drop)", acl.ToString());
        Assert.Equal("nacl/web/in rule 100: meta l4proto tcp accept", acl.Rules[0].ToString());
    }

    [Fact]
    public void Several_security_groups_allow_what_any_of_them_allows()
    {
        using var edge = new HookBench();
        var web = edge.Hooks.AddSecurityGroup("sg/web", isLast: false);
        var ssh = edge.Hooks.AddSecurityGroup("sg/ssh");
        var chain = edge.Hooks.AddChain("interfaces", HookPoint.Forward, priority: HookPriority.Security);
        chain.Add(FilterMatch.All, RuleAction.Jump(web));
        chain.Add(FilterMatch.All, RuleAction.Jump(ssh));
        web.Add(FilterMatch.Tcp((ushort)443), RuleAction.Accept);
        ssh.Add(FilterMatch.Tcp((ushort)22), RuleAction.Accept);
        Assert.NotNull(edge.In(Segment(Browser, "192.168.1.5:443", TcpFlags.Syn)));
        Assert.NotNull(edge.In(Segment(Browser, "192.168.1.5:22", TcpFlags.Syn)));
        Assert.Null(edge.In(Segment(Browser, "192.168.1.5:25", TcpFlags.Syn)));
    }
}
