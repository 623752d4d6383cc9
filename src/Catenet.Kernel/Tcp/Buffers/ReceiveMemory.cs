using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>Whether the receive buffer takes a segment, and what is given up for it if it does not (Linux's tcp_prune_queue).</summary>
internal static class ReceiveMemory
{
    /// <summary>Whether one segment more may be taken: the last one may go past the end of the buffer.</summary>
    public static bool Fits(TcpConnection c) => WindowSelection.Memory(c) <= c.Space.Buffer;

    /// <summary>Makes room where there is too little.</summary>
    /// <returns>False if there is none.</returns>
    public static bool MakeRoom(TcpConnection c, SeqNumber seq)
    {
        int memory = WindowSelection.Memory(c);
        if (memory == 0)
        {
            return false;
        }

        ref var space = ref c.Space;
        c.Acks.Quick = 0;
        if (!space.Locked && space.Buffer < c.Layer.Settings.MaxReceiveBuffer)
        {
            space.Buffer = Math.Min(memory, c.Layer.Settings.MaxReceiveBuffer);
        }

        if (memory > space.Buffer)
        {
            space.Threshold = Math.Min(space.Clamp, 2 * SegmentSize.Received(c));
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

    /// <summary>Lets go of what lies furthest from the gap. The peer may be told less than before: reneging is allowed (RFC 2018 8).</summary>
    public static void Prune(TcpConnection c, SeqNumber seq)
    {
        var queue = c.Reassembly;
        bool pruned = false;
        while (queue is { IsEmpty: false } && seq <= queue.LastStart && (!pruned || !Fits(c) || queue.RunCount >= ReassemblyQueue.MaxRuns))
        {
            pruned = true;
            var run = queue.RemoveLast();
            while (run.TryDequeue(out var packet))
            {
                c.Host.Drop(packet, DropReason.TcpOutOfOrderDrop, c);
            }
        }

        if (pruned)
        {
            c.Layer.Counters.OutOfOrderPruned++;
            c.Rcv.HasFin = false;
            c.Layer.SackReports.Return(ref c.Sacks);
            if (queue!.IsEmpty)
            {
                c.Layer.ReassemblyQueues.Return(ref c.Reassembly);
            }
        }
    }
}
