namespace Catenet.Wire.Internet;

/// <summary>The codes of ICMP errors for IPv4 (RFC 792, RFC 1122 3.2.2.1, RFC 1812 5.2.7.1).</summary>
public static class IcmpCode
{
    /// <summary>Destination unreachable: no route to the network.</summary>
    public const byte NetUnreachable = 0;

    /// <summary>Destination unreachable: the last gateway cannot reach the host.</summary>
    public const byte HostUnreachable = 1;

    /// <summary>Destination unreachable: the host does not speak the protocol.</summary>
    public const byte ProtocolUnreachable = 2;

    /// <summary>Destination unreachable: nobody listens at the port.</summary>
    public const byte PortUnreachable = 3;

    /// <summary>Destination unreachable: too large and not to be fragmented; carries the next hop's MTU (RFC 1191).</summary>
    public const byte FragmentationNeeded = 4;

    /// <summary>Destination unreachable: a source route failed.</summary>
    public const byte SourceRouteFailed = 5;

    /// <summary>Destination unreachable: network unknown.</summary>
    public const byte NetUnknown = 6;

    /// <summary>Destination unreachable: host unknown.</summary>
    public const byte HostUnknown = 7;

    /// <summary>Destination unreachable: source host isolated (obsolete).</summary>
    public const byte SourceHostIsolated = 8;

    /// <summary>Destination unreachable: the network is administratively prohibited.</summary>
    public const byte NetProhibited = 9;

    /// <summary>Destination unreachable: the host is administratively prohibited.</summary>
    public const byte HostProhibited = 10;

    /// <summary>Destination unreachable: network unreachable for the type of service.</summary>
    public const byte NetUnreachableForTos = 11;

    /// <summary>Destination unreachable: host unreachable for the type of service.</summary>
    public const byte HostUnreachableForTos = 12;

    /// <summary>Destination unreachable: administratively prohibited by a filter.</summary>
    public const byte CommunicationProhibited = 13;

    /// <summary>Destination unreachable: host precedence violation.</summary>
    public const byte HostPrecedenceViolation = 14;

    /// <summary>Destination unreachable: precedence cut-off.</summary>
    public const byte PrecedenceCutoff = 15;

    /// <summary>Redirect for the network (treated as for the host, RFC 1122 3.2.2.2).</summary>
    public const byte RedirectNet = 0;

    /// <summary>Redirect for the host.</summary>
    public const byte RedirectHost = 1;

    /// <summary>Redirect for the type of service and the network.</summary>
    public const byte RedirectNetForTos = 2;

    /// <summary>Redirect for the type of service and the host.</summary>
    public const byte RedirectHostForTos = 3;

    /// <summary>Time exceeded: the TTL came to zero.</summary>
    public const byte TtlExceeded = 0;

    /// <summary>Time exceeded: fragments did not come together in time.</summary>
    public const byte ReassemblyTimeExceeded = 1;

    /// <summary>Parameter problem: the pointer tells where.</summary>
    public const byte PointerIndicatesError = 0;

    /// <summary>Parameter problem: a required option is missing.</summary>
    public const byte MissingOption = 1;

    /// <summary>Parameter problem: bad length.</summary>
    public const byte BadLength = 2;

    private static readonly string[] s_unreachable =
    [
        "net unreachable", "host unreachable", "protocol unreachable", "port unreachable", "fragmentation needed", "source route failed",
        "net unknown", "host unknown", "source host isolated", "net prohibited", "host prohibited", "net unreachable for TOS",
        "host unreachable for TOS", "communication prohibited", "host precedence violation", "precedence cutoff",
    ];

    private static readonly string[] s_redirect = ["for network", "for host", "for TOS and network", "for TOS and host"];
    private static readonly string[] s_timeExceeded = ["in transit", "in reassembly"];
    private static readonly string[] s_parameter = ["pointer indicates the error", "missing a required option", "bad length"];

    /// <summary>The code's name in a message of the given type, or null where it has none.</summary>
    public static string? Name(byte type, byte code)
    {
        string[]? names = type switch
        {
            IcmpType.DestinationUnreachable => s_unreachable,
            IcmpType.Redirect => s_redirect,
            IcmpType.TimeExceeded => s_timeExceeded,
            IcmpType.ParameterProblem => s_parameter,
            _ => null,
        };
        return names is not null && code < names.Length ? names[code] : null;
    }
}
