using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>Cuts the segments of one buffer anew (Linux's retransmission queue holds buffers, and cuts them when it sends).</summary>
internal static class BufferShift
{
    private const SentFlags Fate = SentFlags.Sacked | SentFlags.Lost | SentFlags.InRetransmission | SentFlags.EverRetransmitted;

    /// <summary>Takes off what is acknowledged of the first segment; those that left with it are cut anew from there.</summary>
    /// <returns>Whether one segment less is enough for what is left: then one counts as acknowledged.</returns>
    public static bool Trim(TcpConnection c, SeqNumber ack)
    {
        uint head = c.Sent.Head;
        return Apply(c, head, ack, c.Sent[head].Length) != head;
    }

    /// <summary>Cuts a segment that is to be sent again, and those that left with it, to the present segment size.</summary>
    /// <returns>The segment's number from now on.</returns>
    public static uint Resize(TcpConnection c, uint id, int size) =>
        c.Sent[id].Has(SentFlags.BufferEnd) || c.Sent[id].Length == size ? id : Apply(c, id, c.Sent[id].Seq, size);

    /// <summary>The last segment is probed for: all of its buffer but as many full segments as there are before it.</summary>
    public static void SetLast(TcpConnection c, uint last, int size)
    {
        uint first = last;
        while (first != c.Sent.Head && !c.Sent[first - 1].Has(SentFlags.BufferEnd) && (c.Sent[first - 1].Flags & Fate) == (c.Sent[last].Flags & Fate))
        {
            first--;
        }

        var begin = c.Sent[first].Seq + (int)(last - first) * size;
        if (first != last && begin < c.Sent[last].Seq + c.Sent[last].Length && begin > c.Sent[last - 1].Seq)
        {
            c.Sent[last].Seq = c.Sent[last - 1].End = begin;
        }
    }

    private static uint Apply(TcpConnection c, uint first, SeqNumber seq, int size)
    {
        var pool = c.Layer.Pools.SentRings;
        uint last = first;
        while (!c.Sent[last].Has(SentFlags.BufferEnd) && last + 1 != c.Sent.Tail && (c.Sent[last + 1].Flags & Fate) == (c.Sent[first].Flags & Fate))
        {
            last++;
        }

        int length = c.Sent[last].Seq + c.Sent[last].Length - seq;
        while (first != last && length <= (int)(last - first) * size && c.Sent.Merge(pool, last - 1) != SentQueue.None)
        {
            first++;
        }

        while (length > (int)(last - first + 1) * size && c.Sent[last].Length > 1 && c.Sent.Split(pool, last, c.Sent[last].Seq + 1) != SentQueue.None)
        {
            first--;
        }

        for (uint id = first; id != last; id++)
        {
            ref SentSegment segment = ref c.Sent[id];
            segment.Seq = seq;
            segment.End = seq += size;
        }

        c.Sent[last].Seq = seq;
        return first;
    }
}
