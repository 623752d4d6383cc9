using Catenet.Interop.Oracle.Subjects;
using Catenet.Wire.Internet;

namespace Catenet.Interop.Oracle.Stimuli;

/// <summary>UDP (RFC 768, RFC 1122 4.1, RFC 8200 8.1): what is received, by whom, and what is sent.</summary>
internal static class UdpStimuli
{
    public static IEnumerable<Stimulus> All => [.. Both(ipv6: false), .. Both(ipv6: true), .. IPv4Only, .. IPv6Only];

    private static IEnumerable<Stimulus> Both(bool ipv6)
    {
        Stimulus Udp(string name, Action<Stage> act) => new($"UDP over {(ipv6 ? "IPv6" : "IPv4")}: {name}", act);
        byte[] Datagram(Stage s, ushort to, int size) => ipv6 ? s.Craft.Udp6(to, Frames.Octets(size)) : s.Craft.Udp4(to, Frames.Octets(size));
        byte[] Frame(Stage s, byte[] datagram) => s.Craft.ToHost(ipv6 ? s.Craft.IPv6(17, datagram) : s.Craft.IPv4(17, datagram));
        InetEndpoint Peer(Stage s, int peer = 0) => new(ipv6 ? s.Addresses.IPv6(peer) : s.Addresses.IPv4(peer), Network.PeerPort);

        void Odd(Stage s, Func<byte[], byte[]> change)
        {
            var udp = s.Udp(ipv6);
            s.Send("a datagram", Frame(s, change(Datagram(s, Network.HostPort, 20))));
            s.Do("receive", udp.Receive);
        }

        byte[] Sum(Stage s, byte[] datagram)
        {
            datagram[6] = datagram[7] = 0;
            var (from, to) = ipv6 ? (s.Addresses.IPv6(0), Network.HostIPv6(0)) : (s.Addresses.IPv4(0), Network.HostIPv4(0));
            ushort sum = InternetChecksum.Finish(InternetChecksum.Add(datagram, InternetChecksum.PseudoHeader(from, to, 17, datagram.Length)));
            (datagram[6], datagram[7]) = ((byte)(sum >> 8), (byte)sum);
            return datagram;
        }

        return
        [
            Udp("to a closed port", s => s.Send("a datagram", Frame(s, Datagram(s, Network.ClosedPort, 10)))),
            Udp("to a closed port, 1400 octets", s => s.Send("a datagram", Frame(s, Datagram(s, Network.ClosedPort, 1400)))),
            Udp("to port 0", s => s.Send("a datagram", Frame(s, Datagram(s, 0, 10)))),
            Udp("from port 0 to a closed port", s => s.Send("a datagram", Frame(s, Sum(s, [0, 0, .. Datagram(s, Network.ClosedPort, 10)[2..]])))),
            Udp("from port 0 to an open port", s => Odd(s, d => Sum(s, [0, 0, .. d[2..]]))),
            Udp("to an open port", s => Odd(s, d => d)),
            Udp("no data", s => Odd(s, d => Sum(s, [.. d[..4], 0, 8, 0, 0]))),
            Udp("a wrong checksum", s => Odd(s, d => { d[6] ^= 0x55; return d; })),
            Udp("a wrong checksum, closed port", s => { var d = Datagram(s, Network.ClosedPort, 10); d[6] ^= 0x55; s.Send("a datagram", Frame(s, d)); }),
            Udp("no checksum", s => Odd(s, d => { d[6] = d[7] = 0; return d; })),
            Udp("no checksum, closed port", s => { var d = Datagram(s, Network.ClosedPort, 10); d[6] = d[7] = 0; s.Send("a datagram", Frame(s, d)); }),
            Udp("a length beyond the packet", s => Odd(s, d => { d[5] = 200; return Sum(s, d); })),
            Udp("a length shorter than the packet", s => Odd(s, d => { d[5] = 18; return d; })),
            Udp("a length below the header", s => Odd(s, d => { d[5] = 7; return Sum(s, d); })),
            Udp("length zero", s => Odd(s, d => { d[4] = d[5] = 0; return Sum(s, d); })),
            Udp("a header cut short", s => Odd(s, d => d[..6])),
            Udp("two datagrams in their order", s =>
            {
                var udp = s.Udp(ipv6);
                s.Send("the first", Frame(s, Datagram(s, Network.HostPort, 10)));
                s.Send("the second", Frame(s, Datagram(s, Network.HostPort, 11)));
                s.Do("receive", udp.Receive);
                s.Do("receive", udp.Receive);
                s.Do("receive", udp.Receive);
            }),
            Udp("from the peer of a connected socket", s =>
            {
                var udp = s.Udp(ipv6);
                s.Do("connect", () => udp.ConnectTo(Peer(s)));
                s.Send("a datagram", Frame(s, Datagram(s, Network.HostPort, 10)));
                s.Do("receive", udp.Receive);
            }),
            Udp("from a stranger to a connected socket", s =>
            {
                var udp = s.Udp(ipv6);
                s.Do("connect", () => udp.ConnectTo(Peer(s, 1)));
                s.Send("a datagram", Frame(s, Datagram(s, Network.HostPort, 10)));
                s.Do("receive", udp.Receive);
            }),
            Udp("to a socket bound to the address", s =>
            {
                var udp = s.Udp(ipv6 ? Network.HostIPv6(0) : Network.HostIPv4(0));
                s.Send("a datagram", Frame(s, Datagram(s, Network.HostPort, 10)));
                s.Do("receive", udp.Receive);
            }),
            Udp("answered", s =>
            {
                var udp = s.Udp(ipv6);
                s.Do("send", () => udp.SendTo(Peer(s), Frames.Text("hello")));
            }),
            Udp("of no octets sent", s => { var udp = s.Udp(ipv6); s.Do("send", () => udp.SendTo(Peer(s), [])); }),
            .. Sizes(ipv6).Select(size => Udp($"of {size} octets sent", s => { var udp = s.Udp(ipv6); s.Do("send", () => udp.SendTo(Peer(s), Frames.Octets(size))); })),
            .. ((int[])[0, 1, 2])
                .Select(mode => Udp($"of 2000 octets sent with path MTU discovery {(mode == 0 ? "off" : mode == 1 ? "as wanted" : "on")}", s =>
                {
                    var udp = s.Udp(ipv6);
                    udp.SetOption(SubjectOption.PathMtuDiscovery, mode);
                    s.Do("send", () => udp.SendTo(Peer(s), Frames.Octets(2000)));
                    s.Do("send less", () => udp.SendTo(Peer(s), Frames.Octets(20)));
                })),
            Udp("sent with hop limit 3", s =>
            {
                var udp = s.Udp(ipv6);
                udp.SetOption(SubjectOption.HopLimit, 3);
                s.Do("send", () => udp.SendTo(Peer(s), Frames.Text("hello")));
            }),
            Udp("sent to a network without route", s => { var udp = s.Udp(ipv6); s.Do("send", () => udp.SendTo(new InetEndpoint(InetAddress.Parse(ipv6 ? "2001:db8:77::1" : "198.51.100.7"), 9), Frames.Text("x"))); }),
            Udp("sent after a path MTU was learned", s =>
            {
                var udp = s.Udp(ipv6);
                s.Do("connect", () => udp.ConnectTo(Peer(s)));
                s.Do("send", () => udp.Send(Frames.Octets(1400)));
                byte[] sent = ipv6
                    ? s.Craft.Udp(Network.HostIPv6(0), s.Addresses.IPv6(0), Network.PeerPort, Frames.Octets(40), Network.HostPort)
                    : s.Craft.Udp(Network.HostIPv4(0), s.Addresses.IPv4(0), Network.PeerPort, Frames.Octets(40), Network.HostPort);
                s.Send("too big", IcmpStimuli.Error(s, ipv6, ipv6 ? (byte)2 : (byte)3, ipv6 ? (byte)0 : (byte)4, 1300, IcmpStimuli.Quote(s, ipv6, 17, sent)));
                s.Do("the error", udp.TakeError);
                s.Do("send", () => udp.Send(Frames.Octets(1400)));
            }),
            Udp("too big, about a datagram no socket has sent", s =>
            {
                byte[] sent = ipv6
                    ? s.Craft.Udp(Network.HostIPv6(0), s.Addresses.IPv6(0), Network.PeerPort, Frames.Octets(40), 6999)
                    : s.Craft.Udp(Network.HostIPv4(0), s.Addresses.IPv4(0), Network.PeerPort, Frames.Octets(40), 6999);
                s.Send("too big", IcmpStimuli.Error(s, ipv6, ipv6 ? (byte)2 : (byte)3, ipv6 ? (byte)0 : (byte)4, 1300, IcmpStimuli.Quote(s, ipv6, 17, sent)));
                var udp = s.Udp(ipv6);
                s.Do("send", () => udp.SendTo(Peer(s), Frames.Octets(1400)));
            }),
        ];
    }

