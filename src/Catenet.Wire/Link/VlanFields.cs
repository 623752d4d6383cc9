using Catenet.Wire.Dissection;

namespace Catenet.Wire.Link;

/// <summary>The field tables of <see cref="VlanView"/>.</summary>
public static class VlanFields
{
    /// <summary>The table of a customer tag.</summary>
    public static readonly FieldTable Table = new("VLAN", "802.1Q Virtual LAN", "vlan", 2,
        Field.Decimal("Priority", "vlan.priority", 0, 3),
        Field.Flag("Drop eligible", "vlan.dei", 3),
        Field.Decimal("VLAN", "vlan.id", 4, 12),
        Field.HexCode("Type", "vlan.etype", 16, 16, EtherType.Name));

    /// <summary>The table of a service tag, the outer one of a stack.</summary>
    public static readonly FieldTable Service = new("S-VLAN", "802.1ad service tag", "ieee8021ad", 2,
        Field.Decimal("Priority", "ieee8021ad.priority", 0, 3),
        Field.Flag("Drop eligible", "ieee8021ad.dei", 3),
        Field.Decimal("VLAN", "ieee8021ad.id", 4, 12),
        Field.HexCode("Type", "vlan.etype", 16, 16, EtherType.Name));
}
