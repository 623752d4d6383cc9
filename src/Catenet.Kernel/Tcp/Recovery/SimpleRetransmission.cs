namespace Catenet.Kernel.Tcp;

/// <summary>Sends again, in smaller segments, what the path was found not to take, without blaming congestion (RFC 1191 6.4, RFC 4821 7.5; Linux's tcp_simple_retransmit).</summary>
internal static class SimpleRetransmission
{
    /// <summary>Takes every segment that is larger than a full one now for lost and begins to send them again.</summary>
    /// <param name="c">The connection.</param>
    /// <param name="all">Whether nothing of what is in flight arrived, as after a SYN whose data was not acknowledged.</param>
    public static void Run(TcpConnection c, bool all = false)
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
            if (all || segment.Length > mss || segment.Has(SentFlags.TooLarge))
            {
                segment.Flags &= ~SentFlags.TooLarge;
                Scoreboard.MarkLost(c, id);
            }
        }

        if (c.Sent.LostOut == 0)
        {
            return;
        }

        if (!c.UsesSack)
        {
            NewReno.Limit(c);
        }

        ref var recovery = ref c.HoldRecovery();
        if (recovery.Phase != CongestionPhase.Loss)
        {
            c.Window.Ssthresh = c.Window.CurrentSsthresh(recovery.IsReducing);
            recovery.UndoSsthresh = 0;
            recovery.MayUndo = recovery.Frto = false;
            TimeoutRecovery.EnterLoss(c);
        }

        Retransmission.SendLost(c);
    }
}
