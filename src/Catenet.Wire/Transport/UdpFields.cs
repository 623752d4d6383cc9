using Catenet.Wire.Dissection;

namespace Catenet.Wire.Transport;

/// <summary>The field table of <see cref="UdpView"/>.</summary>
public static class UdpFields
{
    /// <summary>The table.</summary>
    public static readonly FieldTable Table = new("UDP", "User Datagram Protocol", "udp", 4,
        Field.Decimal("Source port", "udp.srcport", 0, 16),
        Field.Decimal("Destination port", "udp.dstport", 16, 16),
        Field.Decimal("Length", "udp.length", 32, 16),
        Field.Hex("Checksum", "udp.checksum", 48, 16));
}
