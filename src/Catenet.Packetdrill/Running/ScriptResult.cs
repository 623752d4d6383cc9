namespace Catenet.Packetdrill.Running;

/// <summary>How a script ended.</summary>
public enum ScriptOutcome
{
    /// <summary>Everything was as the script has it.</summary>
    Passed,

    /// <summary>Something was not; or the script is not in the language.</summary>
    Failed,

    /// <summary>Up to a point everything was; from there on the script asks for what Catenet has not got.</summary>
    Unsupported,

    /// <summary>It was not run.</summary>
    Skipped,
}

/// <summary>What came of a script.</summary>
public sealed record ScriptResult
{
    /// <summary>The script's file.</summary>
    public required string File { get; init; }

    /// <summary>With which family it ran.</summary>
    public required IpMode Mode { get; init; }

    /// <summary>How it ended.</summary>
    public required ScriptOutcome Outcome { get; init; }

    /// <summary>Whether the script could not be read.</summary>
    public bool IsMistake { get; init; }

    /// <summary>The line of the event that ended it; zero if it passed.</summary>
    public int Line { get; init; }

    /// <summary>That event as it reads in the script.</summary>
    public string? Event { get; init; }

    /// <summary>What is unsupported, or why it was not run.</summary>
    public string? Construct { get; init; }

    /// <summary>What was expected, of a failure.</summary>
    public string? Expected { get; init; }

    /// <summary>What came instead.</summary>
    public string? Got { get; init; }

    /// <summary>Whether the run is void, since the machine was too busy for the script to be on time.</summary>
    public bool IsDisturbed { get; init; }

    /// <summary>The last packets before the end, with their times and in the script's numbers.</summary>
    public IReadOnlyList<string> LastPackets { get; init; } = [];

    /// <summary>Packets that the stack sent and the script did not look at, after the last that it did.</summary>
    public IReadOnlyList<string> Unclaimed { get; init; } = [];

    /// <summary>What the script's Python printed.</summary>
    public IReadOnlyList<string> Output { get; init; } = [];

    /// <summary>How much virtual time it took.</summary>
    public Duration Elapsed { get; init; }

    /// <summary>One line: file, line, and what is the matter.</summary>
    public override string ToString() => Outcome switch
    {
        ScriptOutcome.Passed => $"{File}: passed",
        ScriptOutcome.Unsupported => $"{File}:{Line}: unsupported: {Construct}",
        ScriptOutcome.Skipped => $"{File}: skipped: {Construct}",
        _ when IsMistake => $"{File}:{Line}: {Got}",
        _ => $"{File}:{Line}: expected {Expected}, got {Got}",
    };
}
