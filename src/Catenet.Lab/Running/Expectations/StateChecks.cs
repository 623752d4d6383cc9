using Catenet.Core;
using Catenet.Fabric.Switching;
using Catenet.Kernel.Neighbours;
using Catenet.Lab.Model;
using Catenet.Wire.Internet;
using SwitchDecision = Catenet.Fabric.Switching.SwitchDecision;

namespace Catenet.Lab.Running.Expectations;

/// <summary>Holds tables of hosts and switches, and what was logged, against what was expected.</summary>
internal sealed class StateChecks(LabWorld network, RunLog log)
{
    public Verdict Check(Expectation expectation) => expectation switch
    {
        NeighbourExpectation neighbour => CheckNeighbour(neighbour),
        LearnedExpectation learned => CheckLearned(learned),
        SwitchedExpectation switched => CheckSwitched(switched),
        NatExpectation nat => CheckNat(nat),
        TcpStatesExpectation states => CheckStates(states),
        DropsExpectation drops => CheckDrops(drops),
        _ => throw new InvalidOperationException($"There is no check for {expectation.GetType().Name}."),
    };

    private Verdict CheckNeighbour(NeighbourExpectation expected)
    {
        var host = network.Hosts[expected.On];
        var address = expected.Target.Address ?? network.Plan.AddressOf(expected.Target.Name!, !expected.IPv6, expected.On);
        var entry = address is { } a ? host.Neighbours.All.FirstOrDefault(n => n.Address == a) : null;
        bool absent = expected.States.Contains("none", StringComparer.OrdinalIgnoreCase);
        if (entry is null || entry.State == NeighbourState.None)
        {
            return new Verdict(absent, $"{expected.On} has no entry for {address?.ToString() ?? expected.Target.ToString()}");
        }

        bool state = expected.States.Count == 0
            ? entry.State is not (NeighbourState.Incomplete or NeighbourState.Failed)
            : expected.States.Any(s => string.Equals(s, entry.State.ToString(), StringComparison.OrdinalIgnoreCase));
        bool mac = expected.Mac is null || string.Equals(expected.Mac, entry.Mac.ToString(), StringComparison.OrdinalIgnoreCase);
        return new Verdict(state && mac, entry.ToString()!);
    }

    private Verdict CheckLearned(LearnedExpectation expected)
    {
        var box = network.Switches[expected.On];
        var stations = box.Stations.ToList();
        string seen = stations.Count == 0 ? $"{expected.On} knows nobody" : string.Join(", ", stations);
        foreach (var (node, port) in expected.Ports)
        {
            var macs = network.Plan.Node(node)!.Interfaces.Select(i => i.Mac).ToHashSet();
            var found = stations.Where(s => macs.Contains(s.Address)).ToList();
            if (port is null ? found.Count > 0 : !found.Exists(s => s.Port.Name == port))
            {
                return new Verdict(false, seen);
            }
        }

        return new Verdict(true, seen);
    }

    private Verdict CheckSwitched(SwitchedExpectation expected)
    {
        var box = network.Switches[expected.On];
        (string Name, CountRange? Range, SwitchDecision Decision)[] counts =
        [
            ("forwarded", expected.Forwarded, SwitchDecision.Forward),
            ("flooded", expected.Flooded, SwitchDecision.Flood),
            ("filtered", expected.Filtered, SwitchDecision.Filter),
            ("broadcast", expected.Broadcast, SwitchDecision.Broadcast),
        ];
        string seen = string.Join(", ", counts.Select(c => $"{box.Count(c.Decision)} {c.Name}"));
        return new Verdict(counts.All(c => c.Range is not { } range || range.Contains(box.Count(c.Decision))), seen);
    }

    private Verdict CheckNat(NatExpectation expected)
    {
        var tracker = network.Hosts[expected.On].Netfilter.Tracker;
        var from = Address(expected.From);
        var to = Address(expected.To);
        byte? protocol = expected.Protocol switch
        {
            RuleProtocol.Tcp => IpProtocol.Tcp,
            RuleProtocol.Udp => IpProtocol.Udp,
            RuleProtocol.Icmp => IpProtocol.Icmp,
            _ => null,
        };
        var connections = tracker?.Connections ?? [];
        var match = connections.FirstOrDefault(c => (protocol is null || c.Protocol == protocol) &&
            c.Original.Tuple.Source == from && c.Reply.Tuple.Destination == to);
        string seen = match?.ToString() ?? (connections.Count == 0 ? $"{expected.On} translates nothing" : string.Join("; ", connections.Take(5)));
        return new Verdict(match is not null, seen);
    }

    private Verdict CheckStates(TcpStatesExpectation expected)
    {
        var changes = log.States.Where(s => s.Node == expected.On && (expected.Port is not { } port || s.Connection.Contains($":{port}", StringComparison.Ordinal)));
        string[] passed = [.. changes.SelectMany(c => c.Change.Split(" -> ")).Distinct()];
        var missing = expected.States.Where(s => !passed.Contains(s, StringComparer.OrdinalIgnoreCase)).ToList();
        string seen = passed.Length == 0 ? "no connection" : string.Join(", ", passed);
        return new Verdict(missing.Count == 0, missing.Count == 0 ? seen : $"never {string.Join(", ", missing)}; {seen}");
    }

    private Verdict CheckDrops(DropsExpectation expected)
    {
        long count = log.Count(expected.Reason, expected.On);
        return new Verdict(expected.Count.Contains(count), $"{count} dropped for {expected.Reason}{(expected.On is null ? "" : $" at {expected.On}")}");
    }

    private InetAddress? Address(AddressRef reference) => reference.Address ?? network.Plan.AddressOf(reference.Name!, true);
}
