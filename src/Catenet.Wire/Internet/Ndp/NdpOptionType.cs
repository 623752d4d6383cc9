namespace Catenet.Wire.Internet.Ndp;

/// <summary>The types of neighbour discovery options (RFC 4861 4.6).</summary>
public static class NdpOptionType
{
    /// <summary>The sender's link-layer address.</summary>
    public const byte SourceLinkAddress = 1;

    /// <summary>The target's link-layer address.</summary>
    public const byte TargetLinkAddress = 2;

    /// <summary>A prefix that is on the link or used to make addresses.</summary>
    public const byte PrefixInformation = 3;

    /// <summary>The start of the packet that caused a redirect.</summary>
    public const byte RedirectedHeader = 4;

    /// <summary>The link's MTU.</summary>
    public const byte Mtu = 5;

    /// <summary>A nonce that tells one's own solicitations from others' (RFC 3971, RFC 7527).</summary>
    public const byte Nonce = 14;

    /// <summary>A more specific route (RFC 4191).</summary>
    public const byte RouteInformation = 24;

    /// <summary>Recursive DNS servers (RFC 8106 5.1).</summary>
    public const byte RecursiveDnsServer = 25;

    /// <summary>DNS search list (RFC 8106 5.2).</summary>
    public const byte DnsSearchList = 31;

    /// <summary>The option's name, or null where it has none here.</summary>
    public static string? Name(ulong type) => type switch
    {
        SourceLinkAddress => "source link-address",
        TargetLinkAddress => "destination link-address",
        PrefixInformation => "prefix info",
        RedirectedHeader => "redirected header",
        Mtu => "mtu",
        Nonce => "nonce",
        RouteInformation => "route info",
        RecursiveDnsServer => "rdnss",
        DnsSearchList => "dnssl",
        _ => null,
    };
}
