using Catenet.Wire.Internet;
using Catenet.Wire.Link;

namespace Catenet.Interop.Oracle.Stimuli;

/// <summary>A host that forwards between two networks (RFC 1812, RFC 8200): what passes, how it is changed, what the sender is told.</summary>
internal static class RouterStimuli
{
    public static IEnumerable<Stimulus> All => [.. Passing(ipv6: false), .. Passing(ipv6: true), .. IPv4Only, .. IPv6Only];

    private static IEnumerable<Stimulus> Passing(bool ipv6)
    {
        Stimulus Router(string name, Action<Stage> act, bool unknown = false) => new($"Router, {(ipv6 ? "IPv6" : "IPv4")}: {name}", act) { IsRouter = true, Unknown = unknown };
        InetAddress To(Stage s, int peer = 1, int device = 1) => ipv6 ? s.Addresses.IPv6(peer, device) : s.Addresses.IPv4(peer, device);
        byte[] Packet(Stage s, InetAddress to, byte hops = 64, int data = 8, InetAddress? from = null) => ipv6
            ? s.Craft.IPv6(58, s.Craft.EchoV6(data, source: from, destination: to), from, to, hops)
            : s.Craft.IPv4(1, Frames.Echo(data), from, to, hops);
        void Send(Stage s, byte[] packet, MacAddress? station = null) => s.Send("a packet", s.Craft.ToHost(packet, to: station));

        return
        [
            Router("a packet passes", s => Send(s, Packet(s, To(s)))),
            Router("hop limit 2", s => Send(s, Packet(s, To(s), 2))),
            Router("hop limit 1", s => Send(s, Packet(s, To(s), 1))),
            Router("hop limit 0", s => Send(s, Packet(s, To(s), 0))),
            Router("hop limit 1, to the router", s => Send(s, Packet(s, ipv6 ? Network.HostIPv6(0) : Network.HostIPv4(0), 1))),
            Router("hop limit 1, to the router's other address", s => Send(s, Packet(s, ipv6 ? Network.HostIPv6(1) : Network.HostIPv4(1), 1))),
            Router("to the router's other address", s => Send(s, Packet(s, ipv6 ? Network.HostIPv6(1) : Network.HostIPv4(1)))),
            Router("no route", s => Send(s, Packet(s, InetAddress.Parse(ipv6 ? "2001:db8:77::1" : "198.51.100.7")))),
            Router("no route, hop limit 1", s => Send(s, Packet(s, InetAddress.Parse(ipv6 ? "2001:db8:77::1" : "198.51.100.7"), 1))),
            Router("back to where it came from", s => Send(s, Packet(s, To(s, 1, 0)))),
            Router("back to its sender", s => Send(s, Packet(s, To(s, 0, 0)))),
            Router("from another network", s => Send(s, Packet(s, To(s), from: InetAddress.Parse(ipv6 ? "2001:db8:77::1" : "198.51.100.7")))),
            Router("from the router's own address", s => Send(s, Packet(s, To(s), from: ipv6 ? Network.HostIPv6(0) : Network.HostIPv4(0)))),
            Router("from the network it goes to", s => Send(s, Packet(s, To(s), from: To(s, 2)))),
            Router("in a broadcast frame", s => Send(s, Packet(s, To(s)), MacAddress.Broadcast)),
            Router("a packet that is too big", s => Send(s, Packet(s, To(s), data: 1600))),
            Router("a neighbour that is asked for", s =>
            {
                Send(s, Packet(s, To(s, 3)));
                s.Send("the neighbour answers", ipv6 ? Advertise(s, 3) : s.Craft.Arp(3, ArpView.Reply, s.Addresses.IPv4(3, 1), Network.HostIPv4(1), Network.HostMac(1), Network.HostMac(1)), 1);
            }),
            Router("a neighbour that does not answer", s =>
            {
                Send(s, Packet(s, To(s, 3)));
                s.Await(2000);
                s.Await(2000);
                s.Await(2000);
            }),
            Router("a UDP datagram passes", s =>
            {
                byte[] datagram = s.Craft.Udp(ipv6 ? s.Addresses.IPv6(0) : s.Addresses.IPv4(0), To(s), 9, Frames.Text("x"));
                Send(s, ipv6 ? s.Craft.IPv6(17, datagram, destination: To(s), trafficClass: 0xB9) : s.Craft.IPv4(17, datagram, destination: To(s), tos: 0xB9));
            }),
            Router("a protocol nobody speaks passes", s => Send(s, ipv6 ? s.Craft.IPv6(253, Frames.Octets(30), destination: To(s)) : s.Craft.IPv4(253, Frames.Octets(30), destination: To(s)))),
            Router("hop limit 1, an error message", s =>
            {
                byte[] message = ipv6 ? [1, 4, 0, 0, 0, 0, 0, 0, .. s.Craft.IPv6(17, Frames.Octets(8))] : [3, 3, 0, 0, 0, 0, 0, 0, .. s.Craft.IPv4(17, Frames.Octets(8))];
                Send(s, ipv6 ? s.Craft.IcmpV6(message, destination: To(s), hopLimit: 1) : s.Craft.IPv4(1, Frames.SumIcmp(message), destination: To(s), ttl: 1));
            }),
        ];
    }

