using Catenet.Core;

namespace Catenet.Lab.Model;

/// <summary>A virtual private cloud: a private block of addresses, cut into subnets, behind an internet gateway.</summary>
public sealed record Cloud
{
    /// <summary>The cloud's name, unique among nodes and clouds.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its blocks: one of IPv4 and at most one of IPv6 (derived unless given).</summary>
    public ValueList<InetPrefix> Vpc { get; init; } = [];

    /// <summary>The router that its internet gateway is attached to; null for a cloud without one.</summary>
    public string? Igw { get; init; }

    /// <summary>The subnets.</summary>
    public ValueList<CloudSubnet> Subnets { get; init; } = [];

    /// <summary>Network access lists: stateless, numbered, one per subnet.</summary>
    public ValueList<NetworkAcl> Nacls { get; init; } = [];

    /// <summary>Security groups: stateful, any number per instance.</summary>
    public ValueList<SecurityGroup> SecurityGroups { get; init; } = [];

    /// <summary>The virtual machines.</summary>
    public ValueList<Instance> Instances { get; init; } = [];
}

/// <summary>A part of a cloud's block with a route table and an access list.</summary>
public sealed record CloudSubnet
{
    /// <summary>The subnet's name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its blocks, inside the cloud's: one of IPv4 and at most one of IPv6 (derived unless given).</summary>
    public ValueList<InetPrefix> Cidr { get; init; } = [];

    /// <summary>Routes beside the local one.</summary>
    public ValueList<CloudRoute> Routes { get; init; } = [];

    /// <summary>The access list; null lets everything pass.</summary>
    public string? Nacl { get; init; }
}

/// <summary>A route of a subnet's table.</summary>
/// <param name="Destination">Where it leads.</param>
/// <param name="Target">What it leads through.</param>
public sealed record CloudRoute(InetPrefix Destination, CloudRouteTarget Target);

/// <summary>What a cloud's route leads through.</summary>
public enum CloudRouteTarget
{
    /// <summary>The internet gateway.</summary>
    Igw,
}

/// <summary>A numbered, stateless access list. What no rule allows is denied.</summary>
public sealed record NetworkAcl
{
    /// <summary>The list's name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Rules for what enters the subnet.</summary>
    public ValueList<NaclRule> In { get; init; } = [];

    /// <summary>Rules for what leaves the subnet.</summary>
    public ValueList<NaclRule> Out { get; init; } = [];
}

/// <summary>A rule of an access list; the lowest number that matches decides.</summary>
/// <param name="Number">1 to 32766.</param>
/// <param name="Allow">Whether it allows or denies.</param>
/// <param name="Match">The packets it is about.</param>
public sealed record NaclRule(int Number, bool Allow, PacketMatch Match)
{
    /// <summary>Prints as a lab file has it: <c>100 allow tcp 443</c>.</summary>
    public override string ToString() => $"{Number} {(Allow ? "allow" : "deny")} {Match}";
}

/// <summary>A stateful set of what is allowed; all else is dropped, and answers always pass.</summary>
public sealed record SecurityGroup
{
    /// <summary>The group's name.</summary>
    public string Name { get; init; } = "";

    /// <summary>What may come in.</summary>
    public ValueList<PacketMatch> In { get; init; } = [];

    /// <summary>What may go out; everything when null.</summary>
    public ValueList<PacketMatch>? Out { get; init; }
}

/// <summary>A virtual machine in a cloud; everywhere else in the lab it is a host like others.</summary>
public sealed record Instance
{
    /// <summary>The name others refer to it by, unique in the lab.</summary>
    public string Name { get; init; } = "";

    /// <summary>The subnet it is in.</summary>
    public string Subnet { get; init; } = "";

    /// <summary>Its private addresses, when pinned.</summary>
    public ValueList<InetAddress> Addresses { get; init; } = [];

    /// <summary>Its public address, or none.</summary>
    public ElasticIp? Eip { get; init; }

    /// <summary>Its security groups; without any, everything passes.</summary>
    public ValueList<string> SecurityGroups { get; init; } = [];

    /// <summary>Kernel settings by their sysctl name.</summary>
    public ValueList<Setting> Settings { get; init; } = [];

    /// <summary>Services that run from the beginning.</summary>
    public ValueList<App> Apps { get; init; } = [];
}

/// <summary>A public address that the internet gateway maps to an instance.</summary>
/// <param name="Address">The address; null to have one assigned (<c>auto</c>).</param>
public sealed record ElasticIp(InetAddress? Address)
{
    /// <summary>Prints as written.</summary>
    public override string ToString() => Address?.ToString() ?? "auto";
}
