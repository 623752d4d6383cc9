using System.Runtime.CompilerServices;

namespace Catenet.Core;

/// <summary>A packet on its way through the stack: the sk_buff of this house.</summary>
/// <remarks>
/// <para>
/// A packet is a linear part (headers, and the payload of small packets) followed by slices of shared blocks (payload that
/// is not copied between send buffer, wire and receive queue). Layers <see cref="Push"/> their header on the way down and
/// <see cref="Pull"/> it on the way up; header offsets are positions in the block, so they outlive both.
/// </para>
/// <para>
/// One owner at a time: whoever is handed a packet passes it on or calls <see cref="Release"/>. <see cref="Clone"/> shares
/// the bytes; call <see cref="EnsureWritable"/> before writing to bytes that may be shared. Belongs to one loop's thread.
/// </para>
/// </remarks>
public sealed class PacketBuffer
{
    private readonly PacketPool _pool;
    private SharedBlock _block = null!;
    private int _start;
    private int _length;
    private PacketSlice[] _slices = [];
    private int _sliceHead;
    private int _sliceEnd;
    private int _sliceLength;

    internal PacketBuffer(PacketPool pool) => _pool = pool;

    /// <summary>Links packets in a <see cref="PacketQueue"/>; whoever owns the packet may use it.</summary>
    internal PacketBuffer? Next;

#if DEBUG
    internal string? LeaseSite;
#endif

    /// <summary>The packet's identity: it survives NAT, fragmentation and tunnels, and clones share it.</summary>
    public ulong Id { get; set; }

    /// <summary>When the packet was made, or came in from the wire.</summary>
    public Instant Timestamp { get; set; }

    /// <summary>A due time that the present owner may use: departure on a qdisc, arrival on a link.</summary>
    public Instant Due { get; set; }

    /// <summary>The EtherType of what follows the link header.</summary>
    public ushort Protocol { get; set; }

    /// <summary>To whom the frame was addressed.</summary>
    public PacketKind Kind { get; set; }

    /// <summary>What is known of the transport checksum.</summary>
    public ChecksumState Checksum { get; set; }

    /// <summary>The firewall mark (Linux's skb->mark), used by policy rules and filters.</summary>
    public uint Mark { get; set; }

    /// <summary>A hash of the flow, zero if not computed: spreads flows over queues and paths.</summary>
    public uint FlowHash { get; set; }

    /// <summary>The 802.1Q tag control information carried beside the frame; -1 if untagged.</summary>
    public int VlanTag { get; set; } = -1;

    /// <summary>The index of the device the packet came in by; zero if it was made here.</summary>
    public int InputInterface { get; set; }

    /// <summary>The payload octets per wire packet when this is a super-packet to be segmented; zero otherwise.</summary>
    public ushort GsoSize { get; set; }

    /// <summary>The octets of the largest fragment, IP header included, that the packet was put together from; zero if it came whole.</summary>
    public ushort FragmentSize { get; set; }

    /// <summary>What the packet counts for with its sender until it leaves the host, and then in the receive buffer that holds it (Linux's skb->truesize); zero if it is counted with the one before it.</summary>
    public int TrueSize { get; set; }

    /// <summary>Who is told when the packet leaves the host on which it was made; null: nobody.</summary>
    public IPacketSender? Sender { get; set; }

    /// <summary>Whether the packet overlapped the one before it in the queue that holds it: it is counted for itself.</summary>
    public bool Overlaps { get; set; }

    /// <summary>The queueing class (Linux's skb->priority).</summary>
    public uint Priority { get; set; }

    /// <summary>What the connection tracker knows of the packet's flow (Linux's skb->_nfct).</summary>
    public object? Conntrack { get; set; }

    /// <summary>Position of the link header in the block; -1 if there is none.</summary>
    public int LinkOffset { get; set; } = -1;

    /// <summary>Position of the IP (or ARP) header in the block; -1 if not known yet.</summary>
    public int NetworkOffset { get; set; } = -1;

    /// <summary>Position of the transport header in the block; -1 if not known yet.</summary>
    public int TransportOffset { get; set; } = -1;

