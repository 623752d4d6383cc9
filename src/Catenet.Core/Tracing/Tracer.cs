namespace Catenet.Core;

/// <summary>Hands the steps of a loop's packets to whoever listens.</summary>
/// <remarks>
/// Guard every report with <c>if (tracer.Enabled)</c>: with nobody listening a tracepoint costs one predictable branch.
/// Listeners run on the loop's thread, in the order in which they subscribed, and must not throw.
/// </remarks>
public sealed class Tracer
{
    private ITraceListener[] _listeners = [];

    /// <summary>Whether anybody listens.</summary>
    public bool Enabled { get; private set; }

    /// <summary>Begins to listen; dispose the result to end.</summary>
    public IDisposable Subscribe(ITraceListener listener)
    {
        _listeners = [.. _listeners, listener];
        Enabled = true;
        return new Subscription(this, listener);
    }

    /// <summary>Reports a step.</summary>
    public void Emit(in TraceEvent traceEvent)
    {
        foreach (var listener in _listeners)
        {
            listener.OnEvent(in traceEvent);
        }
    }

    private sealed class Subscription(Tracer tracer, ITraceListener listener) : IDisposable
    {
        public void Dispose()
        {
            tracer._listeners = [.. tracer._listeners.Where(l => l != listener)];
            tracer.Enabled = tracer._listeners.Length > 0;
        }
    }
}
