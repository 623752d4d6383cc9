using Catenet.Core;
using Catenet.Fabric.Links;
using Catenet.Lab.Model;
using Link = Catenet.Fabric.Links.Link;

namespace Catenet.Lab.Running;

/// <summary>Makes a lab's faults happen at their times, and heals those that last only a while.</summary>
internal sealed class FaultInjector(LabWorld network)
{
    public void Schedule(IEnumerable<Fault> faults)
    {
        foreach (var fault in faults)
        {
            network.Loop.Arm(new ActionTimer(_ => Begin(fault)), new Instant(fault.At.Nanoseconds));
        }
    }

    private void Begin(Fault fault)
    {
        Action heal = fault.Kind switch
        {
            FaultKind.Crash => Crash(fault.Target),
            FaultKind.Down => Cut(Find(fault.Target)),
            FaultKind.Up => Mend(Find(fault.Target)),
            _ => Change(Find(fault.Target), fault.To!),
        };
        Say(fault, "begins");
        if (fault.For is { } span)
        {
            network.Loop.Arm(new ActionTimer(_ =>
            {
                heal();
                Say(fault, "ends");
            }), span);
        }
    }

    private static Action Cut(Link link)
    {
        link.Cut();
        return link.Mend;
    }

    private static Action Mend(Link link)
    {
        link.Mend();
        return link.Cut;
    }

    private static Action Change(Link link, Impairment to)
    {
        var before = link.Settings;
        link.Configure(before.WithBoth(direction => LinkFigures.Over(direction, to)));
        return () => link.Configure(before);
    }

    /// <summary>Without power no device of the node sends or hears anything.</summary>
    private Action Crash(string node)
    {
        var devices = network.Hosts[node].Devices.All.Where(d => d.IsUp && !d.IsLoopback).ToList();
        devices.ForEach(d => d.TakeDown());
        return () =>
        {
            devices.ForEach(d => d.BringUp());
            HostAssembly.AddRoutes(network.Hosts[node], network.Plan.Node(node)!);
        };
    }

    private Link Find(string name) => network.Links.First(l => l.Name == name);

    private void Say(Fault fault, string what)
    {
        if (network.Loop.Tracer.Enabled)
        {
            network.Loop.Tracer.Emit(new TraceEvent
            {
                Kind = TraceKind.Application,
                Time = network.Loop.Now,
                Node = fault.Target,
                Detail = $"fault {fault.Kind.ToString().ToLowerInvariant()} {what}",
            });
        }
    }
}
