namespace Catenet.Core;

/// <summary>Holds virtual time until everything outside the loop that may still act at this instant has done so.</summary>
/// <remarks>
/// Programs on the loop need none. Code on the thread pool (Kestrel, HttpClient) does: without it, time would run ahead
/// of their answers. A gate also decides the order in which their work enters the loop, so that it repeats.
/// </remarks>
public interface IIdleGate
{
    /// <summary>Waits for the outside to be idle and lets its work into the loop. Called on the loop's thread when nothing is ready.</summary>
    /// <returns>True if the loop may now have something to run at the present instant.</returns>
    bool Settle();
}
