namespace Catenet.Kernel.Tcp;

/// <summary>Takes a reduction back when it proves unwarranted: the segments were late, not lost (RFC 4015; found by timestamps, RFC 3522, or by D-SACK, RFC 3708).</summary>
internal static class Undo
{
    /// <summary>From here on it is noted whether the reduction is warranted (Linux's tcp_init_undo).</summary>
    public static void Allow(TcpConnection c)
    {
        ref var recovery = ref c.HoldRecovery();
        recovery.MayUndo = true;
        recovery.UndoMark = c.Snd.Una;

        // Retransmissions under way, the probe among them, may yet be reported as needless; none at all proves nothing.
        int underWay = c.Sent.RetransOut + (recovery.ProbeOut && recovery.ProbeRetransmits ? 1 : 0);
        recovery.UndoRetransmissions = underWay > 0 ? underWay : -1;
    }

    /// <summary>All of the episode is acknowledged: takes it back if it was needless, and ends it.</summary>
    /// <returns>Whether the state has to be held until something beyond the episode is acknowledged (RFC 6582 3.2).</returns>
    public static bool EndRecovery(TcpConnection c, in AckOutcome outcome)
    {
        ref var recovery = ref c.HoldRecovery();
        if (IsWarranted(c, in outcome))
        {
            c.Layer.Counters.CountUndo(recovery.Phase);
            Restore(c, unmark: false);
        }
        else
        {
            Rack.OnRecoveryEnd(c);
        }

        if (MustHold(c))
        {
            return true;
        }

        recovery.Phase = CongestionPhase.Open;
        return false;
    }

    /// <summary>A partial acknowledgment whose echo is older than the retransmission: the hole was filled by what was late.</summary>
    /// <returns>Whether nothing more is to be marked lost or sent again until the retransmissions have arrived.</returns>
    public static bool TryPartial(TcpConnection c, in AckOutcome outcome)
    {
        ref var recovery = ref c.HoldRecovery();
        if (!recovery.MayUndo || !IsDelayed(c, in outcome))
        {
            return false;
        }

        ReorderingDegree.Note(c, outcome.PriorUna);
        if (c.Sent.RetransOut > 0)
        {
            return true;
        }

        ForgetStamp(c);
        c.Layer.Counters.PartialUndos++;
        Restore(c, unmark: true);
        FastRecovery.KeepOpen(c);
        return false;
    }

    /// <summary>D-SACKs have reported every retransmission as needless.</summary>
    public static bool TryDuplicates(TcpConnection c)
    {
        ref var recovery = ref c.HoldRecovery();
        if (!recovery.MayUndo || recovery.UndoRetransmissions != 0)
        {
            return false;
        }

        Rack.OnNeedlessRecovery(c);
        c.Layer.Counters.DuplicateUndos++;
        Restore(c, unmark: false);
        return true;
    }

    /// <summary>Ends the state after a timeout as if nothing had happened.</summary>
    public static bool TryAfterTimeout(TcpConnection c, in AckOutcome outcome, bool provedByFrto)
    {
        if (!provedByFrto && !IsWarranted(c, in outcome))
        {
            return false;
        }

        Restore(c, unmark: true);
        c.Layer.Counters.LossUndos++;
        c.Layer.Counters.SpuriousTimeouts += provedByFrto ? 1 : 0;
        c.HoldRecovery().Timeouts = 0;
        if (!MustHold(c) && (provedByFrto || c.UsesSack))
        {
            c.HoldRecovery().Phase = CongestionPhase.Open;
        }

        return true;
    }

    /// <summary>Forgets when the first retransmission was made, unless one may still be under way.</summary>
    public static void ForgetStamp(TcpConnection c)
    {
        if (!Scoreboard.HasRetransmitted(c))
        {
            c.HoldRecovery().RetransmissionStamp = 0;
        }
    }

    /// <summary>Whether what was sent again is known to have arrived the first time.</summary>
    private static bool IsWarranted(TcpConnection c, in AckOutcome outcome) =>
        c.Recovery.MayUndo && (c.Recovery.UndoRetransmissions == 0 || IsDelayed(c, in outcome));

    /// <summary>Whether the acknowledged was sent before the first retransmission, or none has been made yet.</summary>
    private static bool IsDelayed(TcpConnection c, in AckOutcome outcome)
    {
        uint stamp = c.Recovery.RetransmissionStamp;
        if (stamp != 0)
        {
            return outcome.IsEchoBefore(stamp);
        }

        // The stamp is also forgotten when all is acknowledged without SACK, and with the SYN.
        return (c.UsesSack || c.Snd.Una < c.Recovery.Point) && c.State != TcpState.SynSent;
    }

    /// <summary>Without SACK, old duplicates must not be taken for a new loss: the state stays until something new is acknowledged (RFC 6582 3.2).</summary>
    private static bool MustHold(TcpConnection c)
    {
        if (c.Snd.Una != c.Recovery.Point || c.UsesSack)
        {
            return false;
        }

        ForgetStamp(c);
        return true;
    }

    /// <summary>Restores window and threshold.</summary>
    private static void Restore(TcpConnection c, bool unmark)
    {
        ref var recovery = ref c.HoldRecovery();
        if (unmark && !c.Sent.IsEmpty)
        {
            c.Sent.MarkNoneLost();
        }

        if (recovery.UndoSsthresh > 0)
        {
            c.Window.Cwnd = c.Algorithm.Undo(in c.Window);
            if (recovery.UndoSsthresh > c.Window.Ssthresh)
            {
                c.Ecn?.OnUndo();
            }

            c.Window.Ssthresh = Math.Max(c.Window.Ssthresh, recovery.UndoSsthresh);
        }

        c.Window.UsedAt = c.Now;
        recovery.MayUndo = false;
        recovery.Rack.Advanced = true; // losses are looked for anew
    }
}
