namespace Catenet.Lab.Journeys;

/// <summary>How a line of a journey is to be painted.</summary>
public enum JourneyStyle
{
    /// <summary>As it is.</summary>
    Plain,

    /// <summary>The title of the whole.</summary>
    Title,

    /// <summary>The headline of a phase.</summary>
    Phase,

    /// <summary>The headline of a packet.</summary>
    Packet,

    /// <summary>The name of a node.</summary>
    Node,

    /// <summary>A picture of the layers.</summary>
    Picture,

    /// <summary>A decision with the entry it used.</summary>
    Decision,

    /// <summary>Something changed: an address, a TTL, a state.</summary>
    Change,

    /// <summary>A packet was lost.</summary>
    Drop,

    /// <summary>Less important.</summary>
    Faint,
}

/// <summary>One line of a journey, at most <see cref="Width"/> columns wide.</summary>
/// <param name="Style">How to paint it.</param>
/// <param name="Text">The text, indented.</param>
public readonly record struct JourneyLine(JourneyStyle Style, string Text)
{
    /// <summary>The columns a journey fits into.</summary>
    public const int Width = 80;
}
