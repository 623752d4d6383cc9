using System.Collections.Concurrent;

namespace Catenet.Core;

/// <summary>One thread's time line: timers, tasks of the present instant, and what other threads post.</summary>
/// <remarks>
/// Events run in (time, sequence) order: of two due at one instant, the one scheduled first runs first. One thread at a
/// time owns a loop and nothing on it locks; <see cref="Post"/> alone may be called from anywhere. Time moves only when a
/// driver (<see cref="VirtualDriver"/>, <see cref="RealDriver"/>) moves it.
/// </remarks>
public sealed class EventLoop
{
    private readonly TimerHeap _timers = new();
    private readonly ConcurrentQueue<(SendOrPostCallback Callback, object? State)> _posts = new();
    private readonly LoopSynchronizationContext _context;
    private Ready[] _ready = new Ready[64];
    private int _readyHead;
    private int _readyCount;
    private long _sequence;
    private ulong _packetId;
    private int _owner = Environment.CurrentManagedThreadId;

    private struct Ready
    {
        public long Sequence;
        public object Work;
        public object? State;
    }

    /// <summary>Makes a loop whose time is zero; the calling thread owns it until a driver runs it.</summary>
    /// <param name="seed">Decides every random choice made on this loop.</param>
    /// <param name="epoch">The calendar time of instant zero; the beginning of 2030 (UTC) if not given.</param>
    public EventLoop(ulong seed = 1, DateTimeOffset? epoch = null)
    {
        Seed = seed;
        Epoch = epoch ?? new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
        Packets = new PacketPool(this);
        _context = new LoopSynchronizationContext(this);
    }

    /// <summary>The present instant. It stands still while an event runs.</summary>
    public Instant Now { get; private set; }

    /// <summary>The calendar time of instant zero.</summary>
    public DateTimeOffset Epoch { get; }

    /// <summary>The present instant as calendar time.</summary>
    public DateTimeOffset UtcNow => Epoch.AddTicks(Now.Nanoseconds / 100);

    /// <summary>The seed of the run.</summary>
    public ulong Seed { get; }

    /// <summary>The packet buffers of this loop.</summary>
    public PacketPool Packets { get; }

    /// <summary>Where every step of every packet can be listened to.</summary>
    public Tracer Tracer { get; } = new();

    /// <summary>Runs continuations on this loop, so that programs may simply <c>await</c>.</summary>
    public SynchronizationContext SynchronizationContext => _context;

    /// <summary>Whether the calling thread owns the loop now.</summary>
    public bool IsOnLoop => Environment.CurrentManagedThreadId == Volatile.Read(ref _owner);

    /// <summary>When the next timer fires; <see cref="Instant.Never"/> if none is armed.</summary>
    public Instant NextDeadline => _timers.Peek()?.Deadline ?? Instant.Never;

    /// <summary>How many events have run: a measure of work, equal in equal runs.</summary>
    public long EventsRun { get; private set; }

    /// <summary>Whether posts from other threads wait until <see cref="TakePosts"/> lets them in, as an idle gate wants it.</summary>
    public bool HoldsPosts { get; set; }

    /// <summary>Raised, on the posting thread, when something is posted: a real driver wakes by it.</summary>
    public event Action? Posted;

    /// <summary>The random stream of an owner: see <see cref="RandomStream"/>.</summary>
    public RandomStream Random(string owner) => new(Seed, owner);

    /// <summary>A number for a new packet, unique on this loop and equal in equal runs.</summary>
    public ulong NextPacketId() => ++_packetId;

    /// <summary>Arms or re-arms a timer. A time already past fires at once.</summary>
    public void Arm(LoopTimer timer, Instant when)
    {
        if (when == Instant.Never)
        {
            Cancel(timer);
            return;
        }

        _timers.Arm(timer, Math.Max(when.Nanoseconds, Now.Nanoseconds), ++_sequence);
    }

    /// <summary>Arms or re-arms a timer to fire after a delay.</summary>
    public void Arm(LoopTimer timer, Duration delay) => Arm(timer, Now + delay);

    /// <summary>Cancels a timer; harmless if it is not armed.</summary>
    public void Cancel(LoopTimer timer) => _timers.Cancel(timer);

