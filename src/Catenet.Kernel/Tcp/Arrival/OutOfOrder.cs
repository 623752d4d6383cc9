using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>Data ahead of a gap: kept, and reported at once (RFC 9293 3.10.7.4 seventh, RFC 5681 4.2, RFC 2018 4).</summary>
internal static class OutOfOrder
{
    public static void Take(TcpConnection c, ref Segment s)
    {
        ref var rcv = ref c.Rcv;
        c.Acks.EnterQuickMode(rcv.CurrentWindow);
        c.Acks.Pending = c.Acks.Now = true;
        int length = Math.Min(s.Length, rcv.Nxt + rcv.CurrentWindow - s.Seq);
        if (length <= 0)
        {
            // A bare FIN ahead of a gap has been noted; data beyond the window will come again.
            SegmentArrival.Drop(c, ref s, DropReason.TcpOverWindow);
            return;
        }

        var packet = s.Packet!;
        packet.TrimTo(length);
        if (!MakeRoom(c, s.Seq, length))
        {
            SegmentArrival.Drop(c, ref s, DropReason.TcpOutOfOrderDrop);
            return;
        }

        var queue = c.Reassembly ??= c.Layer.RentReassembly();
        if (queue.TryFindOverlap(s.Seq, s.Seq + length, out var overlap))
        {
            DataArrival.NoteDuplicate(c, overlap.Left, overlap.Right);
        }

        if (queue.Insert(packet, s.Seq, s.Seq + length, out var run))
        {
            s.Packet = null;
            c.Layer.Counters.OutOfOrderIn++;
        }
        else
        {
            DataArrival.NoteDuplicate(c, s.Seq, s.Seq + length);
            SegmentArrival.Drop(c, ref s, DropReason.TcpOldData);
        }

        if (c.UsesSack)
        {
            c.Sacks.Note(c.Rcv.HasFin && c.Rcv.FinAt == run.Right ? new SackBlock(run.Left, run.Right + 1) : run);
        }
    }

    /// <summary>After the gap was filled: moves what follows to the receive queue.</summary>
    public static void Drain(TcpConnection c)
    {
        var queue = c.Reassembly!;
        while (queue.TryTake(c.Rcv.Nxt, out var run, out var end))
        {
            c.Received.Add(ref run, end - c.Rcv.Nxt);
            c.Rcv.Nxt = end;
        }

        c.Sacks.Advance(c.Rcv.Nxt);

        // The filling of a gap is acknowledged at once (RFC 5681 4.2).
        c.Acks.Pending = c.Acks.Now = true;
        if (queue.IsEmpty)
        {
            c.Layer.Return(queue);
            c.Reassembly = null;
        }
    }

    /// <summary>Keeps the cost within the receive buffer: what lies furthest from the gap goes first.</summary>
    private static bool MakeRoom(TcpConnection c, SeqNumber seq, int length)
    {
        var queue = c.Reassembly;
        if (queue is null)
        {
            return true;
        }

        int most = Math.Max(c.Space.Buffer, 4096);
        while (!queue.IsEmpty && (queue.Cost + c.Received.Cost + length + ReceiveQueue.Overhead > most || queue.RunCount >= ReassemblyQueue.MaxRuns))
        {
            if (seq >= queue.End)
            {
                return false;
            }

            // The peer may forget nothing that was reported, only be told anew: reneging is allowed (RFC 2018 8).
            var run = queue.RemoveLast();
            while (run.TryDequeue(out var packet))
            {
                c.Host.Drop(packet, DropReason.TcpOutOfOrderDrop, c);
            }

            c.Sacks.Clear();
        }

        return true;
    }
}
