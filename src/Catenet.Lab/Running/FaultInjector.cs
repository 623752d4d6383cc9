using Catenet.Core;
using Catenet.Hosting.Gate;
using Catenet.Lab.Checking;
using Catenet.Lab.Model;
using Link = Catenet.Fabric.Links.Link;

namespace Catenet.Lab.Running;

/// <summary>Makes a lab's faults happen at their times, and heals those that last only a while.</summary>
internal sealed class FaultInjector(LabWorld network, LabServices services)
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

    /// <summary>Without power a node's cables are dead, and what its kernel and its services knew is gone.</summary>
    private Action Crash(string node)
    {
        network.PowerOff(node);
        _ = LoopProgram.Start(network.Loop, $"{node} loses power", () => services.StopAsync(node));
        return () =>
        {
            network.PowerOn(node);
            if (network.Plan.Node(node) is { } planned)
            {
                _ = LoopProgram.Start(network.Loop, $"{node} starts again", () => services.StartAsync(planned));
            }
        };
    }

    private Link Find(string name) => network.Links[RunChecks.FindLink(network.Plan.Model, name)];

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
