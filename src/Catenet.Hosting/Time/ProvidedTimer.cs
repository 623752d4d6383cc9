using Catenet.Core;
using Catenet.Hosting.Gate;

namespace Catenet.Hosting.Time;

/// <summary>A timer of <see cref="LoopTimeProvider"/>: asked for on any thread, kept on the loop.</summary>
internal sealed class ProvidedTimer : LoopTimer, ITimer
{
    private readonly LoopDoor _door;
    private readonly TimerCallback _callback;
    private readonly object? _state;
    private readonly ExecutionContext? _context;
    private readonly bool _onLoop;
    private long _period = -1;
    private volatile bool _disposed;

    public ProvidedTimer(LoopDoor door, TimerCallback callback, object? state)
    {
        _door = door;
        _callback = callback;
        _state = state;
        _context = ExecutionContext.Capture();
        _onLoop = door.Loop.IsOnLoop;
    }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        long due = Nanoseconds(dueTime, nameof(dueTime));
        long every = Nanoseconds(period, nameof(period));
        if (_disposed)
        {
            return false;
        }

        if (_door.Loop.IsOnLoop)
        {
            Set(due, every);
        }
        else
        {
            // Virtual time stands still until the door has opened, so the deadline comes out the same.
            _door.Enter("timer", () => Set(due, every));
        }

        return true;
    }

    public void Dispose()
    {
        if (!_disposed)
        {
            Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _disposed = true;
        }
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    protected override void Fire(Instant now)
    {
        if (_period > 0)
        {
            _door.Loop.Arm(this, new Duration(_period));
        }

        if (_onLoop)
        {
            Call();
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(static timer => timer.Call(), this, preferLocal: false);
        }
    }

    private void Set(long due, long period)
    {
        _period = period;
        _door.Loop.Arm(this, due < 0 ? Instant.Never : _door.Loop.Now + new Duration(due));
    }

    private void Call()
    {
        if (_disposed)
        {
            return;
        }

        if (_context is null)
        {
            _callback(_state);
        }
        else
        {
            ExecutionContext.Run(_context, static timer => ((ProvidedTimer)timer!)._callback(((ProvidedTimer)timer)._state), this);
        }
    }

    private static long Nanoseconds(TimeSpan span, string name)
    {
        if (span == Timeout.InfiniteTimeSpan)
        {
            return -1;
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(span, TimeSpan.Zero, name);
        return Math.Min(span.Ticks, long.MaxValue / 200) * 100;
    }
}
