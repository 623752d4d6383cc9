using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>Brings the queue of sent segments up to date with an acknowledgment (RFC 6675 4, Update()).</summary>
internal static class Scoreboard
{
    /// <summary>The end of the highest sacked segment; SND.UNA if none is sacked.</summary>
    public static SeqNumber HighestSacked(TcpConnection c) => c.Sent.SackedOut == 0 ? c.Snd.Una : c.Recovery.HighestSacked;

    /// <summary>Moves SND.UNA.</summary>
    public static void Advance(TcpConnection c, SeqNumber ack, ref AckOutcome outcome)
    {
        ref var snd = ref c.Snd;
        c.Stats.BytesAcked += (uint)(ack - snd.Una);
        c.HoldRecovery().Timeouts = 0;
        snd.Una = ack;
        outcome.Flags |= AckFlags.Advanced;
    }

    /// <summary>Takes off what is cumulatively acknowledged.</summary>
    public static void Clean(TcpConnection c, ref AckOutcome outcome)
    {
        var pool = c.Layer.Pools.SentRings;
        var ack = c.Snd.Una;
        while (!c.Sent.IsEmpty)
        {
            uint id = c.Sent.Head;
            ref SentSegment segment = ref c.Sent[id];
            if (segment.End > ack)
            {
                if (segment.Has(SentFlags.Sacked))
                {
                    outcome.Flags |= AckFlags.Reneging;
                }

                if (segment.Seq < ack)
                {
                    var part = segment with { End = ack };
                    if (BufferShift.Trim(c, ack))
                    {
                        NoteDelivered(c, c.Sent.Head, ref part, ref outcome);
                        outcome.Removed++;
                    }
                }

                break;
            }

            NoteDelivered(c, id, ref segment, ref outcome);
            c.Buffers -= segment.Has(SentFlags.BufferEnd) ? 1 : 0;
            c.Sent.RemoveHead(pool);
            outcome.Removed++;
        }

        ref var snd = ref c.Snd;
        int data = SeqNumber.Min(ack, snd.WriteEnd) - snd.DataStart;
        if (data > 0)
        {
            c.SendData!.Discard(data);
            snd.DataStart += data;
            if (c.SendData.Length == 0)
            {
                c.Layer.Pools.SendBuffers.Return(ref c.SendData);
            }
        }

        c.Transmissions?.OnAcknowledged((uint)(ack - snd.Iss));
        if (c.Probing is { } probing)
        {
            MtuProbe.OnAdvance(c, probing);
        }
    }

    /// <summary>Takes a segment for lost, or its retransmission.</summary>
    public static void MarkLost(TcpConnection c, uint id, bool park = false)
    {
        bool again = c.Sent[id].Has(SentFlags.Lost);
        if (c.Sent.MarkLost(id, park))
        {
            c.Rate.Lost++;
            if (again)
            {
                c.Layer.Counters.RetransmissionsLost++;
            }
        }
    }

    /// <summary>Separates a segment from those behind it that left in the same buffer: they are dealt with apart from now on.</summary>
    public static void Cut(TcpConnection c, uint id)
    {
        ref SentSegment segment = ref c.Sent[id];
        if (!segment.Has(SentFlags.BufferEnd))
        {
            segment.Flags |= SentFlags.BufferEnd;
            c.Buffers++;
        }
    }

    /// <summary>Whether anything in flight, or the first segment, has been sent more than once.</summary>
    public static bool HasRetransmitted(TcpConnection c) =>
        c.Sent.RetransOut > 0 || (!c.Sent.IsEmpty && c.Sent[c.Sent.Head].Has(SentFlags.EverRetransmitted));

    private static void NoteDelivered(TcpConnection c, uint id, ref SentSegment segment, ref AckOutcome outcome)
    {
        var flags = segment.Flags;
        outcome.Flags |= (flags & SentFlags.Syn) != 0 ? AckFlags.SynAcked
            : (flags & SentFlags.Fin) != 0 ? AckFlags.DataAcked | AckFlags.FinAcked
            : AckFlags.DataAcked;
        if ((flags & SentFlags.EverRetransmitted) != 0)
        {
            outcome.Flags |= AckFlags.RetransmissionAcked;
        }
        else if ((flags & SentFlags.Sacked) == 0)
        {
            outcome.LastSentAt = segment.SentAt;
            if (outcome.FirstSentAt == Instant.Never)
            {
                outcome.FirstSentAt = segment.SentAt;
            }

            outcome.Reordered = SeqNumber.Min(outcome.Reordered, segment.Seq);
            if (segment.End <= c.Recovery.Point)
            {
                outcome.Flags |= AckFlags.OriginalDelivered;
            }
        }

        if ((flags & SentFlags.Sacked) == 0)
        {
            outcome.Newest.Note(in segment);
        }

        if ((flags & SentFlags.Sacked) == 0 && c.UsesSack)
        {
            c.Rate.Delivered++;
            outcome.DeliveredOctets += segment.End - segment.Seq;
            bool needless = (flags & SentFlags.EverRetransmitted) != 0 && outcome.IsEchoBefore(c.Ts.Value(segment.SentAt));
            if (!needless)
            {
                Rack.OnDelivered(c, id, in segment);
            }
        }

        outcome.NewestDeliveredAt = Instant.Max(outcome.NewestDeliveredAt, segment.SentAt);
    }
}
