using Catenet.Core;
using Catenet.Lab.Model;

namespace Catenet.Lab.Planning;

/// <summary>Resolves the names in rules, and writes out what presets stand for.</summary>
internal sealed class RulePlanner(LabPlan skeleton)
{
    public PlannedFirewall? FirewallOf(PlannedNode node, Node? written)
    {
        var home = written?.Preset == RouterPreset.Home ? HomeFirewall(node, NatOf(node, written)) : null;
        if (written?.Firewall is not { } firewall)
        {
            return home;
        }

        return new PlannedFirewall(
            Chain(node, firewall.In) ?? home?.In,
            Chain(node, firewall.Out) ?? home?.Out,
            Chain(node, firewall.Forward) ?? home?.Forward);
    }

    public IReadOnlyList<PlannedNat> NatOf(PlannedNode node, Node? written)
    {
        if (written is null)
        {
            return [];
        }

        var rules = new List<PlannedNat>();
        foreach (var rule in written.Nat)
        {
            bool four = rule.Outside?.IsIPv4 ?? true;
            var target = rule.Target is null ? null : rule.Target.Address ?? skeleton.AddressOf(rule.Target.Name!, rule.Kind == NatKind.Map ? four : null, node.Name);
            rules.Add(new PlannedNat(rule.Kind, Match(node, rule.Match), target, rule.TargetPort, rule.Outside, rule.ToString()));
        }

        if (written.Preset is RouterPreset.Home or RouterPreset.Nat)
        {
            rules.Add(new PlannedNat(NatKind.Masquerade, new PlannedMatch { Out = "wan" }, null, null, null, "masquerade out wan"));
        }

        return rules;
    }

    /// <summary>From the home everything may begin, from outside nothing but ping and what is forwarded; answers pass (RFC 6092's simple security).</summary>
    private static PlannedFirewall HomeFirewall(PlannedNode node, IReadOnlyList<PlannedNat> nat)
    {
        var inside = node.Interfaces.Where(i => i.Name != "wan")
            .Select(i => new PlannedRule(FilterVerdict.Allow, new PlannedMatch { In = i.Name }, $"allow all in {i.Name}")).ToList();
        var ping = new PlannedRule(FilterVerdict.Allow, new PlannedMatch { Protocol = RuleProtocol.Icmp }, "allow icmp");
        return new PlannedFirewall(
            new PlannedChain(FilterVerdict.Drop, Stateful: true, [.. inside, ping]),
            null,
            new PlannedChain(FilterVerdict.Drop, Stateful: true, [.. inside, .. nat.Where(n => n.Target is not null).Select(AllowForwarded)]));
    }

    /// <summary>The filter sees packets after their receiver was translated.</summary>
    private static PlannedRule AllowForwarded(PlannedNat rule)
    {
        var target = rule.Target!.Value;
        var ports = rule.TargetPort is { } port ? new PortRange(port, port) : rule.Match.Ports;
        var match = new PlannedMatch { Protocol = rule.Match.Protocol, Ports = ports, To = [new InetPrefix(target, target.Bits)] };
        return new PlannedRule(FilterVerdict.Allow, match, $"allow what is forwarded: {rule.Text}");
    }

    private PlannedChain? Chain(PlannedNode node, FilterChain? chain) => chain is null ? null
        : new PlannedChain(chain.Policy, chain.Stateful, [.. chain.Rules.Select(r => new PlannedRule(r.Verdict, Match(node, r.Match), r.ToString()))]) { ClampMss = chain.ClampMss };

    private PlannedMatch Match(PlannedNode node, PacketMatch match) => new()
    {
        Protocol = match.Protocol,
        Ports = match.Ports,
        From = Peers(node, match.From),
        To = Peers(node, match.To),
        In = match.In,
        Out = match.Out,
    };

    /// <summary>A name in a node's rule means all addresses of that node, its public one too.</summary>
    private IReadOnlyList<InetPrefix> Peers(PlannedNode node, RulePeer peer)
    {
        if (peer.Name is not { } name)
        {
            return peer.Prefix is { } prefix ? [prefix] : [];
        }

        var owner = skeleton.Node(name);
        var own = owner?.Interfaces.SelectMany(i => i.Addresses).Select(a => a.Address) ?? [];
        var seen = new[] { skeleton.AddressOf(name, true, node.Name), skeleton.AddressOf(name, false, node.Name) }.OfType<InetAddress>();
        return [.. own.Concat(seen).Distinct().Select(a => new InetPrefix(a, a.Bits))];
    }

    /// <summary>An access list's rules by number.</summary>
    public static IReadOnlyList<PlannedNaclRule> NaclRules(ValueList<NaclRule>? rules) =>
        [.. (rules ?? []).OrderBy(r => r.Number).Select(r => new PlannedNaclRule(r.Number, r.Allow, Plain(r.Match, p => p.Prefix is { } x ? [x] : []), r.ToString()))];

    /// <summary>An instance's groups; a group's name in a rule means the addresses of its members.</summary>
    public static IReadOnlyList<PlannedGroup>? GroupsOf(Cloud cloud, Instance instance, IReadOnlyDictionary<string, Port> ports)
    {
        if (instance.SecurityGroups.Count == 0)
        {
            return null;
        }

        IReadOnlyList<InetPrefix> Members(RulePeer peer)
        {
            if (peer.Name is not { } name)
            {
                return peer.Prefix is { } prefix ? [prefix] : [];
            }

            var addresses = cloud.Instances.Where(i => i.SecurityGroups.Contains(name))
                .SelectMany(i => new[] { ports[i.Name].Address(true), ports[i.Name].Address(false) }).OfType<InetAddress>();
            var members = addresses.Select(a => new InetPrefix(a, a.Bits)).ToList();

            // A group without members lets nobody in: an empty list would mean anybody.
            return members.Count > 0 ? members : [new InetPrefix(InetAddress.AnyIPv6, 128)];
        }

        return [.. instance.SecurityGroups.Select(g => cloud.SecurityGroups.First(s => s.Name == g)).Select(g => new PlannedGroup(
            g.Name, [.. g.In.Select(m => Plain(m, Members))], g.Out is null ? null : [.. g.Out.Select(m => Plain(m, Members))]))];
    }

    private static PlannedMatch Plain(PacketMatch match, Func<RulePeer, IReadOnlyList<InetPrefix>> peers) => new()
    {
        Protocol = match.Protocol,
        Ports = match.Ports,
        From = peers(match.From),
        To = peers(match.To),
    };
}
