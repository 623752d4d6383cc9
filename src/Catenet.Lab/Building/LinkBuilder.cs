using Catenet.Lab.Forms;
using Catenet.Lab.Model;

namespace Catenet.Lab.Building;

/// <summary>Builds a link, in the words of lab files. What is said of the link holds for both directions.</summary>
public sealed class LinkBuilder
{
    internal LinkBuilder(Link link) => Link = link;

    internal Link Link { get; private set; }

    /// <summary>Starts from a medium's figures.</summary>
    public LinkBuilder Preset(LinkPreset preset) => Set(Link with { Preset = preset });

    /// <summary>Sets the rate: <c>100 Mbit</c>.</summary>
    public LinkBuilder Rate(string rate) => Both(Link.Both with { Rate = Written.As(Units.Rate, rate) });

    /// <summary>Sets the rate from the first end to the second.</summary>
    public LinkBuilder Up(string rate) => Up(Link.Up with { Rate = Written.As(Units.Rate, rate) });

    /// <summary>Sets the rate from the second end to the first.</summary>
    public LinkBuilder Down(string rate) => Down(Link.Down with { Rate = Written.As(Units.Rate, rate) });

    /// <summary>Says how the direction from the first end to the second differs.</summary>
    public LinkBuilder Up(Impairment impairment) => Set(Link with { Up = impairment });

    /// <summary>Says how the direction from the second end to the first differs.</summary>
    public LinkBuilder Down(Impairment impairment) => Set(Link with { Down = impairment });

    /// <summary>Sets the delay: <c>20 ms</c>.</summary>
    public LinkBuilder Delay(string delay) => Both(Link.Both with { Delay = Written.As(Units.Duration, delay) });

    /// <summary>Sets the jitter.</summary>
    public LinkBuilder Jitter(string jitter) => Both(Link.Both with { Jitter = Written.As(Units.Duration, jitter) });

    /// <summary>Sets the chance of loss: <c>0.1 %</c>.</summary>
    public LinkBuilder Loss(string percent) => Both(Link.Both with { Loss = Written.As(Units.Percent, percent) });

    /// <summary>Sets the chance that a frame is overtaken, and by how much it is held back.</summary>
    public LinkBuilder Reorder(string percent, string delay) =>
        Both(Link.Both with { Reorder = Written.As(Units.Percent, percent), ReorderDelay = Written.As(Units.Duration, delay) });

    /// <summary>Sets the chance that a frame arrives twice.</summary>
    public LinkBuilder Duplicate(string percent) => Both(Link.Both with { Duplicate = Written.As(Units.Percent, percent) });

    /// <summary>Sets the chance that a bit is flipped, and whether the frame check catches it.</summary>
    public LinkBuilder Damage(string percent, bool frameCheck = true) =>
        Both(Link.Both with { Damage = Written.As(Units.Percent, percent), FrameCheck = frameCheck ? null : false });

    /// <summary>Sets all figures of both directions.</summary>
    public LinkBuilder Both(Impairment impairment) => Set(Link with { Both = impairment });

    /// <summary>Sets the MTU of the interfaces at both ends.</summary>
    public LinkBuilder Mtu(int octets) => Set(Link with { Mtu = octets });

    /// <summary>Pins a subnet of the broadcast domain.</summary>
    public LinkBuilder Subnet(string prefix) => Set(Link with { Subnets = Link.Subnets.Add(Written.As(Scalars.Prefix, prefix)) });

    private LinkBuilder Set(Link link)
    {
        Link = link;
        return this;
    }
}
