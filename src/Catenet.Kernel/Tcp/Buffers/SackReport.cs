using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>The SACK blocks to report: the run of the latest arrival first, then those reported before (RFC 2018 4), in front of all a duplicate (RFC 2883).</summary>
internal struct SackReport
{
    private SackBlocks _blocks;
    private SackBlock _duplicate;
    private byte _count;

    /// <summary>Whether a D-SACK is to be reported once.</summary>
    public bool HasDuplicate { get; private set; }

    public readonly bool IsEmpty => _count == 0 && !HasDuplicate;

    /// <summary>Octets of header that the next report takes.</summary>
    public readonly int HeaderRoom => 4 + 8 * Math.Min(_count + (HasDuplicate ? 1 : 0), 3);

    /// <summary>Notes octets that came twice (RFC 2883 4).</summary>
    public void NoteDuplicate(SeqNumber left, SeqNumber right)
    {
        HasDuplicate = true;
        _duplicate = new SackBlock(left, right);
    }

    /// <summary>Puts the run of the latest arrival first and forgets what it has grown over.</summary>
    public void Note(SackBlock run)
    {
        var kept = default(SackBlocks);
        kept[0] = run;
        int count = 1;
        for (int i = 0; i < _count && count < 4; i++)
        {
            var block = _blocks[i];
            if (block.Right < run.Left || block.Left > run.Right)
            {
                kept[count++] = block;
            }
        }

        _blocks = kept;
        _count = (byte)count;
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
    public void Clear() => _count = 0;

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
}
