using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>The SACK blocks to report: that of the latest arrival first, then those reported before (RFC 2018 4), in front of all a duplicate (RFC 2883).</summary>
/// <remarks>A connection has one only while there is something to report. As in Linux the four latest are remembered: a block that was forgotten comes back only as far as it grows anew.</remarks>
internal sealed class SackReport : IReusable
{
    /// <summary>How many blocks are remembered.</summary>
    private const int Most = 4;

    private SackBlocks _blocks;
    private SackBlock _duplicate;
    private byte _count;

    /// <summary>Lets a connection's report go if there is nothing in it.</summary>
    public static void Settle(TcpConnection c)
    {
        if (c.Sacks is { IsEmpty: true })
        {
            c.Layer.Pools.SackReports.Return(ref c.Sacks);
        }
    }

    /// <summary>Whether a D-SACK is to be reported once.</summary>
    public bool HasDuplicate { get; private set; }

    public bool IsEmpty => _count == 0 && !HasDuplicate;

    /// <summary>How many blocks there are, a duplicate apart.</summary>
    public int Count => _count;

    /// <summary>A block, the latest first.</summary>
    public SackBlock this[int index] => _blocks[index];

    /// <summary>The end of the highest block; there must be one.</summary>
    public SeqNumber RightEdge
    {
        get
        {
            var edge = _blocks[0].Right;
            for (int i = 1; i < _count; i++)
            {
                edge = SeqNumber.Max(edge, _blocks[i].Right);
            }

            return edge;
        }
    }

    /// <summary>Octets of header that the next report takes.</summary>
    /// <param name="timestamps">Whether timestamps take room too.</param>
    public int HeaderRoom(bool timestamps) => 4 + 8 * Math.Min(_count + (HasDuplicate ? 1 : 0), timestamps ? 3 : 4);

    /// <summary>Notes octets that came twice (RFC 2883 4).</summary>
    public void NoteDuplicate(SeqNumber left, SeqNumber right)
    {
        HasDuplicate = true;
        _duplicate = new SackBlock(left, right);
    }

    /// <summary>Notes more octets that came twice: they count if they adjoin those noted.</summary>
    public void ExtendDuplicate(SeqNumber left, SeqNumber right)
    {
        if (!HasDuplicate)
        {
            NoteDuplicate(left, right);
        }
        else if (Touch(_duplicate, left, right))
        {
            _duplicate = Join(_duplicate, left, right);
        }
    }

    /// <summary>A new segment: what was noted of the one before is not reported any more.</summary>
    public static void ForgetDuplicate(TcpConnection c)
    {
        if (c.Sacks is { } sacks)
        {
            sacks.HasDuplicate = false;
            Settle(c);
        }
    }

    /// <summary>Lets a block grow by an arrival that touches it.</summary>
    /// <returns>Its index; the number of blocks if none is touched.</returns>
    public int Extend(SeqNumber left, SeqNumber right)
    {
        int at = 0;
        while (at < _count && !Touch(_blocks[at], left, right))
        {
            at++;
        }

        if (at < _count)
        {
            _blocks[at] = Join(_blocks[at], left, right);
        }

        return at;
    }

    /// <summary>Puts a block that has grown in front, and joins with it what it now touches.</summary>
    public void MoveFirst(int at)
    {
        var first = _blocks[at];
        for (; at > 0; at--)
        {
            _blocks[at] = _blocks[at - 1];
        }

        int kept = 1;
        for (int i = 1; i < _count; i++)
        {
            var block = _blocks[i];
            if (Touch(first, block.Left, block.Right))
            {
                first = Join(first, block.Left, block.Right);
            }
            else
            {
                _blocks[kept++] = block;
            }
        }

        _blocks[0] = first;
        _count = (byte)kept;
    }

    /// <summary>Puts a new block in front; the oldest is forgotten if there are too many.</summary>
    public void AddFirst(SeqNumber left, SeqNumber right)
    {
        _count = (byte)Math.Min(_count + 1, Most);
        for (int at = _count - 1; at > 0; at--)
        {
            _blocks[at] = _blocks[at - 1];
        }

        _blocks[0] = new SackBlock(left, right);
    }

    /// <summary>Forgets what the cumulative acknowledgment covers.</summary>
    public void Advance(SeqNumber next)
    {
        int count = 0;
        for (int i = 0; i < _count; i++)
        {
            if (_blocks[i].Left > next)
            {
                _blocks[count++] = _blocks[i];
            }
        }

        _count = (byte)count;
    }

    /// <summary>Forgets everything: runs were dropped for want of room.</summary>
    public void Clear()
    {
        _count = 0;
        HasDuplicate = false;
    }

    /// <summary>Gives the blocks for the next header and forgets the duplicate.</summary>
    public int Take(Span<SackBlock> blocks)
    {
        int count = 0;
        if (HasDuplicate)
        {
            blocks[count++] = _duplicate;
            HasDuplicate = false;
        }

        for (int i = 0; i < _count && count < blocks.Length; i++)
        {
            blocks[count++] = _blocks[i];
        }

        return count;
    }

    private static bool Touch(in SackBlock block, SeqNumber left, SeqNumber right) => left <= block.Right && block.Left <= right;

    private static SackBlock Join(in SackBlock block, SeqNumber left, SeqNumber right) =>
        new(SeqNumber.Min(block.Left, left), block.Right < right ? right : block.Right);
}
