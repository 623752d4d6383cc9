using Catenet.Kernel.Tcp;

namespace Catenet.Packetdrill.Calls;

/// <summary>What a stream socket's error queue tells of octets sent: time stamps (SO_TIMESTAMPING) and that memory is free again (MSG_ZEROCOPY), as Linux queues them.</summary>
/// <param name="present">Tells the time.</param>
/// <param name="wake">Wakes those who wait for POLLERR.</param>
internal sealed class TransmitReports(Func<Instant> present, Action wake) : ITransmissionEvents
{
    /// <summary>How many pieces of memory a buffer refers to at most (Linux's MAX_SKB_FRAGS).</summary>
    public const int MostFragments = 17;

    private const int OriginTimestamping = 4, OriginZeroCopy = 5, CodeCopied = 1, NoMessage = 42;
    private const int Send = 0, Scheduled = 1, Acknowledged = 2;
    private const int TxSoftware = 2, Software = 16, OptId = 128, TxScheduled = 256, TxAcknowledged = 512, OptTsOnly = 1 << 11;
    private const int Recording = TxSoftware | TxScheduled | TxAcknowledged | 1;
    private const uint MostOctets = 1 << 19;

    private readonly LinkedList<ErrorReport> _queue = new();
    private readonly List<Stamp> _stamps = [];
    private readonly LinkedList<Pinned> _pinned = new();
    private uint _nextPinned;
    private uint _first = 1;
    private int _flags;
    private Pending _pending;

    /// <summary>SO_TIMESTAMPING's flags; setting OPT_ID begins to count.</summary>
    public int Flags => _flags;

    /// <summary>SO_ZEROCOPY.</summary>
    public bool ZeroCopy { get; set; }

    /// <summary>Whether there is something to tell.</summary>
    public bool HasReports => _queue.Count > 0;

    /// <summary>Sets the flags of SO_TIMESTAMPING.</summary>
    /// <param name="flags">The flags.</param>
    /// <param name="position">From where octets are counted if OPT_ID is new.</param>
    public void SetFlags(int flags, uint position)
    {
        if ((flags & OptId) != 0 && (_flags & OptId) == 0)
        {
            _first = position;
        }

        _flags = flags;
    }

    /// <summary>The settings for an accepted socket.</summary>
    public TransmitReports Inherit(Func<Instant> present, Action wake) => new(present, wake) { ZeroCopy = ZeroCopy, _flags = _flags };

    /// <summary>A send begins.</summary>
    /// <param name="length">Its octets.</param>
    /// <param name="pinned">Whether its memory is referred to.</param>
    /// <param name="continued">Whether it has waited and goes on.</param>
    /// <param name="waits">Whether it waits for room.</param>
    /// <param name="flags">What is asked for with this send instead of the socket's flags (a control message); negative: nothing.</param>
    /// <param name="joins">Whether octets before it wait that it may join.</param>
    public void Begin(int length, bool pinned, bool continued, bool waits, int flags, bool joins) =>
        _pending = new Pending(length, pinned && ZeroCopy && length > 0, continued, waits, flags < 0 ? _flags : (_flags & ~Recording) | flags, joins);

    /// <summary>It is over.</summary>
    public void End() => _pending = default;

    /// <summary>Takes the oldest entry.</summary>
    public bool TryTake(out ErrorReport report)
    {
        report = _queue.First?.Value!;
        if (report is not null)
        {
            _queue.RemoveFirst();
        }

        return report is not null;
    }

    /// <summary>Whether a stamp comes with a control message of its time.</summary>
    public bool TellsTime => (_flags & Software) != 0;

    void ITransmissionEvents.OnWritten(uint begin, uint end, bool isAll)
    {
        if (_pending.IsPinned)
        {
            Pin(end);
        }

        if ((isAll || !_pending.Waits) && (_pending.Flags & Recording) != 0)
        {
            _stamps.RemoveAll(s => s.Last >= begin);
            _stamps.Add(new Stamp(end - 1, _pending.Flags));
        }
    }

    void ITransmissionEvents.OnTransmitted(uint begin, uint end)
    {
        foreach (var stamp in _stamps)
        {
            if (stamp.Last >= begin && stamp.Last < end)
            {
                Tell(stamp, TxScheduled, Scheduled, (int)(end - begin));
                Tell(stamp, TxSoftware, Send, (int)(end - begin));
            }
        }
    }

    void ITransmissionEvents.OnAcknowledged(uint position)
    {
        while (_stamps.Count > 0 && _stamps[0].Last < position)
        {
            Tell(_stamps[0], TxAcknowledged, Acknowledged, 0);
            _stamps.RemoveAt(0);
        }

        while (_pinned.First is { } oldest && oldest.Value.End <= position)
        {
            Complete(oldest.Value);
        }
    }

    void ITransmissionEvents.OnReleased()
    {
        _stamps.Clear();
        while (_pinned.First is { } oldest)
        {
            Complete(oldest.Value);
        }
    }

    /// <summary>Sends that follow one another in one buffer are told of together (Linux's msg_zerocopy_realloc).</summary>
    private void Pin(uint end)
    {
        var last = _pinned.Last?.Value;
        if (_pending.IsContinued && last is not null)
        {
            last.End = end;
        }
        else if (last is not null && _pending.Joins && last.Octets + (uint)_pending.Length <= MostOctets)
        {
            last.End = end;
            last.Count++;
            last.Octets += (uint)_pending.Length;
            _nextPinned++;
        }
        else
        {
            _pinned.AddLast(new Pinned { First = _nextPinned++, Count = 1, End = end, Octets = (uint)_pending.Length });
        }

        _pending = _pending with { IsContinued = true };
    }

    private void Complete(Pinned pinned)
    {
        _pinned.RemoveFirst();
        if (_queue.Last is { Value: { Origin: OriginZeroCopy } before } && before.Data + 1 == pinned.First)
        {
            _queue.Last.Value = before with { Data = pinned.First + pinned.Count - 1 };
        }
        else
        {
            // The device copies: the memory was free before, but the copying was not saved.
            _queue.AddLast(new ErrorReport { Error = 0, Origin = OriginZeroCopy, Code = CodeCopied, Info = pinned.First, Data = pinned.First + pinned.Count - 1 });
        }

        wake();
    }

    private void Tell(Stamp stamp, int flag, int what, int length)
    {
        if ((stamp.Flags & flag) == 0)
        {
            return;
        }

        _queue.AddLast(new ErrorReport
        {
            Error = NoMessage,
            Origin = OriginTimestamping,
            Info = (uint)what,
            Data = (_flags & OptId) != 0 ? stamp.Last - _first : 0,
            Time = present(),
            Length = (_flags & OptTsOnly) != 0 ? 0 : Math.Max(length, 1),
        });
        wake();
    }

    private readonly record struct Stamp(uint Last, int Flags);

    private readonly record struct Pending(int Length, bool IsPinned, bool IsContinued, bool Waits, int Flags, bool Joins);

    private sealed class Pinned
    {
        public uint First { get; init; }

        public uint Count { get; set; }

        public uint End { get; set; }

        public uint Octets { get; set; }
    }
}
