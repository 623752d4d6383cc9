using Catenet.Wire.Internet;
using Catenet.Wire.Link;

namespace Catenet.Interop.Oracle.Stimuli;

/// <summary>IPv4 headers, addresses and options (RFC 791, RFC 1122 3.2.1), all carrying an echo request.</summary>
internal static class IPv4Stimuli
{
    private const byte Icmp = 1;

    private static readonly InetAddress s_broadcast = InetAddress.Parse("10.1.255.255");

    public static IEnumerable<Stimulus> All => [.. Headers, .. Addresses, .. Options];

    private static IEnumerable<Stimulus> Headers =>
    [
        Packet("TTL 1", s => s.Craft.IPv4(Icmp, Frames.Echo(), ttl: 1)),
        Packet("TTL 0", s => s.Craft.IPv4(Icmp, Frames.Echo(), ttl: 0)),
        Packet("TTL 255", s => s.Craft.IPv4(Icmp, Frames.Echo(), ttl: 255)),
        Packet("DSCP and ECN set", s => s.Craft.IPv4(Icmp, Frames.Echo(), tos: 0xB9)),
        Packet("congestion experienced", s => s.Craft.IPv4(Icmp, Frames.Echo(), tos: 3)),
        Packet("don't fragment", s => s.Craft.IPv4(Icmp, Frames.Echo(), flagsAndOffset: IPv4View.DontFragmentBit)),
        Packet("the reserved flag", s => s.Craft.IPv4(Icmp, Frames.Echo(), flagsAndOffset: 0x8000)),
        Packet("a wrong header checksum", s => Frames.PatchIPv4(s.Craft.IPv4(Icmp, Frames.Echo()), 11, 0x55, repair: false)),
        Packet("version 5", s => Frames.PatchIPv4(s.Craft.IPv4(Icmp, Frames.Echo()), 0, 0x55)),
        Packet("a header of 16 octets", s => Frames.PatchIPv4(s.Craft.IPv4(Icmp, Frames.Echo()), 0, 0x44)),
        Packet("a header longer than the packet", s => Frames.PatchIPv4(s.Craft.IPv4(Icmp, Frames.Echo()), 0, 0x4F)),
        Packet("a total length beyond the frame", s => Frames.PatchIPv4(s.Craft.IPv4(Icmp, Frames.Echo()), 3, 200)),
        Packet("a total length shorter than the frame", s => [.. s.Craft.IPv4(Icmp, Frames.Echo()), .. Frames.Octets(20)]),
        Packet("a total length shorter than the header", s => Frames.PatchIPv4(s.Craft.IPv4(Icmp, Frames.Echo()), 3, 19)),
        Packet("a total length that cuts the ICMP header", s => Frames.PatchIPv4(s.Craft.IPv4(Icmp, Frames.Echo()), 3, 24)),
        Packet("no payload at all", s => s.Craft.IPv4(Icmp, [])),
        Packet("protocol 253, which nobody speaks", s => s.Craft.IPv4(253, Frames.Octets(40))),
        Packet("protocol 253 with much data", s => s.Craft.IPv4(253, Frames.Octets(1400))),
        Packet("protocol 0", s => s.Craft.IPv4(0, Frames.Octets(8))),
        Packet("protocol 255", s => s.Craft.IPv4(255, Frames.Octets(8))),
        Packet("ICMPv6 in IPv4", s => s.Craft.IPv4(58, Frames.Octets(16))),
        Packet("protocol 253 to a broadcast address", s => s.Craft.IPv4(253, Frames.Octets(40), destination: s_broadcast), MacAddress.Broadcast),
        Packet("an EtherType nobody speaks", s => s.Craft.IPv4(Icmp, Frames.Echo()), type: 0x88B5),
        Packet("IPv6's EtherType", s => s.Craft.IPv4(Icmp, Frames.Echo()), type: EtherType.IPv6),
        Packet("a frame to another station", s => s.Craft.IPv4(Icmp, Frames.Echo()), MacAddress.Parse("02:00:00:00:77:77")),
        Packet("a frame to everybody", s => s.Craft.IPv4(Icmp, Frames.Echo()), MacAddress.Broadcast),
        Packet("a frame to the group of all hosts", s => s.Craft.IPv4(Icmp, Frames.Echo()), MacAddress.Parse("01:00:5e:00:00:01")),
        Packet("a UDP datagram to a closed port in a frame to everybody", s => s.Craft.IPv4(17, s.Craft.Udp4(Network.ClosedPort, Frames.Text("x"))), MacAddress.Broadcast),
        Packet("a frame of 14 octets", s => []),
        Packet("one octet", s => [0x45]),
    ];

