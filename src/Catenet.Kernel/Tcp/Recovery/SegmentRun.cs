using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>Segments next to each other that are sent again as one: at first they left as one too, and all that is known of one holds for all.</summary>
/// <param name="First">The first segment's number.</param>
/// <param name="Count">How many; none if the peer's window does not take them.</param>
internal readonly record struct SegmentRun(uint First, int Count)
{
    private const SentFlags Fate = SentFlags.Sacked | SentFlags.Lost | SentFlags.InRetransmission;

    /// <summary>The number after the last segment's.</summary>
    public uint End => First + (uint)Count;

    /// <summary>Makes segments fit the present segment size, the peer's window and a number: cuts them, or fills up the only one from those behind it (Linux's __tcp_retransmit_skb).</summary>
    public static SegmentRun Fit(TcpConnection c, uint id, int most, int mss)
    {
        var seq = c.Sent[id].Seq;
        int room = c.Snd.WindowEnd - seq;
        if (room <= 0)
        {
            if (seq != c.Snd.Una)
            {
                return default;
            }

            room = mss; // a retransmission into a closed window is its probe (RFC 9293 3.8.6.1)
        }

        long limit = (long)mss * most;
        if (limit > room)
        {
            limit = room >= mss ? room / mss * mss : room;
        }

        id = BufferShift.Resize(c, id, mss);
        var fate = c.Sent[id].Flags & Fate;
        bool lone = c.Sent[id].Has(SentFlags.BufferEnd);
        int count = 0;
        for (long left = limit; left > 0 && id + (uint)count != c.Sent.Tail; count++)
        {
            uint next = id + (uint)count;
            if (count > 0 && (c.Sent[next - 1].Has(SentFlags.BufferEnd) || (c.Sent[next].Flags & Fate) != fate))
            {
                break;
            }

            int fits = (int)Math.Min(left, mss);
            if (c.Sent[next].Length > fits)
            {
                if (count > 0 && fits < mss)
                {
                    break;
                }

                id -= c.Sent.Split(c.Layer.Pools.SentRings, next, c.Sent[next].Seq + fits) == SentQueue.None ? 0u : 1u;
            }

            left -= Math.Max(c.Sent[id + (uint)count].Length, 1);
        }

        Scoreboard.Cut(c, id + (uint)count - 1);
        return lone && count == 1 && c.Sent[id].Length < Math.Min(mss, room) && c.Layer.Settings.RetransmissionCollapse
            ? new SegmentRun(Collapse(c, id, Math.Min(mss, room) - c.Sent[id].Length), 1)
            : new SegmentRun(id, count);
    }

    /// <summary>Puts small segments together (RFC 9293 3.8.1; Linux's tcp_retrans_try_collapse).</summary>
    private static uint Collapse(TcpConnection c, uint id, int space)
    {
        while (id + 1 != c.Sent.Tail && !c.Sent[id].Has(SentFlags.RecordEnd))
        {
            ref SentSegment next = ref c.Sent[id + 1];
            space -= next.Length;
            bool counts = next.Has(SentFlags.BufferEnd);
            if (space < 0 || next.Has(SentFlags.Sacked) || !(counts || IsBesideSacked(c, id + 1)) || next.End > c.Snd.WindowEnd)
            {
                break;
            }

            uint whole = c.Sent.Merge(c.Layer.Pools.SentRings, id);
            if (whole == SentQueue.None)
            {
                break;
            }

            id = whole;
            c.Buffers -= counts ? 1 : 0;
            c.HoldRecovery().DuplicateAcks -= c.Recovery.DuplicateAcks > 0 ? 1 : 0;
        }

        return id;
    }

    /// <summary>Whether what left behind a segment in the same buffer is sacked: then the buffer has been cut there.</summary>
    private static bool IsBesideSacked(TcpConnection c, uint id) => id + 1 != c.Sent.Tail && c.Sent[id + 1].Has(SentFlags.Sacked);
}
