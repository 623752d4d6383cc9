using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>Data ahead of a gap: kept, and reported at once (RFC 9293 3.10.7.4 seventh, RFC 5681 4.2, RFC 2018 4).</summary>
internal static class OutOfOrder
{
    public static void Take(TcpConnection c, ref Segment s)
    {
        if (c.Ecn is { } ecn)
        {
            EcnArrival.OnData(c, ecn, in s);
        }

        if (!ReceiveMemory.Admits(c, in s))
        {
            c.Layer.Counters.OutOfOrderDrops++;
            c.Raise(PendingEvents.Readable);
            SegmentArrival.Drop(c, ref s, DropReason.ProtocolMemory);
            return;
        }

        var packet = s.Packet!;
        int header = packet.Offset - packet.TransportOffset;
        int length = s.Length;
        int cost = packet.TrueSize = PacketCost.Of(packet, s.WireLength);
        packet.Overlaps = false;
        SegmentMeasure.Take(c, in s, header, cost);
        c.Acks.Pending = true;
        if (c.Reassembly is { RunCount: >= ReassemblyQueue.MaxRuns })
        {
            ReceiveMemory.Prune(c, s.Seq);
        }

        c.Stats.OutOfOrderIn++;
        var queue = c.Layer.Pools.ReassemblyQueues.Hold(ref c.Reassembly);
        bool first = queue.IsEmpty;
        if (!first && queue.TryFindOverlap(s.Seq, s.End, length, out var overlap))
        {
            DataArrival.NoteDuplicate(c, overlap.Left, overlap.Right);
        }

        bool isNew = queue.RunCount < ReassemblyQueue.MaxRuns && queue.Insert(packet, s.Seq, s.End, out _);
        if (isNew)
        {
            s.Packet = null;
            c.Layer.Counters.OutOfOrderIn++;
            if (s.Has(TcpFlags.Fin))
            {
                c.Rcv.HasFin = true; // it counts when everything before it has come
                c.Rcv.FinAt = s.Seq + length;
            }
        }
        else
        {
            SegmentArrival.Drop(c, ref s, DropReason.TcpOldData);
        }

        if (c.UsesSack)
        {
            Report(c, s.Seq, s.End);
            if (isNew)
            {
                SegmentMeasure.Grow(c, length, cost, WindowSelection.Memory(c) - packet.TrueSize);
            }
        }

        if (!c.Has(ConnectionFlags.InAcceptQueue | ConnectionFlags.Orphan))
        {
            c.Sizing.Grow(c, c.Sizing.Space);
        }
    }

    /// <summary>After the gap was filled, wholly or in part: moves what follows to the receive queue.</summary>
    public static void Drain(TcpConnection c)
    {
        var queue = c.Reassembly!;
        NoteDuplicates(c, queue);
        while (queue.TryTake(c.Rcv.Nxt, out var run, out var end))
        {
            bool fin = c.Rcv.HasFin && c.Rcv.FinAt >= c.Rcv.Nxt && c.Rcv.FinAt < end;
            if (fin)
            {
                Keep(ref run, c.Rcv.FinAt - c.Rcv.Nxt); // data behind a FIN is nonsense
            }

            c.Rcv.Nxt = fin ? c.Rcv.FinAt : end;
            c.Layer.Pools.ReceiveQueues.Hold(ref c.Received).Add(ref run);
            ReceiveQueue.Settle(c); // a FIN of its own leaves nothing
            if (fin)
            {
                DataArrival.TakeFin(c); // lets go of the queue
                c.Acks.Now = true;
                return;
            }
        }

        if (queue.IsEmpty)
        {
            // The filling of a gap is acknowledged at once (RFC 5681 4.2).
            c.Acks.Now = c.Acks.Pending = true;
            c.Layer.Pools.ReassemblyQueues.Return(ref c.Reassembly);
        }
    }

    /// <summary>What lies before RCV.NXT by now came twice (RFC 2883 4).</summary>
    private static void NoteDuplicates(TcpConnection c, ReassemblyQueue queue)
    {
        if (!c.UsesSack || !c.Layer.Settings.DuplicateSack)
        {
            return;
        }

        var next = c.Rcv.Nxt;
        for (int i = 0; queue.TryPeek(next, i, out var run); i++)
        {
            c.Layer.Pools.SackReports.Hold(ref c.Sacks).ExtendDuplicate(run.Left, SeqNumber.Min(run.Right, next));
        }
    }

    private static void Keep(ref PacketQueue run, int octets)
    {
        var kept = default(PacketQueue);
        while (octets > 0 && run.TryDequeue(out var packet))
        {
            packet.TrimTo(Math.Min(packet.Length, octets));
            octets -= packet.Length;
            kept.Enqueue(packet);
        }

        run.Clear();
        run = kept;
    }

    private static void Report(TcpConnection c, SeqNumber left, SeqNumber right)
    {
        const int Expected = 2; // blocks that a report with timestamps and a duplicate has room for
        var sacks = c.Layer.Pools.SackReports.Hold(ref c.Sacks);
        int at = sacks.Extend(left, right);
        if (at >= Expected)
        {
            HeldAcks.Flush(c);
        }

        if (at < sacks.Count)
        {
            sacks.MoveFirst(at);
        }
        else
        {
            sacks.AddFirst(left, right);
        }
    }
}
