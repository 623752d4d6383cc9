namespace Catenet.Wire.Internet;

/// <summary>The types of ICMP messages for IPv4 (RFC 792, RFC 950, RFC 1256).</summary>
public static class IcmpType
{
    /// <summary>Echo reply.</summary>
    public const byte EchoReply = 0;

    /// <summary>Destination unreachable.</summary>
    public const byte DestinationUnreachable = 3;

    /// <summary>Source quench (deprecated by RFC 6633: to be ignored).</summary>
    public const byte SourceQuench = 4;

    /// <summary>Redirect.</summary>
    public const byte Redirect = 5;

    /// <summary>Echo request.</summary>
    public const byte EchoRequest = 8;

    /// <summary>Router advertisement (RFC 1256).</summary>
    public const byte RouterAdvertisement = 9;

    /// <summary>Router solicitation (RFC 1256).</summary>
    public const byte RouterSolicitation = 10;

    /// <summary>Time exceeded.</summary>
    public const byte TimeExceeded = 11;

    /// <summary>Parameter problem.</summary>
    public const byte ParameterProblem = 12;

    /// <summary>Timestamp request.</summary>
    public const byte TimestampRequest = 13;

    /// <summary>Timestamp reply.</summary>
    public const byte TimestampReply = 14;

    /// <summary>Information request (deprecated by RFC 6918).</summary>
    public const byte InformationRequest = 15;

    /// <summary>Information reply (deprecated by RFC 6918).</summary>
    public const byte InformationReply = 16;

    /// <summary>Address mask request (deprecated by RFC 6918).</summary>
    public const byte AddressMaskRequest = 17;

    /// <summary>Address mask reply (deprecated by RFC 6918).</summary>
    public const byte AddressMaskReply = 18;

    /// <summary>Extended echo request (RFC 8335).</summary>
    public const byte ExtendedEchoRequest = 42;

    /// <summary>Extended echo reply (RFC 8335).</summary>
    public const byte ExtendedEchoReply = 43;

    /// <summary>Whether a message of this type reports an error and quotes a packet (RFC 1122 3.2.2).</summary>
    public static bool IsError(byte type) => type is DestinationUnreachable or SourceQuench or Redirect or TimeExceeded or ParameterProblem;

    /// <summary>The type's name, or null where it has none here.</summary>
    public static string? Name(ulong type) => type switch
    {
        EchoReply => "echo reply",
        DestinationUnreachable => "destination unreachable",
        SourceQuench => "source quench",
        Redirect => "redirect",
        EchoRequest => "echo request",
        RouterAdvertisement => "router advertisement",
        RouterSolicitation => "router solicitation",
        TimeExceeded => "time exceeded",
        ParameterProblem => "parameter problem",
        TimestampRequest => "time stamp query",
        TimestampReply => "time stamp reply",
        InformationRequest => "information request",
        InformationReply => "information reply",
        AddressMaskRequest => "address mask request",
        AddressMaskReply => "address mask reply",
        ExtendedEchoRequest => "extended echo request",
        ExtendedEchoReply => "extended echo reply",
        _ => null,
    };
}
