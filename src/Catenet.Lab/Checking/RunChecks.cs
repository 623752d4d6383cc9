using Catenet.Core;
using Catenet.Lab.Model;
using Catenet.Lab.Reading;

namespace Catenet.Lab.Checking;

/// <summary>Checks programs and faults: hosts, targets and links that exist, times that come.</summary>
internal sealed class RunChecks(LabCheck check)
{
    public void Run()
    {
        var names = new HashSet<string>();
        for (int i = 0; i < check.Lab.Runs.Count; i++)
        {
            var run = check.Lab.Runs[i];
            var path = LabPath.Root / "run" / i;
            check.Machine(run.On, path / "on");
            CheckTime(run.At, path / "at");
            CheckProgram(check, run.On, run.Program, path);
            if (run.Name.Length > 0 && !names.Add(run.Name))
            {
                check.Mistakes.Add(path / "name", $"two programs are called '{run.Name}'", "give one of them another name");
            }
        }

        for (int i = 0; i < check.Lab.Faults.Count; i++)
        {
            CheckFault(check.Lab.Faults[i], LabPath.Root / "faults" / i);
        }
    }

    /// <summary>Checks that a program can run where it is to, and where it wants to go.</summary>
    public static void CheckProgram(LabCheck check, string on, LabProgram program, LabPath path)
    {
        if (check.Names.IsMachine(on) && check.Names.IsLinux(on) != program is ExecProgram)
        {
            check.Mistakes.Add(path / program.Verb, program is ExecProgram
                ? $"'{on}' is not a linux node: real programs run on Linux only"
                : $"'{on}' is a linux node: Catenet's {program.Verb} does not run there", program is ExecProgram
                ? "give the node kind: linux" : "run a real program: exec: \"...\"");
        }

        switch (program)
        {
            case PingProgram ping:
                CheckTarget(check, ping.Target, path / "ping");
                CheckSize(check, ping.Size, path / "size", 65_000);
                break;
            case TcpProgram tcp:
                CheckTarget(check, tcp.Target.Target, path / "tcp");
                break;
            case UdpProgram udp:
                CheckTarget(check, udp.Target.Target, path / "udp");
                CheckSize(check, udp.Size, path / "size", 65_000);
                break;
            case TcpOpenProgram open:
                CheckTarget(check, open.Target.Target, path / "tcp-open");
                break;
            case SynFloodProgram flood:
                CheckTarget(check, flood.Target.Target, path / "syn-flood");
                break;
            case WatchProgram watch:
                CheckTarget(check, watch.Target.Target, path / "watch");
                break;
            case GetProgram get when Uri.TryCreate(get.Url, UriKind.Absolute, out var uri):
                CheckTarget(check, uri.Host.Trim('[', ']'), path / "get");
                break;
            case GetProgram get:
                check.Mistakes.Add(path / "get", $"'{get.Url}' is not a web address", "write http:// or https:// and a host");
                break;
            case DigProgram:
                NeedsNames(check, path / "dig");
                break;
        }
    }

    private static void CheckSize(LabCheck check, long size, LabPath path, long most)
    {
        if (size > most || size < 16)
        {
            check.Mistakes.Add(path, $"a payload of {size} octets does not go", $"it is from 16 B to {most} B");
        }
    }

    private static void CheckTarget(LabCheck check, string target, LabPath path)
    {
        if (InetAddress.TryParse(target, out _))
        {
            return;
        }

        if (check.Names.TrySplit(target, out _, out _))
        {
            check.Reference(target, path);
        }
        else if (target.Contains('.'))
        {
            // Not a node: a name for the resolver.
            NeedsNames(check, path);
        }
        else
        {
            check.UnknownNode(target, path);
        }
    }

    private static void NeedsNames(LabCheck check, LabPath path)
    {
        if (check.Lab.Dns.Count == 0)
        {
            check.Mistakes.Add(path, "the lab has no name system to look the name up in", "add zones under dns:, or write a node's name or an address");
        }
        else if (!check.Lab.Nodes.Any(n => n.Resolver || n.Preset == RouterPreset.Isp))
        {
            check.Mistakes.Add(path, "no node resolves names for the others", "give a router or host resolver: true");
        }
    }

    private void CheckTime(Duration at, LabPath path)
    {
        if (at >= check.Lab.Limit)
        {
            check.Mistakes.Add(path, $"at {at} the run is over", $"the run ends after {check.Lab.Limit}: raise 'limit:', or come earlier");
        }
    }

    private void CheckFault(Fault fault, LabPath path)
    {
        CheckTime(fault.At, path / "at");
        string key = fault.Kind.ToString().ToLowerInvariant();
        if (fault.For is { } time && time <= Duration.Zero)
        {
            check.Mistakes.Add(path / "for", "a fault lasts some time", "write for: 2 s, or leave it out to let it last");
        }

        if (fault.Kind == FaultKind.Crash)
        {
            if (check.Names.IsLinux(fault.Target))
            {
                check.Mistakes.Add(path / key, $"'{fault.Target}' is a linux node: its kernel is the one this runs on", "take its link down instead");
            }
            else if (check.Names.Instance(fault.Target) is not null)
            {
                check.Mistakes.Add(path / key, $"'{fault.Target}' is an instance: clouds keep their machines running", "crash a node, or take a link down");
            }
            else if (check.Names.Node(fault.Target) is null)
            {
                check.UnknownNode(fault.Target, path / key);
            }

            return;
        }

        if (FindLink(check.Lab, fault.Target) < 0)
        {
            check.Mistakes.Add(path / key, $"there is no link '{fault.Target}'", Spelling.Choose(fault.Target, [.. check.Lab.Links.Select(l => l.Name)], "links"));
        }
    }

    /// <summary>The index of the link with those ends in either order, or -1.</summary>
    public static int FindLink(LabModel lab, string text)
    {
        var ends = text.Split(" - ", StringSplitOptions.TrimEntries);
        for (int i = 0; ends.Length == 2 && i < lab.Links.Count; i++)
        {
            var link = lab.Links[i];
            if ((link.A.Text == ends[0] && link.B.Text == ends[1]) || (link.A.Text == ends[1] && link.B.Text == ends[0]))
            {
                return i;
            }
        }

        return -1;
    }
}
