using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>Brings the queue of sent segments up to date with an acknowledgment (RFC 6675 4, Update()).</summary>
internal static class Scoreboard
{
    /// <summary>Takes off what is cumulatively acknowledged and moves SND.UNA.</summary>
    public static void Acknowledge(TcpConnection c, SeqNumber ack, ref AckOutcome outcome)
    {
        var pool = c.Layer.SentRings;
        while (!c.Sent.IsEmpty)
        {
            ref SentSegment segment = ref c.Sent[c.Sent.Head];
            if (segment.End > ack)
            {
                if (segment.Seq < ack)
                {
                    segment.Seq = ack;
                }

                break;
            }

            NoteDelivered(c, ref segment, ref outcome);
            c.Buffers -= segment.Has(SentFlags.BufferEnd) ? 1 : 0;
            c.Sent.RemoveHead(pool);
            outcome.Removed++;
        }

        ref var snd = ref c.Snd;
        snd.Una = ack;
        outcome.Advanced = true;
        int data = SeqNumber.Min(ack, snd.WriteEnd) - snd.DataStart;
        if (data > 0)
        {
            c.SendData.Discard(data);
            snd.DataStart += data;
        }

        c.Transmissions?.OnAcknowledged((uint)(ack - snd.Iss));
        if (c.Probing is { } probing)
        {
            MtuProbe.OnAdvance(c, probing);
        }
    }

    /// <summary>Marks what the SACK blocks report (RFC 2018 5.1, RFC 2883 4).</summary>
    public static void ApplySack(TcpConnection c, in Segment s, ref AckOutcome outcome)
    {
        var blocks = s.Options.Sack;
        int first = 0;
        if (IsDuplicate(blocks, s.Ack))
        {
            outcome.Duplicate = true;
            Rack.OnDuplicate(c, s.Ack);
            if (c.Recovery.UndoRetransmissions > 0 && c.Recovery.MayUndo)
            {
                c.Recovery.UndoRetransmissions--;
            }

            first = 1;
        }

        for (int i = first; i < blocks.Length; i++)
        {
            var (left, right) = blocks[i];
            if (left < right && right <= c.Snd.Nxt && right > c.Snd.Una && right - left <= c.Snd.Nxt - c.Snd.Una)
            {
                ApplyBlock(c, left, right, ref outcome);
            }
        }
    }

    private static void ApplyBlock(TcpConnection c, SeqNumber left, SeqNumber right, ref AckOutcome outcome)
    {
        uint id = c.Sent.NextUnsacked(c.Sent.FindFrom(left));
        while (id != c.Sent.Tail)
        {
            ref SentSegment segment = ref c.Sent[id];
            if (segment.End > right)
            {
                break;
            }

            if (!segment.Has(SentFlags.EverRetransmitted))
            {
                outcome.OriginalDelivered = true;
                outcome.SackedSentAt = segment.SentAt;
                if (segment.End < c.Recovery.HighestSacked)
                {
                    Rack.OnReordering(c);
                }
            }

            Rack.OnDelivered(c, in segment, in outcome);
            c.Recovery.HighestSacked = SeqNumber.Max(c.Recovery.HighestSacked, segment.End);
            c.Sent.MarkSacked(id);
            outcome.Sacked++;
            outcome.Delivered++;
            outcome.DeliveredOctets += segment.End - segment.Seq;
            id = c.Sent.NextUnsacked(id + 1);
        }
    }

    private static void NoteDelivered(TcpConnection c, ref SentSegment segment, ref AckOutcome outcome)
    {
        if (segment.Has(SentFlags.Syn))
        {
            outcome.SynAcked = true;
        }

        if (segment.Has(SentFlags.Fin))
        {
            outcome.FinAcked = true;
        }

        if (segment.Has(SentFlags.EverRetransmitted))
        {
            outcome.RetransmittedAcked = true;
        }
        else
        {
            outcome.LastSentAt = segment.SentAt;
            if (outcome.FirstSentAt == Instant.Never)
            {
                outcome.FirstSentAt = segment.SentAt;
            }

            if (!segment.Has(SentFlags.Sacked))
            {
                outcome.OriginalDelivered = true;
                if (segment.End < c.Recovery.HighestSacked && c.Sent.SackedOut > 0)
                {
                    Rack.OnReordering(c);
                }
            }
        }

        if (!segment.Has(SentFlags.Sacked))
        {
            outcome.Delivered++;
            outcome.DeliveredOctets += segment.End - segment.Seq;
            Rack.OnDelivered(c, in segment, in outcome);
        }
    }

    /// <summary>Whether the first block reports a duplicate: it lies below the acknowledgment or within the second block (RFC 2883 4).</summary>
    private static bool IsDuplicate(ReadOnlySpan<SackBlock> blocks, SeqNumber ack) =>
        blocks[0].Left < ack ||
        (blocks.Length > 1 && blocks[0].Left >= blocks[1].Left && blocks[0].Right <= blocks[1].Right);
}
