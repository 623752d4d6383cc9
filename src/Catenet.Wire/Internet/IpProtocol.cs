namespace Catenet.Wire.Internet;

/// <summary>The protocol numbers of IPv4's Protocol and IPv6's Next Header fields (IANA "Assigned Internet Protocol Numbers").</summary>
public static class IpProtocol
{
    /// <summary>IPv6 hop-by-hop options (RFC 8200 4.3).</summary>
    public const byte HopByHop = 0;

    /// <summary>Internet Control Message Protocol (RFC 792).</summary>
    public const byte Icmp = 1;

    /// <summary>Internet Group Management Protocol (RFC 9776).</summary>
    public const byte Igmp = 2;

    /// <summary>IPv4 in IP (RFC 2003).</summary>
    public const byte IPv4 = 4;

    /// <summary>Transmission Control Protocol (RFC 9293).</summary>
    public const byte Tcp = 6;

    /// <summary>User Datagram Protocol (RFC 768).</summary>
    public const byte Udp = 17;

    /// <summary>IPv6 in IP (RFC 4213).</summary>
    public const byte IPv6 = 41;

    /// <summary>IPv6 routing header (RFC 8200 4.4).</summary>
    public const byte Routing = 43;

    /// <summary>IPv6 fragment header (RFC 8200 4.5).</summary>
    public const byte Fragment = 44;

    /// <summary>Generic Routing Encapsulation (RFC 2784).</summary>
    public const byte Gre = 47;

    /// <summary>Encapsulating Security Payload (RFC 4303).</summary>
    public const byte Esp = 50;

    /// <summary>Authentication Header (RFC 4302).</summary>
    public const byte Authentication = 51;

    /// <summary>ICMP for IPv6 (RFC 4443).</summary>
    public const byte IcmpV6 = 58;

    /// <summary>IPv6 no next header (RFC 8200 4.7).</summary>
    public const byte NoNextHeader = 59;

    /// <summary>IPv6 destination options (RFC 8200 4.6).</summary>
    public const byte DestinationOptions = 60;

    /// <summary>Open Shortest Path First (RFC 2328).</summary>
    public const byte Ospf = 89;

    /// <summary>The protocol's short name, or null where it has none here.</summary>
    public static string? Name(ulong value) => value switch
    {
        HopByHop => "HOPOPT",
        Icmp => "ICMP",
        Igmp => "IGMP",
        IPv4 => "IPv4",
        Tcp => "TCP",
        Udp => "UDP",
        IPv6 => "IPv6",
        Routing => "IPv6-Route",
        Fragment => "IPv6-Frag",
        Gre => "GRE",
        Esp => "ESP",
        Authentication => "AH",
        IcmpV6 => "ICMPv6",
        NoNextHeader => "IPv6-NoNxt",
        DestinationOptions => "IPv6-Opts",
        Ospf => "OSPF",
        _ => null,
    };
}
