using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>What is to be sent when an acknowledgment has been dealt with.</summary>
internal enum Resending : byte
{
    /// <summary>New data as usual.</summary>
    None,

    /// <summary>Lost segments first.</summary>
    Lost,

    /// <summary>New data first, to tell a spurious timeout (RFC 5682 2.1 step 2b).</summary>
    New,
}

/// <summary>Decides after each acknowledgment whether something is lost, and leads through recovery (RFC 5681 3.2, RFC 6582, RFC 6675 5).</summary>
internal static class FastRecovery
{
    /// <summary>Takes an acknowledgment that is anything but routine into account.</summary>
    public static Resending OnAck(TcpConnection c, bool duplicate, ref AckOutcome outcome)
    {
        ref var recovery = ref c.HoldRecovery();
        bool echo = outcome.Has(AckFlags.CongestionEcho);
        if (echo)
        {
            recovery.UndoSsthresh = 0; // the reduction is required
        }

        if (outcome.Has(AckFlags.Reneging) && outcome.Advanced)
        {
            // The peer may only be slow to say more; if not, all it said is void (RFC 2018 8).
            var wait = Duration.FromMicroseconds(Math.Max(c.Rtt.SmoothedMicroseconds / 2, 10_000));
            RetransmitTimer.Set(c, SenderWait.Retransmission, wait);
            outcome.Flags &= ~AckFlags.SetTimer;
            return Resending.None;
        }

        if (recovery.Phase == CongestionPhase.Open)
        {
            recovery.RetransmissionStamp = 0;
        }
        else if (c.Snd.Una >= recovery.Point && !EndIfComplete(c, in outcome))
        {
            return Resending.None;
        }

        var resending = Resending.None;
        switch (recovery.Phase)
        {
            case CongestionPhase.Recovery:
                if (!InRecovery(c, duplicate, ref outcome))
                {
                    return Resending.None;
                }

                if (recovery.Phase != CongestionPhase.Recovery)
                {
                    if (c.Sent.LostOut == 0)
                    {
                        return Resending.None;
                    }

                    Begin(c, echo);
                }

                return Resending.Lost;

            case CongestionPhase.Loss:
                resending = TimeoutRecovery.OnAck(c, duplicate, in outcome);
                if (recovery.Phase != CongestionPhase.Loss)
                {
                    TimeoutRecovery.EndTime(c);
                }

                IdentifyLoss(c, ref outcome);
                if (recovery.Phase != CongestionPhase.Open && !outcome.Has(AckFlags.RetransmissionLost))
                {
                    return resending;
                }

                break;
        }

        if (!c.UsesSack)
        {
            if (outcome.Advanced)
            {
                recovery.DuplicateAcks = 0;
            }

            if (duplicate)
            {
                NewReno.AddDuplicate(c, in outcome);
            }
        }

        if (recovery.Phase <= CongestionPhase.Disorder)
        {
            Undo.TryDuplicates(c);
        }

        IdentifyLoss(c, ref outcome);
        if (c.Sent.LostOut == 0)
        {
            TryToOpen(c, echo);
            return resending;
        }

        if (c.Probing is { } probing && MtuProbe.TakesLoss(c, probing))
        {
            return Resending.None;
        }

        Begin(c, echo);
        return Resending.Lost;
    }

    /// <summary>Enters recovery.</summary>
    /// <param name="c">The connection.</param>
    /// <param name="reported">Whether congestion was reported besides: the reduction cannot prove unwarranted then.</param>
    public static void Begin(TcpConnection c, bool reported)
    {
        ref var recovery = ref c.HoldRecovery();
        Undo.ForgetStamp(c);
        c.Layer.Counters.CountRecovery(c.UsesSack);
        recovery.UndoSsthresh = 0;
        Undo.Allow(c);
        if (!recovery.IsReducing)
        {
            recovery.UndoSsthresh = reported ? 0 : c.Window.CurrentSsthresh(reducing: false);
            Prr.BeginReduction(c);
        }

        recovery.Phase = CongestionPhase.Recovery;
        CongestionEvents.Raise(c, CongestionEvent.Recovery);
    }

    /// <summary>Goes to Open, or to Disorder as long as something is sacked, lost or was sent again.</summary>
    public static void KeepOpen(TcpConnection c)
    {
        ref var recovery = ref c.HoldRecovery();
        bool disorder = c.Sent.SackedOut + recovery.DuplicateAcks + c.Sent.LostOut > 0 || Scoreboard.HasRetransmitted(c);
        var next = disorder ? CongestionPhase.Disorder : CongestionPhase.Open;
        if (next != recovery.Phase)
        {
            recovery.Phase = next;
            recovery.Point = c.Snd.Nxt;
        }
    }

    /// <returns>Whether to go on.</returns>
    private static bool EndIfComplete(TcpConnection c, in AckOutcome outcome)
    {
        ref var recovery = ref c.HoldRecovery();
        switch (recovery.Phase)
        {
            // Held until something beyond the point is acknowledged, so that CWR has reached the receiver.
            case CongestionPhase.Reduction when c.Snd.Una != recovery.Point:
                Prr.EndReduction(c);
                recovery.Phase = CongestionPhase.Open;
                break;

            case CongestionPhase.Recovery:
                if (!c.UsesSack)
                {
                    recovery.DuplicateAcks = 0;
                }

                if (Undo.EndRecovery(c, in outcome))
                {
                    return false;
                }

                Prr.EndReduction(c);
                break;
        }

        return true;
    }

    /// <returns>Whether to go on.</returns>
    private static bool InRecovery(TcpConnection c, bool duplicate, ref AckOutcome outcome)
    {
        if (!outcome.Advanced)
        {
            if (!c.UsesSack && duplicate)
            {
                NewReno.AddDuplicate(c, in outcome);
            }
        }
        else if (Undo.TryPartial(c, in outcome))
        {
            return false;
        }

        if (Undo.TryDuplicates(c))
        {
            TryToOpen(c, outcome.Has(AckFlags.CongestionEcho));
        }

        IdentifyLoss(c, ref outcome);
        return true;
    }

    /// <summary>Finds out what is lost: by RACK with SACK, else by the third duplicate and by partial acknowledgments.</summary>
    private static void IdentifyLoss(TcpConnection c, ref AckOutcome outcome)
    {
        if (c.Sent.IsEmpty)
        {
            return;
        }

        if (!c.UsesSack)
        {
            NewReno.IdentifyLoss(c, outcome.Advanced);
            return;
        }

        int retransmitted = c.Sent.RetransOut;
        if (Rack.DetectLoss(c))
        {
            outcome.Flags &= ~AckFlags.SetTimer;
        }

        if (c.Sent.RetransOut < retransmitted)
        {
            outcome.Flags |= AckFlags.RetransmissionLost;
        }
    }

    private static void TryToOpen(TcpConnection c, bool echo)
    {
        Undo.ForgetStamp(c);
        if (echo)
        {
            Prr.EnterReduction(c);
        }

        if (c.Recovery.Phase != CongestionPhase.Reduction)
        {
            KeepOpen(c);
        }
    }
}
