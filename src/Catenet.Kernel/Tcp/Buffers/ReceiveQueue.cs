using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>In-order octets that the user has not read yet, left in the packets they came in.</summary>
internal struct ReceiveQueue
{
    /// <summary>What a packet costs beside its payload, in the accounting against the receive buffer.</summary>
    public const int Overhead = 512;

    /// <summary>Payloads up to this size are gathered, so that a peer that sends crumbs cannot pin a packet for each.</summary>
    private const int Crumb = 256;

    private const int GatherSize = 1500;

    private PacketQueue _packets;
    private PacketBuffer? _gather;

    /// <summary>Octets that can be read.</summary>
    public int Available { get; private set; }

    /// <summary>Octets plus overhead: what the queue costs.</summary>
    public readonly int Cost => Available + _packets.Count * Overhead;

    /// <summary>Takes a packet whose octets are the next in sequence.</summary>
    public void Add(PacketBuffer packet, PacketPool pool)
    {
        int length = packet.Length;
        Available += length;
        if (length > Crumb || _packets.IsEmpty)
        {
            _packets.Enqueue(packet);
            _gather = length <= Crumb && packet.IsLinear ? packet : null;
            return;
        }

        if (_gather is null || _gather.Tailroom < length)
        {
            _gather = pool.Rent(GatherSize, 0);
            _packets.Enqueue(_gather);
        }

        packet.CopyTo(0, _gather.Append(length));
        packet.Release();
    }

    /// <summary>Takes a run of packets that continue the sequence.</summary>
    public void Add(ref PacketQueue run, int octets)
    {
        Available += octets;
        _packets.Concat(ref run);
        _gather = null;
    }

    /// <summary>Copies octets out and lets go of them.</summary>
    /// <returns>How many octets were copied.</returns>
    public int Read(Span<byte> destination)
    {
        int copied = 0;
        while (copied < destination.Length && _packets.Peek() is { } packet)
        {
            int part = packet.CopyTo(0, destination[copied..]);
            copied += part;
            if (part == packet.Length)
            {
                Release();
            }
            else
            {
                packet.Pull(part);
            }
        }

        Available -= copied;
        return copied;
    }

    /// <summary>Copies octets out without letting go of them.</summary>
    public readonly int Peek(Span<byte> destination)
    {
        int copied = 0;
        for (var packet = _packets.Peek(); packet is not null && copied < destination.Length; packet = PacketQueue.After(packet))
        {
            copied += packet.CopyTo(0, destination[copied..]);
        }

        return copied;
    }

    /// <summary>Lets go of everything.</summary>
    public void Clear()
    {
        _packets.Clear();
        _gather = null;
        Available = 0;
    }

    private void Release()
    {
        _packets.TryDequeue(out var packet);
        if (packet == _gather)
        {
            _gather = null;
        }

        packet!.Release();
    }
}
