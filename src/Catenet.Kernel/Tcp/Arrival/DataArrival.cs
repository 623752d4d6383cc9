using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>The segment text and the FIN (RFC 9293 3.10.7.4, seventh and eighth).</summary>
internal static class DataArrival
{
    public static void Process(TcpConnection c, ref Segment s)
    {
        if (c.State is not (TcpState.Established or TcpState.FinWait1 or TcpState.FinWait2))
        {
            AfterFin(c, ref s);
            return;
        }

        if (c.Has(ConnectionFlags.Orphan) && s.Length > 0 && s.Seq + s.Length > c.Rcv.Nxt)
        {
            // Nobody will read this: the peer must know (RFC 2525 2.17).
            c.Layer.SendReset(in s);
            SegmentArrival.Drop(c, ref s, DropReason.TcpClose);
            Lifecycle.End(c, System.Net.Sockets.SocketError.Success);
            return;
        }

        if (s.Has(TcpFlags.Fin) && !c.Rcv.HasFin && s.Seq + s.Length >= c.Rcv.Nxt)
        {
            // A FIN may lie ahead of a gap; it counts when everything before it has come.
            c.Rcv.HasFin = true;
            c.Rcv.FinAt = s.Seq + s.Length;
        }

        if (s.Seq <= c.Rcv.Nxt)
        {
            TakeOverlapping(c, ref s);
        }
        else
        {
            OutOfOrder.Take(c, ref s);
        }
    }

    /// <summary>The peer has sent its FIN already: whatever this says, it is wrong or a repetition.</summary>
    private static void AfterFin(TcpConnection c, ref Segment s)
    {
        if (s.Seq >= c.Rcv.Nxt)
        {
            SegmentArrival.Drop(c, ref s, DropReason.TcpOverWindow);
        }
        else if (s.Length > 0 && s.Seq + s.Length > c.Rcv.Nxt)
        {
            // Data where the FIN was: the peer is not who it was (Linux's TCPAbortOnData).
            c.Layer.SendReset(in s);
            SegmentArrival.Drop(c, ref s, DropReason.TcpClose);
            SegmentArrival.OnReset(c);
        }
        else
        {
            NoteDuplicate(c, s.Seq, s.End);
            c.Acks.EnterQuickMode(c.Rcv.CurrentWindow);
            c.Acks.Pending = c.Acks.Now = true;
        }
    }

    /// <summary>Takes a segment that begins exactly at RCV.NXT and fits the window.</summary>
    public static void TakeInSequence(TcpConnection c, ref Segment s)
    {
        ref var rcv = ref c.Rcv;
        int length = s.Length;
        rcv.Nxt += length;
        c.Received.Add(s.Packet!, c.Host.Loop.Packets);
        s.Packet = null;
        AfterGrowth(c, length, s.Has(TcpFlags.Psh), in s);
        if (rcv.HasFin && rcv.FinAt == rcv.Nxt)
        {
            TakeFin(c);
        }
    }

    /// <summary>Part or all of the segment is next in sequence.</summary>
    private static void TakeOverlapping(TcpConnection c, ref Segment s)
    {
        ref var rcv = ref c.Rcv;
        int known = rcv.Nxt - s.Seq;
        int fresh = s.Length - known;
        if (known > 0 && s.End > s.Seq)
        {
            NoteDuplicate(c, s.Seq, SeqNumber.Min(s.Seq + s.Length, rcv.Nxt));
            c.Acks.EnterQuickMode(rcv.CurrentWindow);
            c.Acks.Pending = c.Acks.Now = true;
        }

        if (fresh > 0)
        {
            long room = rcv.CurrentWindow;
            if (fresh > room)
            {
                fresh = (int)room;
                c.Acks.Pending = c.Acks.Now = true;
                if (fresh <= 0)
                {
                    SegmentArrival.Drop(c, ref s, DropReason.TcpOverWindow);
                    return;
                }

                s.Packet!.TrimTo(known + fresh);
            }

            s.Packet!.Pull(known);
            rcv.Nxt += fresh;
            c.Received.Add(s.Packet, c.Host.Loop.Packets);
            s.Packet = null;
            AfterGrowth(c, fresh, s.Has(TcpFlags.Psh), in s);
        }

        if (fresh > 0 && c.Reassembly is not null)
        {
            OutOfOrder.Drain(c);
        }

        if (rcv.HasFin && rcv.FinAt == rcv.Nxt)
        {
            TakeFin(c);
        }
    }

    /// <summary>The peer's end of data has come (eighth: the FIN bit).</summary>
    public static void TakeFin(TcpConnection c)
    {
        if (c.IsPeerDone)
        {
            return;
        }

        c.Flags |= ConnectionFlags.PeerDone;
        c.Rcv.Nxt++;
        c.Acks.Pending = true;
        if (c.Reassembly is not null)
        {
            // Data beyond a FIN is nonsense.
            c.Layer.Return(c.Reassembly);
            c.Reassembly = null;
            c.Sacks.Clear();
        }

        c.Raise(PendingEvents.Readable);
        switch (c.State)
        {
            case TcpState.Established or TcpState.SynReceived:
                // The user most often answers with his own FIN at once: the ACK waits a little for it.
                c.Acks.PingPong = true;
                Lifecycle.Enter(c, TcpState.CloseWait);
                break;
            case TcpState.FinWait1:
                c.Acks.Now = true;
                // Had the ACK of our FIN come along, we would be in FIN-WAIT-2 by now.
                Lifecycle.Enter(c, TcpState.Closing);
                break;
            case TcpState.FinWait2:
                Acknowledgment.SendNow(c);
                Lifecycle.EnterTimeWait(c);
                break;
        }
    }

    public static void NoteDuplicate(TcpConnection c, SeqNumber left, SeqNumber right)
    {
        if (c.UsesSack && c.Layer.Settings.DuplicateSack)
        {
            c.Sacks.NoteDuplicate(left, right);
        }
    }

    private static void AfterGrowth(TcpConnection c, int length, bool push, in Segment s)
    {
        var now = c.Now;
        c.Acks.OnData(Math.Min(length, s.WireLength), push, now, c.Rtt.Rto, c.Rcv.CurrentWindow);
        c.Space.OnData(Math.Max(c.Acks.SegmentSize, length));
        if (!c.Ts.Enabled)
        {
            c.Space.MeasureByWindow(c.Rcv.Nxt, c.Rcv.Wnd, now);
        }
        else if (length >= c.Acks.SegmentSize && s.Options.TimestampEcho != 0)
        {
            int ticks = c.Ts.Since(s.Options.TimestampEcho, now);
            if (ticks >= 0)
            {
                c.Space.AddRtt(Duration.FromMilliseconds(Math.Max(ticks, 1)));
            }
        }

        c.Raise(PendingEvents.Readable);
    }
}
