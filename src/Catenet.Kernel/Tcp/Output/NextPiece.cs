using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>How much is to be sent.</summary>
internal enum PushExtent : byte
{
    /// <summary>As much as may.</summary>
    All,

    /// <summary>One piece: the user goes on writing.</summary>
    One,

    /// <summary>One piece, and one segment even against the congestion window: a tail loss probe.</summary>
    Probe,
}

/// <summary>What leaves next: the first buffer or as much of its beginning as the windows allow (the tests of Linux's tcp_write_xmit, RFC 9293 3.8.6.2.1).</summary>
internal ref struct NextPiece(int mss, NagleMode nagle, PushExtent extent)
{
    private const long DeferralHorizon = 1_000_000;

    private int _atOnce;

    /// <summary>Octets of the piece.</summary>
    public int Length;

    /// <summary>PSH, FIN and the end of a record, for its last segment.</summary>
    public SentFlags Flags;

    /// <summary>It is only the beginning of its buffer.</summary>
    public bool IsBeginning;

    /// <summary>The congestion window was in the way.</summary>
    public bool IsLimitedByCongestion;

    /// <summary>The peer's window was in the way.</summary>
    public bool IsLimitedByPeer;

    /// <summary>Decides on the next piece.</summary>
    /// <returns>False if nothing may be sent now.</returns>
    public bool Decide(TcpConnection c)
    {
        var queue = c.Writes;
        bool owesFin = Transmission.OwesFin(c);
        bool hasData = queue is { Count: > 0 };
        if (!hasData && !owesFin)
        {
            return false;
        }

        if (c.Pace is { } pace && pace.MustWait(c.Now))
        {
            return false;
        }

        int quota = c.Window.Cwnd - c.InFlight;
        if (quota <= 0)
        {
            if (extent != PushExtent.Probe)
            {
                IsLimitedByCongestion = true;
                return false;
            }

            quota = 1;
        }

        int length = hasData ? queue!.Head.Length : 0;
        bool last = !hasData || queue!.Count == 1;
        if (length > mss || !last)
        {
            quota = Quota(c, quota);
            if (!last && quota * mss > length)
            {
                (length, last) = Grow(c, queue!, quota * mss);
            }
        }

        bool fin = last && owesFin;
        int room = c.Snd.WindowEnd - c.Snd.Nxt;
        if (room < (length > mss ? mss : length + (fin ? 1 : 0)))
        {
            IsLimitedByPeer = true;
            return false;
        }

        int limit = length;
        if (length <= mss)
        {
            if (length < mss && last && !fin && (nagle & NagleMode.Push) == 0 && Nagle.Holds(c, nagle))
            {
                return false;
            }
        }
        else
        {
            if (extent == PushExtent.All && IsWorthDeferring(c, length, room, last, fin))
            {
                return false;
            }

            limit = UrgentSending.IsActive(c) ? mss : SplitPoint(c, length, room, quota, last); // urgent pointers differ
        }

        IsBeginning = limit < length;
        Length = limit;
        Flags = IsBeginning || !hasData ? SentFlags.None : FlagsOf(queue!.Head.Flags);
        Flags |= fin && !IsBeginning ? SentFlags.Fin : SentFlags.None;
        return true;
    }

    private static SentFlags FlagsOf(WriteFlags flags) =>
        ((flags & WriteFlags.Push) != 0 ? SentFlags.Push : SentFlags.None) | ((flags & WriteFlags.RecordEnd) != 0 ? SentFlags.RecordEnd : SentFlags.None);

    /// <summary>Half of the congestion window at most leaves at once, and what the pace brings.</summary>
    private int Quota(TcpConnection c, int quota)
    {
        _atOnce = _atOnce != 0 ? _atOnce : BufferSize.SegmentsAtOnce(c, mss);
        return Math.Min(Math.Min(quota, Math.Max(c.Window.Cwnd >> 1, 1)), _atOnce);
    }

    /// <summary>Fills the first buffer up from those behind it.</summary>
    private static (int Length, bool Last) Grow(TcpConnection c, WriteQueue queue, int most)
    {
        if (queue.GrowHead(most - queue.Head.Length))
        {
            c.Buffers--;
        }

        return (queue.Head.Length, queue.Count == 1);
    }

    /// <summary>Where a buffer is cut that is larger than a segment (Linux's tcp_mss_split_point).</summary>
    private int SplitPoint(TcpConnection c, int length, int room, int quota, bool last)
    {
        int most = quota * mss;
        if (most <= room && !last)
        {
            return Math.Min(most, length);
        }

        int needed = Math.Min(length, room);
        if (most <= needed)
        {
            return most;
        }

        int partial = needed % mss;
        return partial != 0 && Nagle.Holds(c, nagle) ? needed - partial : needed;
    }

    /// <summary>Whether waiting for the next ACK, which is near, lets more leave at once (Linux's tcp_tso_should_defer).</summary>
    private bool IsWorthDeferring(TcpConnection c, int length, int room, bool last, bool fin)
    {
        if (c.Sent.IsEmpty || c.Recovery.Phase >= CongestionPhase.Recovery || c.Now - c.LastPacketAt >= new Duration(DeferralHorizon))
        {
            return false;
        }

        long congestion = (long)(c.Window.Cwnd - c.InFlight) * mss;
        long limit = Math.Min(room, congestion);
        long chunk = Math.Min(c.Snd.Wnd, (long)c.Window.Cwnd * mss) / Math.Max(c.Layer.Settings.TsoWindowDivisor, 1);
        if (limit >= (long)_atOnce * mss || (!last && limit >= length) || limit >= chunk)
        {
            return false;
        }

        var expected = c.Sent[c.Sent.Head].SentAt + c.Rtt.Smoothed;
        var near = Duration.Min(c.Rtt.Smoothed / 2, new Duration(DeferralHorizon));
        if (expected - c.Now > near || near == Duration.Zero)
        {
            return false;
        }

        if (congestion < room && congestion <= length)
        {
            IsLimitedByCongestion = true;
            return true;
        }

        if (congestion >= room && room <= length)
        {
            IsLimitedByPeer = true;
            return true;
        }

        return !fin && c.Writes!.Head.MayGrow;
    }
}
