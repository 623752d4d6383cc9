using Catenet.Core;

namespace Catenet.Lab.Model;

/// <summary>A cable between two nodes; each direction behaves on its own.</summary>
public sealed record Link
{
    /// <summary>The end written first.</summary>
    public LinkEnd A { get; init; } = new("");

    /// <summary>The end written second.</summary>
    public LinkEnd B { get; init; } = new("");

    /// <summary>The medium whose figures it starts from.</summary>
    public LinkPreset Preset { get; init; }

    /// <summary>What both directions have in common, over the preset.</summary>
    public Impairment Both { get; init; } = new();

    /// <summary>From A to B, over <see cref="Both"/>.</summary>
    public Impairment Up { get; init; } = new();

    /// <summary>From B to A, over <see cref="Both"/>.</summary>
    public Impairment Down { get; init; } = new();

    /// <summary>The largest IP packet of the interfaces at both ends in octets, 576 to 65535.</summary>
    public int? Mtu { get; init; }

    /// <summary>The subnets of the broadcast domain the link belongs to.</summary>
    public ValueList<InetPrefix> Subnets { get; init; } = [];

    /// <summary>The link's name: <c>home.wan - isp</c>.</summary>
    public string Name => $"{A} - {B}";
}

/// <summary>One end of a link.</summary>
/// <param name="Text">The node, or node and port as <c>home.wan</c>.</param>
public readonly record struct LinkEnd(string Text)
{
    /// <summary>Prints as written.</summary>
    public override string ToString() => Text;
}

/// <summary>A medium with typical figures.</summary>
public enum LinkPreset
{
    /// <summary>A gigabit cable: what a link is when nothing is said.</summary>
    Ethernet,

    /// <summary>A wireless LAN at home.</summary>
    Wifi,

    /// <summary>A long-distance fibre.</summary>
    Fibre,

    /// <summary>A mobile network.</summary>
    Lte,

    /// <summary>A telephone line.</summary>
    Dsl,

    /// <summary>A geostationary satellite.</summary>
    Satellite,
}

/// <summary>What one direction of a link does to frames; null leaves the value to what stands behind it.</summary>
/// <remarks>Chances are fractions from 0 to 1.</remarks>
public sealed record Impairment
{
    /// <summary>Bits per second.</summary>
    public long? Rate { get; init; }

    /// <summary>Propagation delay.</summary>
    public Duration? Delay { get; init; }

    /// <summary>Random extra delay, up to this much either way.</summary>
    public Duration? Jitter { get; init; }

    /// <summary>Chance that a frame is lost, each on its own.</summary>
    public double? Loss { get; init; }

    /// <summary>Loss that comes in bursts.</summary>
    public BurstLoss? BurstLoss { get; init; }

    /// <summary>Chance that a frame is held back and overtaken by later ones.</summary>
    public double? Reorder { get; init; }

    /// <summary>How long a frame that is reordered is held back.</summary>
    public Duration? ReorderDelay { get; init; }

    /// <summary>Chance that a frame arrives twice.</summary>
    public double? Duplicate { get; init; }

    /// <summary>Chance that a bit of a frame is flipped.</summary>
    public double? Damage { get; init; }

    /// <summary>Whether the receiver's frame check sequence catches damage, as on real Ethernet; if not, the checksums above have to.</summary>
    public bool? FrameCheck { get; init; }

    /// <summary>How many frames may wait for transmission.</summary>
    public int? Queue { get; init; }

    /// <summary>How many frames wait when packets of senders that speak ECN begin to be marked.</summary>
    public int? Mark { get; init; }

    /// <summary>This one's values, and the other's where this has none.</summary>
    public Impairment Over(Impairment other) => new()
    {
        Rate = Rate ?? other.Rate,
        Delay = Delay ?? other.Delay,
        Jitter = Jitter ?? other.Jitter,
        Loss = Loss ?? other.Loss,
        BurstLoss = BurstLoss ?? other.BurstLoss,
        Reorder = Reorder ?? other.Reorder,
        ReorderDelay = ReorderDelay ?? other.ReorderDelay,
        Duplicate = Duplicate ?? other.Duplicate,
        Damage = Damage ?? other.Damage,
        FrameCheck = FrameCheck ?? other.FrameCheck,
        Queue = Queue ?? other.Queue,
        Mark = Mark ?? other.Mark,
    };
}

/// <summary>Loss by the Gilbert-Elliott model: a good and a bad state, each with its own loss.</summary>
public sealed record BurstLoss
{
    /// <summary>Chance per frame to enter the bad state.</summary>
    public double Enter { get; init; }

    /// <summary>Chance per frame to leave the bad state.</summary>
    public double Leave { get; init; }

    /// <summary>Chance of loss in the bad state; all unless given.</summary>
    public double Bad { get; init; } = 1;

    /// <summary>Chance of loss in the good state; none unless given.</summary>
    public double Good { get; init; }
}
