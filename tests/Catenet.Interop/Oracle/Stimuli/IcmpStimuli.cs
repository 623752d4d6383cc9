using System.Buffers.Binary;
using Catenet.Interop.Oracle.Subjects;
using Catenet.Wire.Internet;
using Catenet.Wire.Transport;

namespace Catenet.Interop.Oracle.Stimuli;

/// <summary>ICMP and ICMPv6: queries, and errors about what the host has sent (RFC 792, RFC 1122 3.2.2, RFC 4443, RFC 5927).</summary>
internal static class IcmpStimuli
{
    public static IEnumerable<Stimulus> All => [.. Queries, .. QueriesV6, .. Errors(ipv6: false), .. Errors(ipv6: true), .. OfTcp];

    private static IEnumerable<Stimulus> Queries =>
    [
        Icmp("echo without data", Frames.Echo(0)),
        Icmp("echo of 1 octet", Frames.Echo(1)),
        Icmp("echo of 1472 octets", Frames.Echo(1472)),
        Icmp("echo with code 5", Frames.Echo(8, code: 5)),
        Icmp("echo with a wrong checksum", Wrong(Frames.Echo())),
        Icmp("echo reply nobody waits for", Frames.Echo(8, type: 0)),
        Icmp("a message of 4 octets", Frames.Echo()[..4]),
        Icmp("a message of 7 octets", Frames.SumIcmp([8, 0, 0, 0, 0, 0, 0])),
        Icmp("timestamp request", Frames.SumIcmp([13, 0, 0, 0, 0, 7, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0])),
        Icmp("timestamp request with code 1", Frames.SumIcmp([13, 1, 0, 0, 0, 7, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0])),
        Icmp("timestamp request cut short", Frames.SumIcmp([13, 0, 0, 0, 0, 7, 0, 1, 0, 0, 1, 0])),
        Icmp("information request", Frames.SumIcmp([15, 0, 0, 0, 0, 7, 0, 1])),
        Icmp("address mask request", Frames.SumIcmp([17, 0, 0, 0, 0, 7, 0, 1, 0, 0, 0, 0])),
        Icmp("router solicitation", Frames.SumIcmp([10, 0, 0, 0, 0, 0, 0, 0])),
        Icmp("source quench", Frames.SumIcmp([4, 0, 0, 0, 0, 0, 0, 0, .. new byte[28]])),
        Icmp("type 42 (extended echo)", Frames.SumIcmp([42, 0, 0, 0, 0, 7, 1, 1])),
        Icmp("type 200", Frames.SumIcmp([200, 0, 0, 0, 0, 0, 0, 0])),
        Icmp("an error that quotes nothing", Frames.SumIcmp([3, 3, 0, 0, 0, 0, 0, 0])),
        new("ICMP: timestamp request to a broadcast address", s => s.Send("a request", s.Craft.ToHost(
            s.Craft.IPv4(1, Frames.SumIcmp([13, 0, 0, 0, 0, 7, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]), destination: InetAddress.Parse("10.1.255.255")), to: MacAddress.Broadcast))),
        new("ICMP: echo ignored by setting", s =>
        {
            s.Set("net.ipv4.icmp_echo_ignore_all", 1);
            s.Send("an echo request", s.Craft.ToHost(s.Craft.IPv4(1, Frames.Echo())));
        }),
    ];