    /// <summary>Lets a task run at the present instant, after what is queued already. Queued twice, it runs once.</summary>
    public void Schedule(LoopTask task)
    {
        if (!task.Queued)
        {
            task.Queued = true;
            Enqueue(task, null);
        }
    }

    /// <summary>Lets a callback run at the present instant, after what is queued already. On the loop's thread only; see <see cref="Post"/>.</summary>
    public void Schedule(SendOrPostCallback callback, object? state) => Enqueue(callback, state);

    /// <summary>Lets a callback run on the loop; may be called from any thread.</summary>
    public void Post(SendOrPostCallback callback, object? state)
    {
        if (IsOnLoop)
        {
            Enqueue(callback, state);
            return;
        }

        _posts.Enqueue((callback, state));
        Posted?.Invoke();
    }

    /// <summary>Lets in what other threads have posted; it runs after what is queued already. False if nothing was posted.</summary>
    public bool TakePosts()
    {
        bool any = false;
        while (_posts.TryDequeue(out var post))
        {
            Enqueue(post.Callback, post.State);
            any = true;
        }

        return any;
    }

    /// <summary>Runs the one event that is next at the present instant; false if there is none.</summary>
    public bool RunOne()
    {
        if (!HoldsPosts && !_posts.IsEmpty)
        {
            TakePosts();
        }

        var timer = _timers.Peek();
        if (timer is not null && timer.When <= Now.Nanoseconds &&
            (_readyCount == 0 || timer.When < Now.Nanoseconds || timer.Sequence < _ready[_readyHead].Sequence))
        {
            _timers.RemoveRoot();
            _timers.Anticipate();
            timer.When = long.MaxValue;
            EventsRun++;
            timer.Fire(Now);
            return true;
        }

        if (_readyCount == 0)
        {
            return false;
        }

        RunFirstReady();
        return true;
    }

    /// <summary>Moves time forward; for drivers. What was due before <paramref name="when"/> must have run.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Time would go backwards.</exception>
    public void AdvanceTo(Instant when)
    {
        if (when < Now)
        {
            throw new ArgumentOutOfRangeException(nameof(when), when, $"The loop is at {Now}; time does not go back.");
        }

        Now = when;
    }

    /// <summary>Makes the calling thread the owner until the result is disposed, and installs the loop's synchronization context.</summary>
    public Ownership Enter() => new(this);

    private void RunFirstReady()
    {
        ref Ready slot = ref _ready[_readyHead];
        object work = slot.Work;
        object? state = slot.State;
        slot = default;
        _readyHead = (_readyHead + 1) & (_ready.Length - 1);
        _readyCount--;
        EventsRun++;
        _timers.AnticipateFurther();
        if (work is LoopTask task)
        {
            task.Queued = false;
            task.Run();
        }
        else
        {
            ((SendOrPostCallback)work)(state);
        }
    }

    private void Enqueue(object work, object? state)
    {
        if (_readyCount == _ready.Length)
        {
            var larger = new Ready[_ready.Length * 2];
            for (int i = 0; i < _readyCount; i++)
            {
                larger[i] = _ready[(_readyHead + i) & (_ready.Length - 1)];
            }

            _ready = larger;
            _readyHead = 0;
        }

        _ready[(_readyHead + _readyCount++) & (_ready.Length - 1)] =
            new Ready { Sequence = ++_sequence, Work = work, State = state };
    }

    /// <summary>Gives the loop back to its former owner when disposed.</summary>
    public readonly struct Ownership : IDisposable
    {
        private readonly EventLoop _loop;
        private readonly int _before;
        private readonly SynchronizationContext? _context;

        internal Ownership(EventLoop loop)
        {
            _loop = loop;
            _before = loop._owner;
            _context = SynchronizationContext.Current;
            Volatile.Write(ref loop._owner, Environment.CurrentManagedThreadId);
            SynchronizationContext.SetSynchronizationContext(loop._context);
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            SynchronizationContext.SetSynchronizationContext(_context);
            Volatile.Write(ref _loop._owner, _before);
        }
    }
}
