using Catenet.Core;

namespace Catenet.Fabric.Links;

/// <summary>The frames of a direction that arrive out of the order in which they were sent: a small bounded heap by (due, order of entry).</summary>
internal sealed class LateFrames
{
    /// <summary>How many frames may be out of order at once; further ones keep their place in line.</summary>
    public const int Limit = 4096;

    private Entry[] _entries = [];
    private long _entered;

    private struct Entry
    {
        public long Due;
        public long Order;
        public PacketBuffer Frame;

        public readonly bool Before(in Entry other) => Due < other.Due || (Due == other.Due && Order < other.Order);
    }

    public int Count { get; private set; }

    public bool IsFull => Count == Limit;

    /// <summary>When the first of them is due.</summary>
    public Instant NextDue => Count == 0 ? Instant.Never : new Instant(_entries[0].Due);

    public void Add(PacketBuffer frame)
    {
        if (Count == _entries.Length)
        {
            Array.Resize(ref _entries, Math.Max(16, Count * 2));
        }

        var entry = new Entry { Due = frame.Due.Nanoseconds, Order = ++_entered, Frame = frame };
        int index = Count++;
        while (index > 0 && entry.Before(_entries[(index - 1) / 2]))
        {
            _entries[index] = _entries[(index - 1) / 2];
            index = (index - 1) / 2;
        }

        _entries[index] = entry;
    }

    public PacketBuffer Take()
    {
        var frame = _entries[0].Frame;
        Entry last = _entries[--Count];
        _entries[Count] = default;
        int index = 0;
        while (true)
        {
            int child = (2 * index) + 1;
            if (child >= Count)
            {
                break;
            }

            if (child + 1 < Count && _entries[child + 1].Before(_entries[child]))
            {
                child++;
            }

            if (!_entries[child].Before(last))
            {
                break;
            }

            _entries[index] = _entries[child];
            index = child;
        }

        if (Count > 0)
        {
            _entries[index] = last;
        }

        return frame;
    }
}
