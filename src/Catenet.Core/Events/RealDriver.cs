#pragma warning disable RS0030 // A driver is the one place that reads a clock.
using System.Diagnostics;

namespace Catenet.Core;

/// <summary>Runs a loop by the clock, or by the clock times a pace; sleeps when idle and wakes for timers and posts.</summary>
/// <remarks>Runs on the calling thread, which owns the loop meanwhile; <see cref="Stop"/> may be called from any thread.</remarks>
public sealed class RealDriver : IDisposable
{
    private readonly EventLoop _loop;
    private readonly double _pace;
    private readonly ManualResetEventSlim _wake = new();
    private volatile bool _stopped;

    /// <summary>Makes a driver.</summary>
    /// <param name="loop">The loop to run.</param>
    /// <param name="pace">Virtual seconds per real second: 1 is real time, 0.1 a tenth of the speed. Greater than zero.</param>
    /// <exception cref="ArgumentOutOfRangeException">The pace is not greater than zero.</exception>
    public RealDriver(EventLoop loop, double pace = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pace);
        _loop = loop;
        _pace = pace;
        _loop.Posted += _wake.Set;
    }

    /// <summary>Makes <see cref="Run"/> return soon.</summary>
    public void Stop()
    {
        _stopped = true;
        _wake.Set();
    }

    /// <summary>Runs until the task is complete, the loop's time has come to the end, or <see cref="Stop"/> is called.</summary>
    public void Run(Instant end, Task? until = null)
    {
        using var owner = _loop.Enter();
        long origin = Stopwatch.GetTimestamp();
        Instant begin = _loop.Now;
        until?.ContinueWith(static (_, wake) => ((ManualResetEventSlim)wake!).Set(), _wake,
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

        while (!_stopped && until is not { IsCompleted: true })
        {
            _wake.Reset();
            var elapsed = new Duration((long)(Stopwatch.GetElapsedTime(origin).Ticks * 100 * _pace));
            Instant now = Instant.Min(begin + elapsed, end);

            // Events run at their own times, in order, however late the clock finds them; what was posted while the
            // loop slept belongs to the present, not to the moment it fell asleep.
            StepTo(now);
            while (_loop.RunOne() || StepTo(now))
            {
            }

            if (now >= end)
            {
                return;
            }

            Instant next = Instant.Min(_loop.NextDeadline, end);
            double wait = (next - now).Nanoseconds / 1e6 / _pace;
            _wake.Wait(TimeSpan.FromMilliseconds(Math.Clamp(wait, 0, 1000)));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _loop.Posted -= _wake.Set;
        _wake.Dispose();
    }

    private bool StepTo(Instant now)
    {
        Instant next = _loop.NextDeadline;
        _loop.AdvanceTo(Instant.Max(Instant.Min(next, now), _loop.Now));
        return next <= now;
    }
}
