using Catenet.Core;

namespace Catenet.Fabric.Links;

/// <summary>How a link behaves: each direction of its own.</summary>
/// <remarks>By convention the end named first is the one nearer to the user: <see cref="AToB"/> is "up", <see cref="BToA"/> is "down". Immutable.</remarks>
public sealed record LinkSettings
{
    /// <summary>A perfect cable.</summary>
    public static LinkSettings Perfect { get; } = new();

    /// <summary>From the first end to the second ("up").</summary>
    public LinkDirectionSettings AToB { get; init; } = LinkDirectionSettings.Perfect;

    /// <summary>From the second end to the first ("down").</summary>
    public LinkDirectionSettings BToA { get; init; } = LinkDirectionSettings.Perfect;

    /// <summary>The same in both directions.</summary>
    public static LinkSettings Symmetric(LinkDirectionSettings both) => new() { AToB = both, BToA = both };

    /// <summary>The commonest cable: a rate and a delay, the same in both directions.</summary>
    /// <param name="rateBitsPerSecond">Bits per second; 0 for no limit.</param>
    /// <param name="delay">Propagation delay, one way.</param>
    public static LinkSettings Of(long rateBitsPerSecond, Duration delay) =>
        Symmetric(new LinkDirectionSettings { RateBitsPerSecond = rateBitsPerSecond, Delay = delay });

    /// <summary>Changes both directions in the same way.</summary>
    public LinkSettings WithBoth(Func<LinkDirectionSettings, LinkDirectionSettings> change) =>
        new() { AToB = change(AToB), BToA = change(BToA) };

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; the message says which and what it may be.</exception>
    public void Validate()
    {
        AToB.Validate();
        BToA.Validate();
    }
}
