using Catenet.Core;
using Catenet.Lab.Journeys;

namespace Catenet.Lab.Running;

/// <summary>What came of running a lab.</summary>
public sealed class LabResult
{
    /// <summary>Each expectation with what was seen, in the order of the lab.</summary>
    public required IReadOnlyList<ExpectationResult> Expectations { get; init; }

    /// <summary>Each program of <c>run:</c> with what came of it.</summary>
    public required IReadOnlyList<(string Name, ProgramResult Result)> Programs { get; init; }

    /// <summary>The journey of the lab's first exchange; null if none was recorded.</summary>
    public Journey? Journey { get; init; }

    /// <summary>The lab's time at the end.</summary>
    public required Instant End { get; init; }

    /// <summary>Events run: a measure of work, equal in equal runs.</summary>
    public required long Events { get; init; }

    /// <summary>Services that could not go on, and why; empty as a rule.</summary>
    public IReadOnlyList<string> Failures { get; init; } = [];

    /// <summary>Whether every expectation held.</summary>
    public bool Passed => Expectations.All(e => e.Holds);
}
