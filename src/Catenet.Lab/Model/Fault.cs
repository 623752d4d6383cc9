using Catenet.Core;

namespace Catenet.Lab.Model;

/// <summary>Something that goes wrong at a time, and heals after another if it is to.</summary>
public sealed record Fault
{
    /// <summary>When it happens.</summary>
    public Duration At { get; init; }

    /// <summary>How long it lasts; null for good, or until another fault undoes it.</summary>
    public Duration? For { get; init; }

    /// <summary>What happens.</summary>
    public FaultKind Kind { get; init; }

    /// <summary>The link (<c>alice - home</c>) or the node it happens to.</summary>
    public string Target { get; init; } = "";

    /// <summary>What a changed link behaves like; only for <see cref="FaultKind.Change"/>.</summary>
    public Impairment? To { get; init; }
}

/// <summary>What can go wrong.</summary>
public enum FaultKind
{
    /// <summary>A link loses its carrier.</summary>
    Down,

    /// <summary>A link gets its carrier back.</summary>
    Up,

    /// <summary>A link behaves otherwise in both directions.</summary>
    Change,

    /// <summary>A node loses its power: everything it knew is gone.</summary>
    Crash,
}