    private static IEnumerable<Stimulus> IPv4Only =>
    [
        Packet4("too big, don't fragment", s => s.Craft.IPv4(1, Frames.Echo(1600), destination: s.Addresses.IPv4(1, 1), flagsAndOffset: IPv4View.DontFragmentBit)),
        Packet4("too big, a fragment already", s => s.Craft.IPv4(1, Frames.Octets(1600), destination: s.Addresses.IPv4(1, 1), flagsAndOffset: IPv4View.MoreFragmentsBit)),
        Packet4("too big, with a record route", s => s.Craft.IPv4(1, Frames.Echo(1600), destination: s.Addresses.IPv4(1, 1), options: [7, 11, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0])),
        Packet4("a fragment passes", s => s.Craft.IPv4(1, Frames.Octets(80), destination: s.Addresses.IPv4(1, 1), flagsAndOffset: IPv4View.MoreFragmentsBit | 10)),
        Packet4("a later fragment, hop limit 1", s => s.Craft.IPv4(1, Frames.Octets(80), destination: s.Addresses.IPv4(1, 1), ttl: 1, flagsAndOffset: 10)),
        Packet4("a directed broadcast of the other network", s => s.Craft.IPv4(1, Frames.Echo(), destination: InetAddress.Parse("10.2.255.255"))),
        Packet4("a group", s => s.Craft.IPv4(1, Frames.Echo(), destination: InetAddress.Parse("239.1.2.3"))),
        Packet4("a link-local destination", s => s.Craft.IPv4(1, Frames.Echo(), destination: InetAddress.Parse("169.254.1.1"))),
        Packet4("a loopback destination", s => s.Craft.IPv4(1, Frames.Echo(), destination: InetAddress.Parse("127.0.0.2"))),
        Packet4("a class E destination", s => s.Craft.IPv4(1, Frames.Echo(), destination: InetAddress.Parse("240.0.0.1"))),
        Packet4("from the loopback network", s => s.Craft.IPv4(1, Frames.Echo(), source: InetAddress.LoopbackIPv4, destination: s.Addresses.IPv4(1, 1))),
        Packet4("from 0.0.0.0", s => s.Craft.IPv4(1, Frames.Echo(), source: InetAddress.AnyIPv4, destination: s.Addresses.IPv4(1, 1))),
        Packet4("record route", s => s.Craft.IPv4(1, Frames.Echo(), destination: s.Addresses.IPv4(1, 1), options: [7, 11, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0])),
        Packet4("record route, full", s => s.Craft.IPv4(1, Frames.Echo(), destination: s.Addresses.IPv4(1, 1), options: [7, 7, 8, 10, 9, 9, 9, 0])),
        Packet4("record route, malformed", s => s.Craft.IPv4(1, Frames.Echo(), destination: s.Addresses.IPv4(1, 1), options: [7, 2, 1, 1])),
        Packet4("an unknown option", s => s.Craft.IPv4(1, Frames.Echo(), destination: s.Addresses.IPv4(1, 1), options: [0x9E, 4, 1, 2])),
        Packet4("router alert", s => s.Craft.IPv4(1, Frames.Echo(), destination: s.Addresses.IPv4(1, 1), options: [148, 4, 0, 0])),
        Packet4("loose source route", s => s.Craft.IPv4(1, Frames.Echo(), options: [131, 7, 4, 10, 2, 1, 1, 0])),
        Packet4("a header with a wrong checksum", s => Frames.PatchIPv4(s.Craft.IPv4(1, Frames.Echo(), destination: s.Addresses.IPv4(1, 1)), 11, 0x55, repair: false)),
        Reverse("an ARP request for the other interface's address", s => s.Send("a request", s.Craft.ArpRequest(0, Network.HostIPv4(1)))),
        Reverse("an ARP request for a host on the other network", s => s.Send("a request", s.Craft.ArpRequest(0, s.Addresses.IPv4(1, 1)))),
        Reverse("an ARP request for a host on the other network, by proxy", s =>
        {
            s.Set("net.ipv4.conf.eth0.proxy_arp", 1);
            s.Send("a request", s.Craft.ArpRequest(0, s.Addresses.IPv4(1, 1)), linger: 900);
        }),
        Reverse("reverse path filter, strict", s =>
        {
            s.Set("net.ipv4.conf.eth0.rp_filter", 1);
            s.Send("from the wrong side", s.Craft.ToHost(s.Craft.IPv4(1, Frames.Echo(), source: s.Addresses.IPv4(1, 1))));
            s.Send("from the right side", s.Craft.ToHost(s.Craft.IPv4(1, Frames.Echo())));
        }),
    ];

