using Catenet.Core;

namespace Catenet.Lab.Model;

/// <summary>A machine of the lab: a host, a router, a switch, or a piece of Linux.</summary>
public sealed record Node
{
    /// <summary>The name others refer to it by, unique in the lab. Dots are allowed (<c>a.root</c>).</summary>
    public string Name { get; init; } = "";

    /// <summary>What it is; a host unless given.</summary>
    public NodeKind Kind { get; init; }

    /// <summary>A router's ready-made role, or none.</summary>
    public RouterPreset Preset { get; init; }

    /// <summary>Pinned addresses of its only interface; <c>/24</c> or <c>/64</c> unless a length is written.</summary>
    public ValueList<InterfaceAddress> Addresses { get; init; } = [];

    /// <summary>The pinned hardware address of its only interface.</summary>
    public MacAddress? Mac { get; init; }

    /// <summary>Interfaces that need more than a link says, by name.</summary>
    public ValueList<Interface> Interfaces { get; init; } = [];

    /// <summary>The subnets of a switch's broadcast domain, when no address pins them.</summary>
    public ValueList<InetPrefix> Subnets { get; init; } = [];

    /// <summary>Routes beside the derived ones; they win over a derived route to the same prefix.</summary>
    public ValueList<StaticRoute> Routes { get; init; } = [];

    /// <summary>Whether it forwards packets; routers do and hosts do not, unless given.</summary>
    public bool? Forwarding { get; init; }

    /// <summary>The largest IP packet of all its interfaces in octets, 576 to 65535; 1500 unless given.</summary>
    public int? Mtu { get; init; }

    /// <summary>The autonomous system a router belongs to, or none.</summary>
    public uint? Asn { get; init; }

    /// <summary>Whether it runs a recursive resolver for the lab's hosts.</summary>
    public bool Resolver { get; init; }

    /// <summary>The resolver it asks, when not the derived one.</summary>
    public AddressRef? Dns { get; init; }

    /// <summary>Filter rules, or none.</summary>
    public Firewall? Firewall { get; init; }

    /// <summary>Address translation rules, in order.</summary>
    public ValueList<NatRule> Nat { get; init; } = [];

    /// <summary>How long a switch remembers an address; 300 s unless given.</summary>
    public Duration? Ageing { get; init; }

    /// <summary>Kernel settings by their sysctl name.</summary>
    public ValueList<Setting> Settings { get; init; } = [];

    /// <summary>Services that run from the beginning.</summary>
    public ValueList<App> Apps { get; init; } = [];
}

/// <summary>What a node is.</summary>
public enum NodeKind
{
    /// <summary>A machine at the edge: it runs programs and does not forward.</summary>
    Host,

    /// <summary>A machine that forwards between its interfaces.</summary>
    Router,

    /// <summary>A box of ports that learns which address is behind which.</summary>
    Switch,

    /// <summary>A network namespace of Linux whose interfaces are plugged into the lab's links: real programs run on it.</summary>
    Linux,
}

/// <summary>A router's ready-made role.</summary>
public enum RouterPreset
{
    /// <summary>No role: it forwards.</summary>
    None,

    /// <summary>A home router: a switch for the home's cables (its port <c>lan</c>), one address outside (<c>wan</c>) behind which everybody hides; nothing unasked gets in, and it answers names.</summary>
    Home,

    /// <summary>A provider's router: runs a recursive resolver for its customers.</summary>
    Isp,

    /// <summary>Only translates what leaves by its port <c>wan</c>.</summary>
    Nat,
}

/// <summary>One interface of a node, named as links name it.</summary>
public sealed record Interface
{
    /// <summary>The name after the dot in a link's end.</summary>
    public string Name { get; init; } = "";

    /// <summary>Pinned addresses; <c>/24</c> or <c>/64</c> unless a length is written.</summary>
    public ValueList<InterfaceAddress> Addresses { get; init; } = [];

    /// <summary>The pinned hardware address.</summary>
    public MacAddress? Mac { get; init; }

    /// <summary>The largest IP packet in octets, 576 to 65535.</summary>
    public int? Mtu { get; init; }
}

/// <summary>An address of an interface with the length of its subnet's prefix.</summary>
/// <param name="Address">The address.</param>
/// <param name="Length">The prefix length, 0 to 32 or 128; null for the usual one (24 or 64, or that of the subnet the link has).</param>
public readonly record struct InterfaceAddress(InetAddress Address, int? Length = null)
{
    /// <summary>The prefix length, the usual one if none was written.</summary>
    public int PrefixLength => Length ?? (Address.IsIPv4 ? 24 : 64);

    /// <summary>The subnet the address lies in.</summary>
    public InetPrefix Subnet => new(Address, PrefixLength);

    /// <summary>Prints as written.</summary>
    public override string ToString() => Length is { } length ? $"{Address}/{length}" : Address.ToString();
}

/// <summary>A route that the lab pins.</summary>
/// <param name="Destination">Where it leads; <c>0.0.0.0/0</c> or <c>::/0</c> for a default route.</param>
/// <param name="Via">The next hop.</param>
public sealed record StaticRoute(InetPrefix Destination, AddressRef Via);

/// <summary>A kernel setting.</summary>
/// <param name="Name">The sysctl name, such as <c>net.ipv4.tcp_sack</c>.</param>
/// <param name="Value">Its value as text.</param>
public sealed record Setting(string Name, string Value);
