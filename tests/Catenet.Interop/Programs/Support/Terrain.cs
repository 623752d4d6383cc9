using Catenet.Fabric.Links;

namespace Catenet.Interop.Programs.Support;

/// <summary>What lies between Linux and Catenet.</summary>
public enum Terrain
{
    /// <summary>Nothing: Linux's interface is cabled to Catenet's, with offloads, so that TCP's super-packets cross.</summary>
    Plain,

    /// <summary>A Catenet link with delay, loss, reordering and duplication.</summary>
    Rough,
}

/// <summary>The links of the terrains.</summary>
internal static class Terrains
{
    public static LinkDirectionSettings RoughDirection { get; } = new()
    {
        Delay = Duration.FromMilliseconds(3),
        Loss = 0.01,
        Reordering = 0.02,
        ReorderDelay = Duration.FromMilliseconds(2),
        Duplication = 0.01,
    };

    public static LinkSettings Rough { get; } = Both(RoughDirection);

    public static LinkSettings Both(LinkDirectionSettings direction) => new() { AToB = direction, BToA = direction };

    public static LinkSettings? Of(Terrain terrain) => terrain == Terrain.Rough ? Rough : null;
}
