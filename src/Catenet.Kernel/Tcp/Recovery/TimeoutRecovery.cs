using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>Recovery after a retransmission timeout: slow start over what is lost (RFC 5681 3.1, RFC 6298 5.4), with a look whether the timeout was spurious (RFC 5682).</summary>
internal static class TimeoutRecovery
{
    /// <summary>The timer has fired (Linux's tcp_enter_loss).</summary>
    public static void Begin(TcpConnection c)
    {
        ref var recovery = ref c.HoldRecovery();
        bool isNew = recovery.Phase < CongestionPhase.Recovery;
        if (!Rack.MarkLostOnTimeout(c) && !c.UsesSack)
        {
            recovery.DuplicateAcks = 0;
        }

        if (recovery.Phase <= CongestionPhase.Disorder || recovery.Point <= c.Snd.Una || (recovery.Phase == CongestionPhase.Loss && recovery.Timeouts == 0))
        {
            recovery.UndoSsthresh = c.Window.CurrentSsthresh(recovery.IsReducing);
            c.Window.PriorCwnd = c.Window.Cwnd;
            c.Window.Ssthresh = c.Algorithm.SsthreshAfterLoss(ref c.Window);
            CongestionEvents.Raise(c, CongestionEvent.Loss);
            Undo.Allow(c);
        }

        c.Window.Cwnd = c.InFlight + 1;
        c.Window.Credit = 0;
        c.Window.UsedAt = c.Now;

        // So many sacked segments and yet no recovery: the reordering was overestimated.
        int threshold = c.Layer.Settings.Reordering;
        if (recovery.Phase <= CongestionPhase.Disorder && c.Sent.SackedOut + recovery.DuplicateAcks >= threshold)
        {
            c.Reordering = Math.Min(c.Reordering, threshold);
        }

        EnterLoss(c);
        recovery.ProbeOut = false;
        c.Ecn?.OnReduction();

        // F-RTO, unless another recovery was going on (RFC 5682 2.1 step 1).
        recovery.Frto = c.Layer.Settings.Frto && (isNew || recovery.Timeouts > 0);
    }

    /// <summary>From here on what is lost is sent again in slow start, up to where sending stands now.</summary>
    public static void EnterLoss(TcpConnection c)
    {
        ref var recovery = ref c.HoldRecovery();
        recovery.Phase = CongestionPhase.Loss;
        CongestionEvents.Raise(c, CongestionEvent.Timeout);
        recovery.Point = c.Snd.Nxt;
    }

    /// <summary>Counts the timeout.</summary>
    public static void Count(TcpConnection c)
    {
        ref var recovery = ref c.HoldRecovery();
        ref var stats = ref c.Stats;
        if (recovery.Timeouts == 0)
        {
            stats.TimeoutRecoveries++;
            stats.TimeoutSince = Math.Max(Timestamps.ToTicks(c.Now), 1);
        }

        stats.Timeouts++;
        recovery.Timeouts = (byte)Math.Min(recovery.Timeouts + 1, byte.MaxValue);
    }

    /// <summary>The recovery after a timeout is over: its time is added up.</summary>
    public static void EndTime(TcpConnection c)
    {
        ref var stats = ref c.Stats;
        if (stats.TimeoutSince != 0)
        {
            stats.TimeoutTime += Timestamps.ToTicks(c.Now) - stats.TimeoutSince;
            stats.TimeoutSince = 0;
        }
    }

    /// <summary>An acknowledgment came in the meantime (Linux's tcp_process_loss).</summary>
    /// <returns>What is to be sent.</returns>
    public static Resending OnAck(TcpConnection c, bool duplicate, in AckOutcome outcome)
    {
        ref var recovery = ref c.HoldRecovery();
        bool recovered = c.Snd.Una >= recovery.Point;
        if (outcome.Advanced && Undo.TryAfterTimeout(c, in outcome, provedByFrto: false))
        {
            return Resending.None;
        }

        if (recovery.Frto)
        {
            // Step 3b: an original delivered after the timeout shows that the timeout was too early.
            if (outcome.Has(AckFlags.OriginalDelivered) && Undo.TryAfterTimeout(c, in outcome, provedByFrto: true))
            {
                return Resending.None;
            }

            if (c.Snd.Nxt > recovery.Point)
            {
                recovery.Frto &= !(outcome.Has(AckFlags.DataSacked) || duplicate); // step 3a: the loss was real
            }
            else if (outcome.Advanced && !recovered)
            {
                // Step 2b: new segments tell.
                recovery.Point = c.Snd.Nxt;
                if ((c.Unsent > 0 || Transmission.OwesFin(c)) && c.Snd.WindowEnd > c.Snd.Nxt)
                {
                    return Resending.New;
                }

                recovery.Frto = false;
            }
        }

        if (recovered)
        {
            Undo.EndRecovery(c, in outcome);
            return Resending.None;
        }

        if (!c.UsesSack)
        {
            // A duplicate means that the new segments of step 2b have arrived: they make room.
            if (c.Snd.Nxt > recovery.Point && duplicate)
            {
                NewReno.AddDuplicate(c, in outcome);
            }
            else if (outcome.Advanced)
            {
                recovery.DuplicateAcks = 0;
            }
        }

        return Resending.Lost;
    }
}
