using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>The segments in flight, in order of sequence and, by links, in order of transmission: retransmission queue and SACK scoreboard in one.</summary>
/// <remarks>
/// Segments are named by a running number that never changes; a segment is found by binary search, the next unsacked one
/// or the next to be retransmitted through bit sets. No acknowledgment costs more than the segments it changes.
/// </remarks>
internal struct SentQueue
{
    /// <summary>No segment.</summary>
    public const uint None = uint.MaxValue;

    private SentRing? _ring;
    private uint _oldest;
    private uint _newest;

    /// <summary>The first segment's number.</summary>
    public uint Head { get; private set; }

    /// <summary>The number after the last segment's.</summary>
    public uint Tail { get; private set; }

    /// <summary>Segments sent and not acknowledged (Linux's packets_out).</summary>
    public readonly int Count => (int)(Tail - Head);

    /// <summary>Of those, how many the peer holds.</summary>
    public int SackedOut { get; private set; }

    /// <summary>Of those, how many are taken for lost.</summary>
    public int LostOut { get; private set; }

    /// <summary>Retransmissions on their way.</summary>
    public int RetransOut { get; private set; }

    public readonly bool IsEmpty => Head == Tail;

    /// <summary>The unsacked, not lost segment that was sent longest ago.</summary>
    public readonly uint Oldest => _ring is null ? None : _oldest;

    public readonly ref SentSegment this[uint id] => ref _ring!.Segments[id & (uint)_ring.Mask];

    public void Add(SentRingPool pool, SeqNumber seq, SeqNumber end, SentFlags flags, Instant now)
    {
        if (_ring is null)
        {
            _ring = pool.Rent(16);
            _oldest = _newest = None;
        }
        else if (Count == _ring.Segments.Length)
        {
            Grow(pool);
        }

        uint id = Tail++;
        ref SentSegment segment = ref this[id];
        segment.Seq = seq;
        segment.End = end;
        segment.Flags = flags;
        segment.Transmissions = 1;
        AppendByTime(id, ref segment, now);
    }

    /// <summary>Takes the first segment off, acknowledged.</summary>
    public void RemoveHead(SentRingPool pool)
    {
        uint id = Head;
        ref SentSegment segment = ref this[id];
        if ((segment.Flags & (SentFlags.Sacked | SentFlags.Lost | SentFlags.InRetransmission)) != 0)
        {
            Forget(id, ref segment);
        }

        UnlinkByTime(id, ref segment);
        if (++Head == Tail)
        {
            pool.Return(_ring!);
            _ring = null;
        }
    }

    /// <summary>Notes that the peer holds the segment.</summary>
    public void MarkSacked(uint id)
    {
        ref SentSegment segment = ref this[id];
        Forget(id, ref segment);
        UnlinkByTime(id, ref segment);
        segment.Flags |= SentFlags.Sacked;
        SackedOut++;
        _ring!.Sacked.Add(Slot(id));
    }

    /// <summary>Notes that the segment is taken for lost, or that its retransmission is.</summary>
    public void MarkLost(uint id)
    {
        ref SentSegment segment = ref this[id];
        if (segment.Has(SentFlags.InRetransmission))
        {
            RetransOut--;
        }

        if (!segment.Has(SentFlags.Lost))
        {
            LostOut++;
        }

        UnlinkByTime(id, ref segment);
        segment.Flags = (segment.Flags | SentFlags.Lost) & ~SentFlags.InRetransmission;
        _ring!.ToRetransmit.Add(Slot(id));
    }

    /// <summary>Notes that the segment was sent again.</summary>
    public void MarkRetransmitted(uint id, Instant now)
    {
        ref SentSegment segment = ref this[id];
        if (!segment.Has(SentFlags.InRetransmission))
        {
            RetransOut++;
        }

        UnlinkByTime(id, ref segment);
        segment.Flags |= SentFlags.InRetransmission | SentFlags.EverRetransmitted;
        segment.Transmissions = (byte)Math.Min(segment.Transmissions + 1, byte.MaxValue);
        _ring!.ToRetransmit.Remove(Slot(id));
        AppendByTime(id, ref segment, now);
    }

    /// <summary>Takes a loss back: the segment was only late.</summary>
    public void MarkNotLost(uint id)
    {
        ref SentSegment segment = ref this[id];
        if (segment.Has(SentFlags.Lost))
        {
            LostOut--;
            segment.Flags &= ~SentFlags.Lost;
            _ring!.ToRetransmit.Remove(Slot(id));
            if (!segment.Has(SentFlags.Timed))
            {
                AppendByTime(id, ref segment, segment.SentAt);
            }
        }
    }

