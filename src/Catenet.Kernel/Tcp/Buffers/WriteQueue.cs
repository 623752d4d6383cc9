using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>What is so about a buffer of octets that were written and not sent.</summary>
[Flags]
internal enum WriteFlags : byte
{
    None = 0,

    /// <summary>Its last segment carries PSH (RFC 9293 3.8.1).</summary>
    Push = 1,

    /// <summary>A record ends with it (MSG_EOR).</summary>
    RecordEnd = 2,

    /// <summary>Nothing may be added to it.</summary>
    Closed = 4,
}

/// <summary>Octets that leave together as far as the windows allow: Linux's sk_buff on the write queue.</summary>
internal struct WriteBuffer
{
    public SeqNumber Seq;
    public SeqNumber End;
    public WriteFlags Flags;

    public readonly int Length => End - Seq;

    /// <summary>Whether what is written next may be added.</summary>
    public readonly bool MayGrow => (Flags & (WriteFlags.RecordEnd | WriteFlags.Closed)) == 0;
}

/// <summary>The buffers written and not sent, in order: where pushes, records and Nagle's decisions fall depends on their borders.</summary>
/// <remarks>Held by a connection only while something waits; otherwise in a <see cref="SparePool{T}"/>.</remarks>
internal sealed class WriteQueue : IReusable
{
    private WriteBuffer[] _ring = new WriteBuffer[4];
    private int _head;

    /// <summary>How many buffers there are.</summary>
    public int Count { get; private set; }

    /// <summary>The buffer that leaves next.</summary>
    public ref WriteBuffer Head => ref _ring[_head];

    /// <summary>The buffer that was written last.</summary>
    public ref WriteBuffer Tail => ref _ring[(_head + Count - 1) & (_ring.Length - 1)];

    /// <summary>Begins an empty buffer at the end.</summary>
    public void Add(SeqNumber seq)
    {
        if (Count == _ring.Length)
        {
            var larger = new WriteBuffer[Count * 2];
            for (int i = 0; i < Count; i++)
            {
                larger[i] = _ring[(_head + i) & (Count - 1)];
            }

            _ring = larger;
            _head = 0;
        }

        Count++;
        Tail = new WriteBuffer { Seq = seq, End = seq };
    }

    /// <summary>Takes the first buffer off.</summary>
    public void RemoveHead()
    {
        _head = (_head + 1) & (_ring.Length - 1);
        Count--;
    }

    /// <summary>Takes the last buffer off.</summary>
    public void RemoveTail() => Count--;

    /// <summary>Moves octets from the second buffer to the first (Linux's tcp_grow_skb): what the first was pushed for is pushed at its new end.</summary>
    /// <returns>Whether the second is used up, and gone.</returns>
    public bool GrowHead(int most)
    {
        ref WriteBuffer head = ref Head;
        ref WriteBuffer next = ref _ring[(_head + 1) & (_ring.Length - 1)];
        if (!head.MayGrow || next.Length == 0)
        {
            return false;
        }

        head.End += Math.Min(most, next.Length);
        next.Seq = head.End;
        if (next.Length > 0)
        {
            return false;
        }

        var (seq, end, flags) = (head.Seq, head.End, head.Flags | next.Flags);
        RemoveHead();
        Head = new WriteBuffer { Seq = seq, End = end, Flags = flags };
        return true;
    }

    /// <summary>Whether so many octets at the front may become one segment: no record ends among them.</summary>
    public bool MayTake(int length)
    {
        for (int i = 0; i < Count; i++)
        {
            ref readonly WriteBuffer buffer = ref _ring[(_head + i) & (_ring.Length - 1)];
            if (length <= buffer.Length)
            {
                return true;
            }

            if (!buffer.MayGrow)
            {
                return false;
            }

            length -= buffer.Length;
        }

        return false;
    }

    /// <summary>Takes so many octets off the front. What was pushed and is used up is pushed with them.</summary>
    /// <param name="length">How many; there are as many.</param>
    /// <param name="used">How many buffers are used up.</param>
    public SentFlags Take(int length, out int used)
    {
        var flags = SentFlags.None;
        for (used = 0; length > 0; used++)
        {
            if (length < Head.Length)
            {
                Head.Seq += length;
                return flags;
            }

            length -= Head.Length;
            flags |= (Head.Flags & WriteFlags.Push) != 0 ? SentFlags.Push : SentFlags.None;
            flags |= (Head.Flags & WriteFlags.RecordEnd) != 0 ? SentFlags.RecordEnd : SentFlags.None;
            RemoveHead();
        }

        return flags;
    }

    /// <summary>Forgets all.</summary>
    public void Clear() => (_head, Count) = (0, 0);
}
