using System.Globalization;
using Catenet.Kernel.Devices;

namespace Catenet.Kernel.Queueing;

/// <summary>First in, first out, up to a number of packets; then the newest is discarded (Linux's pfifo).</summary>
/// <param name="device">The device it stands in front of.</param>
/// <param name="limit">The most packets that wait; Linux's txqueuelen, 1000.</param>
/// <param name="markAbove">
/// Packets that find at least this many waiting are marked as having experienced congestion, if their senders speak ECN: the switch that
/// DCTCP asks for (RFC 8257 3.1). None are marked by default.
/// </param>
public sealed class PfifoQdisc(NetDevice device, int limit = PfifoQdisc.DefaultLimit, int markAbove = int.MaxValue) : Qdisc(device)
{
    /// <summary>Linux's default txqueuelen.</summary>
    public const int DefaultLimit = 1000;

    private PacketQueue _queue;

    /// <summary>How many packets it has marked.</summary>
    public long Marks { get; private set; }

    /// <inheritdoc/>
    public override int Count => _queue.Count;

    /// <inheritdoc/>
    public override long Backlog => _queue.Octets;

    /// <inheritdoc/>
    public override void Enqueue(PacketBuffer packet)
    {
        if (_queue.Count >= limit)
        {
            Discard(packet, DropReason.QdiscDrop);
            return;
        }

        if (_queue.Count >= markAbove && CongestionMark.TrySet(packet))
        {
            Marks++;
        }

        _queue.Enqueue(packet);
    }

    /// <inheritdoc/>
    public override PacketBuffer? Dequeue() => _queue.TryDequeue(out var packet) ? packet : null;

    /// <summary>As <c>tc qdisc</c> shows it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"pfifo dev {Device.Name} limit {limit}p backlog {Count}p");
}
