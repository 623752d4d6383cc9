using Catenet.Wire.Dissection;

namespace Catenet.Wire.Link;

/// <summary>The field table of <see cref="EthernetView"/>.</summary>
public static class EthernetFields
{
    /// <summary>The table.</summary>
    public static readonly FieldTable Table = new("Eth", "Ethernet II", "eth", 2,
        Field.Mac("Destination", "eth.dst", 0),
        Field.Mac("Source", "eth.src", 48),
        Field.HexCode("Type", "eth.type", 96, 16, EtherType.Name));
}
