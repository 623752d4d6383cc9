using Catenet.Core;
using Catenet.Lab.Model;

namespace Catenet.Lab.Planning;

/// <summary>A host, router or instance with everything worked out.</summary>
public sealed record PlannedNode
{
    /// <summary>Its name in the lab.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it is a router rather than a host.</summary>
    public required bool IsRouter { get; init; }

    /// <summary>Whether it is a network namespace of Linux rather than a kernel of Catenet's.</summary>
    public bool IsLinux { get; init; }

    /// <summary>The cloud that the instance is in; null for a node outside.</summary>
    public string? Cloud { get; init; }

    /// <summary>Its interfaces in the order of the links.</summary>
    public required IReadOnlyList<PlannedInterface> Interfaces { get; init; }

    /// <summary>Its routes beside those to the subnets it is on, longest prefix first.</summary>
    public IReadOnlyList<PlannedRoute> Routes { get; init; } = [];

    /// <summary>Whether it passes on packets that are for others.</summary>
    public bool Forwarding { get; init; }

    /// <summary>The resolvers that its programs ask, first choice first; empty when the lab has none in reach.</summary>
    public IReadOnlyList<InetAddress> NameServers { get; init; } = [];

    /// <summary>Whether it runs a recursive resolver.</summary>
    public bool IsResolver { get; init; }

    /// <summary>Whether it answers names by asking its own <see cref="NameServers"/>, as home routers do.</summary>
    public bool IsNameForwarder { get; init; }

    /// <summary>Its filter; null for none.</summary>
    public PlannedFirewall? Firewall { get; init; }

    /// <summary>Its address translations, in order.</summary>
    public IReadOnlyList<PlannedNat> Nat { get; init; } = [];

    /// <summary>The autonomous system, or null.</summary>
    public uint? Asn { get; init; }

    /// <summary>Kernel settings by sysctl name.</summary>
    public IReadOnlyList<Setting> Settings { get; init; } = [];

    /// <summary>Services that run from the beginning.</summary>
    public IReadOnlyList<App> Apps { get; init; } = [];
}

/// <summary>An interface with its addresses.</summary>
/// <param name="Name">The port's name.</param>
/// <param name="Mac">Its hardware address.</param>
/// <param name="Mtu">The largest IP packet in octets.</param>
/// <param name="Addresses">Its addresses, IPv4 first; every prefix length is set.</param>
/// <param name="Link">The index of the link in it; -1 for an instance, which its cloud connects.</param>
/// <param name="Segment">The index of the broadcast domain it is on.</param>
public sealed record PlannedInterface(string Name, MacAddress Mac, int Mtu, IReadOnlyList<InterfaceAddress> Addresses, int Link, int Segment)
{
    /// <summary>Its address of a family; null when it has none.</summary>
    public InetAddress? Address(bool ipv4)
    {
        foreach (var address in Addresses)
        {
            if (address.Address.IsIPv4 == ipv4)
            {
                return address.Address;
            }
        }

        return null;
    }
}

/// <summary>A route by way of a neighbour.</summary>
/// <param name="Destination">Where it leads.</param>
/// <param name="NextHop">The neighbour's address.</param>
/// <param name="Interface">The interface towards it.</param>
/// <param name="Pinned">Whether the lab wrote it, rather than the planner.</param>
public sealed record PlannedRoute(InetPrefix Destination, InetAddress NextHop, string Interface, bool Pinned = false);

/// <summary>A cable with everything worked out.</summary>
/// <param name="Name">As written: <c>home.wan - isp</c>.</param>
/// <param name="NodeA">The node at the first end.</param>
/// <param name="PortA">Its port.</param>
/// <param name="NodeB">The node at the second end.</param>
/// <param name="PortB">Its port.</param>
/// <param name="Preset">The medium.</param>
/// <param name="Up">From A to B, over the medium's own figures.</param>
/// <param name="Down">From B to A, over the medium's own figures.</param>
/// <param name="Segment">The broadcast domain it belongs to; -1 when no interface is on it.</param>
public sealed record PlannedLink(string Name, string NodeA, string PortA, string NodeB, string PortB, LinkPreset Preset, Impairment Up, Impairment Down, int Segment);

