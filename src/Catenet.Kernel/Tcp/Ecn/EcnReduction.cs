namespace Catenet.Kernel.Tcp;

/// <summary>The sender's answer to congestion that the peer tells of: as to a loss, once per round trip, with nothing to send again (RFC 3168 6.1.2).</summary>
internal static class EcnReduction
{
    /// <summary>Begins a reduction unless one is going on (Linux's tcp_enter_cwr).</summary>
    public static void Enter(TcpConnection c)
    {
        if (c.Recovery.Phase < CongestionPhase.Reduction)
        {
            c.Recovery.MayUndo = false;
            Prr.BeginReduction(c);
            c.Recovery.Phase = CongestionPhase.Reduction;
        }

        // A mark is no mistake: there is nothing to undo.
        c.Recovery.UndoSsthresh = 0;
    }
}