    private static IEnumerable<Stimulus> IPv6Only =>
    [
        Packet6("a link-local source", s => s.Craft.IPv6(58, s.Craft.EchoV6(8, source: s.Addresses.LinkLocal(0), destination: s.Addresses.IPv6(1, 1)), s.Addresses.LinkLocal(0), s.Addresses.IPv6(1, 1))),
        Packet6("a link-local destination that is not known", s => s.Craft.IPv6(58, s.Craft.EchoV6(8, destination: InetAddress.Parse("fe80::99")), destination: InetAddress.Parse("fe80::99"))) with { LeavesQuestions = true },
        Packet6("the other interface's link-local address", s => s.Craft.IPv6(58, s.Craft.EchoV6(8, destination: Network.HostLinkLocal(1)), destination: Network.HostLinkLocal(1))) with { LeavesQuestions = true },
        Packet6("an unspecified source", s => s.Craft.IPv6(58, s.Craft.EchoV6(8, source: InetAddress.AnyIPv6, destination: s.Addresses.IPv6(1, 1)), InetAddress.AnyIPv6, s.Addresses.IPv6(1, 1))),
        Packet6("a loopback source", s => s.Craft.IPv6(58, s.Craft.EchoV6(8, source: InetAddress.LoopbackIPv6, destination: s.Addresses.IPv6(1, 1)), InetAddress.LoopbackIPv6, s.Addresses.IPv6(1, 1))),
        Packet6("the subnet-router anycast address", s => s.Craft.IPv6(58, s.Craft.EchoV6(8, destination: InetAddress.Parse("2001:db8:1::")), destination: InetAddress.Parse("2001:db8:1::"))),
        Packet6("all routers", s => s.Craft.IPv6(58, s.Craft.EchoV6(8, destination: InetAddress.AllRouters), destination: InetAddress.AllRouters), MacAddress.ForMulticast(InetAddress.AllRouters)),
        Packet6("a global group", s => s.Craft.IPv6(58, s.Craft.EchoV6(8, destination: InetAddress.Parse("ff0e::1")), destination: InetAddress.Parse("ff0e::1")), MacAddress.ForMulticast(InetAddress.Parse("ff0e::1"))),
        Packet6("destination options pass", s => s.Craft.IPv6(60, [58, 0, 0x9E, 2, 0, 0, 1, 0, .. s.Craft.EchoV6(8, destination: s.Addresses.IPv6(1, 1))], destination: s.Addresses.IPv6(1, 1))),
        Packet6("hop-by-hop options pass", s => s.Craft.IPv6(0, [58, 0, 1, 4, 0, 0, 0, 0, .. s.Craft.EchoV6(8, destination: s.Addresses.IPv6(1, 1))], destination: s.Addresses.IPv6(1, 1))),
        Packet6("an unknown hop-by-hop option to report", s => s.Craft.IPv6(0, [58, 0, 0x9E, 2, 0, 0, 1, 0, .. s.Craft.EchoV6(8, destination: s.Addresses.IPv6(1, 1))], destination: s.Addresses.IPv6(1, 1))),
        Packet6("a routing header passes", s => s.Craft.IPv6(43, [58, 2, 0, 1, 0, 0, 0, 0, .. new byte[16], .. s.Craft.EchoV6(8, destination: s.Addresses.IPv6(1, 1))], destination: s.Addresses.IPv6(1, 1))),
        Packet6("a fragment passes", s => s.Craft.IPv6(44, [58, 0, 0, 1, 0, 0, 0, 9, .. Frames.Octets(80)], destination: s.Addresses.IPv6(1, 1))),
        Packet6("next header 254, hop limit 1", s => s.Craft.IPv6(254, Frames.Octets(1400), destination: s.Addresses.IPv6(1, 1), hopLimit: 1)),
        new("Router, IPv6: a solicitation is answered by a router", s => s.Send("a solicitation", s.Craft.Solicitation(s.Addresses.IPv6(0), 0, Network.HostIPv6(0)))) { IsRouter = true },
        new("Router, IPv6: a router solicitation without a daemon", s => s.Send("a solicitation", s.Craft.ToHost(
            s.Craft.IcmpV6([133, 0, 0, 0, 0, 0, 0, 0], s.Addresses.LinkLocal(0), InetAddress.AllRouters, 255), to: MacAddress.ForMulticast(InetAddress.AllRouters)), linger: 600)) { IsRouter = true },
    ];

    private static Stimulus Packet4(string name, Func<Stage, byte[]> make) => new("Router, IPv4: " + name, s => s.Send("a packet", s.Craft.ToHost(make(s)))) { IsRouter = true };

    private static Stimulus Packet6(string name, Func<Stage, byte[]> make, MacAddress? station = null) =>
        new("Router, IPv6: " + name, s => s.Send("a packet", s.Craft.ToHost(make(s), to: station))) { IsRouter = true };

    private static Stimulus Reverse(string name, Action<Stage> act) => new("Router, IPv4: " + name, act) { IsRouter = true };

    private static byte[] Advertise(Stage s, int peer)
    {
        var target = new byte[16];
        s.Addresses.IPv6(peer, 1).CopyTo(target);
        var mac = new byte[6];
        s.Addresses.Mac(peer).CopyTo(mac);
        return s.Craft.ToHost(s.Craft.IcmpV6([136, 0, 0, 0, 0x60, 0, 0, 0, .. target, 2, 1, .. mac], s.Addresses.IPv6(peer, 1), Network.HostIPv6(1), 255), 1, peer);
    }
}