    private static IEnumerable<Stimulus> Addresses =>
    [
        From("0.0.0.0"), From("0.1.2.3"), From("127.0.0.1"), From("127.1.2.3"), From("224.0.0.1"), From("239.1.2.3"), From("240.0.0.1"),
        From("255.255.255.255"), From("10.1.255.255"), From("10.1.0.0"), From("10.1.0.1"), From("169.254.3.4"), From("198.51.100.7"),
        To("0.0.0.0"), To("0.0.0.1"), To("127.0.0.1"), To("127.0.0.2"), To("240.0.0.1"), To("10.1.0.99"), To("10.2.0.1"), To("198.51.100.7"), To("10.1.0.0"),
        To("10.1.255.255", MacAddress.Broadcast), To("255.255.255.255", MacAddress.Broadcast), To("10.1.255.255"), To("255.255.255.255"),
        To("224.0.0.1", MacAddress.Parse("01:00:5e:00:00:01")), To("224.0.0.9", MacAddress.Parse("01:00:5e:00:00:09")), To("224.0.0.1"), To("239.1.2.3", MacAddress.Broadcast),
        Answered("10.1.255.255"), Answered("255.255.255.255"), Answered("224.0.0.1"),
        Packet("a broadcast from nobody", s => s.Craft.IPv4(17, s.Craft.Udp(InetAddress.AnyIPv4, InetAddress.BroadcastIPv4, Network.ClosedPort, Frames.Text("x")), InetAddress.AnyIPv4, InetAddress.BroadcastIPv4), MacAddress.Broadcast),
    ];

