using Catenet.Core;
using Catenet.Lab.Journeys;

namespace Catenet.Lab.Running;

/// <summary>Keeps what was discarded and which TCP states were passed, for expectations and their explanations.</summary>
/// <remarks>Belongs to the loop's thread. Keeps the last <see cref="Capacity"/> drops and counts all of them.</remarks>
public sealed class RunLog : ITraceListener
{
    /// <summary>How many drops and state changes are kept.</summary>
    public const int Capacity = 100_000;

    private readonly Queue<DroppedPacket> _drops = new();
    private readonly Queue<TcpStateChange> _states = new();
    private readonly Dictionary<(string Node, DropReason Reason), long> _counts = [];
    private readonly Dictionary<string, long> _retransmissions = new(StringComparer.Ordinal);

    /// <summary>The drops, oldest first.</summary>
    public IEnumerable<DroppedPacket> Drops => _drops;

    /// <summary>The state changes of TCP connections, oldest first.</summary>
    public IEnumerable<TcpStateChange> States => _states;

    /// <summary>How many packets were dropped for a reason, on one node or on all.</summary>
    public long Count(DropReason reason, string? node) =>
        _counts.Where(c => c.Key.Reason == reason && (node is null || c.Key.Node == node)).Sum(c => c.Value);

    /// <summary>How many segments a node has sent again.</summary>
    public long Retransmissions(string node) => _retransmissions.GetValueOrDefault(node);

    /// <inheritdoc/>
    public void OnEvent(in TraceEvent traceEvent)
    {
        switch (traceEvent.Kind)
        {
            case TraceKind.Drop when traceEvent.Reason is not (DropReason.Consumed or DropReason.ArpConsumed):
                Keep(_drops, new DroppedPacket(traceEvent.Time, traceEvent.Node, traceEvent.Device, traceEvent.Reason,
                    traceEvent.Subject?.ToString(), JourneyRecorder.FlowOf(in traceEvent)));
                var key = (traceEvent.Node, traceEvent.Reason);
                _counts[key] = _counts.GetValueOrDefault(key) + 1;
                break;
            case TraceKind.TcpState:
                Keep(_states, new TcpStateChange(traceEvent.Time, traceEvent.Node, traceEvent.Subject?.ToString() ?? "", traceEvent.Detail ?? ""));
                break;
            case TraceKind.TcpRetransmit:
                _retransmissions[traceEvent.Node] = _retransmissions.GetValueOrDefault(traceEvent.Node) + 1;
                break;
        }
    }

    private static void Keep<T>(Queue<T> queue, T item)
    {
        if (queue.Count == Capacity)
        {
            queue.Dequeue();
        }

        queue.Enqueue(item);
    }
}
