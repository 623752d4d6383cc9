using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>The congestion window and what bounds it, in segments as Linux counts (RFC 5681 3, RFC 9438 4).</summary>
/// <remarks>A mutable struct that lives in its connection; an <see cref="ICongestionControl"/> changes it.</remarks>
public struct CongestionWindow
{
    /// <summary>"Arbitrarily high" (RFC 5681 3.1).</summary>
    public const int NoThreshold = int.MaxValue;

    /// <summary>cwnd: how many segments may be in flight.</summary>
    public int Cwnd { get; set; }

    /// <summary>ssthresh: where slow start ends.</summary>
    public int Ssthresh { get; set; }

    /// <summary>The largest cwnd allowed.</summary>
    public int Clamp { get; set; }

    /// <summary>Acknowledged segments that have not yet earned a whole segment of growth.</summary>
    public int Credit { get; set; }

    /// <summary>cwnd before the latest reduction.</summary>
    public int PriorCwnd { get; set; }

    /// <summary>Whether the window, not the user or the peer, held the sender back in the latest round (RFC 7661 4).</summary>
    public bool IsLimiting { get; internal set; }

    /// <summary>When cwnd was last set, or found to be in full use (Linux's snd_cwnd_stamp).</summary>
    internal TickTime UsedAt;
    internal int MaxInFlight;

    /// <summary>The most segments in flight since then.</summary>
    internal int Used;
    internal SeqNumber RoundEnd;

    /// <summary>Whether cwnd grows by a segment for each acknowledged one (RFC 5681 3.1).</summary>
    public readonly bool InSlowStart => Cwnd < Ssthresh;

    /// <summary>Whether growth is warranted: in slow start up to twice what was in flight, later only if the window was the limit.</summary>
    public readonly bool MayGrow => IsLimiting || (InSlowStart && Cwnd < 2L * MaxInFlight);

    /// <summary>Slow start with appropriate byte counting (RFC 5681 3.1, RFC 3465).</summary>
    /// <returns>What of <paramref name="acked"/> is left past ssthresh.</returns>
    public int SlowStart(int acked)
    {
        int grown = Math.Min(Cwnd + acked, Ssthresh);
        acked -= grown - Cwnd;
        Cwnd = Math.Min(grown, Clamp);
        return acked;
    }

    /// <summary>Additive increase: a segment for every <paramref name="perSegment"/> acknowledged ones.</summary>
    public void Increase(int perSegment, int acked)
    {
        if (Credit >= perSegment)
        {
            Credit = 0;
            Cwnd++;
        }

        Credit += acked;
        if (Credit >= perSegment)
        {
            int steps = Credit / perSegment;
            Credit -= steps * perSegment;
            Cwnd += steps;
        }

        Cwnd = Math.Min(Cwnd, Clamp);
    }

    /// <summary>Reno's growth: slow start, past ssthresh a segment per window (RFC 5681 3.1, RFC 3465).</summary>
    public void Grow(int acked)
    {
        if (InSlowStart)
        {
            acked = SlowStart(acked);
            if (acked == 0)
            {
                return;
            }
        }

        Increase(Cwnd, acked);
    }

    /// <summary>The threshold to return to, or to slow-start to after a pause: at least three quarters of cwnd (Linux's tcp_current_ssthresh).</summary>
    internal readonly int CurrentSsthresh(bool reducing) => reducing ? Ssthresh : Math.Max(Ssthresh, (Cwnd >> 1) + (Cwnd >> 2));

    /// <summary>Notes after sending whether the window was the limit, for the present round (Linux's tcp_cwnd_validate).</summary>
    /// <returns>Whether it has not been for a while, so that the window may be too large for the user.</returns>
    internal bool NoteUse(bool limiting, int inFlight, SeqNumber una, SeqNumber nxt, Instant now)
    {
        if (una >= RoundEnd || limiting || (!IsLimiting && inFlight > MaxInFlight))
        {
            IsLimiting = limiting;
            MaxInFlight = inFlight;
            RoundEnd = nxt;
        }

        if (MayGrow)
        {
            Used = 0;
            UsedAt = now;
            return false;
        }

        Used = Math.Max(Used, inFlight);
        return true;
    }

    /// <summary>The user does not fill the window: it falls half the way to what he uses (RFC 2861 3.2, RFC 7661 4.4).</summary>
    internal void ShrinkToUse(int initialWindow, Instant now)
    {
        int used = Math.Max(Used, initialWindow);
        if (used < Cwnd)
        {
            Ssthresh = CurrentSsthresh(reducing: false);
            Cwnd = (Cwnd + used) >> 1;
        }

        Used = 0;
        UsedAt = now;
    }

    /// <summary>Halves cwnd for each timeout's length of idleness, down to the restart window (RFC 5681 4.1, RFC 7661 4.4).</summary>
    internal void RestartAfterIdle(Duration idle, Duration rto, int restartWindow, bool reducing, Instant now)
    {
        Ssthresh = CurrentSsthresh(reducing);
        restartWindow = Math.Min(restartWindow, Cwnd);
        for (long left = idle.Nanoseconds - rto.Nanoseconds; left > 0 && Cwnd > restartWindow; left -= rto.Nanoseconds)
        {
            Cwnd >>= 1;
        }

        Cwnd = Math.Max(Cwnd, restartWindow);
        UsedAt = now;
        Used = 0;
    }
}
