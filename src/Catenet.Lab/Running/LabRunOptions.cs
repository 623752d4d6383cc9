using Catenet.Core;
using Catenet.Lab.Model;

namespace Catenet.Lab.Running;

/// <summary>How to run a lab.</summary>
public sealed record LabRunOptions
{
    /// <summary>Another seed than the lab's; null for the lab's.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Another way of passing time than the lab's; null for the lab's.</summary>
    public TimeMode? Time { get; init; }

    /// <summary>Where to write a capture; null for none. The caller closes it.</summary>
    public Stream? Capture { get; init; }

    /// <summary>Whether to record the journey of the lab's first exchange.</summary>
    public bool RecordJourney { get; init; }

    /// <summary>More listeners to the steps of packets.</summary>
    public IReadOnlyList<ITraceListener> Listeners { get; init; } = [];

    /// <summary>Ends the run early; what has not been decided by then is told as such. In virtual time it is not looked at.</summary>
    public CancellationToken Cancel { get; init; }

    /// <summary>
    /// Called when everything is decided, with the result, to keep the lab running by the clock until the returned task is complete;
    /// null to end it there. Not for virtual time, which would run away.
    /// </summary>
    public Func<LabResult, Task>? Hold { get; init; }

    /// <summary>Told of the time now and then, for a status line; null for nobody.</summary>
    public Action<Instant>? Progress { get; init; }
}
