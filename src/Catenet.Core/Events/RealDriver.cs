#pragma warning disable RS0030 // A driver is the one place that reads a clock.
using System.Diagnostics;

namespace Catenet.Core;

/// <summary>Runs a loop by the clock, or by the clock times a pace; sleeps when idle and wakes for timers and posts.</summary>
/// <remarks>Runs on the calling thread, which owns the loop meanwhile; <see cref="Stop"/> may be called from any thread.</remarks>
public sealed class RealDriver : IDisposable
{
    private readonly EventLoop _loop;
    private readonly double _pace;
    private readonly ILoopWaiter _waiter;
    private readonly bool _ownsWaiter;
    private volatile bool _stopped;

    /// <summary>Makes a driver.</summary>
    /// <param name="loop">The loop to run.</param>
    /// <param name="pace">Virtual seconds per real second: 1 is real time, 0.1 a tenth of the speed. Greater than zero.</param>
    /// <param name="waiter">How the thread sleeps, and what else wakes it; by itself it wakes for timers and posts only. The caller disposes of it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The pace is not greater than zero.</exception>
    public RealDriver(EventLoop loop, double pace = 1, ILoopWaiter? waiter = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pace);
        _loop = loop;
        _pace = pace;
        _ownsWaiter = waiter is null;
        _waiter = waiter ?? new EventWaiter();
        _loop.Posted += _waiter.Wake;
    }

    /// <summary>How many events run before the wire is looked at again: a busy loop does not go deaf.</summary>
    public const int Round = 1024;

    /// <summary>Makes <see cref="Run"/> return soon.</summary>
    public void Stop()
    {
        _stopped = true;
        _waiter.Wake();
    }

    /// <summary>Runs until the task is complete, the loop's time has come to the end, or <see cref="Stop"/> is called.</summary>
    public void Run(Instant end, Task? until = null)
    {
        using var owner = _loop.Enter();
        long origin = Stopwatch.GetTimestamp();
        Instant begin = _loop.Now;
        until?.ContinueWith(static (_, waiter) => ((ILoopWaiter)waiter!).Wake(), _waiter,
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

        while (!_stopped && until is not { IsCompleted: true })
        {
            var elapsed = new Duration((long)(Stopwatch.GetElapsedTime(origin).Ticks * 100 * _pace));
            Instant now = Instant.Min(begin + elapsed, end);

            // Events run at their own times, in order, however late the clock finds them; what came in or was posted
            // while the loop slept belongs to the present, not to the moment it fell asleep.
            StepTo(now);
            _waiter.Dispatch();
            if (!RunRound(now))
            {
                _waiter.Wait(Duration.Zero);
                continue;
            }

            if (now >= end)
            {
                return;
            }

            _waiter.Wait(UntilNext(now, end));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _loop.Posted -= _waiter.Wake;
        if (_ownsWaiter)
        {
            (_waiter as IDisposable)?.Dispose();
        }
    }

    /// <summary>Runs what is due; false if the round ended before all of it had run.</summary>
    private bool RunRound(Instant now)
    {
        for (int events = 0; events < Round; events++)
        {
            if (!_loop.RunOne() && !StepTo(now))
            {
                return true;
            }
        }

        return false;
    }

    private Duration UntilNext(Instant now, Instant end)
    {
        Instant next = Instant.Min(_loop.NextDeadline, end);
        if (next == Instant.Never)
        {
            return Duration.Infinite;
        }

        return new Duration((long)Math.Clamp((next - now).Nanoseconds / _pace, 0, long.MaxValue / 2));
    }

    private bool StepTo(Instant now)
    {
        Instant next = _loop.NextDeadline;
        _loop.AdvanceTo(Instant.Max(Instant.Min(next, now), _loop.Now));
        return next <= now;
    }
}
