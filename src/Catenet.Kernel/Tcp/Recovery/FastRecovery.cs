using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>Decides after each acknowledgment whether something is lost, and leads through recovery (RFC 5681 3.2, RFC 6582, RFC 6675 5).</summary>
internal static class FastRecovery
{
    /// <summary>Takes an acknowledgment that is anything but routine into account.</summary>
    /// <returns>Whether lost segments are to be sent again now.</returns>
    public static bool OnAck(TcpConnection c, in AckOutcome outcome)
    {
        ref var recovery = ref c.Recovery;
        if (outcome.IsEcnEcho)
        {
            recovery.UndoSsthresh = 0; // the reduction is warranted, whatever becomes of the loss
        }

        if (!c.UsesSack)
        {
            CountDuplicates(c, in outcome);
        }

        if (recovery.Phase != CongestionPhase.Open && recovery.Phase != CongestionPhase.Loss && c.Snd.Una >= recovery.Point)
        {
            EndIfComplete(c, in outcome);
        }

        switch (recovery.Phase)
        {
            case CongestionPhase.Loss:
                bool again = TimeoutRecovery.OnAck(c, in outcome);
                IdentifyLoss(c, in outcome);
                return again || recovery.Phase != CongestionPhase.Loss;

            case CongestionPhase.Recovery:
                if (outcome.Duplicate && recovery.MayUndo && recovery.UndoRetransmissions == 0 && c.Sent.LostOut == 0)
                {
                    Undo.Restore(c);
                    TryToOpen(c);
                    return false;
                }

                IdentifyLoss(c, in outcome);
                return true;

            default:
                IdentifyLoss(c, in outcome);
                if (c.Sent.LostOut == 0)
                {
                    if (outcome.IsEcnEcho)
                    {
                        EcnReduction.Enter(c);
                    }

                    TryToOpen(c);
                    return false;
                }

                if (c.Probing is { } probing && MtuProbe.TakesLoss(c, probing))
                {
                    return false;
                }

                Begin(c);
                if (outcome.IsEcnEcho)
                {
                    recovery.UndoSsthresh = 0;
                }

                return true;
        }
    }

    /// <summary>Enters recovery.</summary>
    public static void Begin(TcpConnection c)
    {
        AllowUndo(c);
        if (c.Recovery.Phase < CongestionPhase.Reduction)
        {
            Prr.BeginReduction(c);
        }

        c.Recovery.Phase = CongestionPhase.Recovery;
        CongestionEvents.Raise(c, CongestionEvent.Recovery);
    }

    /// <summary>From here on it is noted whether the reduction is warranted.</summary>
    public static void AllowUndo(TcpConnection c)
    {
        c.Recovery.MayUndo = true;
        c.Recovery.UndoRetransmissions = c.Sent.RetransOut > 0 ? c.Sent.RetransOut : -1;
        c.Recovery.FirstRetransmissionAt = 0;
    }

    /// <summary>Everything sent before the episode is acknowledged.</summary>
    public static void End(TcpConnection c, in AckOutcome outcome)
    {
        ref var recovery = ref c.Recovery;
        bool undone = Undo.IsWarranted(c, in outcome);
        if (undone)
        {
            Undo.Restore(c);
        }
        else if (recovery.Phase == CongestionPhase.Recovery)
        {
            Prr.EndReduction(c);
        }

        Rack.OnRecoveryEnd(c);
        recovery.MayUndo = false;
        recovery.FirstRetransmissionAt = 0;
        recovery.DuplicateAcks = 0;
        recovery.Phase = c.Sent.SackedOut > 0 ? CongestionPhase.Disorder : CongestionPhase.Open;
    }

    private static void EndIfComplete(TcpConnection c, in AckOutcome outcome)
    {
        switch (c.Recovery.Phase)
        {
            case CongestionPhase.Reduction when c.Snd.Una > c.Recovery.Point:
                Prr.EndReduction(c);
                c.Recovery.Phase = CongestionPhase.Open;
                break;

            // Without SACK, stay until something beyond the point is acknowledged: late duplicates are no new loss (RFC 6582 3.2).
            case CongestionPhase.Recovery when c.UsesSack || c.Snd.Una > c.Recovery.Point || c.Sent.IsEmpty:
                End(c, in outcome);
                break;
        }
    }

    /// <summary>Finds out what is lost: by RACK with SACK, else by the third duplicate and by partial acknowledgments.</summary>
    private static void IdentifyLoss(TcpConnection c, in AckOutcome outcome)
    {
        if (c.Sent.IsEmpty)
        {
            return;
        }

        if (c.UsesSack)
        {
            Rack.DetectLoss(c);
            return;
        }

        bool partial = c.Recovery.Phase >= CongestionPhase.Recovery && outcome.Advanced && c.Snd.Una < c.Recovery.Point;
        bool third = c.Recovery.Phase < CongestionPhase.Recovery && c.Recovery.DuplicateAcks >= c.Recovery.Reordering;
        if ((partial || third) && (c.Sent[c.Sent.Head].Flags & SentFlags.Lost) == 0)
        {
            c.Sent.MarkLost(c.Sent.Head);
        }
    }

    /// <summary>Without SACK each duplicate ACK stands for a segment that has arrived (RFC 5681 3.2).</summary>
    private static void CountDuplicates(TcpConnection c, in AckOutcome outcome)
    {
        ref var recovery = ref c.Recovery;
        if (outcome.Advanced)
        {
            // One of the removed filled the gap; the others were what the duplicates stood for.
            recovery.DuplicateAcks = Math.Max(0, recovery.DuplicateAcks - Math.Max(0, outcome.Removed - 1));
        }
        else if (!outcome.HasDataOrWindow && !c.Sent.IsEmpty)
        {
            recovery.DuplicateAcks++;
            c.Layer.Counters.DuplicateAcksIn++;
        }

        recovery.DuplicateAcks = Math.Min(recovery.DuplicateAcks, Math.Max(0, c.Sent.Count - c.Sent.LostOut - (c.Sent.LostOut == 0 ? 1 : 0)));
    }

    private static void TryToOpen(TcpConnection c)
    {
        ref var recovery = ref c.Recovery;
        if (recovery.Phase == CongestionPhase.Reduction)
        {
            return;
        }

        var next = c.Sent.SackedOut > 0 || recovery.DuplicateAcks > 0 ? CongestionPhase.Disorder : CongestionPhase.Open;
        if (next != recovery.Phase)
        {
            recovery.Phase = next;
            recovery.Point = c.Snd.Nxt;
        }
    }
}
