using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>RACK: a segment is lost when one sent sufficiently later was delivered (RFC 8985 6).</summary>
internal static class Rack
{
    /// <summary>Linux's TCP_RACK_RECOVERY_THRESH: recoveries that a widened window lasts.</summary>
    private const byte RecoveriesToPersist = 16;

    /// <summary>What the timer waits beyond the reordering window: Linux's TCP_TIMEOUT_MIN_US.</summary>
    private static readonly Duration Slack = Duration.FromMilliseconds(2);

    /// <summary>A segment was delivered (RFC 8985 6.2 steps 1 and 2).</summary>
    public static void OnDelivered(TcpConnection c, uint id, in SentSegment segment)
    {
        ref var rack = ref c.HoldRecovery().Rack;
        uint rtt = (uint)RttEstimator.Between(segment.SentAt, c.Now);
        if (segment.Has(SentFlags.EverRetransmitted) && rtt < c.Rtt.MinMicroseconds)
        {
            return; // it was the original that arrived
        }

        rack.Advanced = true;
        c.Rtt.LatestMicroseconds = rtt;
        if (RackState.IsSentAfter(segment.SentAt, segment.End, rack.SentAt, rack.End))
        {
            rack.SentAt = segment.SentAt;
            rack.End = segment.End;
            c.Sent.Refer(id);
        }
    }

    /// <summary>A D-SACK widens the reordering window, at most once per round trip; after sixteen recoveries without one it shrinks back (RFC 8985 6.2 step 4).</summary>
    public static void UpdateWindow(TcpConnection c, in AckOutcome outcome)
    {
        ref var rack = ref c.HoldRecovery().Rack;
        if (outcome.NewestDeliveredAt == RackState.LongAgo || c.Layer.Settings.HasRecovery(LossRecovery.StaticWindow))
        {
            return;
        }

        if (outcome.NewestDeliveredAt < rack.WidenedAt)
        {
            rack.DuplicateSeen = false; // what was delivered was sent before the window was widened
        }

        if (rack.DuplicateSeen)
        {
            rack.WindowSteps = (byte)Math.Min(rack.WindowSteps + 1, byte.MaxValue);
            rack.DuplicateSeen = false;
            rack.WidenedAt = c.Now;
            rack.Persist = RecoveriesToPersist;
        }
        else if (rack.Persist == 0)
        {
            rack.WindowSteps = 1;
        }
    }

    /// <summary>A recovery has ended with its reduction warranted.</summary>
    public static void OnRecoveryEnd(TcpConnection c)
    {
        ref var rack = ref c.HoldRecovery().Rack;
        rack.Persist -= rack.Persist > 0 ? (byte)1 : (byte)0;
    }

    /// <summary>A recovery was undone by D-SACKs: the widened window is worth keeping.</summary>
    public static void OnNeedlessRecovery(TcpConnection c)
    {
        ref var rack = ref c.HoldRecovery().Rack;
        rack.Persist = (byte)Math.Min(rack.Persist + 1, RecoveriesToPersist);
    }

    /// <summary>Marks what is lost and, if something may yet turn out to be, waits for that (RFC 8985 6.2 step 5).</summary>
    /// <returns>Whether it waits.</returns>
    public static bool DetectLoss(TcpConnection c)
    {
        ref var rack = ref c.HoldRecovery().Rack;
        if (!rack.Advanced)
        {
            return false;
        }

        rack.Advanced = false;
        var wait = MarkLost(c);
        if (wait <= Duration.Zero)
        {
            return false;
        }

        RetransmitTimer.Set(c, SenderWait.Reordering, wait + Slack);
        return true;
    }

