using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>D-SACK: the first block may report what came twice (RFC 2883), which shows needless retransmissions (RFC 3708).</summary>
internal static class DuplicateSack
{
    /// <summary>Whether the first block reports a duplicate that can be true: it lies below the acknowledgment or within the second block (RFC 2883 4).</summary>
    public static bool Check(TcpConnection c, scoped ReadOnlySpan<SackBlock> blocks, SeqNumber ack, ref AckOutcome outcome)
    {
        var (left, right) = blocks[0];
        bool isDuplicate = left < ack || (blocks.Length > 1 && left >= blocks[1].Left && right <= blocks[1].Right);
        if (!isDuplicate)
        {
            return false;
        }

        c.Layer.Counters.DuplicateSacksIn++;
        int segments = Count(c, left, right, ref outcome);
        if (segments == 0)
        {
            return false;
        }

        ref var recovery = ref c.HoldRecovery();
        if (recovery.MayUndo && recovery.UndoRetransmissions > 0 && right <= outcome.PriorUna && right > recovery.UndoMark)
        {
            recovery.UndoRetransmissions = Math.Max(0, recovery.UndoRetransmissions - segments);
        }

        return true;
    }

    /// <summary>Finds the needless retransmissions among what is still in the queue.</summary>
    public static void Tag(TcpConnection c, SackBlock block, ref SeqNumber reordered, ref AckOutcome outcome)
    {
        ref var recovery = ref c.HoldRecovery();
        for (uint id = c.Sent.FindFrom(block.Left); id != c.Sent.Tail && c.Sent[id].End <= block.Right; id++)
        {
            ref SentSegment segment = ref c.Sent[id];
            if (segment.Has(SentFlags.EverRetransmitted))
            {
                if (recovery.MayUndo && recovery.UndoRetransmissions > 0 && segment.End > recovery.UndoMark)
                {
                    recovery.UndoRetransmissions--;
                }

                if (segment.Has(SentFlags.Sacked))
                {
                    reordered = SeqNumber.Min(reordered, segment.Seq);
                }
            }

            if (segment.End <= c.Snd.Una)
            {
                continue; // about to leave the queue
            }

            if (!segment.Has(SentFlags.Sacked))
            {
                SackTagging.Tag(c, id, ref reordered, ref outcome);
            }

            c.Sent.MarkNotRetransmitted(id);
        }
    }

    /// <summary>How many segments came twice; none if the report is dubious (Linux's tcp_dsack_seen).</summary>
    private static int Count(TcpConnection c, SeqNumber left, SeqNumber right, ref AckOutcome outcome)
    {
        ref var recovery = ref c.HoldRecovery();
        int length = right - left;
        if (length <= 0 || (uint)length > c.Snd.MaxWnd)
        {
            return 0;
        }

        int segments = 1;
        if (length > c.Mss)
        {
            segments = (length + c.Mss - 1) / c.Mss;
        }
        else if (recovery.ProbeOut && recovery.ProbeEnd == right)
        {
            outcome.Flags |= AckFlags.DuplicateOfProbe;
        }

        // No more can have come twice than was sent twice: the network, or somebody in it, makes duplicates itself.
        recovery.DuplicatesReported += (uint)segments;
        if (recovery.DuplicatesReported > c.Stats.Retransmissions)
        {
            return 0;
        }

        // Only duplicates that RACK may have caused widen its window: after reordering, and not those of the timed probe.
        if (recovery.ReorderingSeen > 0 && !outcome.Has(AckFlags.DuplicateOfProbe))
        {
            recovery.Rack.DuplicateSeen = true;
        }

        outcome.Flags |= AckFlags.Duplicate;
        outcome.SackDelivered += segments;
        c.Layer.Counters.DuplicateSegmentsReported += segments;
        return segments;
    }
}
