using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>In-order octets that the user has not read yet, left in the packets they came in.</summary>
/// <remarks>
/// A connection has one only while there are octets. What a packet costs (<see cref="PacketBuffer.TrueSize"/>) is given back when the last octet is read of those that share it:
/// a small packet that fits behind the one before costs nothing of its own, as in Linux.
/// </remarks>
internal sealed class ReceiveQueue : IReusable
{
    /// <summary>What a packet costs beside its payload, in the accounting against the send buffer.</summary>
    public const int Overhead = 512;

    /// <summary>Payloads up to this size are gathered, so that a peer that sends crumbs cannot pin a packet for each.</summary>
    private const int Crumb = 256;

    private const int GatherSize = 1500;

    private PacketQueue _packets;
    private PacketBuffer? _gather;
    private int _tailroom;
    private int _owed;

    /// <summary>Octets that can be read.</summary>
    public int Available { get; private set; }

    /// <summary>Octets of memory that the queue counts for.</summary>
    public int Memory { get; private set; }

    /// <summary>Lets a connection's queue go if all was read.</summary>
    public static void Settle(TcpConnection c)
    {
        if (c.Received is { Available: 0 })
        {
            c.Layer.Pools.ReceiveQueues.Return(ref c.Received);
        }
    }

    /// <summary>Takes a packet whose octets are the next in sequence; its <see cref="PacketBuffer.TrueSize"/> is known.</summary>
    public void Add(PacketBuffer packet, PacketPool pool)
    {
        int length = packet.Length;
        Available += length;
        if (packet.Overlaps || length > _tailroom || _packets.IsEmpty)
        {
            Memory += packet.TrueSize;
            _tailroom = PacketCost.Tailroom(packet);
            _packets.Enqueue(packet);
            _gather = length <= Crumb && packet.IsLinear ? packet : null;
            return;
        }

        _tailroom -= length;
        packet.TrueSize = 0;
        if (length > Crumb)
        {
            _packets.Enqueue(packet);
            _gather = null;
            return;
        }

        if (_gather is null || _gather.Tailroom < length)
        {
            _gather = pool.Rent(GatherSize, 0);
            _gather.TrueSize = 0;
            _packets.Enqueue(_gather);
        }

        packet.CopyTo(0, _gather.Append(length));
        _gather.Timestamp = packet.Timestamp;
        packet.Release();
    }

    /// <summary>Takes a run of packets that continue the sequence.</summary>
    public void Add(ref PacketQueue run)
    {
        while (run.TryDequeue(out var packet))
        {
            if (packet.Length == 0)
            {
                packet.Release(); // a FIN of its own
                continue;
            }

            if (packet.TrueSize > 0)
            {
                int length = packet.Length;
                for (var more = run.Peek(); more is { TrueSize: 0 }; more = PacketQueue.After(more))
                {
                    length += more.Length;
                }

                if (!packet.Overlaps && length <= _tailroom && !_packets.IsEmpty)
                {
                    packet.TrueSize = 0;
                    _tailroom -= length;
                }
                else
                {
                    Memory += packet.TrueSize;
                    _tailroom = PacketCost.Tailroom(packet) - (length - packet.Length);
                }
            }

            Available += packet.Length;
            _packets.Enqueue(packet);
        }

        _gather = null;
    }

    /// <summary>Copies octets of the first packet out and lets go of them.</summary>
    /// <returns>How many octets were copied.</returns>
    public int Read(Span<byte> destination)
    {
        if (_packets.Peek() is not { } packet)
        {
            return 0;
        }

        int copied = packet.CopyTo(0, destination);
        Take(packet, copied);
        return copied;
    }

    /// <summary>Lets go of octets of the first packet without copying them (MSG_TRUNC).</summary>
    /// <returns>How many there were.</returns>
    public int Discard(int octets)
    {
        if (_packets.Peek() is not { } packet)
        {
            return 0;
        }

        int gone = Math.Min(packet.Length, octets);
        Take(packet, gone);
        return gone;
    }

    /// <summary>Copies octets out without letting go of them.</summary>
    /// <param name="destination">Where to.</param>
    /// <param name="offset">How many to pass over.</param>
    public int Peek(Span<byte> destination, int offset = 0)
    {
        int copied = 0;
        for (var packet = _packets.Peek(); packet is not null && copied < destination.Length; packet = PacketQueue.After(packet))
        {
            if (offset >= packet.Length)
            {
                offset -= packet.Length;
                continue;
            }

            copied += packet.CopyTo(offset, destination[copied..]);
            offset = 0;
        }

        return copied;
    }

    /// <summary>When an octet came: with those that share memory the newest of them counts, as in Linux (tcp_try_coalesce).</summary>
    /// <param name="offset">How many octets stand before it.</param>
    /// <returns>Null if there is no such octet.</returns>
    public Instant? ArrivalOf(int offset)
    {
        var packet = _packets.Peek();
        for (; packet is not null && offset >= packet.Length; packet = PacketQueue.After(packet))
        {
            offset -= packet.Length;
        }

        var time = packet?.Timestamp;
        while (packet is not null && PacketQueue.After(packet) is { TrueSize: 0 } next)
        {
            packet = next;
            time = packet.Timestamp;
        }

        return offset < 0 ? null : time;
    }

    /// <summary>Makes the queue cost as little as it can.</summary>
    public void Collapse(PacketPool pool, in ReceiveWindow space)
    {
        _gather = null;
        _tailroom = _owed = 0;
        Memory = PacketCollapse.Run(ref _packets, pool, in space);
    }

    /// <summary>Lets go of everything.</summary>
    public void Clear()
    {
        _packets.Clear();
        _gather = null;
        Available = Memory = _tailroom = _owed = 0;
    }

    private void Take(PacketBuffer packet, int octets)
    {
        Available -= octets;
        if (octets < packet.Length)
        {
            packet.Pull(octets);
            packet.Overlaps = true; // with what was read
            return;
        }

        _packets.TryDequeue(out _);
        if (packet == _gather)
        {
            _gather = null;
        }

        // What several share is given back with the last of them.
        _owed = packet.TrueSize > 0 ? packet.TrueSize : _owed;
        packet.Release();
        if (_packets.Peek() is not { } next)
        {
            Memory = _tailroom = _owed = 0;
        }
        else if (next.TrueSize > 0)
        {
            Memory -= _owed;
            _owed = 0;
        }
    }
}
