namespace Catenet.Core;

/// <summary>A timer that calls a delegate: for programs and tests, where an allocation does not matter.</summary>
/// <param name="action">What to do when it fires.</param>
public sealed class ActionTimer(Action<Instant> action) : LoopTimer
{
    /// <inheritdoc/>
    protected internal override void Fire(Instant now) => action(now);
}
