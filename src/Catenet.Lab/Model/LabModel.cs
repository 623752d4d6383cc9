using Catenet.Core;

namespace Catenet.Lab.Model;

/// <summary>A whole lab as written: what stands where, what runs, what goes wrong and what is expected.</summary>
/// <remarks>
/// Immutable; two labs that say the same are equal. It comes from a lab file or from <c>LabBuilder</c>, and can be written back as YAML.
/// Nothing is derived here: addresses, routes and presets are worked out by the planner.
/// </remarks>
public sealed record LabModel
{
    /// <summary>The lab's name, as its folder is called.</summary>
    public string Name { get; init; } = "";

    /// <summary>One line that says what the lab shows.</summary>
    public string About { get; init; } = "";

    /// <summary>The seed that every random stream of the run grows from; 1 unless given.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>How time passes; virtual unless given.</summary>
    public TimeMode Time { get; init; } = TimeMode.Virtual;

    /// <summary>When the run ends at the latest; 60 s unless given.</summary>
    public Duration Limit { get; init; } = Duration.FromSeconds(60);

    /// <summary>Which address families the lab's interfaces get; both unless given.</summary>
    public IpFamilies Ip { get; init; } = IpFamilies.Both;

    /// <summary>Hosts, routers and switches.</summary>
    public ValueList<Node> Nodes { get; init; } = [];

    /// <summary>The cables between them.</summary>
    public ValueList<Link> Links { get; init; } = [];

    /// <summary>The zones of the name system, the root first or last: order does not matter.</summary>
    public ValueList<DnsZone> Dns { get; init; } = [];

    /// <summary>Virtual private clouds.</summary>
    public ValueList<Cloud> Clouds { get; init; } = [];

    /// <summary>Programs that are started during the run.</summary>
    public ValueList<Run> Runs { get; init; } = [];

    /// <summary>What goes wrong, and when.</summary>
    public ValueList<Fault> Faults { get; init; } = [];

    /// <summary>What has to hold; checked in order.</summary>
    public ValueList<Expectation> Expectations { get; init; } = [];
}

/// <summary>The address families a lab's interfaces get.</summary>
public enum IpFamilies
{
    /// <summary>IPv4 and IPv6 side by side.</summary>
    Both,

    /// <summary>IPv4 only.</summary>
    V4,

    /// <summary>IPv6 only.</summary>
    V6,
}
