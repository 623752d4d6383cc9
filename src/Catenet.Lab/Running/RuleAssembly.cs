using Catenet.Core;
using Catenet.Kernel;
using Catenet.Kernel.Netfilter;
using Catenet.Lab.Model;
using Catenet.Lab.Planning;
using Catenet.Wire.Internet;
using Catenet.Wire.Transport;
using FilterChain = Catenet.Kernel.Netfilter.FilterChain;
using PortRange = Catenet.Kernel.Netfilter.PortRange;

namespace Catenet.Lab.Running;

/// <summary>Puts a planned node's filter and translation rules into its kernel's hooks.</summary>
internal static class RuleAssembly
{
    public static void Install(Host host, PlannedNode node)
    {
        AddChain(host, "input", HookPoint.LocalIn, node.Firewall?.In);
        AddChain(host, "output", HookPoint.LocalOut, node.Firewall?.Out);
        AddChain(host, "forward", HookPoint.Forward, node.Firewall?.Forward);
        foreach (var rule in node.Nat)
        {
            AddTranslation(host, node, rule);
        }
    }

    /// <summary>All that a planned match stands for: one match for each family, sender and receiver.</summary>
    public static IEnumerable<FilterMatch> Matches(PlannedMatch planned)
    {
        IEnumerable<FilterMatch> kinds = planned.Protocol switch
        {
            RuleProtocol.Tcp => [FilterMatch.Tcp(Ports(planned.Ports))],
            RuleProtocol.Udp => [FilterMatch.Udp(Ports(planned.Ports))],
            RuleProtocol.Icmp => [FilterMatch.Icmp(), FilterMatch.IcmpV6()],
            _ => [FilterMatch.All],
        };
        foreach (var kind in kinds)
        {
            foreach (var from in OrAnybody(planned.From))
            {
                foreach (var to in OrAnybody(planned.To))
                {
                    bool mixed = from is { } f && to is { } t && f.IsIPv4 != t.IsIPv4;
                    bool foreign = kind.IPv6 is { } six && ((from ?? to)?.IsIPv4 == six);
                    if (!mixed && !foreign)
                    {
                        yield return kind with { Source = from, Destination = to, InInterface = planned.In, OutInterface = planned.Out };
                    }
                }
            }
        }
    }

    private static void AddChain(Host host, string name, HookPoint point, PlannedChain? planned)
    {
        if (planned is null)
        {
            return;
        }

        var policy = planned.Policy switch
        {
            FilterVerdict.Allow => RuleAction.Accept,
            FilterVerdict.Drop => RuleAction.Drop,
            _ => RuleAction.Reject(RejectKind.AdminProhibited),
        };
        var chain = host.Netfilter.AddChain(name, point, policy);
        if (planned.ClampMss)
        {
            chain.Add(FilterMatch.Tcp() with { TcpFlagsMask = TcpFlags.Syn | TcpFlags.Rst, TcpFlagsSet = TcpFlags.Syn }, RuleAction.ClampMss, "clamp-mss");
        }

        if (planned.Stateful)
        {
            chain.Add(FilterMatch.State(ConnectionStates.Established | ConnectionStates.Related), RuleAction.Accept, "answers");
            chain.Add(FilterMatch.State(ConnectionStates.Untracked), RuleAction.Accept, "neighbour discovery");
            if (point == HookPoint.LocalIn)
            {
                chain.Add(new FilterMatch { InInterface = "lo" }, RuleAction.Accept, "the node itself");
            }
        }

        foreach (var rule in planned.Rules)
        {
            AddRule(chain, rule.Verdict, rule.Match, rule.Text);
        }

        if (planned.Policy == FilterVerdict.Reject)
        {
            chain.Add(FilterMatch.Tcp(), RuleAction.Reject(RejectKind.TcpReset), "policy");
        }
    }

    private static void AddRule(FilterChain chain, FilterVerdict verdict, PlannedMatch planned, string text)
    {
        foreach (var match in Matches(planned))
        {
            if (verdict == FilterVerdict.Reject && match.Protocol is null)
            {
                chain.Add(match with { Protocol = IpProtocol.Tcp }, RuleAction.Reject(RejectKind.TcpReset), text);
            }

            chain.Add(match, verdict switch
            {
                FilterVerdict.Allow => RuleAction.Accept,
                FilterVerdict.Drop => RuleAction.Drop,
                _ => RuleAction.Reject(match.Protocol == IpProtocol.Tcp ? RejectKind.TcpReset : RejectKind.AdminProhibited),
            }, text);
        }
    }

    private static void AddTranslation(Host host, PlannedNode node, PlannedNat rule)
    {
        var nat = host.Netfilter.Nat;
        switch (rule.Kind)
        {
            case NatKind.Masquerade:
                foreach (var match in Matches(rule.Match))
                {
                    // Unless the rule names IPv6 senders, IPv6 passes as it is: it needs no translation.
                    nat.Add(HookPoint.PostRouting, match.Source is null ? match with { IPv6 = false } : match, NatTarget.Masquerade, rule.Text);
                }

                break;
            case NatKind.Map:
                string? device = node.Interfaces.FirstOrDefault(i => i.Addresses.Any(a => a.Subnet.Contains(rule.Outside!.Value)))?.Name;
                nat.OneToOne(rule.Target!.Value, rule.Outside!.Value, device);
                break;
            default:
                AddForward(nat, node, rule);
                break;
        }
    }

    /// <summary>Forwards ports of the node's own addresses: what passes through to others is none of its business.</summary>
    private static void AddForward(NatTable nat, PlannedNode node, PlannedNat rule)
    {
        var target = rule.Target!.Value;
        var ports = rule.Match.Ports!.Value;
        byte protocol = rule.Match.Protocol == RuleProtocol.Tcp ? IpProtocol.Tcp : IpProtocol.Udp;
        var inside = node.Interfaces.SelectMany(i => i.Addresses).Where(a => a.Subnet.Contains(target)).Select(a => (InetPrefix?)a.Subnet).FirstOrDefault();
        var outside = node.Interfaces.Where(i => rule.Match.In is null || i.Name == rule.Match.In)
            .SelectMany(i => i.Addresses).Select(a => a.Address).Where(a => a.IsIPv4 == target.IsIPv4 && inside?.Contains(a) != true);
        foreach (var address in outside)
        {
            for (int port = ports.First; port <= ports.Last; port++)
            {
                var endpoint = new InetEndpoint(target, (ushort)(rule.TargetPort ?? port));
                nat.PortForward(protocol, new InetEndpoint(address, (ushort)port), endpoint, inside, rule.Text);
            }
        }
    }

    private static PortRange? Ports(Model.PortRange? ports) => ports is { } p ? new PortRange((ushort)p.First, (ushort)p.Last) : null;

    private static IEnumerable<InetPrefix?> OrAnybody(IReadOnlyList<InetPrefix> prefixes) => prefixes.Count == 0 ? [null] : prefixes.Select(p => (InetPrefix?)p);
}