    private static IEnumerable<Stimulus> IPv4Only =>
    [
        Received("a broadcast", "10.1.255.255", MacAddress.Broadcast, join: false),
        Received("a limited broadcast", "255.255.255.255", MacAddress.Broadcast, join: false),
        Received("a group that was joined", "239.1.2.3", MacAddress.ForMulticast(InetAddress.Parse("239.1.2.3")), join: true),
        Received("a group that was not joined", "239.1.2.3", MacAddress.ForMulticast(InetAddress.Parse("239.1.2.3")), join: false),
        Received("all hosts", "224.0.0.1", MacAddress.ForMulticast(InetAddress.Parse("224.0.0.1")), join: false),
        Sent("a broadcast without permission", "10.1.255.255", false),
        Sent("a broadcast", "10.1.255.255", true),
        Sent("a limited broadcast", "255.255.255.255", true),
        Sent("a datagram to a group", "239.1.2.3", false),
        Sent("a datagram to all hosts", "224.0.0.1", false),
    ];

    private static IEnumerable<Stimulus> IPv6Only =>
    [
        Received("a group that was joined", "ff0e::1234", MacAddress.ForMulticast(InetAddress.Parse("ff0e::1234")), join: true),
        Received("a group that was not joined", "ff0e::1235", MacAddress.ForMulticast(InetAddress.Parse("ff0e::1235")), join: false),
        Received("all nodes", "ff02::1", MacAddress.ForMulticast(InetAddress.AllNodes), join: false),
        new("UDP over IPv6: to a link-local address, closed port", s => s.Send("a datagram", s.Craft.ToHost(
            s.Craft.IPv6(17, s.Craft.Udp(s.Addresses.LinkLocal(0), Network.HostLinkLocal(0), Network.ClosedPort, Frames.Text("x")), s.Addresses.LinkLocal(0), Network.HostLinkLocal(0))))),
    ];

