namespace Catenet.Kernel.Tcp;

/// <summary>Recovery without SACK: each duplicate ACK stands for a segment that has arrived (RFC 5681 3.2, RFC 6582).</summary>
internal static class NewReno
{
    /// <summary>A duplicate acknowledgment has come.</summary>
    public static void AddDuplicate(TcpConnection c, in AckOutcome outcome)
    {
        ref var recovery = ref c.HoldRecovery();
        int before = recovery.DuplicateAcks++;
        c.Layer.Counters.DuplicateAcksIn++;
        ReorderingDegree.LimitDuplicates(c, 0);
        if (recovery.DuplicateAcks > before)
        {
            c.Rate.Delivered++;
            c.Rate.DeliveredCe += c.Ecn is { Mode: EcnMode.Classic } && outcome.Has(AckFlags.CongestionEcho) ? 1u : 0;
        }
    }

    /// <summary>Segments were acknowledged: one filled the hole, the others are what the duplicates stood for.</summary>
    public static void Acknowledge(TcpConnection c, int acked)
    {
        ref var recovery = ref c.HoldRecovery();
        if (acked > 0)
        {
            c.Rate.Delivered += (uint)Math.Max(acked - recovery.DuplicateAcks, 1);
            recovery.DuplicateAcks = Math.Max(recovery.DuplicateAcks - (acked - 1), 0);
        }

        ReorderingDegree.LimitDuplicates(c, acked);
    }

    /// <summary>Keeps the duplicates below what is in flight and not lost.</summary>
    /// <returns>Whether there were too many.</returns>
    public static bool Limit(TcpConnection c)
    {
        int most = c.Sent.Count - Math.Min(Math.Max(c.Sent.LostOut, 1), c.Sent.Count);
        if (c.Recovery.DuplicateAcks <= most)
        {
            return false;
        }

        c.HoldRecovery().DuplicateAcks = most;
        return true;
    }

    /// <summary>The first segment is lost by the third duplicate, and in recovery by each partial acknowledgment (RFC 6582 3.2).</summary>
    public static void IdentifyLoss(TcpConnection c, bool advanced)
    {
        ref var recovery = ref c.HoldRecovery();
        bool lost = recovery.Phase < CongestionPhase.Recovery
            ? recovery.DuplicateAcks >= c.Reordering
            : recovery.Phase == CongestionPhase.Recovery && advanced;
        if (lost && !c.Sent[c.Sent.Head].Has(SentFlags.Lost))
        {
            Scoreboard.Cut(c, c.Sent.Head);
            Scoreboard.MarkLost(c, c.Sent.Head);
        }
    }
}
