using Catenet.Lab.Forms;
using Catenet.Lab.Model;
using Catenet.Lab.Reading;

namespace Catenet.Lab.Checking;

/// <summary>Checks that expectations speak of things that exist and of results that can be.</summary>
internal sealed class ExpectationChecks(LabCheck check)
{
    public void Run()
    {
        for (int i = 0; i < check.Lab.Expectations.Count; i++)
        {
            var path = LabPath.Root / "expect" / i;
            var expectation = check.Lab.Expectations[i];
            if (expectation.At >= check.Lab.Limit)
            {
                check.Mistakes.Add(path / "at", $"at {expectation.At} the run is over", $"the run ends after {check.Lab.Limit}");
            }

            Check(expectation, path);
        }
    }

    private void Check(Expectation expectation, LabPath path)
    {
        switch (expectation)
        {
            case OutcomeExpectation outcome:
                CheckOutcome(outcome, path);
                break;
            case NeighbourExpectation neighbour:
                check.Kernel(neighbour.On, path / "on");
                check.Reference(neighbour.Target, path / (neighbour.IPv6 ? "ndp" : "arp"));
                CheckNeighbour(neighbour, path);
                break;
            case LearnedExpectation learned:
                CheckLearned(learned, path);
                break;
            case SwitchedExpectation switched:
                Switch(switched.On, path / "on");
                break;
            case NatExpectation nat:
                CheckNat(nat, path);
                break;
            case TcpStatesExpectation states:
                check.Kernel(states.On, path / "on");
                if (states.States.Count == 0)
                {
                    check.Mistakes.Add(path / "tcp-states", "no states are listed", "write [SYN-SENT, ESTABLISHED], for example");
                }

                break;
            case TcpTransitionsExpectation transitions:
                if (transitions.On is { } machine)
                {
                    check.Kernel(machine, path / "on");
                }

                if (transitions.Transitions.Count == 0)
                {
                    check.Mistakes.Add(path / "tcp-transitions", "no arrows are listed", "write [SYN-SENT -> ESTABLISHED], for example");
                }

                break;
            case QueuesExpectation queues:
                check.Kernel(queues.On, path / "on");
                break;
            case DropsExpectation { On: { } place }:
                Place(place, path / "on");
                break;
        }
    }

    private void CheckOutcome(OutcomeExpectation expectation, LabPath path)
    {
        var program = expectation.Program;
        if (expectation.Run is { } name)
        {
            program = check.Lab.Runs.FirstOrDefault(r => r.Name == name)?.Program;
            if (program is null)
            {
                string known = Spelling.Choose(name, [.. check.Lab.Runs.Select(r => r.Name).Where(n => n.Length > 0)], "named programs");
                check.Mistakes.Add(path / "run", $"no program of run: is called '{name}'", known.Length > 0 ? known : "give one a name under run:");
                return;
            }
        }
        else
        {
            check.Machine(expectation.From ?? "", path / "from");
            if (program is not null)
            {
                RunChecks.CheckProgram(check, expectation.From ?? "", program, path);
            }
        }

        if (program is not null)
        {
            CheckKeys(expectation, program, path);
        }
    }

    private void CheckKeys(OutcomeExpectation expectation, LabProgram program, LabPath path)
    {
        var outcome = expectation.Outcome;
        var allowed = ExpectForms.KeysFor(program.Verb);
        var given = ExpectForms.KeysOf(outcome).ToList();
        foreach (string key in given.Where(k => !allowed.Contains(k)))
        {
            check.Mistakes.Add(path / key, $"'{key}' says nothing of {(program is ExecProgram ? "an" : "a")} {program.Verb}", $"known: {string.Join(", ", allowed)}");
        }

        if (outcome.Blocked is { } blocked)
        {
            if (blocked.At is { } place)
            {
                Place(place, path / "blocked" / "at");
            }

            if (given.Find(k => k != "blocked") is { } other)
            {
                check.Mistakes.Add(path / other, $"what is blocked has no '{other}'", "remove one of them");
            }
        }

        int sent = program is PingProgram ping ? ping.Count : program is UdpProgram udp ? udp.Count : int.MaxValue;
        if (outcome.Received is { } received && received.Least > sent)
        {
            check.Mistakes.Add(path / "received", $"{received.Least} cannot arrive of {sent}", "raise count:, or expect fewer");
        }

        if (outcome.Status is not null && outcome.Within == Core.Duration.Zero)
        {
            check.Mistakes.Add(path / "within", "nothing happens in no time", "write within: 500 ms, for example");
        }
    }

    private void CheckNeighbour(NeighbourExpectation neighbour, LabPath path)
    {
        string key = neighbour.IPv6 ? "ndp" : "arp";
        if (neighbour.Mac is { } mac)
        {
            check.Reference(mac, path / "mac");
        }

        if (check.Lab.Ip == (neighbour.IPv6 ? IpFamilies.V4 : IpFamilies.V6) || (neighbour.Target.Address is { } address && address.IsIPv6 != neighbour.IPv6))
        {
            check.Mistakes.Add(path / key, $"{key} is for {(neighbour.IPv6 ? "IPv6" : "IPv4")}", neighbour.IPv6 ? "write arp:" : "write ndp:");
        }
    }

    private void CheckLearned(LearnedExpectation learned, LabPath path)
    {
        bool known = Switch(learned.On, path / "on");
        var ports = check.Names.PortsOf(learned.On).Select(p => p.Port).ToList();
        foreach (var item in learned.Ports)
        {
            check.Reference(item.Node, path / "learned" / item.Node);
            if (known && item.Port is { } port && !ports.Contains(port))
            {
                check.Mistakes.Add(path / "learned" / item.Node, $"'{learned.On}' has no port '{port}'", Spelling.Choose(port, ports, "its ports"));
            }
        }
    }

    private void CheckNat(NatExpectation nat, LabPath path)
    {
        check.Reference(nat.From, path / "nat" / "from");
        check.Reference(nat.To, path / "nat" / "to");
        if (!check.Machine(nat.On, path / "on"))
        {
            return;
        }

        if (check.Names.Node(nat.On) is { Nat.Count: 0, Preset: RouterPreset.None or RouterPreset.Isp })
        {
            check.Mistakes.Add(path / "on", $"'{nat.On}' translates nothing", "name a node with nat: rules, or with preset home or nat");
        }
    }

    private bool Switch(string name, LabPath path)
    {
        if (check.Names.Node(name) is { Kind: NodeKind.Switch })
        {
            return true;
        }

        var switches = check.Lab.Nodes.Where(n => n.Kind == NodeKind.Switch).Select(n => n.Name).ToList();
        check.Mistakes.Add(path, $"'{name}' is not a switch", Spelling.Choose(name, switches, "switches"));
        return false;
    }

    private void Place(string place, LabPath path)
    {
        int slash = place.IndexOf('/');
        if (slash < 0)
        {
            if (check.Names.Node(place) is null && check.Names.Instance(place) is null)
            {
                check.UnknownNode(place, path);
            }

            return;
        }

        bool nacl = place.StartsWith("nacl/", StringComparison.Ordinal);
        var known = check.Lab.Clouds.SelectMany(c => nacl ? c.Nacls.Select(n => n.Name) : c.SecurityGroups.Select(g => g.Name)).ToList();
        string name = place.Split('/')[1];
        if (!known.Contains(name))
        {
            check.Mistakes.Add(path, $"there is no {(nacl ? "network ACL" : "security group")} '{name}'", Spelling.Choose(name, known, "known"));
        }
    }
}
