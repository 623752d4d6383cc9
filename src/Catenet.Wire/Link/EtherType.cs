namespace Catenet.Wire.Link;

/// <summary>The EtherTypes in use here (IANA "IEEE 802 Numbers").</summary>
public static class EtherType
{
    /// <summary>Internet Protocol version 4 (RFC 894).</summary>
    public const ushort IPv4 = 0x0800;

    /// <summary>Address Resolution Protocol (RFC 826).</summary>
    public const ushort Arp = 0x0806;

    /// <summary>IEEE 802.1Q customer VLAN tag.</summary>
    public const ushort Vlan = 0x8100;

    /// <summary>IEEE 802.1ad service VLAN tag (the outer one of a stack).</summary>
    public const ushort ServiceVlan = 0x88A8;

    /// <summary>Internet Protocol version 6 (RFC 2464).</summary>
    public const ushort IPv6 = 0x86DD;

    /// <summary>MPLS unicast (RFC 3032).</summary>
    public const ushort Mpls = 0x8847;

    /// <summary>PPPoE discovery (RFC 2516).</summary>
    public const ushort PppoeDiscovery = 0x8863;

    /// <summary>PPPoE session (RFC 2516).</summary>
    public const ushort PppoeSession = 0x8864;

    /// <summary>Link Layer Discovery Protocol (IEEE 802.1AB).</summary>
    public const ushort Lldp = 0x88CC;

    /// <summary>Values below this one are IEEE 802.3 lengths, not types (IEEE 802.3 3.2.6).</summary>
    public const ushort FirstType = 0x0600;

    /// <summary>Whether the value opens an 802.1Q or 802.1ad tag.</summary>
    public static bool IsTag(ushort value) => value is Vlan or ServiceVlan;

    /// <summary>The protocol's short name, or null where it has none here.</summary>
    public static string? Name(ulong value) => value switch
    {
        IPv4 => "IPv4",
        Arp => "ARP",
        Vlan => "802.1Q",
        ServiceVlan => "802.1ad",
        IPv6 => "IPv6",
        Mpls => "MPLS",
        PppoeDiscovery => "PPPoE-Discovery",
        PppoeSession => "PPPoE",
        Lldp => "LLDP",
        _ => null,
    };
}
