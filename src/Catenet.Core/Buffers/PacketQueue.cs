namespace Catenet.Core;

/// <summary>A first-in-first-out queue of packets, linked through the packets themselves: nothing is allocated.</summary>
/// <remarks>A mutable struct: keep it in a field that is not readonly. A packet is in one queue at a time. Belongs to one loop's thread.</remarks>
public struct PacketQueue
{
    private PacketBuffer? _head;
    private PacketBuffer? _tail;

    /// <summary>How many packets wait.</summary>
    public int Count { get; private set; }

    /// <summary>How many octets wait, as they were when queued.</summary>
    public long Octets { get; private set; }

    /// <summary>Whether none waits.</summary>
    public readonly bool IsEmpty => _head is null;

    /// <summary>The packet that comes next, left in place.</summary>
    public readonly PacketBuffer? Peek() => _head;

    /// <summary>The packet that came last; null if none waits.</summary>
    public readonly PacketBuffer? Last => _tail;

    /// <summary>The packet behind another in its queue, for looking without taking.</summary>
    public static PacketBuffer? After(PacketBuffer packet) => packet.Next;

    /// <summary>Adds a packet at the end.</summary>
    public void Enqueue(PacketBuffer packet)
    {
        packet.Next = null;
        if (_tail is null)
        {
            _head = packet;
        }
        else
        {
            _tail.Next = packet;
        }

        _tail = packet;
        Count++;
        Octets += packet.Length;
    }

    /// <summary>Puts a packet back at the front.</summary>
    public void EnqueueFirst(PacketBuffer packet)
    {
        packet.Next = _head;
        _head = packet;
        _tail ??= packet;
        Count++;
        Octets += packet.Length;
    }

    /// <summary>Takes the packet that comes next; false if none waits.</summary>
    public bool TryDequeue([System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out PacketBuffer packet)
    {
        packet = _head;
        if (packet is null)
        {
            return false;
        }

        _head = packet.Next;
        if (_head is null)
        {
            _tail = null;
        }

        packet.Next = null;
        Count--;
        Octets -= packet.Length;
        return true;
    }

    /// <summary>Moves all packets of another queue to the end of this one, in a few steps however many there are.</summary>
    public void Concat(ref PacketQueue other)
    {
        if (other._head is null)
        {
            return;
        }

        if (_tail is null)
        {
            _head = other._head;
        }
        else
        {
            _tail.Next = other._head;
        }

        _tail = other._tail;
        Count += other.Count;
        Octets += other.Octets;
        other = default;
    }

    /// <summary>Releases every packet.</summary>
    public void Clear()
    {
        while (TryDequeue(out var packet))
        {
            packet.Release();
        }
    }
}
