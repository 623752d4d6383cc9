using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>Takes a reduction back when it proves unwarranted: the segments were late, not lost (RFC 3522 Eifel by timestamps, RFC 3708 by D-SACK).</summary>
internal static class Undo
{
    /// <summary>Whether what was sent again is known to have arrived the first time.</summary>
    public static bool IsWarranted(TcpConnection c, in AckOutcome outcome)
    {
        ref var recovery = ref c.Recovery;
        return recovery.MayUndo && (recovery.UndoRetransmissions == 0 || IsEchoOfOriginal(c, in outcome));
    }

    /// <summary>Ends the state after a timeout as if nothing had happened.</summary>
    public static bool TryAfterTimeout(TcpConnection c, in AckOutcome outcome, bool provedByFrto)
    {
        if (!provedByFrto && !IsWarranted(c, in outcome))
        {
            return false;
        }

        UnmarkLost(c);
        Restore(c);
        c.Recovery.Timeouts = 0;
        c.Recovery.Frto = false;
        c.Recovery.Phase = c.Sent.SackedOut > 0 ? CongestionPhase.Disorder : CongestionPhase.Open;
        c.Layer.Counters.SpuriousTimeouts++;
        return true;
    }

    /// <summary>Restores window and threshold.</summary>
    public static void Restore(TcpConnection c)
    {
        ref var recovery = ref c.Recovery;
        if (recovery.UndoSsthresh > 0)
        {
            c.Window.Cwnd = c.Algorithm.Undo(in c.Window);
            if (recovery.UndoSsthresh > c.Window.Ssthresh)
            {
                c.Ecn?.OnUndo();
            }

            c.Window.Ssthresh = Math.Max(c.Window.Ssthresh, recovery.UndoSsthresh);
        }

        recovery.MayUndo = false;
        recovery.FirstRetransmissionAt = 0;
    }

    public static void UnmarkLost(TcpConnection c)
    {
        if (c.Sent.IsEmpty)
        {
            return;
        }

        uint id = c.Sent.NextToRetransmit(c.Sent.Head);
        while (id != c.Sent.Tail)
        {
            c.Sent.MarkNotLost(id);
            id = c.Sent.NextToRetransmit(id + 1);
        }
    }

    private static bool IsEchoOfOriginal(TcpConnection c, in AckOutcome outcome) =>
        outcome.HasEcho && c.Recovery.FirstRetransmissionAt != 0 && (int)(outcome.Echo - c.Recovery.FirstRetransmissionAt) < 0;
}
