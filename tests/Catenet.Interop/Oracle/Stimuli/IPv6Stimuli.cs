using Catenet.Wire.Internet;
using Catenet.Wire.Link;

namespace Catenet.Interop.Oracle.Stimuli;

/// <summary>IPv6 headers, addresses and extension headers (RFC 8200, RFC 4291, RFC 5095, RFC 6275, RFC 2675), all carrying an echo request.</summary>
internal static class IPv6Stimuli
{
    private const byte Hop = IpProtocol.HopByHop, Dest = IpProtocol.DestinationOptions, Route = IpProtocol.Routing, Frag = IpProtocol.Fragment, None = IpProtocol.NoNextHeader, Echo = IpProtocol.IcmpV6;

    public static IEnumerable<Stimulus> All => [.. Headers, .. Extensions];

    private static IEnumerable<Stimulus> Headers =>
    [
        Packet("hop limit 1", s => s.Craft.IPv6(Echo, s.Craft.EchoV6(), hopLimit: 1)),
        Packet("hop limit 0", s => s.Craft.IPv6(Echo, s.Craft.EchoV6(), hopLimit: 0)),
        Packet("a traffic class", s => s.Craft.IPv6(Echo, s.Craft.EchoV6(), trafficClass: 0xB9)),
        Packet("a flow label", s => Patch(s.Craft.IPv6(Echo, s.Craft.EchoV6()), 2, 0x12)),
        Packet("version 4", s => Patch(s.Craft.IPv6(Echo, s.Craft.EchoV6()), 0, 0x40)),
        Packet("a payload length beyond the frame", s => Patch(s.Craft.IPv6(Echo, s.Craft.EchoV6()), 5, 200)),
        Packet("a payload length shorter than the frame", s => [.. s.Craft.IPv6(Echo, s.Craft.EchoV6()), 1, 2, 3]),
        Packet("a payload length that cuts the message", s => Patch(s.Craft.IPv6(Echo, s.Craft.EchoV6()), 5, 12)),
        Packet("payload length zero", s => Patch(s.Craft.IPv6(Echo, s.Craft.EchoV6()), 5, 0)),
        Packet("39 octets", s => s.Craft.IPv6(Echo, [])[..39]),
        Packet("next header 253, which nobody speaks", s => s.Craft.IPv6(253, Frames.Octets(40))),
        Packet("next header 253 with much data", s => s.Craft.IPv6(253, Frames.Octets(1400))),
        Packet("no next header", s => s.Craft.IPv6(None, [])),
        Packet("no next header, with data", s => s.Craft.IPv6(None, Frames.Octets(20))),
        Packet("next header 253 to all nodes", s => s.Craft.IPv6(253, Frames.Octets(40), destination: InetAddress.AllNodes), MacAddress.ForMulticast(InetAddress.AllNodes)),
        Packet("IPv4's EtherType", s => s.Craft.IPv6(Echo, s.Craft.EchoV6()), type: EtherType.IPv4),
        Packet("a frame to everybody", s => s.Craft.IPv6(Echo, s.Craft.EchoV6()), MacAddress.Broadcast),
        Packet("a UDP datagram to a closed port in a frame to all nodes", s => s.Craft.IPv6(17, s.Craft.Udp6(Network.ClosedPort, Frames.Text("x"))), MacAddress.ForMulticast(InetAddress.AllNodes)),
        From("::"), From("::1"), From("ff02::1"), From("ff0e::1"), From("::ffff:10.1.0.9"), From("2001:db8:99::1"), From("2001:db8:1::1"), From("2002:0a01:0101::1"),
        Packet("from a link-local address that is not known", s => s.Craft.IPv6(Echo, s.Craft.EchoV6(source: s.Addresses.LinkLocal(2)), s.Addresses.LinkLocal(2))),
        To("::"), To("::1"), To("::ffff:10.1.0.1"), To("2001:db8:1::99"), To("2001:db8:2::1"), To("fe80::99"), To("2001:db8:1::"), To("fe80::"),
    ];

