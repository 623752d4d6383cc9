namespace Catenet.Core;

/// <summary>Runs what is posted to it on a loop, in posting order, at the loop's present instant.</summary>
internal sealed class LoopSynchronizationContext(EventLoop loop) : SynchronizationContext
{
    public override void Post(SendOrPostCallback d, object? state) => loop.Post(d, state);

    public override void Send(SendOrPostCallback d, object? state)
    {
        if (!loop.IsOnLoop)
        {
            throw new NotSupportedException("A loop takes posts from other threads, not blocking sends: use Post.");
        }

        d(state);
    }

    public override SynchronizationContext CreateCopy() => this;
}
