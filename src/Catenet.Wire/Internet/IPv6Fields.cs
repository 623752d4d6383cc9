using Catenet.Wire.Dissection;

namespace Catenet.Wire.Internet;

/// <summary>The field tables of <see cref="IPv6View"/> and of the extension headers.</summary>
public static class IPv6Fields
{
    /// <summary>The fixed header.</summary>
    public static readonly FieldTable Table = new("IPv6", "Internet Protocol version 6", "ipv6", 3,
        Field.Decimal("Version", "ipv6.version", 0, 4),
        Field.Code("Differentiated services codepoint", "ipv6.tclass.dscp", 4, 6, Dscp.Name),
        Field.Code("Explicit congestion notification", "ipv6.tclass.ecn", 10, 2, Dscp.EcnName),
        Field.Hex("Flow label", "ipv6.flow", 12, 20),
        Field.Decimal("Payload length", "ipv6.plen", 32, 16),
        Field.Code("Next header", "ipv6.nxt", 48, 8, IpProtocol.Name),
        Field.Decimal("Hop limit", "ipv6.hlim", 56, 8),
        Field.IPv6("Source address", "ipv6.src", 64),
        Field.IPv6("Destination address", "ipv6.dst", 192));

    /// <summary>Hop-by-hop options; options come behind.</summary>
    public static readonly FieldTable HopByHop = new("HopByHop", "IPv6 hop-by-hop options", "ipv6.hopopts", 3,
        Field.Code("Next header", "ipv6.hopopts.nxt", 0, 8, IpProtocol.Name),
        Field.Decimal("Length (8-octet units after the first)", "ipv6.hopopts.len", 8, 8));

    /// <summary>Destination options; options come behind.</summary>
    public static readonly FieldTable DestinationOptions = new("DstOpts", "IPv6 destination options", "ipv6.dstopts", 3,
        Field.Code("Next header", "ipv6.dstopts.nxt", 0, 8, IpProtocol.Name),
        Field.Decimal("Length (8-octet units after the first)", "ipv6.dstopts.len", 8, 8));

    /// <summary>A routing header; addresses come behind.</summary>
    public static readonly FieldTable Routing = new("Routing", "IPv6 routing header", "ipv6.routing", 3,
        Field.Code("Next header", "ipv6.routing.nxt", 0, 8, IpProtocol.Name),
        Field.Decimal("Length (8-octet units after the first)", "ipv6.routing.len", 8, 8),
        Field.Decimal("Type", "ipv6.routing.type", 16, 8),
        Field.Decimal("Segments left", "ipv6.routing.segleft", 24, 8));

    /// <summary>A fragment header.</summary>
    public static readonly FieldTable Fragment = new("Frag", "IPv6 fragment header", "ipv6.fraghdr", 3,
        Field.Code("Next header", "ipv6.fraghdr.nxt", 0, 8, IpProtocol.Name),
        Field.Decimal("Offset", "ipv6.fraghdr.offset", 16, 13, 8),
        Field.Flag("More fragments", "ipv6.fraghdr.more", 31),
        Field.Hex("Identification", "ipv6.fraghdr.ident", 32, 32));

    /// <summary>An authentication header.</summary>
    public static readonly FieldTable Authentication = new("AH", "Authentication header", "ah", 3,
        Field.Code("Next header", "ah.next_header", 0, 8, IpProtocol.Name),
        Field.Decimal("Length (4-octet units after the second)", "ah.length", 8, 8),
        Field.Hex("Security parameters index", "ah.spi", 32, 32));
}