    private static IEnumerable<Stimulus> Options =>
    [
        WithOptions("no operation four times", [1, 1, 1, 1]),
        WithOptions("end of list, then rubbish", [0, 99, 99, 99]),
        WithOptions("record route, empty", [7, 11, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        WithOptions("record route, one entry used", [7, 11, 8, 10, 9, 9, 9, 0, 0, 0, 0, 0]),
        WithOptions("record route, full", [7, 7, 8, 10, 9, 9, 9, 0]),
        WithOptions("record route, nine entries", [7, 39, 4, .. new byte[36], 0]),
        WithOptions("record route, pointer 3", [7, 11, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        WithOptions("record route, pointer 5", [7, 11, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        WithOptions("record route, pointer within the last entry", [7, 11, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        WithOptions("record route, length 2", [7, 2, 1, 1]),
        WithOptions("record route twice", [7, 7, 4, 0, 0, 0, 0, 7, 7, 4, 0, 0, 0, 0, 0, 0]),
        WithOptions("record route beyond the header", [7, 15, 4, 0, 0, 0, 0, 0]),
        WithOptions("timestamp only", [68, 12, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        WithOptions("timestamp and address", [68, 20, 5, 1, .. new byte[16]]),
        WithOptions("timestamp prespecified for the host", [68, 12, 5, 3, 10, 1, 0, 1, 0, 0, 0, 0]),
        WithOptions("timestamp prespecified for another", [68, 12, 5, 3, 10, 1, 0, 99, 0, 0, 0, 0]),
        WithOptions("timestamp, full", [68, 8, 9, 0, 1, 2, 3, 4]),
        WithOptions("timestamp, full, overflow 15", [68, 8, 9, 0xF0, 1, 2, 3, 4]),
        WithOptions("timestamp, pointer 4", [68, 8, 4, 0, 0, 0, 0, 0]),
        WithOptions("timestamp, pointer 6", [68, 12, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        WithOptions("timestamp, flag 7", [68, 12, 5, 7, 0, 0, 0, 0, 0, 0, 0, 0]),
        WithOptions("timestamp, length 3", [68, 3, 5, 0]),
        WithOptions("timestamp twice", [68, 8, 5, 0, 0, 0, 0, 0, 68, 8, 5, 0, 0, 0, 0, 0]),
        WithOptions("loose source route, more to go", [131, 7, 4, 10, 9, 9, 9, 0]),
        WithOptions("strict source route, more to go", [137, 7, 4, 10, 9, 9, 9, 0]),
        WithOptions("loose source route, at its end", [131, 7, 8, 10, 9, 9, 9, 0]),
        WithOptions("loose source route, length 2", [131, 2, 4, 0]),
        WithOptions("loose and strict source route", [131, 7, 8, 10, 9, 9, 9, 137, 7, 8, 10, 9, 9, 9, 0, 0]),
        WithOptions("router alert", [148, 4, 0, 0]),
        WithOptions("router alert, length 3", [148, 3, 0, 0]),
        WithOptions("an unknown option", [0x9E, 4, 1, 2]),
        WithOptions("an unknown option of length 1", [0x9E, 1, 1, 1]),
        WithOptions("an unknown option of length 0", [0x9E, 0, 1, 1]),
        WithOptions("an unknown option beyond the header", [0x9E, 8, 1, 1]),
        WithOptions("an option type as the last octet", [1, 1, 1, 7]),
        WithOptions("security", [130, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        WithOptions("stream identifier", [136, 4, 0, 1]),
        Accepting("loose source route, more to go, accepted", [131, 7, 4, 10, 9, 9, 9, 0]),
        Accepting("loose source route, at its end, accepted", [131, 11, 12, 10, 9, 9, 9, 10, 9, 9, 8, 0]),
        Accepting("strict source route, at its end, accepted", [137, 7, 8, 10, 9, 9, 9, 0]),
        Accepting("loose source route with pointer 3, accepted", [131, 7, 3, 10, 9, 9, 9, 0]),
        new("IPv4 option: record route in a UDP datagram to a closed port", s => s.Send("a datagram",
            s.Craft.ToHost(s.Craft.IPv4(17, s.Craft.Udp4(Network.ClosedPort, Frames.Text("x")), options: [7, 11, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0])))),
        new("IPv4 option: record route in a SYN", s =>
        {
            var peer = new TcpPeer(s);
            peer.Listen();
            s.Send("SYN", s.Craft.ToHost(s.Craft.IPv4(6, peer.Segment(Catenet.Wire.Transport.TcpFlags.Syn, 0, options: TcpPeer.MssOnly), options: [7, 11, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0])));
        }),
    ];

    private static Stimulus Packet(string name, Func<Stage, byte[]> make, MacAddress? to = null, ushort type = EtherType.IPv4) =>
        new("IPv4: " + name, s => s.Send("a packet", s.Craft.Ethernet(make(s), type, to ?? Network.HostMac(0))));

    private static Stimulus From(string source) =>
        Packet("from " + source, s => s.Craft.IPv4(Icmp, Frames.Echo(), source: InetAddress.Parse(source)));

    private static Stimulus To(string destination, MacAddress? station = null) =>
        Packet($"to {destination}{(station is { IsBroadcast: true } ? " in a broadcast frame" : station is not null ? " in a group's frame" : "")}",
            s => s.Craft.IPv4(Icmp, Frames.Echo(), destination: InetAddress.Parse(destination)), station);

    private static Stimulus Answered(string destination) => new($"IPv4: to {destination}, broadcasts answered", s =>
    {
        s.Set("net.ipv4.icmp_echo_ignore_broadcasts", 0);
        var to = InetAddress.Parse(destination);
        s.Send("a packet", s.Craft.ToHost(s.Craft.IPv4(Icmp, Frames.Echo(), destination: to), to: to.IsMulticast ? MacAddress.ForMulticast(to) : MacAddress.Broadcast));
    });

    private static Stimulus WithOptions(string name, byte[] options) =>
        new("IPv4 option: " + name, s => s.Send("a packet", s.Craft.ToHost(s.Craft.IPv4(Icmp, Frames.Echo(), options: options))));

    private static Stimulus Accepting(string name, byte[] options) => new("IPv4 option: " + name, s =>
    {
        s.Set("net.ipv4.conf.all.accept_source_route", 1);
        s.Set("net.ipv4.conf.eth0.accept_source_route", 1);
        s.Send("a packet", s.Craft.ToHost(s.Craft.IPv4(Icmp, Frames.Echo(), options: options)));
    });
}
