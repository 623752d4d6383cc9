namespace Catenet.Kernel.Tcp;

/// <summary>Sends again, in smaller segments, what the path was found not to take, without blaming congestion (RFC 1191 6.4, RFC 4821 7.5).</summary>
internal static class SimpleRetransmission
{
    /// <summary>Takes every segment that is larger than a full one now for lost and begins to send them again.</summary>
    public static void Run(TcpConnection c)
    {
        if (c.Sent.IsEmpty)
        {
            return;
        }

        int mss = SegmentSize.Current(c);
        BufferCut.Apply(c, mss);
        for (uint id = c.Sent.NextUnsacked(c.Sent.Head); id != c.Sent.Tail; id = c.Sent.NextUnsacked(id + 1))
        {
            ref SentSegment segment = ref c.Sent[id];
            int octets = segment.End - segment.Seq - (segment.Has(SentFlags.Fin) ? 1 : 0) - (segment.Has(SentFlags.Syn) ? 1 : 0);
            if (octets > mss || segment.Has(SentFlags.TooLarge))
            {
                segment.Flags &= ~SentFlags.TooLarge;
                c.Sent.MarkLost(id);
            }
        }

        if (c.Sent.LostOut == 0)
        {
            return;
        }

        ref var recovery = ref c.HoldRecovery();
        recovery.DuplicateAcks = Math.Min(recovery.DuplicateAcks, Math.Max(0, c.Sent.Count - c.Sent.LostOut));
        if (recovery.Phase != CongestionPhase.Loss)
        {
            recovery.Point = c.Snd.Nxt;
            c.Window.Ssthresh = CurrentSsthresh(c);
            recovery.UndoSsthresh = 0;
            recovery.MayUndo = false;
            recovery.Frto = false;
            recovery.Phase = CongestionPhase.Loss;
        }

        Retransmission.SendLost(c);
    }

    /// <summary>What ssthresh is worth at the present window (Linux's tcp_current_ssthresh).</summary>
    public static int CurrentSsthresh(TcpConnection c) => c.Recovery.Phase is CongestionPhase.Reduction or CongestionPhase.Recovery
        ? c.Window.Ssthresh
        : Math.Max(c.Window.Ssthresh, (c.Window.Cwnd >> 1) + (c.Window.Cwnd >> 2));
}
