using Catenet.Lab.Model;
using Catenet.Lab.Reading;

namespace Catenet.Lab.Planning;

/// <summary>Checks that whoever is expected to talk is connected at all: by some chain of cables.</summary>
internal static class ReachChecks
{
    public static void Run(LabModel lab, Topology topology, MistakeList mistakes)
    {
        var island = Islands(topology);
        for (int i = 0; i < lab.Expectations.Count; i++)
        {
            if (lab.Expectations[i] is OutcomeExpectation { From: { } from, Program: { } program, Outcome.Blocked: null } &&
                TargetOf(program) is { } target && Owner(topology, target) is { } owner && topology.Find(from) is { } station &&
                island[station] != island[owner])
            {
                mistakes.Add(LabPath.Root / "expect" / i / program.Verb, $"no cable leads from '{from}' to '{owner.Name}'", "add a link, or expect it to be blocked");
            }
        }
    }

    private static string? TargetOf(LabProgram program) => program switch
    {
        PingProgram ping => ping.Target,
        TcpProgram tcp => tcp.Target.Target,
        TcpOpenProgram open => open.Target.Target,
        UdpProgram udp => udp.Target.Target,
        SynFloodProgram flood => flood.Target.Target,
        WatchProgram watch => watch.Target.Target,
        GetProgram get when Uri.TryCreate(get.Url, UriKind.Absolute, out var uri) => uri.Host,
        _ => null,
    };

    private static Station? Owner(Topology topology, string target) =>
        topology.Find(target) ?? (target.LastIndexOf('.') is > 0 and int dot ? topology.Find(target[..dot]) : null);

    private static Dictionary<Station, int> Islands(Topology topology)
    {
        var island = new Dictionary<Station, int>();
        foreach (var start in topology.Stations)
        {
            if (!island.TryAdd(start, island.Count))
            {
                continue;
            }

            int number = island[start];
            var todo = new Queue<Station>([start]);
            while (todo.TryDequeue(out var station))
            {
                foreach (var next in Neighbours(topology, station).Where(n => island.TryAdd(n, number)))
                {
                    todo.Enqueue(next);
                }
            }
        }

        return island;
    }

    private static IEnumerable<Station> Neighbours(Topology topology, Station station)
    {
        var wired = station.Ports.SelectMany(p => p.Wire.Ports).Select(p => p.Station);
        var cloud = station.GatewayOf ?? station.Instance?.Cloud;
        var inside = cloud is null ? [] : topology.Stations.Where(s => s.GatewayOf == cloud || s.Instance?.Cloud == cloud);
        return wired.Concat(inside);
    }
}
