using Catenet.Core;
using Catenet.Wire.Dissection;

namespace Catenet.Lab.Journeys;

/// <summary>All recorded steps of one packet, from the program or stack that made it to where it ended.</summary>
/// <remarks>Immutable and thread-safe. A packet keeps its identity through NAT, fragments and flooding, so there is one trip for all of these.</remarks>
public sealed class PacketTrip
{
    internal PacketTrip(ulong id, IReadOnlyList<JourneyStep> steps)
    {
        Id = id;
        Steps = steps;
        Visits = NodeVisit.Split(steps);
        FirstFrame = steps.FirstOrDefault(s => s.Frame is not null);
        Dissection = FirstFrame is null ? null : Dissector.Dissect(FirstFrame.Frame);
        Drops = [.. steps.Where(IsLoss)];
        Kind = TripClassifier.Classify(this);
    }

    /// <summary>The packet's identity.</summary>
    public ulong Id { get; }

    /// <summary>What the trip is for.</summary>
    public TripKind Kind { get; }

    /// <summary>Every step, in order.</summary>
    public IReadOnlyList<JourneyStep> Steps { get; }

    /// <summary>The same, grouped by the nodes it visited one after another.</summary>
    public IReadOnlyList<NodeVisit> Visits { get; }

    /// <summary>The step at which the packet was first seen as a frame; null if it never left its host.</summary>
    public JourneyStep? FirstFrame { get; }

    /// <summary>The packet as it left its maker, taken apart; null if it never did.</summary>
    public FrameDissection? Dissection { get; }

    /// <summary>Where and why it, or a copy of it, was discarded; messages used up by their receiver and floods nobody wanted are left out.</summary>
    public IReadOnlyList<JourneyStep> Drops { get; }

    /// <summary>When it began.</summary>
    public Instant Begin => Steps[0].Time;

    /// <summary>When it was last seen.</summary>
    public Instant End => Steps[^1].Time;

    /// <summary>The node that made it.</summary>
    public string Origin => Steps[0].Node;

    /// <summary>Whether a transport took it over at the end.</summary>
    public bool IsDelivered => Steps.Any(s => s.Kind == TraceKind.LocalDeliver) || (Drops.Count == 0 && Kind == TripKind.Neighbours);

    /// <summary>The hosts and switches it visited, in order, without the links between them.</summary>
    public IEnumerable<string> Path => Visits.Where(v => !v.IsLink).Select(v => v.Node);

    private static bool IsLoss(JourneyStep step) => step.Kind == TraceKind.Drop &&
        step.Reason is not (DropReason.Consumed or DropReason.ArpConsumed or DropReason.OtherHost or DropReason.SwitchFiltered);
}
