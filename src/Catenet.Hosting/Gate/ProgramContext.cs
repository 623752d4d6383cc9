using System.Collections.Concurrent;

namespace Catenet.Hosting.Gate;

/// <summary>The synchronization context of a program that lives on the loop but awaits work of the thread pool.</summary>
/// <remarks>Its continuations come back through the door, so that two programs that finish waiting at one instant go on in a fixed order.</remarks>
internal sealed class ProgramContext(LoopDoor door, string name) : SynchronizationContext
{
    private readonly Guest _guest = new(door, name);

    public override void Post(SendOrPostCallback d, object? state)
    {
        _guest.Add(d, state);
        _guest.Announce();
    }

    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("A program takes posts from other threads, not blocking sends: use Post.");

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Runs a callback under this context. On the loop.</summary>
    public void Run(SendOrPostCallback callback, object? state)
    {
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            callback(state);
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    private sealed class Guest(LoopDoor door, string name) : DoorGuest(door)
    {
        private readonly ConcurrentQueue<(SendOrPostCallback, object?)> _posts = new();
        private int _collected;

        public ProgramContext? Context { get; set; }

        public override string Name => name;

        public void Add(SendOrPostCallback callback, object? state) => _posts.Enqueue((callback, state));

        public override void Collect() => _collected = _posts.Count;

        public override void Serve()
        {
            for (; _collected > 0 && _posts.TryDequeue(out var post); _collected--)
            {
                Context!.Run(post.Item1, post.Item2);
            }
        }
    }

    /// <summary>Makes a context. On the loop.</summary>
    public static ProgramContext Create(LoopDoor door, string name)
    {
        var context = new ProgramContext(door, name);
        context._guest.Context = context;
        return context;
    }
}