/// <summary>A switch and its ports.</summary>
/// <param name="Name">Its name in the lab.</param>
/// <param name="Ports">Its ports in the order of the links, each with the index of its link.</param>
/// <param name="Ageing">How long it remembers an address.</param>
public sealed record PlannedSwitch(string Name, IReadOnlyList<(string Port, int Link)> Ports, Duration Ageing);

/// <summary>A broadcast domain: what a broadcast frame reaches.</summary>
/// <param name="Index">Its index in <see cref="LabPlan.Segments"/>.</param>
/// <param name="IPv4">Its IPv4 subnet, or null.</param>
/// <param name="IPv6">Its IPv6 subnet, or null.</param>
/// <param name="Members">The interfaces on it, as <c>node.port</c>.</param>
/// <param name="Switches">The switches in it.</param>
public sealed record Segment(int Index, InetPrefix? IPv4, InetPrefix? IPv6, IReadOnlyList<string> Members, IReadOnlyList<string> Switches);

/// <summary>What a rule looks at, with names resolved to blocks of addresses.</summary>
public sealed record PlannedMatch
{
    /// <summary>The protocol.</summary>
    public RuleProtocol Protocol { get; init; }

    /// <summary>Destination ports; null for all.</summary>
    public PortRange? Ports { get; init; }

    /// <summary>Senders; empty for anybody.</summary>
    public IReadOnlyList<InetPrefix> From { get; init; } = [];

    /// <summary>Receivers; empty for anybody.</summary>
    public IReadOnlyList<InetPrefix> To { get; init; } = [];

    /// <summary>The interface it came in by; null for any.</summary>
    public string? In { get; init; }

    /// <summary>The interface it leaves by; null for any.</summary>
    public string? Out { get; init; }
}

/// <summary>A filter rule.</summary>
/// <param name="Verdict">What it does.</param>
/// <param name="Match">What it looks at.</param>
/// <param name="Text">The rule as the lab has it, for people.</param>
public sealed record PlannedRule(FilterVerdict Verdict, PlannedMatch Match, string Text);

/// <summary>The rules of one place.</summary>
public sealed record PlannedChain(FilterVerdict Policy, bool Stateful, IReadOnlyList<PlannedRule> Rules)
{
    /// <summary>Whether SYNs announce no larger segments than fit the path's MTU.</summary>
    public bool ClampMss { get; init; }
}

/// <summary>A node's filter; a chain that is null lets everything pass.</summary>
public sealed record PlannedFirewall(PlannedChain? In, PlannedChain? Out, PlannedChain? Forward);

/// <summary>An address translation.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Match">What it looks at.</param>
/// <param name="Target">Forward's receiver or map's inside address.</param>
/// <param name="TargetPort">Forward's port there; null for the same.</param>
/// <param name="Outside">Map's outside address.</param>
/// <param name="Text">The rule as the lab has it, for people.</param>
public sealed record PlannedNat(NatKind Kind, PlannedMatch Match, InetAddress? Target, int? TargetPort, InetAddress? Outside, string Text);

/// <summary>A zone with its servers' names and all records in full.</summary>
public sealed record PlannedZone
{
    /// <summary>The zone's name with its final dot.</summary>
    public required string Name { get; init; }

    /// <summary>How long answers may be cached.</summary>
    public required Duration Ttl { get; init; }

    /// <summary>Its servers.</summary>
    public required IReadOnlyList<PlannedNameServer> Servers { get; init; }

    /// <summary>Its own records.</summary>
    public required IReadOnlyList<PlannedRecord> Records { get; init; }

    /// <summary>The zones below it that others serve, with the servers to refer to.</summary>
    public required IReadOnlyList<(string Zone, IReadOnlyList<PlannedNameServer> Servers)> Delegations { get; init; }
}

