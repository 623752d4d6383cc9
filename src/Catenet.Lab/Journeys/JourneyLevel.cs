namespace Catenet.Lab.Journeys;

/// <summary>How much of a journey is told.</summary>
public enum JourneyLevel
{
    /// <summary>Nothing.</summary>
    Off,

    /// <summary>One line per packet: who, what, through whom, how long, whether it arrived.</summary>
    Brief,

    /// <summary>The telling packets layer by layer and hop by hop, the rest a line each.</summary>
    Story,

    /// <summary>Every packet hop by hop with each decision and table entry.</summary>
    Hops,

    /// <summary>Every packet layer by layer and hop by hop.</summary>
    Layers,
}
