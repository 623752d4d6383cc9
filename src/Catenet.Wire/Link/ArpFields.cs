using Catenet.Wire.Dissection;

namespace Catenet.Wire.Link;

/// <summary>The field table of <see cref="ArpView"/>.</summary>
public static class ArpFields
{
    /// <summary>The table.</summary>
    public static readonly FieldTable Table = new("ARP", "Address Resolution Protocol", "arp", 2,
        Field.Code("Hardware type", "arp.hw.type", 0, 16, static v => v == 1 ? "Ethernet" : null),
        Field.HexCode("Protocol type", "arp.proto.type", 16, 16, EtherType.Name),
        Field.Decimal("Hardware size", "arp.hw.size", 32, 8),
        Field.Decimal("Protocol size", "arp.proto.size", 40, 8),
        Field.Code("Operation", "arp.opcode", 48, 16, static v => v switch { ArpView.Request => "request", ArpView.Reply => "reply", _ => null }),
        Field.Mac("Sender MAC address", "arp.src.hw_mac", 64),
        Field.IPv4("Sender IP address", "arp.src.proto_ipv4", 112),
        Field.Mac("Target MAC address", "arp.dst.hw_mac", 144),
        Field.IPv4("Target IP address", "arp.dst.proto_ipv4", 192));
}
