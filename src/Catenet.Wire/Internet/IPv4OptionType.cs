namespace Catenet.Wire.Internet;

/// <summary>The types of IPv4 options, copy flag and class included (RFC 791 3.1, IANA "IP Option Numbers").</summary>
public static class IPv4OptionType
{
    /// <summary>End of the option list.</summary>
    public const byte EndOfList = 0;

    /// <summary>No operation: padding between options.</summary>
    public const byte NoOperation = 1;

    /// <summary>Record route.</summary>
    public const byte RecordRoute = 7;

    /// <summary>Internet timestamp.</summary>
    public const byte Timestamp = 68;

    /// <summary>Loose source and record route.</summary>
    public const byte LooseSourceRoute = 131;

    /// <summary>Strict source and record route.</summary>
    public const byte StrictSourceRoute = 137;

    /// <summary>Router alert (RFC 2113).</summary>
    public const byte RouterAlert = 148;

    /// <summary>The bit that has the option copied into every fragment.</summary>
    public const byte CopiedBit = 0x80;

    /// <summary>The option's name, or null where it has none here.</summary>
    public static string? Name(ulong type) => type switch
    {
        EndOfList => "EOL",
        NoOperation => "NOP",
        RecordRoute => "RR",
        Timestamp => "TS",
        LooseSourceRoute => "LSRR",
        StrictSourceRoute => "SSRR",
        RouterAlert => "RA",
        _ => null,
    };
}
