namespace Catenet.Kernel.Tcp;

/// <summary>The memory of a <see cref="SentQueue"/>; idle connections hold none.</summary>
internal sealed class SentRing
{
    public readonly SentSegment[] Segments;
    public readonly RingBits Sacked;
    public readonly RingBits ToRetransmit;
    public readonly SentOrder Order;

    public SentRing(int capacity)
    {
        Segments = new SentSegment[capacity];
        Sacked = new(capacity);
        ToRetransmit = new(capacity);
        Order = new(Segments);
    }

    /// <summary>What <see cref="SentQueue"/> counts, while it holds the ring.</summary>
    public uint Head;
    public uint Tail;
    public int SackedOut;
    public int LostOut;
    public int RetransOut;

    public int Mask => Segments.Length - 1;

    /// <summary>Begins with nothing; the sets are empty when a ring is given back.</summary>
    public void Reset(uint first)
    {
        Order.Clear();
        Head = Tail = first;
        SackedOut = LostOut = RetransOut = 0;
    }

    /// <summary>Takes over the order and the counts of a smaller ring.</summary>
    public void Take(SentRing other)
    {
        Order.Take(other.Order);
        (Head, Tail) = (other.Head, other.Tail);
        (SackedOut, LostOut, RetransOut) = (other.SackedOut, other.LostOut, other.RetransOut);
    }
}

/// <summary>Keeps rings that are not in use, by size, so that a connection that sends now and then allocates nothing.</summary>
internal sealed class SentRingPool
{
    private const int Smallest = 4; // log2: sixteen segments
    private const int Kept = 64;

    private readonly Stack<SentRing>[] _bySize = new Stack<SentRing>[24];

    public SentRing Rent(int capacity)
    {
        int size = Math.Max(Smallest, System.Numerics.BitOperations.Log2((uint)(capacity - 1)) + 1);
        return _bySize[size] is { } stack && stack.TryPop(out var ring) ? ring : new SentRing(1 << size);
    }

    public void Return(SentRing ring)
    {
        int size = System.Numerics.BitOperations.Log2((uint)ring.Segments.Length);
        var stack = _bySize[size] ??= new Stack<SentRing>();
        if (stack.Count < Kept)
        {
            stack.Push(ring);
        }
    }
}