    /// <summary>Forgets that the peer said it holds the segment: it may renege (RFC 2018 8).</summary>
    public void MarkNotSacked(uint id)
    {
        ref SentSegment segment = ref this[id];
        segment.Flags &= ~SentFlags.Sacked;
        SackedOut--;
        _ring!.Sacked.Remove(Slot(id));
    }

    /// <summary>The first segment that does not begin before a sequence number; <see cref="Tail"/> if there is none.</summary>
    public readonly uint FindFrom(SeqNumber seq)
    {
        uint low = Head;
        uint high = Tail;
        while (low != high)
        {
            uint middle = low + (high - low) / 2;
            if (this[middle].Seq < seq)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>The first segment at or after a number that the peer does not hold; <see cref="Tail"/> if there is none.</summary>
    public readonly uint NextUnsacked(uint from) => SackedOut == 0 || from == Tail ? from : Next(from, members: false, _ring!.Sacked);

    /// <summary>The first lost segment at or after a number that is to be sent again; <see cref="Tail"/> if there is none.</summary>
    public readonly uint NextToRetransmit(uint from) => LostOut == 0 || from == Tail ? Tail : Next(from, members: true, _ring!.ToRetransmit);

    /// <summary>The segment sent next after another, of those neither sacked nor lost; <see cref="None"/> at the end.</summary>
    public readonly uint NextByTime(uint id) => this[id].Newer;

    /// <summary>Forgets all segments.</summary>
    public void Clear(SentRingPool pool)
    {
        while (!IsEmpty)
        {
            RemoveHead(pool);
        }
    }

    private readonly int Slot(uint id) => (int)(id & (uint)_ring!.Mask);

    private readonly uint Next(uint from, bool members, RingBits bits)
    {
        int slot = Slot(from);
        int found = members ? bits.NextMember(slot) : bits.NextNonMember(slot);
        uint distance = (uint)(found - slot);
        if (found < 0 || found >= _ring!.Segments.Length)
        {
            found = members ? bits.NextMember(0) : bits.NextNonMember(0);
            if (found < 0)
            {
                return Tail;
            }

            distance = (uint)(found + _ring!.Segments.Length - slot);
        }

        return distance >= Tail - from ? Tail : from + distance;
    }

    /// <summary>Takes a segment out of the counts and sets, before it leaves the queue or becomes sacked.</summary>
    private void Forget(uint id, ref SentSegment segment)
    {
        if (segment.Has(SentFlags.Sacked))
        {
            SackedOut--;
            _ring!.Sacked.Remove(Slot(id));
        }

        if (segment.Has(SentFlags.Lost))
        {
            LostOut--;
            _ring!.ToRetransmit.Remove(Slot(id));
        }

        if (segment.Has(SentFlags.InRetransmission))
        {
            RetransOut--;
        }

        segment.Flags &= ~(SentFlags.Sacked | SentFlags.Lost | SentFlags.InRetransmission);
    }

    private void AppendByTime(uint id, ref SentSegment segment, Instant now)
    {
        segment.SentAt = now;
        segment.Older = _newest;
        segment.Newer = None;
        segment.Flags |= SentFlags.Timed;
        if (_newest == None)
        {
            _oldest = id;
        }
        else
        {
            this[_newest].Newer = id;
        }

        _newest = id;
    }

    private void UnlinkByTime(uint id, ref SentSegment segment)
    {
        if (!segment.Has(SentFlags.Timed))
        {
            return;
        }

        segment.Flags &= ~SentFlags.Timed;
        if (segment.Older == None)
        {
            _oldest = segment.Newer;
        }
        else
        {
            this[segment.Older].Newer = segment.Newer;
        }

        if (segment.Newer == None)
        {
            _newest = segment.Older;
        }
        else
        {
            this[segment.Newer].Older = segment.Older;
        }
    }

    private void Grow(SentRingPool pool)
    {
        var old = _ring!;
        var ring = pool.Rent(old.Segments.Length * 2);
        for (uint id = Head; id != Tail; id++)
        {
            int from = (int)(id & (uint)old.Mask);
            int to = (int)(id & (uint)ring.Mask);
            ring.Segments[to] = old.Segments[from];
            if (old.Segments[from].Has(SentFlags.Sacked))
            {
                old.Sacked.Remove(from);
                ring.Sacked.Add(to);
            }

            if ((old.Segments[from].Flags & (SentFlags.Lost | SentFlags.InRetransmission)) == SentFlags.Lost)
            {
                old.ToRetransmit.Remove(from);
                ring.ToRetransmit.Add(to);
            }
        }

        pool.Return(old);
        _ring = ring;
    }
}
