namespace Catenet.Core;

/// <summary>Listens to the steps of packets: a capture, a journey, a counter, a live view.</summary>
public interface ITraceListener
{
    /// <summary>Called for every step, on the loop's thread.</summary>
    void OnEvent(in TraceEvent traceEvent);
}