    private static int[] Sizes(bool ipv6) => ipv6 ? [1452, 1453, 3000, 65_527] : [1472, 1473, 3000, 65_507];

    private static Stimulus Received(string name, string destination, MacAddress station, bool join)
    {
        var to = InetAddress.Parse(destination);
        return new($"UDP over {(to.IsIPv6 ? "IPv6" : "IPv4")}: {name} received", s =>
        {
            var udp = s.Udp(to.IsIPv6);
            if (join)
            {
                s.Do("join", () => udp.Join(to));
            }

            var from = to.IsIPv6 ? s.Addresses.IPv6(0) : s.Addresses.IPv4(0);
            byte[] datagram = s.Craft.Udp(from, to, Network.HostPort, Frames.Text("to all"));
            s.Send("a datagram", s.Craft.ToHost(to.IsIPv6 ? s.Craft.IPv6(17, datagram, destination: to) : s.Craft.IPv4(17, datagram, destination: to), to: station));
            s.Do("receive", udp.Receive);
        });
    }

    private static Stimulus Sent(string name, string destination, bool permitted) => new($"UDP over IPv4: {name} sent", s =>
    {
        var udp = s.Udp();
        if (permitted)
        {
            udp.SetOption(SubjectOption.Broadcast, 1);
        }

        s.Do("send", () => udp.SendTo(new InetEndpoint(InetAddress.Parse(destination), 9), Frames.Text("to all")));
    });
}
