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
        TcpTransitionsExpectation transitions => CheckTransitions(transitions),
        QueuesExpectation queues => CheckQueues(queues),
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
        bool known = entry.State is not (NeighbourState.Incomplete or NeighbourState.Failed);
        string? owner = expected.Mac ?? expected.Target.Name ?? network.Plan.OwnerOf(entry.Address);
        bool mac = !known || owner is null || MacsOf(owner).Contains(entry.Mac);
        return new Verdict(state && mac, entry.ToString()!);
    }

    /// <summary>The hardware addresses that a name can mean: of one interface, or all of a node.</summary>
    private List<MacAddress> MacsOf(string name)
    {
        int dot = name.LastIndexOf('.');
        var node = network.Plan.Node(name);
        var part = node is null && dot > 0 ? network.Plan.Node(name[..dot]) : null;
        return [.. node?.Interfaces.Select(i => i.Mac) ?? part?.Interfaces.Where(i => i.Name == name[(dot + 1)..]).Select(i => i.Mac) ?? []];
    }

    private Verdict CheckLearned(LearnedExpectation expected)
    {
        var box = network.Switches[expected.On];
        var stations = box.Stations.ToList();
        string seen = stations.Count == 0 ? $"{expected.On} knows nobody" : string.Join(", ", stations);
        foreach (var (node, port) in expected.Ports)
        {
            var macs = MacsOf(node);
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
        var lives = log.Lives.Where(l => l.Node == expected.On && (expected.Port is not { } port || l.Local.Port == port || l.Remote.Port == port)).ToList();
        var passed = lives.Find(l => l.Passed(expected.States));
        return passed is not null ? new Verdict(true, passed.ToString())
            : new Verdict(false, lives.Count == 0 ? $"{expected.On} had no such connection" : string.Join("; ", lives.Take(3)));
    }

    private Verdict CheckTransitions(TcpTransitionsExpectation expected)
    {
        var missing = expected.Transitions.Where(t => log.Transitions(t, expected.On) == 0).ToList();
        return missing.Count == 0
            ? new Verdict(true, string.Join(", ", expected.Transitions.Select(t => $"{t}: {log.Transitions(t, expected.On)}")))
            : new Verdict(false, $"nobody went {string.Join(", ", missing)}");
    }

    private Verdict CheckQueues(QueuesExpectation expected)
    {
        var tcp = network.Hosts[expected.On].Tcp;
        var listener = tcp.Listeners.FirstOrDefault(l => l.LocalEndpoint.Port == expected.Port);
        if (listener is null)
        {
            return new Verdict(false, $"nobody listens at port {expected.Port} of {expected.On}");
        }

        (string Name, CountRange? Range, long Count)[] counts =
        [
            (listener.SynQueueLength == 1 ? "request" : "requests", expected.Requests, listener.SynQueueLength),
            ("waiting to be accepted", expected.Waiting, listener.AcceptQueueLength),
            ("cookies sent", expected.Cookies, tcp.Counters.SynCookiesSent),
        ];
        return new Verdict(counts.All(c => c.Range is not { } range || range.Contains(c.Count)), string.Join(", ", counts.Select(c => $"{c.Count} {c.Name}")));
    }

    private Verdict CheckDrops(DropsExpectation expected)
    {
        long count = log.Count(expected.Reason, expected.On);
        return new Verdict(expected.Count.Contains(count), $"{count} dropped for {Forms.ExpectForms.Reason.Print(expected.Reason)}{(expected.On is null ? "" : $" at {expected.On}")}");
    }

    private InetAddress? Address(AddressRef reference) => reference.Address ?? network.Plan.AddressOf(reference.Name!);
}
