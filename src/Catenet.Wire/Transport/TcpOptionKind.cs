namespace Catenet.Wire.Transport;

/// <summary>The kinds of TCP options (IANA "TCP Option Kind Numbers").</summary>
public static class TcpOptionKind
{
    /// <summary>End of the option list (RFC 9293 3.2).</summary>
    public const byte EndOfList = 0;

    /// <summary>No operation: padding between options (RFC 9293 3.2).</summary>
    public const byte NoOperation = 1;

    /// <summary>Maximum segment size, 4 octets (RFC 9293 3.7.1).</summary>
    public const byte MaximumSegmentSize = 2;

    /// <summary>Window scale, 3 octets (RFC 7323 2).</summary>
    public const byte WindowScale = 3;

    /// <summary>SACK permitted, 2 octets (RFC 2018 2).</summary>
    public const byte SackPermitted = 4;

    /// <summary>SACK blocks, 2 + 8n octets (RFC 2018 3).</summary>
    public const byte Sack = 5;

    /// <summary>Timestamps, 10 octets (RFC 7323 3).</summary>
    public const byte Timestamps = 8;

    /// <summary>MD5 signature, 18 octets (RFC 2385).</summary>
    public const byte Md5Signature = 19;

    /// <summary>User timeout, 4 octets (RFC 5482).</summary>
    public const byte UserTimeout = 28;

    /// <summary>TCP authentication option, at least 4 octets (RFC 5925).</summary>
    public const byte Authentication = 29;

    /// <summary>Multipath TCP (RFC 8684): recognised, not spoken.</summary>
    public const byte Multipath = 30;

    /// <summary>Fast Open cookie, 2 or 6 to 18 octets (RFC 7413 4.1.1).</summary>
    public const byte FastOpen = 34;

    /// <summary>Accurate ECN's counters of octets, ECT(0) first, 2, 5, 8 or 11 octets (RFC 9768 3.2.3).</summary>
    public const byte AccurateEcn0 = 172;

    /// <summary>The same, ECT(1) first.</summary>
    public const byte AccurateEcn1 = 174;

    /// <summary>The second of the two kinds shared by experiments, which begin with a number of their own (RFC 6994).</summary>
    public const byte Experimental = 254;

    /// <summary>The number with which Fast Open's experiment began, before it had a kind.</summary>
    public const ushort FastOpenMagic = 0xF989;

    /// <summary>The option's name, or null where it has none here.</summary>
    public static string? Name(ulong kind) => kind switch
    {
        EndOfList => "eol",
        NoOperation => "nop",
        MaximumSegmentSize => "mss",
        WindowScale => "wscale",
        SackPermitted => "sackOK",
        Sack => "sack",
        Timestamps => "TS",
        Md5Signature => "md5",
        UserTimeout => "uto",
        Authentication => "tcp-ao",
        Multipath => "mptcp",
        FastOpen => "tfo",
        AccurateEcn0 => "acc-ecn0",
        AccurateEcn1 => "acc-ecn1",
        _ => null,
    };
}
