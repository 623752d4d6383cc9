using Catenet.Core;
using Catenet.Wire.Internet;

namespace Catenet.Kernel.Netfilter;

/// <summary>Chains as people know them: a home router's firewall, a cloud's network ACLs and security groups.</summary>
public static class FilterPresets
{
    /// <summary>Protects a router and what is behind it: from outside come answers, pings to the router, and what a port forwarding lets in.</summary>
    /// <param name="hooks">The router's hooks.</param>
    /// <param name="outside">The device towards the outside.</param>
    public static void AddRouterFirewall(this NetfilterHooks hooks, string outside)
    {
        var fromOutside = new FilterMatch { InInterface = outside };
        var known = FilterMatch.State(ConnectionStates.Established | ConnectionStates.Related);
        var invalid = FilterMatch.State(ConnectionStates.Invalid);

        var input = hooks.AddChain("input", HookPoint.LocalIn);
        input.Add(known, RuleAction.Accept);
        input.Add(FilterMatch.State(ConnectionStates.Untracked), RuleAction.Accept, "neighbour discovery");
        input.Add(invalid with { InInterface = outside }, RuleAction.Drop);
        input.Add(FilterMatch.Icmp(IcmpType.EchoRequest), RuleAction.Accept);
        input.Add(FilterMatch.IcmpV6(IcmpV6Type.EchoRequest), RuleAction.Accept);
        input.Add(FilterMatch.Udp((ushort)68) with { InInterface = outside }, RuleAction.Accept, "answers of a DHCP server");
        input.Add(FilterMatch.Udp((ushort)546) with { InInterface = outside }, RuleAction.Accept, "answers of a DHCPv6 server");
        input.Add(fromOutside, RuleAction.Drop, "nobody outside may call");

        var forward = hooks.AddChain("forward", HookPoint.Forward);
        forward.Add(known, RuleAction.Accept);
        forward.Add(invalid, RuleAction.Drop, "or it would pass untranslated");
        forward.Add(fromOutside with { DestinationTranslated = true }, RuleAction.Accept, "port forwardings");
        forward.Add(fromOutside, RuleAction.Drop, "nobody outside may call");
    }

    /// <summary>Makes a network ACL to be jumped to: numbered rules, each way on its own, and what none of them allows is denied.</summary>
    /// <param name="hooks">The hooks of the host that stands for the subnet's edge.</param>
    /// <param name="name">The chain's name: <c>nacl/web/in</c>.</param>
    public static FilterChain AddNetworkAcl(this NetfilterHooks hooks, string name) =>
        hooks.AddChain(name, RuleAction.Drop, DropReason.NetworkAclDeny);

    /// <summary>Makes a security group to be jumped to: rules that allow, answers pass by themselves, everything else is denied.</summary>
    /// <param name="hooks">The hooks of the host that stands for the interface's edge.</param>
    /// <param name="name">The chain's name: <c>sg/web/in</c>.</param>
    /// <param name="isLast">
    /// Whether the packet is refused if this group does not allow it. False if the interface has more groups: jump to them
    /// in turn, the last one refusing.
    /// </param>
    public static FilterChain AddSecurityGroup(this NetfilterHooks hooks, string name, bool isLast = true)
    {
        var chain = hooks.AddChain(name, isLast ? RuleAction.Drop : null, DropReason.SecurityGroupDeny);
        chain.Add(FilterMatch.State(ConnectionStates.Established | ConnectionStates.Related), RuleAction.Accept);
        return chain;
    }
}