    private static IEnumerable<Stimulus> QueriesV6 =>
    [
        IcmpV6("echo without data", s => s.Craft.IPv6(58, s.Craft.EchoV6(0))),
        IcmpV6("echo of 1452 octets", s => s.Craft.IPv6(58, s.Craft.EchoV6(1452))),
        IcmpV6("echo with code 5", s => s.Craft.IPv6(58, s.Craft.EchoV6(8, code: 5))),
        IcmpV6("echo with a wrong checksum", s => s.Craft.IPv6(58, Wrong(s.Craft.EchoV6()))),
        IcmpV6("a message of 4 octets", s => s.Craft.IPv6(58, s.Craft.EchoV6()[..4])),
        IcmpV6("a message of 7 octets", s => s.Craft.IcmpV6([128, 0, 0, 0, 0, 0, 0])),
        IcmpV6("echo reply nobody waits for", s => s.Craft.IcmpV6([129, 0, 0, 0, 0, 0, 0, 0])),
        IcmpV6("an unknown error type", s => s.Craft.IcmpV6([100, 0, 0, 0, 0, 0, 0, 0])),
        IcmpV6("an unknown informational type", s => s.Craft.IcmpV6([200, 0, 0, 0, 0, 0, 0, 0])),
        IcmpV6("node information query", s => s.Craft.IcmpV6([139, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8])),
        IcmpV6("an error that quotes nothing", s => s.Craft.IcmpV6([1, 4, 0, 0, 0, 0, 0, 0])),
        IcmpV6("ICMP for IPv4 in IPv6", s => s.Craft.IPv6(1, Frames.Echo())),
        Group("echo to all nodes", InetAddress.AllNodes),
        Group("echo to all routers", InetAddress.AllRouters),
        Group("echo to the host's solicited-node group", Network.HostIPv6(0).SolicitedNode),
        Group("echo to a group nobody has joined", InetAddress.Parse("ff02::1234")),
        Group("echo to a group of the interface only", InetAddress.Parse("ff01::1")),
        Group("echo to a group of reserved scope", InetAddress.Parse("ff00::1")),
        new("ICMPv6: echo from and to link-local addresses", s => s.Send("a request", s.Craft.ToHost(
            s.Craft.IPv6(58, s.Craft.EchoV6(8, source: s.Addresses.LinkLocal(0), destination: Network.HostLinkLocal(0)), s.Addresses.LinkLocal(0), Network.HostLinkLocal(0))))),
        new("ICMPv6: echo from a link-local address to the global one", s => s.Send("a request", s.Craft.ToHost(
            s.Craft.IPv6(58, s.Craft.EchoV6(8, source: s.Addresses.LinkLocal(0)), s.Addresses.LinkLocal(0))))),
        new("ICMPv6: echo to all nodes from a link-local address", s => s.Send("a request", s.Craft.ToHost(
            s.Craft.IPv6(58, s.Craft.EchoV6(8, source: s.Addresses.LinkLocal(0), destination: InetAddress.AllNodes), s.Addresses.LinkLocal(0), InetAddress.AllNodes), to: MacAddress.ForMulticast(InetAddress.AllNodes)))),
    ];

    /// <summary>Errors to a UDP socket about a datagram it has sent: what the socket hears.</summary>
    private static IEnumerable<Stimulus> Errors(bool ipv6)
    {
        (string Name, byte Type, byte Code, uint Word)[] kinds = ipv6
            ?
            [
                ("no route", 1, 0, 0), ("administratively prohibited", 1, 1, 0), ("beyond scope", 1, 2, 0), ("address unreachable", 1, 3, 0), ("port unreachable", 1, 4, 0),
                ("policy failed", 1, 5, 0), ("route rejected", 1, 6, 0), ("unreachable of code 99", 1, 99, 0), ("packet too big, 1400", 2, 0, 1400), ("packet too big, 600", 2, 0, 600),
                ("hop limit exceeded", 3, 0, 0), ("reassembly time exceeded", 3, 1, 0), ("parameter problem", 4, 0, 6), ("unknown next header", 4, 1, 6),
            ]
            :
            [
                ("net unreachable", 3, 0, 0), ("host unreachable", 3, 1, 0), ("protocol unreachable", 3, 2, 0), ("port unreachable", 3, 3, 0), ("fragmentation needed, 1400", 3, 4, 1400),
                ("fragmentation needed, 0", 3, 4, 0), ("fragmentation needed, 68", 3, 4, 68), ("source route failed", 3, 5, 0), ("net unknown", 3, 6, 0), ("host unknown", 3, 7, 0),
                ("host isolated", 3, 8, 0), ("net prohibited", 3, 9, 0), ("host prohibited", 3, 10, 0), ("communication prohibited", 3, 13, 0), ("unreachable of code 99", 3, 99, 0),
                ("TTL exceeded", 11, 0, 0), ("reassembly time exceeded", 11, 1, 0), ("parameter problem", 12, 0, 0x1400_0000), ("source quench", 4, 0, 0),
            ];
        string family = ipv6 ? "ICMPv6" : "ICMP";
        foreach (var (name, type, code, rest) in kinds)
        {
            yield return new Stimulus($"{family} error to a connected UDP socket: {name}", s => ErrorToUdp(s, ipv6, type, code, rest, connected: true));
        }

        yield return new Stimulus($"{family} error to a UDP socket that is not connected: port unreachable", s => ErrorToUdp(s, ipv6, ipv6 ? (byte)1 : (byte)3, ipv6 ? (byte)4 : (byte)3, 0, connected: false));
        foreach (var (name, type, code, rest) in kinds)
        {
            yield return new Stimulus($"{family} error in SYN-SENT: {name}", s => ErrorInSynSent(s, ipv6, type, code, rest));
        }

        foreach (var (name, type, code, rest) in kinds)
        {
            yield return new Stimulus($"{family} error in ESTABLISHED: {name}", s => ErrorInEstablished(s, ipv6, type, code, rest, seq: 1));
        }
    }