    private static IEnumerable<Stimulus> Extensions =>
    [
        Chain("hop-by-hop with padding", (Hop, [1, 4, 0, 0, 0, 0])),
        Chain("hop-by-hop with six Pad1", (Hop, [0, 0, 0, 0, 0, 0])),
        Chain("hop-by-hop with eight octets of padding", (Hop, [1, 6, 0, 0, 0, 0, 0, 0, 1, 4, 0, 0, 0, 0])),
        Chain("hop-by-hop padding that is not zero", (Hop, [1, 4, 1, 2, 3, 4])),
        Chain("hop-by-hop, router alert", (Hop, [5, 2, 0, 0, 1, 0])),
        Chain("hop-by-hop, unknown option to skip", (Hop, [0x1E, 2, 0, 0, 1, 0])),
        Chain("hop-by-hop, unknown option to drop", (Hop, [0x5E, 2, 0, 0, 1, 0])),
        Chain("hop-by-hop, unknown option to report", (Hop, [0x9E, 2, 0, 0, 1, 0])),
        Chain("hop-by-hop, unknown option to report unless to a group", (Hop, [0xDE, 2, 0, 0, 1, 0])),
        Chain("hop-by-hop, option beyond the header", (Hop, [0x1E, 20, 0, 0, 0, 0])),
        Chain("hop-by-hop, jumbo payload", (Hop, [0xC2, 4, 0, 1, 0, 0])),
        Chain("hop-by-hop, not first", (Dest, [1, 4, 0, 0, 0, 0]), (Hop, [1, 4, 0, 0, 0, 0])),
        Chain("hop-by-hop twice", (Hop, [1, 4, 0, 0, 0, 0]), (Hop, [1, 4, 0, 0, 0, 0])),
        Chain("destination options with padding", (Dest, [1, 4, 0, 0, 0, 0])),
        Chain("destination options, unknown option to skip", (Dest, [0x1E, 2, 0, 0, 1, 0])),
        Chain("destination options, unknown option to drop", (Dest, [0x5E, 2, 0, 0, 1, 0])),
        Chain("destination options, unknown option to report", (Dest, [0x9E, 2, 0, 0, 1, 0])),
        Chain("destination options, unknown option to report unless to a group", (Dest, [0xDE, 2, 0, 0, 1, 0])),
        Chain("destination options, option beyond the header", (Dest, [0x1E, 20, 0, 0, 0, 0])),
        Chain("destination options, home address", (Dest, [1, 2, 0, 0, 0xC9, 16, 0x20, 1, 0xD, 0xB8, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9])),
        Chain("destination options twice", (Dest, [1, 4, 0, 0, 0, 0]), (Dest, [1, 4, 0, 0, 0, 0])),
        Chain("destination options, the second with an option to report", (Dest, [1, 4, 0, 0, 0, 0]), (Dest, [0x9E, 2, 0, 0, 1, 0])),
        Chain("hop-by-hop, destination options, routing, destination options", (Hop, [1, 4, 0, 0, 0, 0]), (Dest, [1, 4, 0, 0, 0, 0]), (Route, [0, 0, 0, 0, 0, 0]), (Dest, [1, 4, 0, 0, 0, 0])),
        Chain("routing type 0, no segments left", (Route, [0, 0, 0, 0, 0, 0])),
        Chain("routing type 0, one segment left", (Route, [0, 1, 0, 0, 0, 0, .. new byte[16]])),
        Chain("routing type 2, no segments left", (Route, [2, 0, 0, 0, 0, 0])),
        Chain("routing type 2, one segment left", (Route, [2, 1, 0, 0, 0, 0, .. new byte[16]])),
        Chain("routing type 3, one segment left", (Route, [3, 1, 0, 0, 0, 0, .. new byte[16]])),
        Chain("routing type 4 (segment routing), no segments left", (Route, [4, 0, 0, 0, 0, 0, .. new byte[16]])),
        Chain("routing type 4 (segment routing), one segment left", (Route, [4, 1, 1, 0, 0, 0, .. new byte[32]])),
        Chain("routing type 253, no segments left", (Route, [253, 0, 0, 0, 0, 0])),
        Chain("routing type 253, one segment left", (Route, [253, 1, 0, 0, 0, 0])),
        Chain("a fragment header of a whole packet", (Frag, [0, 0, 0, 0, 0, 9])),
        Chain("a fragment header of a whole packet, behind destination options", (Dest, [1, 4, 0, 0, 0, 0]), (Frag, [0, 0, 0, 0, 0, 9])),
        Chain("a fragment header with its reserved bits set", (Frag, [0, 6, 0, 0, 0, 9])),
        Chain("two fragment headers", (Frag, [0, 0, 0, 0, 0, 9]), (Frag, [0, 0, 0, 0, 0, 9])),
        Chain("ten destination options headers", [.. Enumerable.Repeat((Dest, new byte[] { 1, 4, 0, 0, 0, 0 }), 10)]),
        Packet("a hop-by-hop header that ends with the packet", s => s.Craft.IPv6(Hop, [Echo, 0, 1, 4, 0, 0, 0, 0])),
        Packet("a hop-by-hop header longer than the packet", s => s.Craft.IPv6(Hop, [Echo, 9, 1, 4, 0, 0, 0, 0])),
        Packet("a destination options header longer than the packet", s => s.Craft.IPv6(Dest, [Echo, 9, 1, 4, 0, 0, 0, 0])),
        Packet("a routing header longer than the packet", s => s.Craft.IPv6(Route, [Echo, 9, 0, 0, 0, 0, 0, 0])),
        Packet("a fragment header cut short", s => s.Craft.IPv6(Frag, [Echo, 0, 0, 0])),
        Packet("destination options, then next header 253", s => s.Craft.IPv6(Dest, [253, 0, 1, 4, 0, 0, 0, 0, .. Frames.Octets(16)])),
        Packet("destination options, then no next header", s => s.Craft.IPv6(Dest, [None, 0, 1, 4, 0, 0, 0, 0])),
        Packet("a first fragment without its whole header chain", s => s.Craft.IPv6(Frag, [Dest, 0, 0, 1, 0, 0, 0, 9, Echo, 1, 1, 4, 0, 0, 0, 0])),
        Packet("a first fragment with a whole extension but no upper header", s => s.Craft.IPv6(Frag, [Dest, 0, 0, 1, 0, 0, 0, 9, Echo, 0, 1, 4, 0, 0, 0, 0])),
        Packet("authentication header", s => s.Craft.IPv6(51, [Echo, 4, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, .. new byte[12], .. s.Craft.EchoV6()])),
        Packet("encapsulating security payload", s => s.Craft.IPv6(50, Frames.Octets(40))),
        Packet("mobility header", s => s.Craft.IPv6(135, [59, 0, 0, 0, 0, 0, 0, 0])),
        Packet("unknown option to report, to all nodes", s => Wrap(s, [(Dest, [0x9E, 2, 0, 0, 1, 0])], InetAddress.AllNodes), MacAddress.ForMulticast(InetAddress.AllNodes)),
        Packet("unknown option to report unless to a group, to all nodes", s => Wrap(s, [(Dest, [0xDE, 2, 0, 0, 1, 0])], InetAddress.AllNodes), MacAddress.ForMulticast(InetAddress.AllNodes)),
        Packet("unknown hop-by-hop option to report, to all nodes", s => Wrap(s, [(Hop, [0x9E, 2, 0, 0, 1, 0])], InetAddress.AllNodes), MacAddress.ForMulticast(InetAddress.AllNodes)),
        Packet("destination options before a UDP datagram to a closed port", s => s.Craft.IPv6(Dest, [17, 0, 1, 4, 0, 0, 0, 0, .. s.Craft.Udp6(Network.ClosedPort, Frames.Text("x"))])),
    ];