/// <summary>A server of a zone.</summary>
/// <param name="HostName">Its domain name with the final dot, inside the zone so that the parent's glue may be believed.</param>
/// <param name="Node">The node.</param>
/// <param name="Addresses">Its addresses.</param>
public sealed record PlannedNameServer(string HostName, string Node, IReadOnlyList<InetAddress> Addresses);

/// <summary>A record in full.</summary>
/// <param name="Name">The full name with its final dot.</param>
/// <param name="Type">Its type.</param>
/// <param name="Address">The address of an A or AAAA record.</param>
/// <param name="Text">The data of any other record; names are full.</param>
public sealed record PlannedRecord(string Name, DnsRecordType Type, InetAddress? Address, string? Text);

/// <summary>A cloud with everything worked out.</summary>
public sealed record PlannedCloud
{
    /// <summary>Its name in the lab.</summary>
    public required string Name { get; init; }

    /// <summary>Its IPv4 block.</summary>
    public required InetPrefix IPv4 { get; init; }

    /// <summary>Its IPv6 block, or null in a lab of IPv4 only.</summary>
    public InetPrefix? IPv6 { get; init; }

    /// <summary>The internet gateway's interface to the world, or null; its link is in <see cref="LabPlan.Links"/> as <c>cloud.igw - router.cloud</c>.</summary>
    public PlannedInterface? Gateway { get; init; }

    /// <summary>The internet gateway's own routes.</summary>
    public IReadOnlyList<PlannedRoute> GatewayRoutes { get; init; } = [];

    /// <summary>Its subnets.</summary>
    public required IReadOnlyList<PlannedSubnet> Subnets { get; init; }

    /// <summary>Its instances; each is among <see cref="LabPlan.Nodes"/> as well.</summary>
    public required IReadOnlyList<PlannedInstance> Instances { get; init; }
}

/// <summary>A subnet of a cloud.</summary>
public sealed record PlannedSubnet
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its broadcast domain.</summary>
    public required Segment Segment { get; init; }

    /// <summary>Its IPv4 block as written, in a lab of IPv6 only as well.</summary>
    public required InetPrefix Cidr { get; init; }

    /// <summary>The address of its router: the first of the block, IPv4 then IPv6.</summary>
    public required IReadOnlyList<InterfaceAddress> Router { get; init; }

    /// <summary>Blocks that are routed to the internet gateway.</summary>
    public required IReadOnlyList<InetPrefix> ToGateway { get; init; }

    /// <summary>The name of its network ACL; null lets everything pass.</summary>
    public string? Nacl { get; init; }

    /// <summary>What may enter, by number; what no rule allows is denied.</summary>
    public IReadOnlyList<PlannedNaclRule> In { get; init; } = [];

    /// <summary>What may leave, by number; what no rule allows is denied.</summary>
    public IReadOnlyList<PlannedNaclRule> Out { get; init; } = [];
}

/// <summary>A rule of a network ACL.</summary>
public sealed record PlannedNaclRule(int Number, bool Allow, PlannedMatch Match, string Text);

/// <summary>An instance's place in its cloud.</summary>
/// <param name="Node">Its name.</param>
/// <param name="Subnet">Its subnet's name.</param>
/// <param name="Address">Its private IPv4 address; null in a lab of IPv6 only.</param>
/// <param name="Public">The public IPv4 address mapped to it, or null.</param>
/// <param name="Groups">Its security groups; null when it has none and everything passes.</param>
public sealed record PlannedInstance(string Node, string Subnet, InetAddress? Address, InetAddress? Public, IReadOnlyList<PlannedGroup>? Groups);

/// <summary>A security group with names resolved.</summary>
/// <param name="Name">Its name.</param>
/// <param name="In">What may come in.</param>
/// <param name="Out">What may go out; null for everything.</param>
public sealed record PlannedGroup(string Name, IReadOnlyList<PlannedMatch> In, IReadOnlyList<PlannedMatch>? Out);
