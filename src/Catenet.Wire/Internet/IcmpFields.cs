using Catenet.Wire.Dissection;

namespace Catenet.Wire.Internet;

/// <summary>The field tables of <see cref="IcmpView"/>: what follows type, code and checksum depends on the type.</summary>
public static class IcmpFields
{
    private static readonly Field[] s_common =
    [
        Field.Code("Type", "icmp.type", 0, 8, IcmpType.Name),
        Field.Custom("Code", "icmp.code", 8, 8, static (h, _) => CodeText(h[1], IcmpCode.Name(h[0], h[1]))),
        Field.Hex("Checksum", "icmp.checksum", 16, 16),
    ];

    /// <summary>Messages that have nothing of note in their last four header octets.</summary>
    public static readonly FieldTable Table = Make();

    /// <summary>Echo, timestamp, information and mask messages.</summary>
    public static readonly FieldTable Query = Make(
        Field.Decimal("Identifier", "icmp.ident", 32, 16),
        Field.Decimal("Sequence number", "icmp.seq", 48, 16));

    /// <summary>Timestamp messages.</summary>
    public static readonly FieldTable Timestamp = Make(
        Field.Decimal("Identifier", "icmp.ident", 32, 16),
        Field.Decimal("Sequence number", "icmp.seq", 48, 16),
        Field.Decimal("Originate timestamp", "icmp.originate_timestamp", 64, 32),
        Field.Decimal("Receive timestamp", "icmp.receive_timestamp", 96, 32),
        Field.Decimal("Transmit timestamp", "icmp.transmit_timestamp", 128, 32));

    /// <summary>Fragmentation needed.</summary>
    public static readonly FieldTable FragmentationNeeded = Make(Field.Decimal("MTU of next hop", "icmp.mtu", 48, 16));

    /// <summary>Redirect.</summary>
    public static readonly FieldTable Redirect = Make(Field.IPv4("Gateway", "icmp.redir_gw", 32));

    /// <summary>Parameter problem.</summary>
    public static readonly FieldTable ParameterProblem = Make(Field.Decimal("Pointer", "icmp.pointer", 32, 8));

    /// <summary>Router advertisement (RFC 1256); addresses come behind.</summary>
    public static readonly FieldTable RouterAdvertisement = Make(
        Field.Decimal("Number of addresses", "icmp.num_addrs", 32, 8),
        Field.Decimal("Address entry size", "icmp.addr_entry_size", 40, 8),
        Field.Decimal("Lifetime (s)", "icmp.lifetime", 48, 16));

    /// <summary>The table for a message.</summary>
    public static FieldTable For(byte type, byte code) => type switch
    {
        IcmpType.TimestampRequest or IcmpType.TimestampReply => Timestamp,
        IcmpType.EchoRequest or IcmpType.EchoReply or (>= IcmpType.InformationRequest and <= IcmpType.AddressMaskReply) => Query,
        IcmpType.DestinationUnreachable when code == IcmpCode.FragmentationNeeded => FragmentationNeeded,
        IcmpType.Redirect => Redirect,
        IcmpType.ParameterProblem => ParameterProblem,
        IcmpType.RouterAdvertisement => RouterAdvertisement,
        _ => Table,
    };

    internal static string CodeText(byte code, string? name) => name is null ? $"{code}" : $"{code} ({name})";

    private static FieldTable Make(params Field[] more) => new("ICMP", "Internet Control Message Protocol", "icmp", 3, [.. s_common, .. more]);
}
