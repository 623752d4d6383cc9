namespace Catenet.Core;

/// <summary>A four-ary min-heap of timers ordered by (time, sequence).</summary>
internal sealed class TimerHeap
{
    private const int FewEntries = 256;

    private Entry[] _entries = new Entry[64];
    private int _count;
    private int _cancelled;

    private struct Entry
    {
        public long When;
        public long Sequence;
        public LoopTimer Timer;

        public readonly bool Before(in Entry other) =>
            When < other.When || (When == other.When && Sequence < other.Sequence);
    }

    /// <summary>Notes the timer's new time. Moving it later costs nothing here.</summary>
    public void Arm(LoopTimer timer, long when, long sequence)
    {
        bool wasCancelled = timer.When == long.MaxValue;
        timer.When = when;
        timer.Sequence = sequence;
        if (timer.HeapIndex >= 0)
        {
            _cancelled -= wasCancelled ? 1 : 0;
            if (when < timer.HeapWhen)
            {
                timer.HeapWhen = when;
                SiftUp(timer.HeapIndex, new Entry { When = when, Sequence = sequence, Timer = timer });
            }

            return;
        }

        if (_count == _entries.Length)
        {
            Array.Resize(ref _entries, _count * 2);
        }

        timer.HeapWhen = when;
        SiftUp(_count++, new Entry { When = when, Sequence = sequence, Timer = timer });
    }

    /// <summary>
    /// Takes back a timer. It stays in the heap until its old time surfaces, but not at any price: when most entries are
    /// such, all of them go, or timers set days ahead would pile up behind a peer that makes and ends connections.
    /// </summary>
    public void Cancel(LoopTimer timer)
    {
        if (timer.When == long.MaxValue)
        {
            return;
        }

        timer.When = long.MaxValue;
        if (timer.HeapIndex >= 0 && ++_cancelled > FewEntries && _cancelled > _count / 2)
        {
            Compact();
        }
    }

    /// <summary>The timer that fires next, with stale entries put right on the way; null when there is none.</summary>
    public LoopTimer? Peek()
    {
        while (_count > 0)
        {
            ref Entry root = ref _entries[0];
            var timer = root.Timer;
            if (timer.When == root.When && timer.Sequence == root.Sequence)
            {
                return timer;
            }

            if (timer.When == long.MaxValue)
            {
                _cancelled--;
                RemoveRoot();
                continue;
            }

            timer.HeapWhen = timer.When;
            SiftDown(0, new Entry { When = timer.When, Sequence = timer.Sequence, Timer = timer });
        }

        return null;
    }

    public void RemoveRoot()
    {
        _entries[0].Timer.HeapIndex = -1;
        Entry last = _entries[--_count];
        _entries[_count] = default;
        if (_count > 0)
        {
            SiftDown(0, last);
        }
    }

    /// <summary>Fetches the timers that are next into the cache, so that they are there when they fire.</summary>
    public void Anticipate()
    {
        if (_count > 0)
        {
            _entries[0].Timer.Anticipate(1);
            int end = Math.Min(_count, 5);
            int second = 1;
            for (int i = 1; i < end; i++)
            {
                Prefetch.Object(_entries[i].Timer, 4);
                if (_entries[i].Before(_entries[second]))
                {
                    second = i;
                }
            }

            if (second < end)
            {
                _entries[second].Timer.Anticipate(2);
            }
        }
    }

    /// <summary>Drops every cancelled entry and puts the rest in order again. The order in which timers fire depends on their keys alone.</summary>
    private void Compact()
    {
        int kept = 0;
        for (int i = 0; i < _count; i++)
        {
            Entry entry = _entries[i];
            if (entry.Timer.When == long.MaxValue)
            {
                entry.Timer.HeapIndex = -1;
            }
            else
            {
                Place(kept++, entry);
            }
        }

        Array.Clear(_entries, kept, _count - kept);
        _count = kept;
        _cancelled = 0;
        for (int i = (kept - 2) >> 2; i >= 0; i--)
        {
            SiftDown(i, _entries[i]);
        }
    }

    private void SiftUp(int index, Entry entry)
    {
        while (index > 0)
        {
            int parent = (index - 1) >> 2;
            if (!entry.Before(_entries[parent]))
            {
                break;
            }

            Place(index, _entries[parent]);
            index = parent;
        }

        Place(index, entry);
    }

    private void SiftDown(int index, Entry entry)
    {
        while (true)
        {
            int child = (index << 2) + 1;
            if (child >= _count)
            {
                break;
            }

            int least = child;
            int end = Math.Min(child + 4, _count);
            for (int i = child + 1; i < end; i++)
            {
                if (_entries[i].Before(_entries[least]))
                {
                    least = i;
                }
            }

            if (!_entries[least].Before(entry))
            {
                break;
            }

            Place(index, _entries[least]);
            index = least;
        }

        Place(index, entry);
    }

    private void Place(int index, in Entry entry)
    {
        _entries[index] = entry;
        entry.Timer.HeapIndex = index;
    }
}