    /// <summary>All octets: the linear part and the slices.</summary>
    public int Length => _length + _sliceLength;

    /// <summary>Octets of the linear part.</summary>
    public int LinearLength => _length;

    /// <summary>Octets that can still be pushed in front.</summary>
    public int Headroom => _start;

    /// <summary>Octets that can still be appended to the linear part.</summary>
    public int Tailroom => _block.Bytes.Length - _start - _length;

    /// <summary>The position in the block at which the packet now begins.</summary>
    public int Offset => _start;

    /// <summary>The linear part.</summary>
    public Span<byte> Span
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _block.Bytes.AsSpan(_start, _length);
    }

    /// <summary>The slices that follow the linear part.</summary>
    public ReadOnlySpan<PacketSlice> Slices => _slices.AsSpan(_sliceHead, _sliceEnd - _sliceHead);

    /// <summary>Whether all octets are in the linear part.</summary>
    public bool IsLinear => _sliceLength == 0;

    /// <summary>Whether the packet has been released.</summary>
    public bool IsReleased => _block is null;

    /// <summary>The linear octets from a position in the block (a header offset) on, whether or not they have been pulled.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> From(int position) => _block.Bytes.AsSpan(position, _start + _length - position);

    /// <summary>Marks the present beginning as the link header.</summary>
    public void MarkLinkHeader() => LinkOffset = _start;

    /// <summary>Marks the present beginning as the network header.</summary>
    public void MarkNetworkHeader() => NetworkOffset = _start;

    /// <summary>Marks the present beginning as the transport header.</summary>
    public void MarkTransportHeader() => TransportOffset = _start;

    /// <summary>Puts <paramref name="count"/> octets in front and returns them, not cleared. Grows the headroom (by copying) if it must.</summary>
    public Span<byte> Push(int count)
    {
        if (count > _start || _block.IsShared)
        {
            Reallocate(Math.Max(count, PacketPool.DefaultHeadroom), 0);
        }

        _start -= count;
        _length += count;
        return _block.Bytes.AsSpan(_start, count);
    }

    /// <summary>Takes <paramref name="count"/> octets off the front; from the slices too, once the linear part is used up.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The packet is shorter.</exception>
    public void Pull(int count)
    {
        if ((uint)count <= (uint)_length)
        {
            _start += count;
            _length -= count;
            return;
        }

        if ((uint)count > (uint)Length)
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, "The packet is shorter than that.");
        }

        int rest = count - _length;
        _start += _length;
        _length = 0;
        while (rest > 0)
        {
            ref PacketSlice slice = ref _slices[_sliceHead];
            int part = Math.Min(rest, slice.Length);
            rest -= part;
            _sliceLength -= part;
            if (part == slice.Length)
            {
                slice.Block.Release();
                slice = default;
                _sliceHead++;
            }
            else
            {
                slice = new PacketSlice(slice.Block, slice.Offset + part, slice.Length - part);
            }
        }
    }

    /// <summary>Adds <paramref name="count"/> octets at the end of the linear part and returns them, not cleared. Only while there are no slices.</summary>
    public Span<byte> Append(int count)
    {
        if (_sliceLength != 0)
        {
            Linearize();
        }

        if (count > Tailroom || _block.IsShared)
        {
            Reallocate(_start, count);
        }

        int at = _start + _length;
        _length += count;
        return _block.Bytes.AsSpan(at, count);
    }

    /// <summary>Copies octets to the end.</summary>
    public void Append(ReadOnlySpan<byte> data) => data.CopyTo(Append(data.Length));

    /// <summary>Adds a run of a shared block at the end without copying; takes a reference of its own.</summary>
    public void AppendSlice(SharedBlock block, int offset, int length)
    {
        if (length == 0)
        {
            return;
        }

        if (_sliceEnd == _slices.Length)
        {
            Array.Resize(ref _slices, Math.Max(4, _slices.Length * 2));
        }

        block.AddReference();
        _slices[_sliceEnd++] = new PacketSlice(block, offset, length);
        _sliceLength += length;
    }

    /// <summary>Adds all octets of another packet at the end without copying; the other keeps its references until it is released.</summary>
    public void AppendPacket(PacketBuffer other)
    {
        AppendSlice(other._block, other._start, other._length);
        foreach (ref readonly PacketSlice slice in other.Slices)
        {
            AppendSlice(slice.Block, slice.Offset, slice.Length);
        }
    }

    /// <summary>Adds a part of another packet at the end without copying; the other keeps its references.</summary>
    /// <param name="other">The other packet.</param>
    /// <param name="offset">Where the part begins, counted from the other's present beginning.</param>
    /// <param name="length">How many octets; the other has as many.</param>
    public void AppendPart(PacketBuffer other, int offset, int length)
    {
        int linear = Math.Clamp(other._length - offset, 0, length);
        AppendSlice(other._block, other._start + offset, linear);
        length -= linear;
        offset = Math.Max(0, offset - other._length);
        foreach (ref readonly PacketSlice slice in other.Slices)
        {
            if (length == 0)
            {
                break;
            }

            int part = Math.Clamp(slice.Length - offset, 0, length);
            AppendSlice(slice.Block, slice.Offset + offset, part);
            length -= part;
            offset = Math.Max(0, offset - slice.Length);
        }
    }

    /// <summary>Cuts octets off the end so that <paramref name="length"/> remain.</summary>
    public void TrimTo(int length)
    {
        if (length <= _length)
        {
            ReleaseSlices();
            _length = Math.Max(length, 0);
            return;
        }

        int excess = Length - length;
        while (excess > 0)
        {
            ref PacketSlice slice = ref _slices[_sliceEnd - 1];
            int part = Math.Min(excess, slice.Length);
            excess -= part;
            _sliceLength -= part;
            if (part == slice.Length)
            {
                slice.Block.Release();
                slice = default;
                _sliceEnd--;
            }
            else
            {
                slice = new PacketSlice(slice.Block, slice.Offset, slice.Length - part);
            }
        }
    }

    /// <summary>Makes sure that the first <paramref name="count"/> octets are linear (Linux's pskb_may_pull); false if the packet is shorter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool EnsureLinear(int count)
    {
        if (count <= _length)
        {
            return true;
        }

        if (count > Length)
        {
            return false;
        }

        Linearize();
        return true;
    }

    /// <summary>Gathers all octets into the linear part.</summary>
    public Span<byte> Linearize()
    {
        if (_sliceLength != 0)
        {
            Reallocate(_start, _sliceLength);
            int at = _start + _length;
            foreach (ref readonly PacketSlice slice in Slices)
            {
                slice.Span.CopyTo(_block.Bytes.AsSpan(at));
                at += slice.Length;
            }

            _length = at - _start;
            ReleaseSlices();
        }

        return Span;
    }

    /// <summary>Makes sure that nobody else sees the linear part, by copying it if it is shared.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void EnsureWritable()
    {
        if (_block.IsShared)
        {
            Reallocate(_start, 0);
        }
    }

    /// <summary>Copies octets out, from <paramref name="offset"/> on (counted from the present beginning), as many as fit and exist.</summary>
    /// <returns>How many octets were copied.</returns>
    public int CopyTo(int offset, Span<byte> destination)
    {
        int copied = 0;
        if (offset < _length)
        {
            copied = Math.Min(_length - offset, destination.Length);
            _block.Bytes.AsSpan(_start + offset, copied).CopyTo(destination);
        }

        offset = Math.Max(0, offset - _length);
        foreach (ref readonly PacketSlice slice in Slices)
        {
            if (copied == destination.Length)
            {
                break;
            }

            if (offset >= slice.Length)
            {
                offset -= slice.Length;
                continue;
            }

            int part = Math.Min(slice.Length - offset, destination.Length - copied);
            slice.Span.Slice(offset, part).CopyTo(destination[copied..]);
            copied += part;
            offset = 0;
        }

        return copied;
    }

    /// <summary>Copies all octets to a new array: for captures, tests and cold paths.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Length];
        CopyTo(0, bytes);
        return bytes;
    }

    /// <summary>Adds all octets from <paramref name="offset"/> on (within the linear part) to an Internet checksum sum.</summary>
    public ulong Sum(int offset, ulong sum)
    {
        sum = InternetChecksum.Add(_block.Bytes.AsSpan(_start + offset, _length - offset), sum);
        int position = _length - offset;
        foreach (ref readonly PacketSlice slice in Slices)
        {
            sum = InternetChecksum.Combine(sum, InternetChecksum.Add(slice.Span), position);
            position += slice.Length;
        }

        return sum;
    }

    /// <summary>Makes a second packet of the same octets, identity and metadata. Nothing is copied until someone writes.</summary>
    public PacketBuffer Clone()
    {
        var clone = _pool.RentShell();
        _block.AddReference();
        clone._block = _block;
        clone._start = _start;
        clone._length = _length;
        foreach (ref readonly PacketSlice slice in Slices)
        {
            clone.AppendSlice(slice.Block, slice.Offset, slice.Length);
        }

        clone.CopyMetadata(this);
        return clone;
    }

    /// <summary>Takes over the identity, timestamps, device, mark, header offsets and the rest of what is known of another packet, but not its octets.</summary>
    public void CopyMetadata(PacketBuffer from)
    {
        Id = from.Id;
        Timestamp = from.Timestamp;
        Due = from.Due;
        Protocol = from.Protocol;
        Kind = from.Kind;
        Checksum = from.Checksum;
        Mark = from.Mark;
        FlowHash = from.FlowHash;
        VlanTag = from.VlanTag;
        InputInterface = from.InputInterface;
        GsoSize = from.GsoSize;
        FragmentSize = from.FragmentSize;
        Priority = from.Priority;
        Conntrack = from.Conntrack;
        LinkOffset = from.LinkOffset;
        NetworkOffset = from.NetworkOffset;
        TransportOffset = from.TransportOffset;
    }

    /// <summary>Ends the packet's life: memory goes back to the pool. Use after release is an error that DEBUG builds report.</summary>
    public void Release()
    {
        if (_block is null)
        {
            throw new InvalidOperationException($"Packet {Id} was released twice.");
        }

        Leave();
        ReleaseSlices();
        _block.Release();
        _block = null!;
        _pool.Return(this);
    }

    /// <summary>The packet leaves the host, or its life ends: the sender is told (Linux's skb_orphan).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Leave()
    {
        if (Sender is { } sender)
        {
            Sender = null;
            sender.OnLeft(TrueSize);
        }
    }

    internal void Initialize(SharedBlock block, int headroom)
    {
        _block = block;
        _start = headroom;
        _length = 0;
    }

    internal void ResetMetadata()
    {
        Next = null;
        Id = 0;
        Timestamp = default;
        Due = default;
        Protocol = 0;
        Kind = PacketKind.Host;
        Checksum = ChecksumState.None;
        Mark = 0;
        FlowHash = 0;
        VlanTag = -1;
        InputInterface = 0;
        GsoSize = 0;
        FragmentSize = 0;
        Priority = 0;
        Conntrack = null;
        LinkOffset = NetworkOffset = TransportOffset = -1;
    }

    private void ReleaseSlices()
    {
        for (int i = _sliceHead; i < _sliceEnd; i++)
        {
            _slices[i].Block.Release();
            _slices[i] = default;
        }

        _sliceHead = _sliceEnd = 0;
        _sliceLength = 0;
    }

    /// <summary>Moves the linear part, with headers already pulled, to a block of its own with at least the wanted room on both sides.</summary>
    private void Reallocate(int headroom, int tailroom)
    {
        int shift = Math.Max(0, headroom - _start);
        int end = _start + _length;
        var block = _pool.RentBlock(end + shift + tailroom);
        _block.Bytes.AsSpan(0, end).CopyTo(block.Bytes.AsSpan(shift));
        _block.Release();
        _block = block;
        _start += shift;
        LinkOffset = Shift(LinkOffset, shift);
        NetworkOffset = Shift(NetworkOffset, shift);
        TransportOffset = Shift(TransportOffset, shift);
    }

    private static int Shift(int offset, int by) => offset < 0 ? offset : offset + by;
}
