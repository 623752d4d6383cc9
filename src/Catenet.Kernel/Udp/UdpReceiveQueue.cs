using System.Diagnostics.CodeAnalysis;

namespace Catenet.Kernel.Udp;

/// <summary>The datagrams that wait for a reader: a ring that grows up to the receive buffer's limit and then refuses.</summary>
/// <remarks>
/// Each datagram is charged its octets and <see cref="Overhead"/>, as Linux charges the buffer's true size, so that many
/// small datagrams are bounded too. A mutable struct: keep it in a field that is not readonly.
/// </remarks>
internal struct UdpReceiveQueue
{
    /// <summary>Octets charged for the packet itself: Linux's sk_buff and its shared info, aligned.</summary>
    public const int Overhead = 576;

    private Entry[]? _ring;
    private int _head;

    private struct Entry
    {
        public PacketBuffer Packet;
        public UdpReceiveInfo Info;
    }

    public int Count { get; private set; }

    /// <summary>The octets charged at present.</summary>
    public int Charged { get; private set; }

    /// <summary>The datagram that comes next, left in place.</summary>
    public readonly PacketBuffer? Peek() => Count == 0 ? null : _ring![_head].Packet;

    /// <summary>What is known of the datagram that comes next.</summary>
    public readonly ref readonly UdpReceiveInfo PeekInfo() => ref _ring![_head].Info;

    /// <summary>Adds a datagram; false if the limit does not allow it. A queue that is empty takes any one.</summary>
    public bool TryEnqueue(PacketBuffer packet, in UdpReceiveInfo info, int limit)
    {
        int charge = packet.Length + Overhead;
        if (Charged + charge > limit && Count > 0)
        {
            return false;
        }

        if (_ring is null || Count == _ring.Length)
        {
            Grow();
        }

        ref Entry entry = ref _ring[(_head + Count) & (_ring.Length - 1)];
        entry.Packet = packet;
        entry.Info = info;
        Count++;
        Charged += charge;
        return true;
    }

    /// <summary>Takes the datagram that comes next.</summary>
    public bool TryDequeue([NotNullWhen(true)] out PacketBuffer? packet, out UdpReceiveInfo info)
    {
        if (Count == 0)
        {
            packet = null;
            info = default;
            return false;
        }

        ref Entry entry = ref _ring![_head];
        packet = entry.Packet;
        info = entry.Info;
        entry.Packet = null!;
        _head = (_head + 1) & (_ring.Length - 1);
        Count--;
        Charged -= packet.Length + Overhead;
        return true;
    }

    [MemberNotNull(nameof(_ring))]
    private void Grow()
    {
        var larger = new Entry[_ring is null ? 4 : _ring.Length * 2];
        for (int i = 0; i < Count; i++)
        {
            larger[i] = _ring![(_head + i) & (_ring.Length - 1)];
        }

        _ring = larger;
        _head = 0;
    }
}
