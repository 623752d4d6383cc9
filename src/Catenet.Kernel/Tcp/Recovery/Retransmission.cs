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

        ref var recovery = ref c.HoldRecovery();
        bool rearm = false;
        int atOnce = BufferSize.SegmentsAtOnce(c, SegmentSize.Current(c));
        uint id = c.Sent.NextToRetransmit(c.Sent.Head);
        while (id != c.Sent.Tail && c.InFlight < c.Window.Cwnd && c.Sent.RetransOut < c.Sent.LostOut)
        {
            if (c.Pace is { } pace && pace.MustWait(c.Now))
            {
                break;
            }

            if (SmallQueues.MustWait(c, c.Mss, c.Mss, shift: 1))
            {
                break;
            }

            bool first = id == c.Sent.Head;
            string why = recovery.Phase == CongestionPhase.Loss ? "lost before a timeout" : "fast retransmit";
            var run = Retransmit(c, id, Math.Min(c.Window.Cwnd - c.InFlight, atOnce), why);
            if (run.Count == 0)
            {
                break; // the peer took its window back
            }

            recovery.PrrOut += run.Count;
            rearm |= first && c.Deadlines.Wait != SenderWait.Reordering;
            id = c.Sent.NextToRetransmit(run.End);
        }

        if (rearm)
        {
            RetransmitTimer.Set(c, SenderWait.Retransmission, c.Rtt.Rto);
        }
    }

    /// <summary>Sends a segment again, and those behind it that left with it and are lost too; counts them as retransmissions in flight (Linux's tcp_retransmit_skb).</summary>
    /// <param name="c">The connection.</param>
    /// <param name="id">The segment.</param>
    /// <param name="most">How many segments may be sent.</param>
    /// <param name="why">For the trace.</param>
    public static SegmentRun Retransmit(TcpConnection c, uint id, int most, string why)
    {
        var run = Send(c, id, most, why);
        for (uint each = run.First; each != run.End; each++)
        {
            c.Sent.MarkRetransmitted(each, c.Now);
        }

        ref var recovery = ref c.HoldRecovery();
        if (recovery.RetransmissionStamp == 0)
        {
            recovery.RetransmissionStamp = Math.Max(1, c.Ts.Value(c.Now));
        }

        recovery.UndoRetransmissions = Math.Max(recovery.UndoRetransmissions, 0) + Math.Max(run.Count, 1);
        return run;
    }

    /// <summary>Sends one segment again as a probe: it does not count as a retransmission in flight.</summary>
    public static bool Probe(TcpConnection c, uint id)
    {
        BufferShift.SetLast(c, id, Math.Max(SegmentSize.Current(c), 1));
        if (id != c.Sent.Head)
        {
            Scoreboard.Cut(c, id - 1);
        }

        var run = Send(c, id, 1, "tail loss probe");
        if (run.Count == 0)
        {
            return false;
        }

        c.Sent.MarkRepeated(run.First, c.Now);
        return true;
    }

    private static SegmentRun Send(TcpConnection c, uint id, int most, string why)
    {
        c.Probing?.Forget(); // whatever becomes of a probe of the path's MTU, it tells nothing now
        if (c.Host.Loop.Tracer.Enabled)
        {
            c.Host.Trace(TraceKind.TcpRetransmit, null, null, c, why, c.Sent[id].Seq - c.Snd.Iss);
        }

        if (c.Sent[id].Has(SentFlags.Syn))
        {
            Count(c, 1, 0);
            EcnNegotiation.OnSynRetransmission(c);
            SegmentBuilder.SendSyn(c);
            return new SegmentRun(id, 1);
        }

        int mss = Math.Max(SegmentSize.Current(c), 1);
        var run = SegmentRun.Fit(c, id, most, mss);
        if (run.Count == 0)
        {
            return run;
        }

        ref SentSegment last = ref c.Sent[run.End - 1];
        var seq = c.Sent[run.First].Seq;
        int length = last.End - seq - (last.Has(SentFlags.Fin) ? 1 : 0);
        Count(c, run.Count, length);
        for (uint each = run.First; each != run.End; each++)
        {
            c.Rate.OnSent(ref c.Sent[each].Rate, c.Now, first: false);
        }

        if (c.InFlight == 0)
        {
            CongestionEvents.Raise(c, CongestionEvent.TransmissionStart, c.Now - c.LastSentAt);
        }

        // Several segments at once always end with PSH, as when they are sent first.
        bool push = last.Has(SentFlags.Push) || run.Count > 1;
        var flags = TcpFlags.Ack | (push ? TcpFlags.Psh : 0) | (last.Has(SentFlags.Fin) ? TcpFlags.Fin : 0);
        c.Transmissions?.OnTransmitted((uint)(seq - c.Snd.Iss), (uint)(seq - c.Snd.Iss) + (uint)length);
        c.Pace?.OnSent(c, length);
        int whole = SuperSegment.Limit(c, mss) > mss ? length : mss;
        while (length > whole)
        {
            SegmentBuilder.Send(c, seq, seq - c.Snd.DataStart, whole, TcpFlags.Ack, mss);
            seq += whole;
            length -= whole;
            EcnOutput.Continue(c, true);
        }

        SegmentBuilder.Send(c, seq, seq - c.Snd.DataStart, length, flags, mss);
        EcnOutput.Continue(c, false);
        return run;
    }

    private static void Count(TcpConnection c, int segments, int octets)
    {
        c.Stats.Retransmissions += (uint)segments;
        c.Stats.BytesRetransmitted += (uint)octets;
        c.Layer.Counters.Retransmissions += segments;
    }
}
