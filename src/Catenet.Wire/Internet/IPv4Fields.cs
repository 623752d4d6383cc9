using Catenet.Wire.Dissection;

namespace Catenet.Wire.Internet;

/// <summary>The field table of <see cref="IPv4View"/>; options come behind.</summary>
public static class IPv4Fields
{
    /// <summary>The table.</summary>
    public static readonly FieldTable Table = new("IPv4", "Internet Protocol version 4", "ip", 3,
        Field.Decimal("Version", "ip.version", 0, 4),
        Field.Decimal("Header length", "ip.hdr_len", 4, 4, 4),
        Field.Code("Differentiated services codepoint", "ip.dsfield.dscp", 8, 6, Dscp.Name),
        Field.Code("Explicit congestion notification", "ip.dsfield.ecn", 14, 2, Dscp.EcnName),
        Field.Decimal("Total length", "ip.len", 16, 16),
        Field.Hex("Identification", "ip.id", 32, 16),
        Field.Flag("Reserved bit", "ip.flags.rb", 48),
        Field.Flag("Don't fragment", "ip.flags.df", 49),
        Field.Flag("More fragments", "ip.flags.mf", 50),
        Field.Decimal("Fragment offset", "ip.frag_offset", 51, 13, 8),
        Field.Decimal("Time to live", "ip.ttl", 64, 8),
        Field.Code("Protocol", "ip.proto", 72, 8, IpProtocol.Name),
        Field.Hex("Header checksum", "ip.checksum", 80, 16),
        Field.IPv4("Source address", "ip.src", 96),
        Field.IPv4("Destination address", "ip.dst", 128));
}
