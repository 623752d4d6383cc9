using System.Numerics;

namespace Catenet.Kernel.Sockets;

/// <summary>The descriptor numbers of a host's open sockets: always the lowest that is free, from 3 on, as a process would get.</summary>
internal sealed class FileDescriptorTable
{
    private const int First = 3;

    private readonly List<ulong> _used = [];
    private int _lowestWithRoom;

    /// <summary>How many are open.</summary>
    public int Count { get; private set; }

    /// <summary>Takes the lowest free number; -1 if <paramref name="limit"/> are open.</summary>
    public int Open(int limit)
    {
        if (Count >= limit)
        {
            return -1;
        }

        int word = _lowestWithRoom;
        while (word < _used.Count && _used[word] == ulong.MaxValue)
        {
            word++;
        }

        if (word == _used.Count)
        {
            _used.Add(0);
        }

        int bit = BitOperations.TrailingZeroCount(~_used[word]);
        _used[word] |= 1UL << bit;
        _lowestWithRoom = word;
        Count++;
        return First + word * 64 + bit;
    }

    /// <summary>Gives a number back.</summary>
    public void Close(int descriptor)
    {
        int index = descriptor - First;
        _used[index / 64] &= ~(1UL << (index % 64));
        _lowestWithRoom = Math.Min(_lowestWithRoom, index / 64);
        Count--;
    }
}
