namespace Catenet.Kernel.Tcp;

/// <summary>Cuts what is in flight anew, buffer by buffer, to the size of segment that the path takes now (as Linux's retransmission queue holds buffers, not segments).</summary>
/// <remarks>Only while nothing is sacked, lost or on its way again: afterwards each segment is cut by itself when it is sent again. Rare, hence the allocation.</remarks>
internal static class BufferCut
{
    /// <summary>Buffers whose segments are too large become smaller segments, marked as such.</summary>
    public static void Apply(TcpConnection c, int mss)
    {
        if (c.Sent.SackedOut + c.Sent.LostOut + c.Sent.RetransOut > 0)
        {
            return;
        }

        var old = new List<SentSegment>(c.Sent.Count);
        bool any = false;
        for (uint id = c.Sent.Head; id != c.Sent.Tail; id++)
        {
            old.Add(c.Sent[id]);
            any |= IsTooLarge(c.Sent[id], mss);
        }

        if (!any)
        {
            return;
        }

        int atOnce = BufferSize.SegmentsAtOnce(c, mss);
        c.Sent.Clear(c.Layer.Pools.SentRings);
        for (int first = 0, last; first < old.Count; first = last + 1)
        {
            last = first;
            while (last + 1 < old.Count && !old[last].Has(SentFlags.BufferEnd))
            {
                last++;
            }

            if (!IsTooLarge(old[first], mss))
            {
                for (int i = first; i <= last; i++)
                {
                    Add(c, old[i], old[i].Flags);
                }

                continue;
            }

            // Several that left at once had PSH for being several, unless it was the user's.
            var end = old[last].End - (old[last].Has(SentFlags.Fin) ? 1 : 0);
            var push = last > first && end != c.Snd.Pushed ? SentFlags.Push : SentFlags.None;
            Cut(c, old[first] with { End = old[last].End, Flags = old[last].Flags & ~push }, mss, atOnce);
        }
    }

    private static bool IsTooLarge(SentSegment segment, int mss) => !segment.Has(SentFlags.Syn) && segment.End - segment.Seq - (segment.Has(SentFlags.Fin) ? 1 : 0) > mss;

    /// <summary>As many as leave at once are a buffer of their own, and end with PSH if they are several.</summary>
    private static void Cut(TcpConnection c, SentSegment buffer, int mss, int atOnce)
    {
        var end = buffer.End - (buffer.Has(SentFlags.Fin) ? 1 : 0);
        var kept = (buffer.Flags & SentFlags.EverRetransmitted) | SentFlags.TooLarge;
        int together = 0;
        for (var seq = buffer.Seq; seq < end;)
        {
            int length = Math.Min(mss, end - seq);
            var piece = buffer with { Seq = seq, End = seq + length };
            seq += length;
            together++;
            if (seq == end)
            {
                piece.End = buffer.End;
                Add(c, piece, buffer.Flags | SentFlags.TooLarge | SentFlags.BufferEnd | (together > 1 ? SentFlags.Push : 0));
            }
            else if (together == atOnce)
            {
                c.Buffers++;
                Add(c, piece, kept | SentFlags.BufferEnd | (together > 1 ? SentFlags.Push : 0));
                together = 0;
            }
            else
            {
                Add(c, piece, kept);
            }
        }
    }

    private static void Add(TcpConnection c, SentSegment segment, SentFlags flags) =>
        c.Sent.Add(c.Layer.Pools.SentRings, segment.Seq, segment.End, flags & ~SentFlags.Timed, segment.SentAt);
}