    private static IEnumerable<Stimulus> OfTcp =>
    [
        new("ICMP error in SYN-SENT: port unreachable about another number", s =>
        {
            var peer = new TcpPeer(s);
            peer.AwaitSyn();
            s.Send("the error", Error(s, false, 3, 3, 0, Quote(s, false, 6, Ports(s.HostIss + 1))));
            peer.NoteState();
        }),
        new("ICMP error in ESTABLISHED: fragmentation needed about a number never sent", s => ErrorInEstablished(s, false, 3, 4, 1000, seq: 100_000)),
        new("ICMP error in ESTABLISHED: fragmentation needed about old data", s => ErrorInEstablished(s, false, 3, 4, 1000, seq: 0)),
        new("ICMP error in SYN-RECEIVED: port unreachable", s =>
        {
            var peer = new TcpPeer(s);
            peer.ReceiveSyn();
            s.Send("the error", Error(s, false, 3, 3, 0, Quote(s, false, 6, Ports(s.HostIss))));
            peer.Send(TcpFlags.Ack, 1, 1);
            s.Do("accept", () => peer.Listener!.Accept()?.State ?? "none");
        }),
        new("ICMP error in SYN-RECEIVED: host unreachable", s =>
        {
            var peer = new TcpPeer(s);
            peer.ReceiveSyn();
            s.Send("the error", Error(s, false, 3, 1, 0, Quote(s, false, 6, Ports(s.HostIss))));
            peer.Send(TcpFlags.Ack, 1, 1);
            s.Do("accept", () => peer.Listener!.Accept()?.State ?? "none");
        }),
        new("ICMP error in SYN-SENT: port unreachable with a wrong checksum", s =>
        {
            var peer = new TcpPeer(s);
            peer.AwaitSyn();
            byte[] frame = Error(s, false, 3, 3, 0, Quote(s, false, 6, Ports(s.HostIss)));
            frame[37] ^= 0x55;
            s.Send("the error", frame);
            peer.NoteState();
        }),
        new("ICMP error in SYN-SENT: port unreachable that quotes only 4 octets", s =>
        {
            var peer = new TcpPeer(s);
            peer.AwaitSyn();
            s.Send("the error", Error(s, false, 3, 3, 0, Quote(s, false, 6, Ports(s.HostIss)[..4])));
            peer.NoteState();
        }),
        new("ICMP error in SYN-SENT: port unreachable from a third host", s =>
        {
            var peer = new TcpPeer(s);
            peer.AwaitSyn();
            byte[] message = Frames.SumIcmp([3, 3, 0, 0, 0, 0, 0, 0, .. Quote(s, false, 6, Ports(s.HostIss))]);
            s.Send("the error", s.Craft.ToHost(s.Craft.IPv4(1, message, source: s.Addresses.IPv4(1)), peer: 1));
            peer.NoteState();
        }),
    ];

