using Catenet.Wire.Dissection;

namespace Catenet.Wire.Link;

/// <summary>The field table of <see cref="VlanView"/>.</summary>
public static class VlanFields
{
    /// <summary>The table.</summary>
    public static readonly FieldTable Table = new("VLAN", "802.1Q Virtual LAN", "vlan", 2,
        Field.Decimal("Priority", "vlan.priority", 0, 3),
        Field.Flag("Drop eligible", "vlan.dei", 3),
        Field.Decimal("VLAN", "vlan.id", 4, 12),
        Field.HexCode("Type", "vlan.etype", 16, 16, EtherType.Name));
}
