namespace Catenet.Wire.Internet;

/// <summary>The types of ICMPv6 messages; errors are below 128 (RFC 4443 2.1).</summary>
public static class IcmpV6Type
{
    /// <summary>Destination unreachable (RFC 4443 3.1).</summary>
    public const byte DestinationUnreachable = 1;

    /// <summary>Packet too big (RFC 4443 3.2).</summary>
    public const byte PacketTooBig = 2;

    /// <summary>Time exceeded (RFC 4443 3.3).</summary>
    public const byte TimeExceeded = 3;

    /// <summary>Parameter problem (RFC 4443 3.4).</summary>
    public const byte ParameterProblem = 4;

    /// <summary>Echo request (RFC 4443 4.1).</summary>
    public const byte EchoRequest = 128;

    /// <summary>Echo reply (RFC 4443 4.2).</summary>
    public const byte EchoReply = 129;

    /// <summary>Multicast listener query, versions 1 and 2 (RFC 9777 5.1).</summary>
    public const byte ListenerQuery = 130;

    /// <summary>Multicast listener report, version 1 (RFC 2710).</summary>
    public const byte ListenerReportV1 = 131;

    /// <summary>Multicast listener done, version 1 (RFC 2710).</summary>
    public const byte ListenerDone = 132;

    /// <summary>Router solicitation (RFC 4861 4.1).</summary>
    public const byte RouterSolicitation = 133;

    /// <summary>Router advertisement (RFC 4861 4.2).</summary>
    public const byte RouterAdvertisement = 134;

    /// <summary>Neighbour solicitation (RFC 4861 4.3).</summary>
    public const byte NeighbourSolicitation = 135;

    /// <summary>Neighbour advertisement (RFC 4861 4.4).</summary>
    public const byte NeighbourAdvertisement = 136;

    /// <summary>Redirect (RFC 4861 4.5).</summary>
    public const byte Redirect = 137;

    /// <summary>Multicast listener report, version 2 (RFC 9777 5.2).</summary>
    public const byte ListenerReportV2 = 143;

    /// <summary>Whether a message of this type reports an error and quotes a packet.</summary>
    public static bool IsError(byte type) => type < 128;

    /// <summary>Whether the message belongs to neighbour discovery and must have come with hop limit 255.</summary>
    public static bool IsNeighbourDiscovery(byte type) => type is >= RouterSolicitation and <= Redirect;

    /// <summary>The type's name, or null where it has none here.</summary>
    public static string? Name(ulong type) => type switch
    {
        DestinationUnreachable => "destination unreachable",
        PacketTooBig => "packet too big",
        TimeExceeded => "time exceeded",
        ParameterProblem => "parameter problem",
        EchoRequest => "echo request",
        EchoReply => "echo reply",
        ListenerQuery => "multicast listener query",
        ListenerReportV1 => "multicast listener report",
        ListenerDone => "multicast listener done",
        RouterSolicitation => "router solicitation",
        RouterAdvertisement => "router advertisement",
        NeighbourSolicitation => "neighbor solicitation",
        NeighbourAdvertisement => "neighbor advertisement",
        Redirect => "redirect",
        ListenerReportV2 => "multicast listener report v2",
        _ => null,
    };
}
