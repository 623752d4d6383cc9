using Catenet.Core;

namespace Catenet.Fabric.Cloud;

/// <summary>What can be said of a network interface when it is made; everything has a default.</summary>
public sealed record InterfaceSettings
{
    /// <summary>Whether it has an IPv4 address at all.</summary>
    public bool HasIPv4 { get; init; } = true;

    /// <summary>The private IPv4 address; null: the next free one of the subnet.</summary>
    public InetAddress? Address { get; init; }

    /// <summary>The IPv6 address; null: the subnet's prefix with the host part of the IPv4 address, if the subnet has IPv6.</summary>
    public InetAddress? AddressV6 { get; init; }

    /// <summary>The hardware address; null: made from the names of host and device.</summary>
    public MacAddress? Mac { get; init; }

    /// <summary>The security groups; empty: nothing is filtered.</summary>
    public IReadOnlyList<SecurityGroup> Groups { get; init; } = [];
}