    private static Stimulus Packet(string name, Func<Stage, byte[]> make, MacAddress? to = null, ushort type = EtherType.IPv6) =>
        new("IPv6: " + name, s => s.Send("a packet", s.Craft.Ethernet(make(s), type, to ?? Network.HostMac(0))));

    private static Stimulus Chain(string name, params (byte Type, byte[] Body)[] headers) => Packet(name, s => Wrap(s, headers, Network.HostIPv6(0)));

    private static Stimulus From(string source) => Packet("from " + source, s =>
    {
        var from = Raw(source);
        return Sourced(s, from, Network.HostIPv6(0));
    });

    private static Stimulus To(string destination) => Packet("to " + destination, s => Sourced(s, Raw(s.Addresses.IPv6(0).ToString()), Network.HostIPv6(0), Raw(destination)));

    /// <summary>An address's octets; <see cref="InetAddress"/> takes IPv4-mapped ones for IPv4.</summary>
    private static byte[] Raw(string address) => System.Net.IPAddress.Parse(address).GetAddressBytes();

    private static byte[] Sourced(Stage s, byte[] source, InetAddress destination, byte[]? rawDestination = null)
    {
        byte[] packet = s.Craft.IPv6(Echo, Frames.Echo(), destination: destination);
        source.CopyTo(packet, 8);
        (rawDestination ?? packet[24..40]).CopyTo(packet, 24);
        packet[40] = IcmpV6Type.EchoRequest;
        packet[42] = packet[43] = 0;
        ulong sum = InternetChecksum.Add(packet.AsSpan(8));
        ushort checksum = InternetChecksum.Finish(InternetChecksum.AddWord((ushort)(packet.Length - 40), InternetChecksum.AddWord(Echo, sum)));
        packet[42] = (byte)(checksum >> 8);
        packet[43] = (byte)checksum;
        return packet;
    }

    private static byte[] Wrap(Stage s, (byte Type, byte[] Body)[] headers, InetAddress destination)
    {
        byte[] payload = s.Craft.EchoV6(8, destination: destination);
        byte next = Echo;
        for (int i = headers.Length - 1; i >= 0; i--)
        {
            var (type, body) = headers[i];
            payload = [next, (byte)(type == Frag ? 0 : (body.Length + 2) / 8 - 1), .. body, .. payload];
            next = type;
        }

        return s.Craft.IPv6(next, payload, destination: destination);
    }

    private static byte[] Patch(byte[] packet, int offset, byte value)
    {
        packet[offset] = value;
        return packet;
    }
}
