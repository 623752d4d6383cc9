using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>Recovery after a retransmission timeout: slow start over what is lost (RFC 5681 3.1, RFC 6298 5.4), with a look whether the timeout was spurious (RFC 5682).</summary>
internal static class TimeoutRecovery
{
    /// <summary>The timer has fired.</summary>
    public static void Begin(TcpConnection c)
    {
        ref var recovery = ref c.Recovery;
        bool isNew = recovery.Phase < CongestionPhase.Recovery;
        Rack.MarkLostOnTimeout(c);
        recovery.DuplicateAcks = 0;
        if (recovery.Phase <= CongestionPhase.Disorder || c.Snd.Una >= recovery.Point || (recovery.Phase == CongestionPhase.Loss && recovery.Timeouts == 0))
        {
            c.Window.PriorCwnd = c.Window.Cwnd;
            recovery.UndoSsthresh = c.Window.Ssthresh;
            c.Window.Ssthresh = c.Algorithm.SsthreshAfterLoss(ref c.Window);
            CongestionEvents.Raise(c, CongestionEvent.Loss);
            FastRecovery.AllowUndo(c);
        }

        c.Window.Cwnd = Math.Max(c.InFlight, 0) + 1;
        c.Window.Credit = 0;
        recovery.ProbeOut = false;
        recovery.Phase = CongestionPhase.Loss;
        CongestionEvents.Raise(c, CongestionEvent.Timeout);
        recovery.Point = c.Snd.Nxt;
        c.Ecn?.OnReduction();

        // F-RTO only at the first timeout of an episode, and only with something else in flight to judge by.
        recovery.Frto = c.Layer.Settings.Frto && isNew && recovery.Timeouts == 0;
    }

    /// <summary>An acknowledgment came in the meantime.</summary>
    /// <returns>Whether lost segments are to be sent again; otherwise new data is tried.</returns>
    public static bool OnAck(TcpConnection c, in AckOutcome outcome)
    {
        ref var recovery = ref c.Recovery;
        bool recovered = c.Snd.Una >= recovery.Point;
        if (outcome.Advanced && Undo.TryAfterTimeout(c, in outcome, provedByFrto: false))
        {
            return false;
        }

        if (recovery.Frto)
        {
            // Step 3b: an original delivered after the timeout shows that the timeout was too early.
            if (outcome.OriginalDelivered && outcome.Delivered > 0 && Undo.TryAfterTimeout(c, in outcome, provedByFrto: true))
            {
                return false;
            }

            if (c.Snd.Nxt > recovery.Point)
            {
                if (outcome.Sacked > 0 || !outcome.Advanced)
                {
                    recovery.Frto = false; // step 3a: the loss was real
                }
            }
            else if (outcome.Advanced && !recovered)
            {
                // Step 2b: two new segments tell.
                recovery.Point = c.Snd.Nxt;
                if (c.Unsent > 0 && c.Snd.WindowEnd > c.Snd.Nxt)
                {
                    return false;
                }

                recovery.Frto = false;
            }
        }

        if (recovered)
        {
            FastRecovery.End(c, in outcome);
            return false;
        }

        if (!c.UsesSack && outcome.Advanced && !c.Sent.IsEmpty && !c.Sent[c.Sent.Head].Has(SentFlags.Lost))
        {
            c.Sent.MarkLost(c.Sent.Head);
        }

        return true;
    }
}
