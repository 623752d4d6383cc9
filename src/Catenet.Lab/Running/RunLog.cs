using Catenet.Core;
using Catenet.Kernel.Tcp;
using Catenet.Lab.Journeys;

namespace Catenet.Lab.Running;

/// <summary>Keeps what was discarded and which TCP states were passed, for expectations and their explanations.</summary>
/// <remarks>Belongs to the loop's thread. Keeps the last <see cref="Capacity"/> drops and counts all of them.</remarks>
public sealed class RunLog : ITraceListener
{
    /// <summary>How many drops and connections are kept.</summary>
    public const int Capacity = 100_000;

    private readonly Queue<DroppedPacket> _drops = new();
    private readonly Dictionary<(string Node, InetEndpoint Local, InetEndpoint Remote), TcpLife> _lives = [];
    private readonly Dictionary<(string Node, DropReason Reason), long> _counts = [];
    private readonly Dictionary<(string Node, string Arrow), long> _transitions = [];
    private readonly Dictionary<string, long> _retransmissions = new(StringComparer.Ordinal);

    /// <summary>The drops, oldest first.</summary>
    public IEnumerable<DroppedPacket> Drops => _drops;

    /// <summary>The lives of TCP connections, in the order in which they began; the first ones when there are too many.</summary>
    public IEnumerable<TcpLife> Lives => _lives.Values;

    /// <summary>How many packets were dropped for a reason, everywhere or at a place as a lab names it.</summary>
    public long Count(DropReason reason, string? place) => place?.Contains('/') == true
        ? _drops.Count(d => d.Reason == reason && d.IsAt(place))
        : _counts.Where(c => c.Key.Reason == reason && (place is null || c.Key.Node == place)).Sum(c => c.Value);

    /// <summary>How many segments a node has sent again.</summary>
    public long Retransmissions(string node) => _retransmissions.GetValueOrDefault(node);

    /// <summary>How often connections went along an arrow of the state diagram: <c>SYN-SENT -> ESTABLISHED</c>; on one node, or on all.</summary>
    public long Transitions(string arrow, string? node) => _transitions.Where(t => t.Key.Arrow == arrow && (node is null || t.Key.Node == node)).Sum(t => t.Value);

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
                OnState(in traceEvent);
                break;
            case TraceKind.TcpRetransmit:
                _retransmissions[traceEvent.Node] = _retransmissions.GetValueOrDefault(traceEvent.Node) + 1;
                break;
        }
    }

    private void OnState(in TraceEvent traceEvent)
    {
        var arrow = (traceEvent.Node, traceEvent.Detail ?? "");
        _transitions[arrow] = _transitions.GetValueOrDefault(arrow) + 1;
        if (traceEvent.Subject is not TcpFlow flow || traceEvent.Detail?.Split(" -> ") is not [var from, var to])
        {
            return;
        }

        var key = (traceEvent.Node, flow.LocalEndpoint, flow.RemoteEndpoint);
        if (!_lives.TryGetValue(key, out var life) && _lives.Count < Capacity)
        {
            _lives[key] = life = new TcpLife(traceEvent.Node, flow.LocalEndpoint, flow.RemoteEndpoint, from);
        }

        life?.Enter(to);
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
