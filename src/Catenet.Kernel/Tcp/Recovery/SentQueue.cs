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

    /// <summary>Where numbers begin: far from <see cref="None"/> on both sides.</summary>
    private const uint Base = 1u << 30;

    /// <summary>How many neighbours a segment that is split or merged may move.</summary>
    private const uint MostMoved = 256;

    private const SentFlags Counted = SentFlags.Sacked | SentFlags.Lost | SentFlags.InRetransmission | SentFlags.Parked;

    private SentRing? _ring;

    /// <summary>The first segment's number.</summary>
    public readonly uint Head => _ring is null ? Base : _ring.Head;

    /// <summary>The number after the last segment's.</summary>
    public readonly uint Tail => _ring is null ? Base : _ring.Tail;

    /// <summary>Segments sent and not acknowledged (Linux's packets_out).</summary>
    public readonly int Count => _ring is null ? 0 : (int)(_ring.Tail - _ring.Head);

    /// <summary>Of those, how many the peer holds.</summary>
    public readonly int SackedOut => _ring is null ? 0 : _ring.SackedOut;

    /// <summary>Of those, how many are taken for lost.</summary>
    public readonly int LostOut => _ring is null ? 0 : _ring.LostOut;

    /// <summary>Retransmissions on their way.</summary>
    public readonly int RetransOut => _ring is null ? 0 : _ring.RetransOut;

    public readonly bool IsEmpty => _ring is null;

    /// <summary>The unsacked, not lost segment that was sent longest ago.</summary>
    public readonly uint Oldest => _ring is null ? None : _ring.Order.Oldest;

    /// <summary>The youngest of those sent before the segment that was last given to <see cref="Refer"/>.</summary>
    public readonly uint Reference => _ring is null ? None : _ring.Order.Reference;

    public readonly ref SentSegment this[uint id] => ref _ring!.Segments[id & (uint)_ring.Mask];

    public void Add(SentRingPool pool, SeqNumber seq, SeqNumber end, SentFlags flags, Instant now)
    {
        if (_ring is null)
        {
            _ring = pool.Rent(16);
            _ring.Reset(Base);
        }
        else if (Count == _ring.Segments.Length)
        {
            Grow(pool);
        }

        uint id = _ring.Tail++;
        ref SentSegment segment = ref this[id];
        segment.Seq = seq;
        segment.End = end;
        segment.Flags = flags;
        _ring.Order.Append(id, now);
    }

    /// <summary>Takes the first segment off, acknowledged.</summary>
    public void RemoveHead(SentRingPool pool)
    {
        uint id = Head;
        ref SentSegment segment = ref this[id];
        if (segment.Has(Counted))
        {
            Forget(id, ref segment);
        }

        _ring!.Order.Unlink(id);
        if (++_ring.Head == _ring.Tail)
        {
            pool.Return(_ring);
            _ring = null;
        }
    }

    /// <summary>Notes that the peer holds the segment. A retransmission that nobody took for lost may still be under way.</summary>
    public void MarkSacked(uint id)
    {
        ref SentSegment segment = ref this[id];
        bool underWay = (segment.Flags & (SentFlags.Lost | SentFlags.InRetransmission)) == SentFlags.InRetransmission;
        Forget(id, ref segment);
        _ring!.Order.Unlink(id);
        segment.Flags |= SentFlags.Sacked;
        _ring!.SackedOut++;
        _ring!.Sacked.Add(Slot(id));
        if (underWay)
        {
            segment.Flags |= SentFlags.InRetransmission;
            _ring!.RetransOut++;
        }
    }

    /// <summary>Notes that the segment is taken for lost, or that its retransmission is.</summary>
    /// <param name="id">The segment.</param>
    /// <param name="park">Whether it is to be looked at again by time if the loss is taken back.</param>
    /// <returns>Whether that is news.</returns>
    public bool MarkLost(uint id, bool park = false)
    {
        ref SentSegment segment = ref this[id];
        if (segment.Has(SentFlags.Sacked))
        {
            return false;
        }

        bool news = true;
        if (!segment.Has(SentFlags.Lost))
        {
            segment.Flags |= SentFlags.Lost;
            _ring!.LostOut++;
        }
        else if (segment.Has(SentFlags.InRetransmission))
        {
            segment.Flags &= ~SentFlags.InRetransmission;
            _ring!.RetransOut--;
        }
        else
        {
            news = false;
        }

        if (park && segment.Has(SentFlags.Timed))
        {
            segment.Flags |= SentFlags.Parked;
        }

        _ring!.Order.Unlink(id);
        if (!segment.Has(SentFlags.InRetransmission))
        {
            _ring!.ToRetransmit.Add(Slot(id));
        }

        return news;
    }

    /// <summary>Notes that the segment was sent again.</summary>
    public void MarkRetransmitted(uint id, Instant now)
    {
        ref SentSegment segment = ref this[id];
        if (!segment.Has(SentFlags.InRetransmission))
        {
            _ring!.RetransOut++;
        }

        segment.Flags |= SentFlags.InRetransmission;
        _ring!.ToRetransmit.Remove(Slot(id));
        MarkRepeated(id, now);
    }

    /// <summary>Notes that the segment was sent again without being counted as a retransmission in flight: as a probe.</summary>
    public void MarkRepeated(uint id, Instant now)
    {
        ref SentSegment segment = ref this[id];
        _ring!.Order.Unlink(id);
        segment.Flags = (segment.Flags | SentFlags.EverRetransmitted) & ~SentFlags.Parked;
        _ring!.Order.Append(id, now);
    }

    /// <summary>The retransmission was needless, and has arrived.</summary>
    public void MarkNotRetransmitted(uint id)
    {
        ref SentSegment segment = ref this[id];
        if (segment.Has(SentFlags.InRetransmission))
        {
            segment.Flags &= ~SentFlags.InRetransmission;
            _ring!.RetransOut--;
            if (segment.Has(SentFlags.Lost))
            {
                _ring!.ToRetransmit.Add(Slot(id));
            }
        }
    }

    /// <summary>Takes all losses back: the segments were only late.</summary>
    public void MarkNoneLost()
    {
        // From the last to the first: those that return to the list are its oldest, and each is sent before the ones behind it.
        for (uint id = Tail; id != Head && LostOut > 0;)
        {
            ref SentSegment segment = ref this[--id];
            if (!segment.Has(SentFlags.Lost))
            {
                continue;
            }

            _ring!.LostOut--;
            _ring!.ToRetransmit.Remove(Slot(id));
            if (segment.Has(SentFlags.Parked))
            {
                _ring.Order.Insert(id);
            }

            segment.Flags &= ~(SentFlags.Lost | SentFlags.Parked);
        }
    }

    /// <summary>Forgets that the peer said it holds the segment: it has reneged (RFC 2018 8).</summary>
    public void MarkNotSacked(uint id)
    {
        ref SentSegment segment = ref this[id];
        segment.Flags &= ~SentFlags.Sacked;
        _ring!.SackedOut--;
        _ring!.Sacked.Remove(Slot(id));
    }

    /// <summary>Remembers which segments were sent before this one.</summary>
    public readonly void Refer(uint id) => _ring!.Order.Reference = this[id].Has(SentFlags.Timed) ? this[id].Older : None;

    /// <summary>Puts a segment and the one behind it together (Linux's tcp_collapse_retrans).</summary>
    /// <returns>The number that the whole has now; <see cref="None"/> if too many neighbours would have to move.</returns>
    public uint Merge(SentRingPool pool, uint id)
    {
        if (id - Head > MostMoved)
        {
            return None;
        }

        ref SentSegment first = ref this[id];
        var (seq, end, kept) = (first.Seq, this[id + 1].End, this[id + 1].Flags & (SentFlags.Push | SentFlags.Fin | SentFlags.EverRetransmitted | SentFlags.RecordEnd | SentFlags.BufferEnd));
        Forget(id + 1, ref this[id + 1]);
        _ring!.Order.Unlink(id + 1);
        Move(id, id + 1);
        for (uint from = id; from != Head; from--)
        {
            Move(from - 1, from);
        }

        ref SentSegment whole = ref this[id + 1];
        (whole.Seq, whole.End) = (seq, end);
        whole.Flags |= kept;
        this[Head].Flags = SentFlags.None;
        RemoveHead(pool);
        return id + 1;
    }

    /// <summary>Cuts a segment in two; both are as the whole was (Linux's tcp_fragment).</summary>
    /// <returns>The first part's number; <see cref="None"/> if too many neighbours would have to move.</returns>
    public uint Split(SentRingPool pool, uint id, SeqNumber at)
    {
        if (id - Head > MostMoved)
        {
            return None;
        }

        if (Count == _ring!.Segments.Length)
        {
            Grow(pool);
        }

        _ring.Head--;
        this[Head].Flags = SentFlags.None;
        for (uint from = Head + 1; from != id; from++)
        {
            Move(from, from - 1);
        }

        ref SentSegment second = ref this[id];
        ref SentSegment first = ref this[id - 1];
        first = second;
        first.Flags &= ~(SentFlags.Fin | SentFlags.Push | SentFlags.RecordEnd | SentFlags.BufferEnd | SentFlags.Timed);
        first.End = second.Seq = at;
        Recount(id - 1, ref first);
        if (second.Has(SentFlags.Timed))
        {
            _ring.Order.LinkBefore(id, id - 1);
        }

        return id - 1;
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
            _ring!.SackedOut--;
            _ring!.Sacked.Remove(Slot(id));
        }

        if (segment.Has(SentFlags.Lost))
        {
            _ring!.LostOut--;
            _ring!.ToRetransmit.Remove(Slot(id));
        }

        if (segment.Has(SentFlags.InRetransmission))
        {
            _ring!.RetransOut--;
        }

        segment.Flags &= ~Counted;
    }

    /// <summary>Enters a segment that has its flags already into the counts and sets.</summary>
    private void Recount(uint id, ref SentSegment segment)
    {
        _ring!.SackedOut += segment.Has(SentFlags.Sacked) ? 1 : 0;
        _ring!.LostOut += segment.Has(SentFlags.Lost) ? 1 : 0;
        _ring!.RetransOut += segment.Has(SentFlags.InRetransmission) ? 1 : 0;
        SetBits(id, segment.Flags);
    }

    private readonly void SetBits(uint id, SentFlags flags)
    {
        if ((flags & SentFlags.Sacked) != 0)
        {
            _ring!.Sacked.Add(Slot(id));
        }

        if ((flags & (SentFlags.Lost | SentFlags.InRetransmission)) == SentFlags.Lost)
        {
            _ring!.ToRetransmit.Add(Slot(id));
        }
    }

    /// <summary>Gives a segment another number, next to its own.</summary>
    private readonly void Move(uint from, uint to)
    {
        this[to] = this[from];
        ref SentSegment segment = ref this[to];
        _ring!.Sacked.Remove(Slot(from));
        _ring.ToRetransmit.Remove(Slot(from));
        SetBits(to, segment.Flags);
        if (segment.Has(SentFlags.Timed))
        {
            _ring.Order.Rename(from, to);
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

        ring.Take(old);
        pool.Return(old);
        _ring = ring;
    }
}
