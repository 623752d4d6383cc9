using Catenet.Core;

namespace Catenet.Lab.Journeys;

/// <summary>The steps of a packet on one node, between its coming in and its going out.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class NodeVisit
{
    private NodeVisit(string node, IReadOnlyList<JourneyStep> steps)
    {
        Node = node;
        Steps = steps;
    }

    /// <summary>The host, switch or link.</summary>
    public string Node { get; }

    /// <summary>What happened there, in order.</summary>
    public IReadOnlyList<JourneyStep> Steps { get; }

    /// <summary>Whether the node is a link.</summary>
    public bool IsLink => Steps.All(s => s.Kind is TraceKind.LinkTransmit or TraceKind.LinkImpairment ||
        (s.Kind == TraceKind.Drop && s.Reason is DropReason.LinkLoss or DropReason.LinkDown or DropReason.LinkQueueFull or DropReason.FrameCheckSequence));

    /// <summary>The frame as it came in; null if the packet was made here.</summary>
    public JourneyStep? In => Steps.FirstOrDefault(s => s.Kind == TraceKind.DeviceReceive);

    /// <summary>The frame as it went out; null if it ended here.</summary>
    public JourneyStep? Out => Steps.LastOrDefault(s => s.Kind == TraceKind.DeviceTransmit);

    /// <summary>Whether the packet was handed up to a transport here.</summary>
    public bool IsDelivered => Steps.Any(s => s.Kind == TraceKind.LocalDeliver);

    /// <summary>Cuts a packet's steps wherever the node changes; a copy that comes back to a node makes a visit of its own.</summary>
    internal static IReadOnlyList<NodeVisit> Split(IReadOnlyList<JourneyStep> steps)
    {
        var visits = new List<NodeVisit>();
        int from = 0;
        for (int i = 1; i <= steps.Count; i++)
        {
            if (i == steps.Count || steps[i].Node != steps[from].Node || steps[i].Kind == TraceKind.DeviceReceive)
            {
                visits.Add(new NodeVisit(steps[from].Node, [.. steps.Skip(from).Take(i - from)]));
                from = i;
            }
        }

        return visits;
    }
}
