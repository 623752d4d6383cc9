using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>Sends segments again.</summary>
internal static class Retransmission
{
    /// <summary>Sends lost segments again, lowest first, as far as cwnd allows (RFC 6675 5 step C).</summary>
    public static void SendLost(TcpConnection c)
    {
        if (c.Sent.IsEmpty)
        {
            return;
        }

        uint head = c.Sent.Head;
        uint id = c.Sent.NextToRetransmit(head);
        while (id != c.Sent.Tail && c.InFlight < c.Window.Cwnd)
        {
            if (c.Sent[id].Seq >= c.Snd.WindowEnd && id != head)
            {
                return; // the peer took its window back
            }

            Retransmit(c, id, c.Recovery.Phase == CongestionPhase.Loss ? "lost before a timeout" : "fast retransmit");
            c.Recovery.PrrOut++;
            if (id == head && c.Deadlines.Wait != SenderWait.Reordering)
            {
                RetransmitTimer.ArmRetransmission(c);
            }

            id = c.Sent.NextToRetransmit(id + 1);
        }
    }

    /// <summary>Sends one segment again.</summary>
    public static void Retransmit(TcpConnection c, uint id, string why)
    {
        ref SentSegment segment = ref c.Sent[id];
        if (c.Host.Loop.Tracer.Enabled)
        {
            c.Host.Trace(TraceKind.TcpRetransmit, null, null, c, why, segment.Seq - c.Snd.Iss);
        }

        c.Probing?.Forget();
        ref var recovery = ref c.Recovery;
        if (recovery.FirstRetransmissionAt == 0)
        {
            recovery.FirstRetransmissionAt = Math.Max(1, c.Ts.Value(c.Now));
        }

        recovery.UndoRetransmissions = Math.Max(recovery.UndoRetransmissions, 0) + 1;
        recovery.Retransmitted++;
        c.Layer.Counters.Retransmissions++;
        var (seq, end, flags) = (segment.Seq, segment.End, segment.Flags);
        c.Sent.MarkRetransmitted(id, c.Now);
        c.LastSentAt = c.Now;
        if ((flags & SentFlags.Syn) != 0)
        {
            EcnNegotiation.OnSynRetransmission(c);
            SegmentBuilder.SendSyn(c);
            return;
        }

        SendRange(c, seq, end, flags);
    }

    /// <summary>Sends a range again, in several segments if the path has become narrower meanwhile.</summary>
    private static void SendRange(TcpConnection c, SeqNumber seq, SeqNumber end, SentFlags kind)
    {
        bool fin = (kind & SentFlags.Fin) != 0;
        int mss = Math.Max(SegmentSize.Current(c), 1);
        int length = end - seq - (fin ? 1 : 0);
        c.Transmissions?.OnTransmitted((uint)(seq - c.Snd.Iss), (uint)(seq - c.Snd.Iss) + (uint)length);
        do
        {
            int part = Math.Min(length, mss);
            length -= part;
            var flags = TcpFlags.Ack;
            if (length == 0 && (kind & SentFlags.Push) != 0)
            {
                flags |= TcpFlags.Psh;
            }

            if (fin && length == 0)
            {
                flags |= TcpFlags.Fin;
            }

            SegmentBuilder.Send(c, seq, seq - c.Snd.DataStart, part, flags);
            seq += part;
        }
        while (length > 0);
    }
}
