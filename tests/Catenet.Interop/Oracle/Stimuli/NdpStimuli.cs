using Catenet.Wire.Internet;
using Catenet.Wire.Link;

namespace Catenet.Interop.Oracle.Stimuli;

/// <summary>Neighbour discovery (RFC 4861, RFC 4862).</summary>
internal static class NdpStimuli
{
    public static IEnumerable<Stimulus> All =>
    [
        Ndp("a solicitation", s => s.Send(Solicit(s))),
        Ndp("a solicitation for the link-local address", s => s.Send(s.Craft.Solicitation(s.Addresses.LinkLocal(0), 0, Network.HostLinkLocal(0)))),
        Ndp("a solicitation from a link-local address for the global one", s => s.Send(s.Craft.Solicitation(s.Addresses.LinkLocal(0), 0, Network.HostIPv6(0)))),
        Ndp("a solicitation to the host itself", s => s.Send(s.Craft.Solicitation(s.Addresses.IPv6(0), 0, Network.HostIPv6(0), destination: Network.HostIPv6(0)))),
        Ndp("a solicitation without link address, by group", s => s.Send(s.Craft.Solicitation(s.Addresses.IPv6(0), 0, Network.HostIPv6(0), withLinkAddress: false))),
        Ndp("a solicitation without link address, to the host itself", s => s.Send(s.Craft.Solicitation(s.Addresses.IPv6(0), 0, Network.HostIPv6(0), withLinkAddress: false, destination: Network.HostIPv6(0)))),
        Ndp("a solicitation for another", s => s.Send(s.Craft.Solicitation(s.Addresses.IPv6(0), 0, InetAddress.Parse("2001:db8:1::99")))),
        Ndp("a solicitation for another by the host's group", s => s.Send(s.Craft.Solicitation(s.Addresses.IPv6(0), 0, InetAddress.Parse("2001:db8:99::1"), destination: Network.HostIPv6(0).SolicitedNode))),
        Ndp("a solicitation with hop limit 254", s => s.Send(s.Craft.Solicitation(s.Addresses.IPv6(0), 0, Network.HostIPv6(0), hopLimit: 254))),
        Ndp("a solicitation for a group", s => s.Send(s.Craft.Solicitation(s.Addresses.IPv6(0), 0, InetAddress.AllNodes, destination: Network.HostIPv6(0).SolicitedNode))),
        Ndp("a solicitation from nobody (address detection)", s => s.Send(s.Craft.Solicitation(InetAddress.AnyIPv6, 0, Network.HostIPv6(0), withLinkAddress: false))),
        Ndp("a solicitation from nobody with a link address", s => s.Send(s.Craft.Solicitation(InetAddress.AnyIPv6, 0, Network.HostIPv6(0)))),
        Ndp("a solicitation from nobody to the host itself", s => s.Send(s.Craft.Solicitation(InetAddress.AnyIPv6, 0, Network.HostIPv6(0), withLinkAddress: false, destination: Network.HostIPv6(0)))),
        Ndp("a solicitation from the host's own address", s => s.Send(s.Craft.Solicitation(Network.HostIPv6(0), 0, Network.HostIPv6(0)))),
        Ndp("a solicitation from another network", s => s.Send(s.Craft.Solicitation(InetAddress.Parse("2001:db8:99::9"), 0, Network.HostIPv6(0)))),
        Ndp("a solicitation with code 1", s => s.Send(Raw(s, 135, 1, [0, 0, 0, 0, .. Octets(Network.HostIPv6(0))]))),
        Ndp("a solicitation of 20 octets", s => s.Send(Raw(s, 135, 0, [0, 0, 0, 0, .. Octets(Network.HostIPv6(0))[..12]]))),
        Ndp("an option of length zero", s => s.Send(Raw(s, 135, 0, [0, 0, 0, 0, .. Octets(Network.HostIPv6(0)), 1, 0, 2, 0, 1, 0, 0, 0]))),
        Ndp("an option beyond the message", s => s.Send(Raw(s, 135, 0, [0, 0, 0, 0, .. Octets(Network.HostIPv6(0)), 1, 2, 2, 0, 1, 0, 0, 0]))),
        Ndp("an unknown option", s => s.Send(Raw(s, 135, 0, [0, 0, 0, 0, .. Octets(Network.HostIPv6(0)), 99, 1, 0, 0, 0, 0, 0, 0, 1, 1, .. Mac(s)]))),
        Ndp("a link address option twice", s => s.Send(Raw(s, 135, 0, [0, 0, 0, 0, .. Octets(Network.HostIPv6(0)), 1, 1, .. Mac(s), 1, 1, .. Mac(s, 1)]))),
        Ndp("a solicitation for the loopback address", s => s.Send(s.Craft.Solicitation(s.Addresses.IPv6(0), 0, InetAddress.LoopbackIPv6, destination: Network.HostIPv6(0)))),
        Ndp("a solicitation to all nodes", s => s.Send(s.Craft.Solicitation(s.Addresses.IPv6(0), 0, Network.HostIPv6(0), destination: InetAddress.AllNodes))),
        Ndp("an advertisement nobody asked for", s =>
        {
            s.Send(Advertise(s, 0x20, 0));
            s.Send("an echo request: is the sender known?", Echo(s));
        }),
        Ndp("a stranger is asked for and answers", s =>
        {
            s.Send("an echo request of a stranger", Echo(s));
            s.Send("the stranger's advertisement", Advertise(s, 0x60, 0));
            s.Send("another echo request", Echo(s));
        }),
        Ndp("a stranger answers without its link address", s =>
        {
            s.Send("an echo request of a stranger", Echo(s));
            s.Send("the stranger's advertisement", Raw(s, 136, 0, [0x60, 0, 0, 0, .. Octets(s.Addresses.IPv6(0))]));
            s.Send("the stranger's right advertisement", Advertise(s, 0x60, 0));
        }),
        Ndp("a stranger answers with hop limit 64", s =>
        {
            s.Send("an echo request of a stranger", Echo(s));
            byte[] frame = Advertise(s, 0x60, 0);
            frame[14 + 7] = 64;
            s.Send("an advertisement from afar", frame);
        }),
        Ndp("several packets wait for a stranger", s =>
        {
            for (int i = 0; i < 4; i++)
            {
                s.Send("an echo request", Echo(s));
            }

            s.Send("the advertisement", Advertise(s, 0x60, 0));
        }),
        Ndp("a neighbour moves, override", s =>
        {
            s.Introduce(1, ipv6: true);
            s.Send("its advertisement", Advertise(s, 0x20, 1));
            s.Send("an echo request: where does the reply go?", Echo(s));
        }),
        Ndp("a neighbour moves, no override", s =>
        {
            s.Introduce(1, ipv6: true);
            s.Send("its advertisement", Advertise(s, 0, 1));
            s.Send("an echo request: where does the reply go?", Echo(s));
        }),
        Ndp("a neighbour moves by a solicitation", s =>
        {
            s.Introduce(1, ipv6: true);
            s.Send("its solicitation", Raw(s, 135, 0, [0, 0, 0, 0, .. Octets(Network.HostIPv6(0)), 1, 1, .. Mac(s, 1)]));
            s.Send("an echo request: where does the reply go?", Echo(s));
        }),
        Ndp("an advertisement of the host's own address", s => s.Send(Raw(s, 136, 0, [0x20, 0, 0, 0, .. Octets(Network.HostIPv6(0)), 2, 1, .. Mac(s)]))),
        Ndp("a solicited advertisement to all nodes", s => s.Send(s.Craft.ToHost(
            s.Craft.IcmpV6([136, 0, 0, 0, 0x60, 0, 0, 0, .. Octets(s.Addresses.IPv6(0)), 2, 1, .. Mac(s)], s.Addresses.IPv6(0), InetAddress.AllNodes, 255), to: MacAddress.ForMulticast(InetAddress.AllNodes)))),
        Ndp("a router solicitation to a host", s => s.Send(Raw(s, 133, 0, [0, 0, 0, 0, 1, 1, .. Mac(s)]))),
        Ndp("a redirect from a stranger", s => s.Send(Raw(s, 137, 0, [0, 0, 0, 0, .. Octets(s.Addresses.IPv6(1)), .. Octets(s.Addresses.IPv6(0))]))),
        Ndp("a new address of the host's", s => s.AddAddress(s.Addresses.IPv6(3), 64)),
        Ndp("a stranger that never answers", s =>
        {
            var udp = s.Udp(ipv6: true);
            s.Do("send to nobody", () => udp.SendTo(new InetEndpoint(s.Addresses.IPv6(0), 9), Frames.Text("x")));
            s.Await(2000);
            s.Await(2000);
            s.Wait(1200);
            s.Do("the error", udp.TakeError);
        }),
    ];

    private static Stimulus Ndp(string name, Action<Stage> act) => new("NDP: " + name, act) { Unknown = true };

    private static byte[] Solicit(Stage s) => s.Craft.Solicitation(s.Addresses.IPv6(0), 0, Network.HostIPv6(0));

    private static byte[] Echo(Stage s) => s.Craft.ToHost(s.Craft.IPv6(IpProtocol.IcmpV6, s.Craft.EchoV6()));

    private static byte[] Advertise(Stage s, byte flags, int peerMac) =>
        Raw(s, 136, 0, [flags, 0, 0, 0, .. Octets(s.Addresses.IPv6(0)), 2, 1, .. Mac(s, peerMac)]);

    private static byte[] Raw(Stage s, byte type, byte code, byte[] rest) =>
        s.Craft.ToHost(s.Craft.IcmpV6([type, code, 0, 0, .. rest], hopLimit: 255));

    private static byte[] Octets(InetAddress address)
    {
        var octets = new byte[16];
        address.CopyTo(octets);
        return octets;
    }

    private static byte[] Mac(Stage s, int peer = 0)
    {
        var octets = new byte[6];
        s.Addresses.Mac(peer).CopyTo(octets);
        return octets;
    }
}
