namespace Catenet.Kernel.Tcp;

/// <summary>Proportional rate reduction: cwnd falls to ssthresh in step with what is delivered (RFC 6937, with the slow-start bound of its revision).</summary>
internal static class Prr
{
    /// <summary>Congestion without loss, of which the peer or the own device tells: the window is reduced (RFC 3168 6.1.2; Linux's tcp_enter_cwr).</summary>
    public static void EnterReduction(TcpConnection c)
    {
        ref var recovery = ref c.HoldRecovery();
        recovery.UndoSsthresh = 0;
        if (recovery.Phase < CongestionPhase.Reduction)
        {
            recovery.MayUndo = false;
            BeginReduction(c);
            recovery.Phase = CongestionPhase.Reduction;
        }
    }

    /// <summary>A congestion episode begins: sets ssthresh and the point at which the episode ends.</summary>
    public static void BeginReduction(TcpConnection c)
    {
        ref var recovery = ref c.HoldRecovery();
        recovery.Point = c.Snd.Nxt;
        recovery.ProbeOut = false;
        c.Window.PriorCwnd = c.Window.Cwnd;
        c.Window.Credit = 0;
        recovery.PrrDelivered = 0;
        recovery.PrrOut = 0;
        c.Window.Ssthresh = c.Algorithm.SsthreshAfterLoss(ref c.Window);
        c.Ecn?.OnReduction();
    }

    /// <summary>Sets cwnd after an acknowledgment (RFC 6937 3).</summary>
    /// <param name="c">The connection.</param>
    /// <param name="delivered">Segments newly delivered.</param>
    /// <param name="lost">Segments newly taken for lost.</param>
    /// <param name="advanced">SND.UNA moved: the episode makes progress.</param>
    public static void OnAck(TcpConnection c, int delivered, int lost, bool advanced)
    {
        ref var recovery = ref c.HoldRecovery();
        if (delivered <= 0 || c.Window.PriorCwnd == 0)
        {
            return;
        }

        int inFlight = c.InFlight;
        int gap = c.Window.Ssthresh - inFlight;
        recovery.PrrDelivered += delivered;
        int send;
        if (gap < 0)
        {
            long due = (long)c.Window.Ssthresh * recovery.PrrDelivered + c.Window.PriorCwnd - 1;
            send = (int)(due / c.Window.PriorCwnd) - recovery.PrrOut;
        }
        else
        {
            send = Math.Max(recovery.PrrDelivered - recovery.PrrOut, delivered);
            if (advanced && lost == 0)
            {
                send++;
            }

            send = Math.Min(gap, send);
        }

        // The first retransmission goes out whatever the arithmetic says.
        send = Math.Max(send, recovery.PrrOut > 0 ? 0 : 1);
        c.Window.Cwnd = Math.Max(inFlight + send, 1);
    }

    /// <summary>The episode is over: cwnd is ssthresh, unless the reduction was undone.</summary>
    public static void EndReduction(TcpConnection c)
    {
        if (c.Window.Ssthresh < CongestionWindow.NoThreshold && !IsLeftToAlgorithm(c) &&
            (c.Recovery.Phase == CongestionPhase.Reduction || c.Recovery.MayUndo))
        {
            c.Window.Cwnd = c.Window.Ssthresh;
            c.Window.UsedAt = c.Now;
        }

        CongestionEvents.Raise(c, CongestionEvent.ReductionComplete);
    }

    /// <summary>Whether the congestion control sets cwnd by itself, in reductions too.</summary>
    public static bool IsLeftToAlgorithm(TcpConnection c) => c.Pace is { Control: not null };
}
