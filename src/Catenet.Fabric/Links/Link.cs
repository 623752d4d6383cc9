using Catenet.Core;

namespace Catenet.Fabric.Links;

/// <summary>A full-duplex cable with two ends, each direction with a rate, a delay and faults of its own.</summary>
/// <remarks>Belongs to the loop's thread. It is up from the beginning.</remarks>
public sealed class Link
{
    /// <summary>Lays a cable.</summary>
    /// <param name="loop">The loop on which both ends live.</param>
    /// <param name="a">The name of the first end.</param>
    /// <param name="b">The name of the second end.</param>
    /// <param name="settings">How it behaves; perfect if not given.</param>
    /// <param name="name">The link's name, which also names its random streams: <c>a - b</c> if not given. Give parallel links different names.</param>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public Link(EventLoop loop, string a, string b, LinkSettings? settings = null, string? name = null)
    {
        settings ??= LinkSettings.Perfect;
        settings.Validate();
        Name = name ?? $"{a} - {b}";
        A = new LinkEnd(this, a);
        B = new LinkEnd(this, b);
        AToB = new LinkDirection(this, A, B, loop, settings.AToB);
        BToA = new LinkDirection(this, B, A, loop, settings.BToA);
        A.Lead(AToB, BToA);
        B.Lead(BToA, AToB);
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The first end.</summary>
    public LinkEnd A { get; }

    /// <summary>The second end.</summary>
    public LinkEnd B { get; }

    /// <summary>From the first end to the second ("up").</summary>
    public LinkDirection AToB { get; }

    /// <summary>From the second end to the first ("down").</summary>
    public LinkDirection BToA { get; }

    /// <summary>Whether the cable is whole.</summary>
    public bool IsUp { get; private set; } = true;

    /// <summary>How it behaves now.</summary>
    public LinkSettings Settings => new() { AToB = AToB.Settings, BToA = BToA.Settings };

    /// <summary>Changes how both directions behave from now on. Frames on the wire keep the time at which they arrive.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range; nothing was changed.</exception>
    public void Configure(LinkSettings settings)
    {
        settings.Validate();
        AToB.Configure(settings.AToB);
        BToA.Configure(settings.BToA);
    }

    /// <summary>Changes how one direction behaves from now on.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range, or the direction is not of this link; nothing was changed.</exception>
    public void Configure(LinkDirection direction, LinkDirectionSettings settings)
    {
        if (direction.Link != this)
        {
            throw new ArgumentException($"'{direction}' is not a direction of '{Name}'.", nameof(direction));
        }

        settings.Validate();
        direction.Configure(settings);
    }

    /// <summary>Cuts the cable: both ends lose their carrier, and the frames on it are lost.</summary>
    public void Cut()
    {
        if (IsUp)
        {
            IsUp = false;
            AToB.OnCut();
            BToA.OnCut();
            A.Endpoint?.OnCarrier(false);
            B.Endpoint?.OnCarrier(false);
        }
    }

    /// <summary>Mends the cable: both ends get their carrier back.</summary>
    public void Mend()
    {
        if (!IsUp)
        {
            IsUp = true;
            AToB.OnMend();
            BToA.OnMend();
            A.Endpoint?.OnCarrier(true);
            B.Endpoint?.OnCarrier(true);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
