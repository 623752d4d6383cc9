namespace Catenet.Wire.Internet;

/// <summary>The codes of ICMPv6 errors (RFC 4443 3).</summary>
public static class IcmpV6Code
{
    /// <summary>Destination unreachable: no route.</summary>
    public const byte NoRoute = 0;

    /// <summary>Destination unreachable: administratively prohibited.</summary>
    public const byte Prohibited = 1;

    /// <summary>Destination unreachable: beyond the scope of the source address.</summary>
    public const byte BeyondScope = 2;

    /// <summary>Destination unreachable: address unreachable.</summary>
    public const byte AddressUnreachable = 3;

    /// <summary>Destination unreachable: nobody listens at the port.</summary>
    public const byte PortUnreachable = 4;

    /// <summary>Destination unreachable: the source address failed ingress or egress policy.</summary>
    public const byte PolicyFailed = 5;

    /// <summary>Destination unreachable: reject route.</summary>
    public const byte RejectRoute = 6;

    /// <summary>Time exceeded: the hop limit came to zero.</summary>
    public const byte HopLimitExceeded = 0;

    /// <summary>Time exceeded: fragments did not come together in time.</summary>
    public const byte ReassemblyTimeExceeded = 1;

    /// <summary>Parameter problem: an erroneous header field.</summary>
    public const byte ErroneousField = 0;

    /// <summary>Parameter problem: an unknown next header.</summary>
    public const byte UnknownNextHeader = 1;

    /// <summary>Parameter problem: an unknown option.</summary>
    public const byte UnknownOption = 2;

    /// <summary>Parameter problem: the first fragment lacks part of the header chain (RFC 7112 5).</summary>
    public const byte IncompleteHeaderChain = 3;

    private static readonly string[] s_unreachable =
        ["no route", "administratively prohibited", "beyond scope", "address unreachable", "port unreachable", "policy failed", "reject route"];

    private static readonly string[] s_timeExceeded = ["in transit", "in reassembly"];
    private static readonly string[] s_parameter = ["erroneous field", "unknown next header", "unknown option", "incomplete header chain"];

    /// <summary>The code's name in a message of the given type, or null where it has none.</summary>
    public static string? Name(byte type, byte code)
    {
        string[]? names = type switch
        {
            IcmpV6Type.DestinationUnreachable => s_unreachable,
            IcmpV6Type.TimeExceeded => s_timeExceeded,
            IcmpV6Type.ParameterProblem => s_parameter,
            _ => null,
        };
        return names is not null && code < names.Length ? names[code] : null;
    }
}
