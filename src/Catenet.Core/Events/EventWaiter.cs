namespace Catenet.Core;

/// <summary>Sleeps on an event: timers and posts wake it, there is nothing else to wait for.</summary>
internal sealed class EventWaiter : ILoopWaiter, IDisposable
{
    private readonly ManualResetEventSlim _wake = new();

    public void Wait(Duration limit)
    {
        // Rounded up: a sleep that ends a little before its timer would only be followed by another.
        double milliseconds = Math.Ceiling(limit.TotalMilliseconds);
        _wake.Wait((int)Math.Min(milliseconds, int.MaxValue));
        _wake.Reset();
    }

    public void Dispatch()
    {
    }

    public void Wake() => _wake.Set();

    public void Dispose() => _wake.Dispose();
}
