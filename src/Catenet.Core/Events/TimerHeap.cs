namespace Catenet.Core;

/// <summary>A four-ary min-heap of timers ordered by (time, sequence).</summary>
/// <remarks>
/// An entry that moves does not touch its timer: in a big network that would be a cache miss a level. So a timer does not know where
/// it stands; armed for an earlier time it gets a second entry, and the first is stale, as that of a cancelled timer is, until it surfaces.
/// </remarks>
internal sealed class TimerHeap
{
    private const int FewEntries = 256;

    private Entry[] _entries = new Entry[64];
    private int _count;
    private int _stale;

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
        if (timer.HeapStamp != 0)
        {
            if (when >= timer.HeapWhen)
            {
                _stale -= wasCancelled ? 1 : 0;
                return;
            }

            _stale += wasCancelled ? 0 : 1;
            CompactIfStale();
        }

        Push(timer, when, sequence);
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
        if (timer.HeapStamp != 0)
        {
            _stale++;
            CompactIfStale();
        }
    }

    /// <summary>The timer that fires next, with stale entries put right on the way; null when there is none.</summary>
    public LoopTimer? Peek()
    {
        while (_count > 0)
        {
            ref Entry root = ref _entries[0];
            var timer = root.Timer;
            if (timer.Sequence == root.Sequence && timer.When == root.When)
            {
                return timer;
            }

            if (timer.HeapStamp != Stamp(root.Sequence))
            {
                // The timer has another entry.
                _stale--;
                RemoveFirst();
            }
            else if (timer.When == long.MaxValue)
            {
                _stale--;
                RemoveRoot();
            }
            else
            {
                timer.HeapWhen = timer.When;
                timer.HeapStamp = Stamp(timer.Sequence);
                SiftDown(0, new Entry { When = timer.When, Sequence = timer.Sequence, Timer = timer });
            }
        }

        return null;
    }

    /// <summary>Takes the first timer out.</summary>
    public void RemoveRoot()
    {
        _entries[0].Timer.HeapStamp = 0;
        RemoveFirst();
    }

    /// <summary>Fetches what is due soon into the cache. Each timer is met several times, one step nearer to its turn each time.</summary>
    public void Anticipate()
    {
        if (_count == 0)
        {
            return;
        }

        _entries[0].Timer.Anticipate(AnticipationStep.Next);
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
            _entries[second].Timer.Anticipate(AnticipationStep.Soon);
        }
    }

    /// <summary>A while after <see cref="Anticipate"/>: what was asked for then is there now, and leads on.</summary>
    public void AnticipateFurther()
    {
        if (_count != 0)
        {
            _entries[0].Timer.Anticipate(AnticipationStep.Imminent);
        }
    }

    /// <summary>Tells a timer's entries apart in four octets; zero is left for having none.</summary>
    private static int Stamp(long sequence) => (int)sequence is int low and not 0 ? low : int.MinValue;

    private void CompactIfStale()
    {
        if (_stale > FewEntries && _stale > _count / 2)
        {
            Compact();
        }
    }

    /// <summary>Drops every stale entry and puts the rest in order again. The order in which timers fire depends on their keys alone.</summary>
    private void Compact()
    {
        int kept = 0;
        for (int i = 0; i < _count; i++)
        {
            Entry entry = _entries[i];
            var timer = entry.Timer;
            if (timer.HeapStamp != Stamp(entry.Sequence))
            {
                continue;
            }

            if (timer.When == long.MaxValue || timer.When < timer.HeapWhen)
            {
                timer.HeapStamp = 0;
            }
            else
            {
                _entries[kept++] = entry;
            }
        }

        Array.Clear(_entries, kept, _count - kept);
        _count = kept;
        _stale = 0;
        for (int i = (kept - 2) >> 2; i >= 0; i--)
        {
            SiftDown(i, _entries[i]);
        }
    }

    private void Push(LoopTimer timer, long when, long sequence)
    {
        if (_count == _entries.Length)
        {
            Array.Resize(ref _entries, _count * 2);
        }

        timer.HeapWhen = when;
        timer.HeapStamp = Stamp(sequence);
        SiftUp(_count++, new Entry { When = when, Sequence = sequence, Timer = timer });
    }

    private void RemoveFirst()
    {
        Entry last = _entries[--_count];
        _entries[_count] = default;
        if (_count > 0)
        {
            SiftDown(0, last);
        }
    }

    private void SiftUp(int index, in Entry entry)
    {
        while (index > 0)
        {
            int parent = (index - 1) >> 2;
            if (!entry.Before(_entries[parent]))
            {
                break;
            }

            _entries[index] = _entries[parent];
            index = parent;
        }

        _entries[index] = entry;
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

            _entries[index] = _entries[least];
            index = least;
        }

        _entries[index] = entry;
    }
}