    /// <summary>The reordering window has ended: what is still missing is lost (RFC 8985 6.3).</summary>
    public static void OnReorderingTimeout(TcpConnection c)
    {
        int inFlight = c.InFlight;
        uint lost = c.Rate.Lost;
        MarkLost(c);
        if (inFlight != c.InFlight)
        {
            if (c.Recovery.Phase != CongestionPhase.Recovery)
            {
                FastRecovery.Begin(c, reported: false);
                if (!Prr.IsLeftToAlgorithm(c))
                {
                    Prr.OnAck(c, 1, (int)(c.Rate.Lost - lost), advanced: false);
                }
            }

            Retransmission.SendLost(c);
        }

        if (c.Deadlines.Wait != SenderWait.Retransmission)
        {
            RetransmitTimer.RearmRetransmission(c);
        }
    }

    /// <summary>After a timeout: everything not sent within the latest round-trip time is lost (RFC 8985 6.3, RACK_mark_losses_on_RTO).</summary>
    /// <returns>Whether the peer has reneged: it said it held the first segment, yet did not acknowledge it (RFC 2018 8).</returns>
    public static bool MarkLostOnTimeout(TcpConnection c)
    {
        uint head = c.Sent.Head;
        if (c.Sent[head].Has(SentFlags.Sacked))
        {
            ForgetSacks(c);
            return true;
        }

        for (uint id = c.Sent.NextUnsacked(head); id != c.Sent.Tail; id = c.Sent.NextUnsacked(id + 1))
        {
            if (id == head || Remaining(c, id, 0) <= 0)
            {
                Scoreboard.MarkLost(c, id, park: true);
            }
        }

        return false;
    }

    /// <summary>Nothing that the peer has said in its SACKs counts any more.</summary>
    private static void ForgetSacks(TcpConnection c)
    {
        c.Layer.Counters.SackReneging++;
        for (uint id = c.Sent.Head; id != c.Sent.Tail; id++)
        {
            if (c.Sent[id].Has(SentFlags.Sacked))
            {
                c.Sent.MarkNotSacked(id);
            }

            Scoreboard.MarkLost(c, id, park: true);
        }
    }

    /// <returns>How long until all that may be lost counts as lost; zero if nothing is waited for.</returns>
    private static Duration MarkLost(TcpConnection c)
    {
        ref var rack = ref c.HoldRecovery().Rack;
        long window = ReorderingWindow(c);
        uint id = c.Sent.Oldest;
        while (id != SentQueue.None && IsSentBefore(c, id))
        {
            uint next = c.Sent.NextByTime(id);
            long remaining = Remaining(c, id, window);
            if (remaining > 0)
            {
                // The list is in order of transmission: all that follow wait longer. One wait covers them all.
                uint last = c.Sent.Reference;
                return Duration.FromMicroseconds(last != SentQueue.None && IsSentBefore(c, last) ? Math.Max(remaining, Remaining(c, last, window)) : remaining);
            }

            Scoreboard.MarkLost(c, id);
            id = next;
        }

        return Duration.Zero;
    }

    private static bool IsSentBefore(TcpConnection c, uint id)
    {
        ref readonly var rack = ref c.Recovery.Rack;
        ref SentSegment segment = ref c.Sent[id];
        return RackState.IsSentAfter(rack.SentAt, rack.End, segment.SentAt, segment.End);
    }

    /// <summary>Microseconds until a segment counts as lost.</summary>
    private static long Remaining(TcpConnection c, uint id, long window) =>
        c.Rtt.LatestMicroseconds + window - RttEstimator.Between(c.Sent[id].SentAt, c.Now);

    /// <summary>RACK_update_reo_wnd, in microseconds: none until reordering was seen and losses are evident, else a part of the least round-trip time.</summary>
    private static long ReorderingWindow(TcpConnection c)
    {
        ref readonly var recovery = ref c.Recovery;
        if (recovery.ReorderingSeen == 0 &&
            (recovery.Phase >= CongestionPhase.Recovery ||
             (c.Sent.SackedOut >= c.Reordering && !c.Layer.Settings.HasRecovery(LossRecovery.NoThreshold))))
        {
            return 0;
        }

        return Math.Min((long)(c.Rtt.MinMicroseconds >> 2) * recovery.Rack.WindowSteps, c.Rtt.SmoothedMicroseconds);
    }
}
