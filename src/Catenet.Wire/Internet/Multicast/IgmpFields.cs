using Catenet.Wire.Dissection;

namespace Catenet.Wire.Internet.Multicast;

/// <summary>The field tables of <see cref="IgmpView"/>.</summary>
public static class IgmpFields
{
    private static readonly Field s_type = Field.HexCode("Type", "igmp.type", 0, 8, IgmpType.Name);
    private static readonly Field s_checksum = Field.Hex("Checksum", "igmp.checksum", 16, 16);

    /// <summary>Queries, and reports of versions 1 and 2; version 3's fields come behind.</summary>
    public static readonly FieldTable Table = new("IGMP", "Internet Group Management Protocol", "igmp", 3,
        s_type,
        Field.Decimal("Maximum response code", "igmp.max_resp", 8, 8),
        s_checksum,
        Field.IPv4("Multicast address", "igmp.maddr", 32));

    /// <summary>Reports of version 3; records come behind.</summary>
    public static readonly FieldTable ReportV3 = new("IGMP", "Internet Group Management Protocol", "igmp", 3,
        s_type,
        s_checksum,
        Field.Decimal("Number of group records", "igmp.num_grp_recs", 48, 16));
}
