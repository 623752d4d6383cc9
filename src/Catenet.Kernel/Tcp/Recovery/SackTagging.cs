using System.Runtime.CompilerServices;
using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>Marks what the SACK blocks of an acknowledgment report (RFC 2018 5.1, RFC 2883 4).</summary>
internal static class SackTagging
{
    private const int MostBlocks = 4;

    /// <summary>Takes the blocks into account. SND.UNA has moved already; what it acknowledges is still in the queue.</summary>
    public static void Apply(TcpConnection c, scoped in Segment s, ref AckOutcome outcome)
    {
        var blocks = s.Options.Sack;
        bool duplicate = DuplicateSack.Check(c, blocks, s.Ack, ref outcome);
        if (s.Ack < outcome.PriorUna - c.Snd.MaxWnd || c.Sent.IsEmpty)
        {
            return; // too old to tell anything
        }

        var reordered = c.Snd.Nxt;
        if (duplicate && IsUsable(c, blocks[0], duplicate: true, outcome.PriorUna))
        {
            DuplicateSack.Tag(c, blocks[0], ref reordered, ref outcome);
        }

        Span<SackBlock> sorted = stackalloc SackBlock[MostBlocks];
        int count = 0;
        for (int i = duplicate ? 1 : 0; i < Math.Min(blocks.Length, MostBlocks); i++)
        {
            if (IsUsable(c, blocks[i], duplicate: false, outcome.PriorUna))
            {
                Insert(sorted, count++, blocks[i]);
            }
        }

        for (int i = 0; i < count; i++)
        {
            TagBlock(c, sorted[i], ref reordered, ref outcome);
        }

        if (c.Recovery.Phase != CongestionPhase.Loss || c.Recovery.MayUndo)
        {
            ReorderingDegree.Note(c, reordered);
        }
    }

    /// <summary>A segment is newly known to be with the peer.</summary>
    public static void Tag(TcpConnection c, uint id, ref SeqNumber reordered, ref AckOutcome outcome)
    {
        ref SentSegment segment = ref c.Sent[id];
        Rack.OnDelivered(c, id, in segment);
        if (!segment.Has(SentFlags.EverRetransmitted))
        {
            if (segment.Seq < HighestSacked(c))
            {
                reordered = SeqNumber.Min(reordered, segment.Seq); // it was in a hole, and nobody sent it again
            }

            if (segment.End <= c.Recovery.Point)
            {
                outcome.Flags |= AckFlags.OriginalDelivered;
            }

            outcome.LastSackedAt = segment.SentAt;
            if (outcome.FirstSackedAt == Instant.Never)
            {
                outcome.FirstSackedAt = segment.SentAt;
            }
        }

        outcome.Newest.Note(in segment);
        outcome.NewestDeliveredAt = Instant.Max(outcome.NewestDeliveredAt, segment.SentAt);
        c.HoldRecovery().HighestSacked = SeqNumber.Max(HighestSacked(c), segment.End);
        c.Sent.MarkSacked(id);
        outcome.Flags |= AckFlags.DataSacked;
        outcome.SackDelivered++;
        outcome.DeliveredOctets += segment.End - segment.Seq;
    }

    private static SeqNumber HighestSacked(TcpConnection c) => Scoreboard.HighestSacked(c);

    private static void TagBlock(TcpConnection c, SackBlock block, ref SeqNumber reordered, ref AckOutcome outcome)
    {
        uint id = c.Sent.NextUnsacked(c.Sent.FindFrom(SeqNumber.Max(block.Left, c.Snd.Una)));
        while (id != c.Sent.Tail && c.Sent[id].End <= block.Right)
        {
            Tag(c, id, ref reordered, ref outcome);
            id = c.Sent.NextUnsacked(id + 1);
        }
    }

    /// <summary>Whether a block can be true, and tells something (Linux's tcp_is_sackblock_valid).</summary>
    private static bool IsUsable(TcpConnection c, SackBlock block, bool duplicate, SeqNumber priorUna)
    {
        var (left, right) = block;
        ref readonly var snd = ref c.Snd;
        if (right > snd.Nxt || left >= right || left >= snd.Nxt)
        {
            c.Layer.Counters.SackDiscards++;
            return false;
        }

        if (left > snd.Una)
        {
            return true;
        }

        // What lies below SND.UNA is old, unless it is a duplicate of the present episode.
        var mark = c.Recovery.UndoMark;
        return duplicate && c.Recovery.MayUndo && right <= snd.Una && right > priorUna && right > mark && (left >= mark || left >= right - c.Snd.MaxWnd);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Insert(Span<SackBlock> sorted, int count, SackBlock block)
    {
        int at = count;
        while (at > 0 && sorted[at - 1].Left > block.Left)
        {
            sorted[at] = sorted[at - 1];
            at--;
        }

        sorted[at] = block;
    }
}
