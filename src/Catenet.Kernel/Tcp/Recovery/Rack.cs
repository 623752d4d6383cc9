using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>RACK: a segment is lost when one sent sufficiently later was delivered (RFC 8985 6).</summary>
internal static class Rack
{
    /// <summary>A segment was delivered (RFC 8985 6.2 steps 1 and 2).</summary>
    public static void OnDelivered(TcpConnection c, in SentSegment segment, in AckOutcome outcome)
    {
        ref var rack = ref c.Recovery.Rack;
        var rtt = c.Now - segment.SentAt;
        if (segment.Has(SentFlags.EverRetransmitted) && (rtt < c.Rtt.Min || IsEchoBefore(c, segment.SentAt, in outcome)))
        {
            return; // it was the original that arrived
        }

        rack.Advanced = true;
        rack.Rtt = rtt;
        if (RackState.IsSentAfter(segment.SentAt, segment.End, rack.SentAt, rack.End))
        {
            rack.SentAt = segment.SentAt;
            rack.End = segment.End;
        }
    }

    /// <summary>A segment never retransmitted was delivered after one sent later (RFC 8985 6.2 step 3).</summary>
    public static void OnReordering(TcpConnection c) => c.Recovery.Rack.ReorderingSeen = true;

    /// <summary>A D-SACK: the reordering window was too small, once per round trip (RFC 8985 6.2 step 4).</summary>
    public static void OnDuplicate(TcpConnection c, SeqNumber ack)
    {
        ref var rack = ref c.Recovery.Rack;
        rack.ReorderingSeen = true;
        if (!rack.HasDsackRound || ack >= rack.DsackRound)
        {
            rack.HasDsackRound = true;
            rack.DsackRound = c.Snd.Nxt;
            rack.WindowSteps = (byte)Math.Min(rack.WindowSteps + 1, byte.MaxValue);
            rack.Persist = 16;
        }
    }

    /// <summary>A recovery has ended: after sixteen without a D-SACK the window shrinks back.</summary>
    public static void OnRecoveryEnd(TcpConnection c)
    {
        ref var rack = ref c.Recovery.Rack;
        if (rack.Persist > 0 && --rack.Persist == 0)
        {
            rack.WindowSteps = 1;
        }
    }

    /// <summary>Marks what is lost and, if something may yet turn out to be, waits for that (RFC 8985 6.2 step 5).</summary>
    public static void DetectLoss(TcpConnection c)
    {
        ref var rack = ref c.Recovery.Rack;
        if (!rack.Advanced)
        {
            return;
        }

        rack.Advanced = false;
        var wait = MarkLost(c);
        if (wait > Duration.Zero)
        {
            RetransmitTimer.Set(c, SenderWait.Reordering, wait + Duration.FromMicroseconds(2));
        }
    }

    /// <summary>The reordering window has ended: what is still missing is lost (RFC 8985 6.3).</summary>
    public static void OnReorderingTimeout(TcpConnection c)
    {
        int inFlight = c.InFlight;
        MarkLost(c);
        if (inFlight != c.InFlight)
        {
            if (c.Recovery.Phase is not (CongestionPhase.Recovery or CongestionPhase.Loss))
            {
                FastRecovery.Begin(c);
            }

            Prr.OnLossFound(c);
            Retransmission.SendLost(c);
        }

        if (c.Deadlines.Wait != SenderWait.Retransmission)
        {
            RetransmitTimer.RearmRetransmission(c);
        }
    }

    /// <summary>After a timeout: everything not sent within the reordering window is lost (RFC 8985 6.3, RACK_mark_losses_on_RTO).</summary>
    public static void MarkLostOnTimeout(TcpConnection c)
    {
        var recent = c.Recovery.Rack.Rtt + ReorderingWindow(c);
        uint head = c.Sent.Head;
        uint id = c.Sent.Oldest;
        while (id != SentQueue.None)
        {
            uint next = c.Sent.NextByTime(id);
            if (c.Recovery.Rack.Rtt > Duration.Zero && c.Now - c.Sent[id].SentAt < recent)
            {
                break;
            }

            c.Sent.MarkLost(id);
            id = next;
        }

        if (c.Sent[head].Has(SentFlags.Sacked))
        {
            ForgetSacks(c);
        }
        else if ((c.Sent[head].Flags & (SentFlags.Lost | SentFlags.InRetransmission)) != SentFlags.Lost)
        {
            c.Sent.MarkLost(head);
        }
    }

    /// <summary>The peer said it held the first segment, yet did not acknowledge it: it has reneged, and nothing it said counts (RFC 2018 8).</summary>
    private static void ForgetSacks(TcpConnection c)
    {
        for (uint id = c.Sent.Head; id != c.Sent.Tail && c.Sent.SackedOut > 0; id++)
        {
            if (c.Sent[id].Has(SentFlags.Sacked))
            {
                c.Sent.MarkNotSacked(id);
                c.Sent.MarkLost(id);
            }
        }
    }

    /// <returns>How long until the next segment counts as lost; zero if none is waited for.</returns>
    private static Duration MarkLost(TcpConnection c)
    {
        ref var rack = ref c.Recovery.Rack;
        var window = ReorderingWindow(c);
        uint id = c.Sent.Oldest;
        while (id != SentQueue.None)
        {
            ref SentSegment segment = ref c.Sent[id];
            if (!RackState.IsSentAfter(rack.SentAt, rack.End, segment.SentAt, segment.End))
            {
                break;
            }

            uint next = segment.Newer;
            var remaining = segment.SentAt + rack.Rtt + window - c.Now;
            if (remaining <= Duration.Zero)
            {
                c.Sent.MarkLost(id);
            }
            else
            {
                // The list is in order of transmission: all that follow wait longer. One wait covers them all.
                return Duration.Max(remaining, rack.SentAt + rack.Rtt + window - c.Now);
            }

            id = next;
        }

        return Duration.Zero;
    }

    private static bool IsEchoBefore(TcpConnection c, Instant sentAt, in AckOutcome outcome) =>
        outcome.HasEcho && (int)(outcome.Echo - c.Ts.Value(sentAt)) < 0;

    /// <summary>RACK_update_reo_wnd: none until reordering was seen and losses are evident, else a part of the least round-trip time.</summary>
    private static Duration ReorderingWindow(TcpConnection c)
    {
        ref var rack = ref c.Recovery.Rack;
        if (!rack.ReorderingSeen &&
            (c.Recovery.Phase >= CongestionPhase.Recovery || c.Sent.SackedOut >= c.Recovery.Reordering))
        {
            return Duration.Zero;
        }

        if (!c.Rtt.HasSample)
        {
            return Duration.Zero;
        }

        return Duration.Min(c.Rtt.Min / 4 * rack.WindowSteps, c.Rtt.Smoothed);
    }
}
