using System.Numerics;

namespace Catenet.Kernel.Tcp;

/// <summary>A set of ring slots in which the next member is found in a handful of steps, however long the ring: bits, and a bit for each word of them.</summary>
internal sealed class RingBits
{
    private readonly ulong[] _words;
    private readonly ulong[] _nonEmpty;
    private readonly ulong[] _full;

    /// <param name="capacity">The number of slots: a power of two.</param>
    public RingBits(int capacity)
    {
        int words = Math.Max(1, capacity >> 6);
        _words = new ulong[words];
        _nonEmpty = new ulong[(words + 63) >> 6];
        _full = new ulong[(words + 63) >> 6];
    }

    public void Add(int slot)
    {
        int word = slot >> 6;
        ulong bits = _words[word] |= 1UL << slot;
        _nonEmpty[word >> 6] |= 1UL << word;
        if (bits == ulong.MaxValue)
        {
            _full[word >> 6] |= 1UL << word;
        }
    }

    public void Remove(int slot)
    {
        int word = slot >> 6;
        ulong bits = _words[word] &= ~(1UL << slot);
        _full[word >> 6] &= ~(1UL << word);
        if (bits == 0)
        {
            _nonEmpty[word >> 6] &= ~(1UL << word);
        }
    }

    /// <summary>The first member at or after a slot, or -1.</summary>
    public int NextMember(int slot) => Next(slot, _nonEmpty, 0);

    /// <summary>The first slot at or after a slot that is not a member, or -1.</summary>
    public int NextNonMember(int slot) => Next(slot, _full, ulong.MaxValue);

    /// <param name="slot">Where to begin.</param>
    /// <param name="summary">The words that have a member, or those that have nothing else.</param>
    /// <param name="invert">Zero to look for members; all ones to look for the others.</param>
    private int Next(int slot, ulong[] summary, ulong invert)
    {
        int word = slot >> 6;
        ulong bits = (_words[word] ^ invert) >> slot;
        if (bits != 0)
        {
            return slot + BitOperations.TrailingZeroCount(bits);
        }

        for (int next = word + 1, group = next >> 6; group < summary.Length; next = ++group << 6)
        {
            ulong candidates = (summary[group] ^ invert) >> next;
            if (candidates != 0)
            {
                int found = next + BitOperations.TrailingZeroCount(candidates);
                return found >= _words.Length ? -1 : (found << 6) + BitOperations.TrailingZeroCount(_words[found] ^ invert);
            }
        }

        return -1;
    }
}