    /// <summary>A frame with an error from peer 0.</summary>
    public static byte[] Error(Stage s, bool ipv6, byte type, byte code, uint rest, byte[] quoted)
    {
        byte[] message = [type, code, 0, 0, 0, 0, 0, 0, .. quoted];
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), rest);
        return s.Craft.ToHost(ipv6 ? s.Craft.IcmpV6(message) : s.Craft.IPv4(1, Frames.SumIcmp(message)));
    }

    /// <summary>A packet as the host might have sent it to peer 0.</summary>
    public static byte[] Quote(Stage s, bool ipv6, byte protocol, byte[] transport) => ipv6
        ? s.Craft.IPv6(protocol, transport, Network.HostIPv6(0), s.Addresses.IPv6(0))
        : s.Craft.IPv4(protocol, transport, Network.HostIPv4(0), s.Addresses.IPv4(0), flagsAndOffset: IPv4View.DontFragmentBit);

    /// <summary>The first eight octets of a segment of the host's.</summary>
    private static byte[] Ports(uint seq)
    {
        var octets = new byte[8];
        BinaryPrimitives.WriteUInt16BigEndian(octets, Network.HostPort);
        BinaryPrimitives.WriteUInt16BigEndian(octets.AsSpan(2), Network.PeerPort);
        BinaryPrimitives.WriteUInt32BigEndian(octets.AsSpan(4), seq);
        return octets;
    }

    private static void ErrorToUdp(Stage s, bool ipv6, byte type, byte code, uint rest, bool connected)
    {
        var peer = new InetEndpoint(ipv6 ? s.Addresses.IPv6(0) : s.Addresses.IPv4(0), Network.PeerPort);
        var udp = s.Udp(ipv6);
        if (connected)
        {
            s.Do("connect", () => udp.ConnectTo(peer));
        }

        s.Do("send", () => connected ? udp.Send(Frames.Text("question")) : udp.SendTo(peer, Frames.Text("question")));
        byte[] datagram = ipv6
            ? s.Craft.Udp(Network.HostIPv6(0), s.Addresses.IPv6(0), Network.PeerPort, Frames.Text("question"), Network.HostPort)
            : s.Craft.Udp(Network.HostIPv4(0), s.Addresses.IPv4(0), Network.PeerPort, Frames.Text("question"), Network.HostPort);
        s.Send("the error", Error(s, ipv6, type, code, rest, Quote(s, ipv6, 17, datagram)));
        s.Do("receive", udp.Receive);
        s.Do("receive again", udp.Receive);
        s.Do("send again", () => connected ? udp.Send(new byte[1300]) : udp.SendTo(peer, new byte[1300]));
    }

    private static void ErrorInSynSent(Stage s, bool ipv6, byte type, byte code, uint rest)
    {
        var peer = new TcpPeer(s, ipv6);
        peer.AwaitSyn();
        s.Send("the error", Error(s, ipv6, type, code, rest, Quote(s, ipv6, 6, Ports(s.HostIss))));
        peer.NoteState();
        s.Do("the socket's error", peer.Socket!.TakeError);
        peer.Send(TcpFlags.Syn | TcpFlags.Ack, 0, 1, options: TcpPeer.MssOnly, title: "then a SYN-ACK");
    }

    private static void ErrorInEstablished(Stage s, bool ipv6, byte type, byte code, uint rest, uint seq)
    {
        var peer = new TcpPeer(s, ipv6);
        peer.Establish();
        s.Do("send", () => peer.Socket!.Send(Frames.Octets(1300)));
        s.Send("the error", Error(s, ipv6, type, code, rest, Quote(s, ipv6, 6, Ports(s.HostIss + seq))));
        peer.NoteState();
        s.Do("the socket's error", peer.Socket!.TakeError);
        peer.Send(TcpFlags.Ack, 1, 1301, title: "then an ACK");
        s.Do("send again", () => peer.Socket.Send(Frames.Octets(1300)));
    }

    private static Stimulus Icmp(string name, byte[] message) => new("ICMP: " + name, s => s.Send("a message", s.Craft.ToHost(s.Craft.IPv4(1, message))));

    private static Stimulus IcmpV6(string name, Func<Stage, byte[]> packet) => new("ICMPv6: " + name, s => s.Send("a message", s.Craft.ToHost(packet(s))));

    private static Stimulus Group(string name, InetAddress group) => new("ICMPv6: " + name, s => s.Send("a request",
        s.Craft.ToHost(s.Craft.IPv6(58, s.Craft.EchoV6(8, destination: group), destination: group), to: MacAddress.ForMulticast(group))));

    private static byte[] Wrong(byte[] message)
    {
        message[2] ^= 0x55;
        return message;
    }
}
