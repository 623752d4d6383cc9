namespace Catenet.Core;

/// <summary>A four-ary min-heap of timers ordered by (time, sequence).</summary>
internal sealed class TimerHeap
{
    private Entry[] _entries = new Entry[64];
    private int _count;

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
        timer.When = when;
        timer.Sequence = sequence;
        if (timer.HeapIndex >= 0)
        {
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
