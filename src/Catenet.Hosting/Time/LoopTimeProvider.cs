using Catenet.Core;
using Catenet.Hosting.Gate;

namespace Catenet.Hosting.Time;

/// <summary>A loop's time for code that takes a <see cref="TimeProvider"/>: Task.Delay, PeriodicTimer, CancellationTokenSource, Polly and the like.</summary>
/// <remarks>
/// Thread-safe. The local time zone is UTC, timestamps count nanoseconds since the loop began. A timer made on the loop's
/// thread calls back on the loop; one made elsewhere calls back on the thread pool, as the system's do. In real time, the
/// present is that of the loop's latest event.
/// </remarks>
/// <param name="loop">The loop.</param>
public sealed class LoopTimeProvider(EventLoop loop) : TimeProvider
{
    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override long TimestampFrequency => 1_000_000_000;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => loop.UtcNow;

    /// <inheritdoc/>
    public override long GetTimestamp() => loop.Now.Nanoseconds;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new ProvidedTimer(LoopDoor.Of(loop), callback, state);
        timer.Change(dueTime, period);
        return timer;
    }
}
