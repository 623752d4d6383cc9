namespace Catenet.Packetdrill.Calls;

/// <summary>An epoll instance (epoll(7)): files that something happened to stand in a queue, and are asked for what they are ready for when somebody waits.</summary>
internal sealed class EpollFile : OpenFile
{
    private readonly LinkedList<EpollEntry> _queue = new();

    /// <summary>What is watched.</summary>
    public List<EpollEntry> Entries { get; } = [];

    public override int Readiness => _queue.Any(e => e.Ready != 0) ? Symbols.POLLIN | Symbols.POLLRDNORM : 0;

    /// <summary>Something happened to a file.</summary>
    public void Queue(EpollEntry entry)
    {
        if (!_queue.Contains(entry))
        {
            _queue.AddLast(entry);
            Wake(Symbols.POLLIN | Symbols.POLLRDNORM);
        }
    }

    /// <summary>Begins to watch.</summary>
    public void Add(EpollEntry entry)
    {
        Entries.Add(entry);
        entry.Watch();
    }

    /// <summary>Ends watching.</summary>
    public void Remove(EpollEntry entry)
    {
        Entries.Remove(entry);
        _queue.Remove(entry);
        entry.Unwatch();
    }

    /// <summary>What is ready, in the order in which it became so; what is watched by level stays in the queue behind the others.</summary>
    public List<(EpollEntry Entry, int Events)> Collect(int most)
    {
        var found = new List<(EpollEntry, int)>();
        for (int left = _queue.Count; left > 0 && found.Count < most; left--)
        {
            var entry = _queue.First!.Value;
            _queue.RemoveFirst();
            int ready = entry.Ready;
            if (ready == 0)
            {
                continue;
            }

            found.Add((entry, ready));
            if (entry.OnTold())
            {
                _queue.AddLast(entry);
            }
        }

        return found;
    }
}

/// <summary>A file that an epoll instance watches.</summary>
internal sealed class EpollEntry(EpollFile epoll, int descriptor, OpenFile file)
{
    private const int Private = Symbols.EPOLLET | Symbols.EPOLLONESHOT | Symbols.EPOLLEXCLUSIVE | Symbols.EPOLLWAKEUP;

    private int _events;

    public int Descriptor => descriptor;

    public OpenFile File => file;

    /// <summary>Whether it was added with EPOLLEXCLUSIVE: that cannot be changed.</summary>
    public bool IsExclusive => (_events & Symbols.EPOLLEXCLUSIVE) != 0;

    /// <summary>What the script keeps with it.</summary>
    public long Data { get; set; }

    /// <summary>What it is ready for now, as far as it is asked for.</summary>
    public int Ready => file.Readiness & _events & ~Private;

    public void Watch() => file.Woken += OnWoken;

    public void Unwatch() => file.Woken -= OnWoken;

    /// <summary>Asks for events, and looks at once whether some are there.</summary>
    public void Ask(int events)
    {
        _events = events | Symbols.POLLERR | Symbols.POLLHUP;
        if (Ready != 0)
        {
            epoll.Queue(this);
        }
    }

    /// <summary>It was told.</summary>
    /// <returns>Whether it is to be looked at again without anything happening.</returns>
    public bool OnTold()
    {
        if ((_events & Symbols.EPOLLONESHOT) != 0)
        {
            _events &= Private;
            return false;
        }

        return (_events & Symbols.EPOLLET) == 0;
    }

    private void OnWoken(int events)
    {
        if ((_events & ~Private) != 0 && (events == 0 || (events & _events) != 0))
        {
            epoll.Queue(this);
        }
    }
}
