namespace Catenet.Core;

/// <summary>Work that runs on its loop at the present instant, after what is queued already: the softirq of this house.</summary>
/// <remarks>Intrusive: scheduling allocates nothing, and a task already queued is not queued twice. Belongs to the loop's thread.</remarks>
public abstract class LoopTask
{
    internal bool Queued;

    /// <summary>Whether the task waits to run.</summary>
    public bool IsQueued => Queued;

    /// <summary>Does the work. It may schedule the task again.</summary>
    protected internal abstract void Run();
}
