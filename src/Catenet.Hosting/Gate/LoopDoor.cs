using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Catenet.Core;

namespace Catenet.Hosting.Gate;

/// <summary>The one way by which code on other threads gets at a loop, and the loop at it.</summary>
/// <remarks>
/// In real time the door opens as soon as somebody knocks. With an <see cref="IdleGate"/> it opens only when the process
/// is idle; then first everything that lies outside is noted, and only after that is anybody out there woken: so what
/// enters, and in which order, never depends on how fast the threads were.
/// </remarks>
internal sealed class LoopDoor
{
    private static readonly ConditionalWeakTable<EventLoop, LoopDoor> Doors = [];

    private readonly EventLoop _loop;
    private readonly ConcurrentQueue<DoorGuest> _announced = new();
    private readonly ConcurrentQueue<Request> _requested = new();
    private readonly List<DoorGuest> _guests = [];
    private readonly List<Request> _requests = [];
    private readonly HashSet<object> _rooted = [];
    private long _numbers;
    private long _arrivals;
    private int _knocked;
    private volatile bool _gated;

    private LoopDoor(EventLoop loop) => _loop = loop;

    private readonly record struct Request(string Order, long Arrival, Action Action);

    /// <summary>Whether the door opens at idle moments only.</summary>
    public bool IsGated
    {
        get => _gated;
        set
        {
            _gated = value;
            Knock();
        }
    }

    /// <summary>The loop behind the door.</summary>
    public EventLoop Loop => _loop;

    /// <summary>Who was served when the door opened last: whoever keeps the process busy is most likely among them.</summary>
    public IEnumerable<string> LastServed => _requests.Select(r => r.Order).Concat(_guests.Select(g => g.Name));

    /// <summary>The door of a loop.</summary>
    public static LoopDoor Of(EventLoop loop) => Doors.GetValue(loop, static l => new LoopDoor(l));

    /// <summary>A place in the canonical order. On the loop.</summary>
    public long NextNumber() => ++_numbers;

    /// <summary>Keeps an object alive: Kestrel holds its connections weakly. On the loop.</summary>
    public void Root(object item) => _rooted.Add(item);

    /// <summary>Ends <see cref="Root"/>. On the loop.</summary>
    public void Unroot(object item) => _rooted.Remove(item);

    /// <summary>Lets an action run on the loop. From any thread.</summary>
    /// <param name="order">Decides the order among requests made at one instant; equal ones run as they came. It is also what an error calls them.</param>
    /// <param name="action">What to do.</param>
    public void Enter(string order, Action action)
    {
        _requested.Enqueue(new Request(order, Interlocked.Increment(ref _arrivals), action));
        Knock();
    }

    /// <summary>Has a guest served when the door opens next. From any thread.</summary>
    public void Announce(DoorGuest guest)
    {
        if (Interlocked.Exchange(ref guest.Announced, 1) == 0)
        {
            _announced.Enqueue(guest);
            Knock();
        }
    }

    /// <summary>Serves everybody who waits, in canonical order. On the loop.</summary>
    /// <returns>Whether anybody did.</returns>
    public bool Open()
    {
        Volatile.Write(ref _knocked, 0);
        if (_announced.IsEmpty && _requested.IsEmpty)
        {
            return false;
        }

        _guests.Clear();
        _requests.Clear();
        while (_announced.TryDequeue(out var guest))
        {
            _guests.Add(guest);
        }

        // Only now may they announce themselves again: a guest must not be served twice in one opening. What one has to
        // offer meanwhile is noted below, since the exchange is before that.
        foreach (var guest in _guests)
        {
            Interlocked.Exchange(ref guest.Announced, 0);
        }

        while (_requested.TryDequeue(out var request))
        {
            _requests.Add(request);
        }

        _guests.Sort(static (a, b) => a.Number.CompareTo(b.Number));
        _requests.Sort(static (a, b) =>
            string.CompareOrdinal(a.Order, b.Order) is int c and not 0 ? c : a.Arrival.CompareTo(b.Arrival));

        // Nobody outside is woken before everything that lies there has been noted.
        foreach (var guest in _guests)
        {
            guest.Collect();
        }

        foreach (var request in _requests)
        {
            request.Action();
        }

        foreach (var guest in _guests)
        {
            guest.Serve();
        }

        return true;
    }

    private void Knock()
    {
        if (!_gated && Interlocked.Exchange(ref _knocked, 1) == 0)
        {
            _loop.Post(static door => ((LoopDoor)door!).Open(), this);
        }
    }
}
