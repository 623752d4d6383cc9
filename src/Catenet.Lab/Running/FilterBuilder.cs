using Catenet.Core;
using Catenet.Kernel;
using Catenet.Kernel.Netfilter;
using Catenet.Lab.Model;
using Catenet.Lab.Planning;
using Catenet.Wire.Internet;
using PortRange = Catenet.Kernel.Netfilter.PortRange;

namespace Catenet.Lab.Running;

/// <summary>Makes a node's filter chains, and the matches that filters, access lists and security groups have in common.</summary>
internal static class FilterBuilder
{
    public static void Build(Host host, PlannedFirewall firewall)
    {
        Add(host, "input", HookPoint.LocalIn, firewall.In);
        Add(host, "output", HookPoint.LocalOut, firewall.Out);
        Add(host, "forward", HookPoint.Forward, firewall.Forward);
    }

    /// <summary>One kernel match for each pair of sender and receiver blocks, and for each family where the protocol's number differs.</summary>
    public static IEnumerable<FilterMatch> Matches(PlannedMatch planned)
    {
        var from = planned.From.Count == 0 ? [null] : planned.From.Select(p => (InetPrefix?)p);
        foreach (var source in from)
        {
            var to = planned.To.Count == 0 ? [null] : planned.To.Select(p => (InetPrefix?)p);
            foreach (var destination in to)
            {
                foreach (var match in ForPeers(planned, source, destination))
                {
                    yield return match;
                }
            }
        }
    }

    private static IEnumerable<FilterMatch> ForPeers(PlannedMatch planned, InetPrefix? source, InetPrefix? destination)
    {
        if (source is { } s && destination is { } d && s.IsIPv4 != d.IsIPv4)
        {
            yield break;
        }

        var match = new FilterMatch
        {
            InInterface = planned.In,
            OutInterface = planned.Out,
            Source = source,
            Destination = destination,
            DestinationPorts = planned.Ports is { } ports ? new PortRange((ushort)ports.First, (ushort)ports.Last) : null,
        };

        // ICMP has a protocol number for each family.
        bool? ipv4 = source?.IsIPv4 ?? destination?.IsIPv4;
        switch (planned.Protocol)
        {
            case RuleProtocol.Icmp:
                if (ipv4 != false)
                {
                    yield return match with { Protocol = IpProtocol.Icmp, IPv6 = false };
                }

                if (ipv4 != true)
                {
                    yield return match with { Protocol = IpProtocol.IcmpV6, IPv6 = true };
                }

                break;
            case RuleProtocol.Tcp:
                yield return match with { Protocol = IpProtocol.Tcp };
                break;
            case RuleProtocol.Udp:
                yield return match with { Protocol = IpProtocol.Udp };
                break;
            default:
                yield return match;
                break;
        }
    }

    private static void Add(Host host, string name, HookPoint point, PlannedChain? planned)
    {
        if (planned is null)
        {
            return;
        }

        var chain = host.Netfilter.AddChain(name, point, Action(planned.Policy));
        if (planned.Stateful)
        {
            host.Netfilter.EnableTracking();
            chain.Add(FilterMatch.State(ConnectionStates.Established | ConnectionStates.Related), RuleAction.Accept, "answers");
        }

        if (planned.Policy != FilterVerdict.Allow)
        {
            // Without neighbour discovery IPv6 has no link addresses; a filter that drops all else must let it pass (RFC 4890 4.4.1).
            foreach (byte type in NeighbourDiscovery)
            {
                chain.Add(FilterMatch.IcmpV6(type), RuleAction.Accept, "neighbour discovery");
            }
        }

        foreach (var rule in planned.Rules)
        {
            foreach (var match in Matches(rule.Match))
            {
                chain.Add(match, Action(rule.Verdict), rule.Text);
            }
        }
    }

    private static ReadOnlySpan<byte> NeighbourDiscovery => [IcmpV6Type.RouterSolicitation, IcmpV6Type.RouterAdvertisement, IcmpV6Type.NeighbourSolicitation, IcmpV6Type.NeighbourAdvertisement];

    private static RuleAction Action(FilterVerdict verdict) => verdict switch
    {
        FilterVerdict.Allow => RuleAction.Accept,
        FilterVerdict.Reject => RuleAction.Reject(),
        _ => RuleAction.Drop,
    };
}
