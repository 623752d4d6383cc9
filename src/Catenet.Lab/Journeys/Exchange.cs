using Catenet.Core;

namespace Catenet.Lab.Journeys;

/// <summary>The conversation whose journey is told: who began it, when, and with which port or protocol.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed record Exchange
{
    /// <summary>The node whose program began it.</summary>
    public required string Client { get; init; }

    /// <summary>What the program asked for, as a headline: <c>alice asks for https://www.bob.com/</c>.</summary>
    public required string Title { get; init; }

    /// <summary>When it began.</summary>
    public Instant Begin { get; init; }

    /// <summary>How many steps had been recorded when it began; what other programs did before, at the same instant, is not part of it.</summary>
    public int FirstStep { get; init; }

    /// <summary>How many steps had been recorded when its program was done; the last packets of its conversation may come later.</summary>
    public int LastStep { get; init; } = int.MaxValue;

    /// <summary>The server's port; null for any.</summary>
    public int? Port { get; init; }

    /// <summary>The IP protocol number; null for any.</summary>
    public byte? Protocol { get; init; }
}
