using System.Net.Sockets;
using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>The segment text and the FIN (RFC 9293 3.10.7.4, seventh and eighth).</summary>
internal static class DataArrival
{
    public static void Process(TcpConnection c, ref Segment s)
    {
        if (c.State is not (TcpState.Established or TcpState.FinWait1 or TcpState.FinWait2) && s.Seq >= c.Rcv.Nxt)
        {
            // The peer has sent its FIN already: whatever this says, it is wrong.
            SegmentArrival.Drop(c, ref s, DropReason.TcpOverWindow);
            return;
        }

        if (c.State != TcpState.Established && c.IsReadShut && s.Seq + s.Length > c.Rcv.Nxt)
        {
            // Nobody will read this, or it lies where the FIN was: the peer must know (RFC 1122 4.2.2.13, RFC 2525 2.17).
            c.Layer.SendReset(in s);
            SegmentArrival.Drop(c, ref s, DropReason.TcpClose);
            Lifecycle.End(c, c.Has(ConnectionFlags.Orphan) ? SocketError.Success : SegmentArrival.ErrorOfReset(c));
            return;
        }

        SackReport.ForgetDuplicate(c);
        var next = c.Rcv.Nxt;
        uint window = c.Rcv.CurrentWindow;
        if (s.Seq == next)
        {
            if (window == 0 && s.Length > 0)
            {
                Refuse(c, ref s, DropReason.TcpZeroWindow); // a bare FIN needs no room
            }
            else
            {
                Take(c, ref s);
            }
        }
        else if (s.End <= next)
        {
            NoteDuplicate(c, s.Seq, s.End);
            Refuse(c, ref s, DropReason.TcpOldData);
        }
        else if (s.Seq >= next + window)
        {
            Refuse(c, ref s, s.Seq < next ? DropReason.TcpZeroWindow : DropReason.TcpOverWindow);
        }
        else if (s.Seq < next)
        {
            NoteDuplicate(c, s.Seq, next);
            if (window == 0)
            {
                Refuse(c, ref s, DropReason.TcpZeroWindow);
            }
            else
            {
                Take(c, ref s);
            }
        }
        else
        {
            OutOfOrder.Take(c, ref s);
        }
    }

    /// <summary>Takes a segment that begins exactly at RCV.NXT and fits window and buffer.</summary>
    public static void TakeInSequence(TcpConnection c, ref Segment s)
    {
        var packet = s.Packet!;
        int header = packet.Offset - packet.TransportOffset;
        int cost = packet.TrueSize = PacketCost.Of(packet, s.WireLength);
        packet.Overlaps = false;
        c.Rcv.Nxt += s.Length;
        c.Layer.Pools.ReceiveQueues.Hold(ref c.Received).Add(packet, c.Host.Loop.Packets);
        s.Packet = null;
        AfterGrowth(c, in s, header, cost);
        RaiseReadable(c);
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
        c.Raise(PendingEvents.Readable);
        switch (c.State)
        {
            case TcpState.Established or TcpState.SynReceived:
                // The user most often answers with his own FIN at once: the ACK waits a little for it.
                c.Acks.PingPong = true;
                Lifecycle.Enter(c, TcpState.CloseWait);
                break;
            case TcpState.FinWait1:
                // Had the ACK of our FIN come along, we would be in FIN-WAIT-2 by now.
                Acknowledgment.SendNow(c);
                Lifecycle.Enter(c, TcpState.Closing);
                break;
            case TcpState.FinWait2:
                Acknowledgment.SendNow(c);
                Lifecycle.EnterTimeWait(c);
                break;
        }

        c.Layer.Pools.SackReports.Return(ref c.Sacks);
        c.Layer.Pools.ReassemblyQueues.Return(ref c.Reassembly); // data beyond a FIN is nonsense
    }

    public static void NoteDuplicate(TcpConnection c, SeqNumber left, SeqNumber right)
    {
        if (c.UsesSack && c.Layer.Settings.DuplicateSack)
        {
            c.Layer.Pools.SackReports.Hold(ref c.Sacks).NoteDuplicate(left, right);
        }
    }

    /// <summary>Tells the reader, unless less has come than he waits for (SO_RCVLOWAT) and more may come.</summary>
    public static void RaiseReadable(TcpConnection c)
    {
        if (c.Options.ReceiveLowWater <= 1 || c.HasEnoughToRead)
        {
            c.Raise(PendingEvents.Readable);
        }
    }

    /// <summary>All or the end of the segment is next in sequence. It is taken even if it reaches past the window: it has come, and there is room.</summary>
    private static void Take(TcpConnection c, ref Segment s)
    {
        if (!ReceiveMemory.Admits(c, in s))
        {
            c.Acks.NoMemory = c.Acks.Now = c.Acks.Pending = true;
            c.Raise(PendingEvents.Readable);
            if (c.Available > 0 && s.Length > 0)
            {
                c.Layer.Counters.ReceiveQueueDrops++;
                SegmentArrival.Drop(c, ref s, DropReason.ProtocolMemory);
                return;
            }
        }

        bool fin = s.Has(TcpFlags.Fin);
        int known = c.Rcv.Nxt - s.Seq;
        if (known > 0)
        {
            int header = s.Packet!.Offset - s.Packet.TransportOffset;
            int cost = s.Packet.TrueSize = PacketCost.Of(s.Packet, s.WireLength);
            s.Packet.Overlaps = true;
            int fresh = s.Length - known;
            if (fresh > 0)
            {
                s.Packet.Pull(known);
                c.Rcv.Nxt += fresh;
                c.Layer.Pools.ReceiveQueues.Hold(ref c.Received).Add(s.Packet, c.Host.Loop.Packets);
                s.Packet = null;
            }

            AfterGrowth(c, in s, header, cost);
        }
        else if (s.Length > 0)
        {
            TakeInSequence(c, ref s);
        }

        if (fin)
        {
            TakeFin(c);
        }

        if (c.Reassembly is not null)
        {
            OutOfOrder.Drain(c);
        }

        c.Sacks?.Advance(c.Rcv.Nxt);
        SackReport.Settle(c);
        RaiseReadable(c);
    }

    /// <summary>Nothing of the segment can be taken: the peer is told at once where we are.</summary>
    private static void Refuse(TcpConnection c, ref Segment s, DropReason reason)
    {
        c.Acks.EnterQuickMode(c.Rcv.Wnd);
        c.Acks.Pending = true;
        SegmentArrival.Drop(c, ref s, reason);
    }

    private static void AfterGrowth(TcpConnection c, in Segment s, int header, int cost)
    {
        c.Acks.Pending = true;
        SegmentMeasure.Take(c, in s, header, cost);
        c.Sizing.MeasureByWindow(c);
        c.Acks.OnData(c.Now, c.Rtt.Rto, c.Rcv.Wnd);
        if (c.Ecn is { } ecn)
        {
            EcnArrival.OnData(c, ecn, in s);
        }

        if (SegmentMeasure.MayGrow(s.Length))
        {
            SegmentMeasure.Grow(c, s.Length, cost, WindowSelection.Memory(c));
        }
    }
}
