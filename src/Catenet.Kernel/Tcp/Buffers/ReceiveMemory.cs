using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>Whether the receive buffer takes a segment, and what is given up for it if it does not (Linux's tcp_prune_queue).</summary>
internal static class ReceiveMemory
{
    /// <summary>Whether one segment more may be taken: the last one may go past the end of the buffer.</summary>
    public static bool Fits(TcpConnection c) => WindowSelection.Memory(c) <= c.Space.Buffer;

    /// <summary>Whether a segment may be taken, by the connection's buffer and by the host's memory, what is given up for it included.</summary>
    public static bool Admits(TcpConnection c, in Segment s)
    {
        var memory = c.Layer.Memory;
        bool fits = Fits(c);
        if (fits && memory.IsAmple)
        {
            return true;
        }

        int cost = PacketCost.Of(s.Packet!, s.WireLength);
        if (fits && memory.TryReceive(c, cost))
        {
            return true;
        }

        bool hasRoom = MakeRoom(c, s.Seq);
        memory.Settle(c);
        while (hasRoom && !memory.TryReceive(c, cost))
        {
            hasRoom = Prune(c, s.Seq);
        }

        return hasRoom;
    }

    /// <summary>Under pressure the window stays small (Linux's tcp_adjust_rcv_ssthresh).</summary>
    public static void Restrain(TcpConnection c) => c.Space.Threshold = Math.Min(c.Space.Threshold, 4 * SegmentSize.Received(c));

    /// <summary>Makes room where there is too little.</summary>
    /// <returns>False if there is none.</returns>
    private static bool MakeRoom(TcpConnection c, SeqNumber seq)
    {
        int memory = WindowSelection.Memory(c);
        if (memory == 0)
        {
            return false;
        }

        ref var space = ref c.Space;
        c.Layer.Counters.PruneCalls++;
        if (!Fits(c))
        {
            Clamp(c, ref space, memory);
        }
        else if (c.Layer.Memory.IsPressed)
        {
            Restrain(c);
        }

        if (Fits(c))
        {
            return true;
        }

        c.Reassembly?.Collapse(c.Host.Loop.Packets, in space);
        c.Received?.Collapse(c.Host.Loop.Packets, in space);
        if (!Fits(c))
        {
            Prune(c, seq);
        }

        if (Fits(c))
        {
            return true;
        }

        c.Layer.Counters.ReceivePruned++;
        return false;
    }

    private static void Clamp(TcpConnection c, ref ReceiveWindow space, int memory)
    {
        c.Acks.Quick = 0;
        if (!space.Locked && space.Buffer < c.Layer.Settings.MaxReceiveBuffer && c.Layer.Memory.AllowsGrowth)
        {
            space.Buffer = Math.Min(memory, c.Layer.Settings.MaxReceiveBuffer);
        }

        if (memory > space.Buffer)
        {
            space.Threshold = Math.Min(space.Clamp, 2 * SegmentSize.Received(c));
        }
    }

    /// <summary>Lets go of what lies furthest from the gap. The peer may be told less than before: reneging is allowed (RFC 2018 8).</summary>
    /// <returns>False if nothing was let go.</returns>
    public static bool Prune(TcpConnection c, SeqNumber seq)
    {
        var queue = c.Reassembly;
        var host = c.Layer.Memory;
        bool pruned = false;
        while (queue is { IsEmpty: false } && seq <= queue.LastStart && (!pruned || !Fits(c) || host.IsPressed || queue.RunCount >= ReassemblyQueue.MaxRuns))
        {
            pruned = true;
            var run = queue.RemoveLast();
            while (run.TryDequeue(out var packet))
            {
                c.Host.Drop(packet, DropReason.TcpOutOfOrderDrop, c);
            }

            host.Settle(c);
        }

        if (pruned)
        {
            c.Layer.Counters.OutOfOrderPruned++;
            c.Rcv.HasFin = false;
            c.Layer.Pools.SackReports.Return(ref c.Sacks);
            if (queue!.IsEmpty)
            {
                c.Layer.Pools.ReassemblyQueues.Return(ref c.Reassembly);
            }
        }

        return pruned;
    }
}
