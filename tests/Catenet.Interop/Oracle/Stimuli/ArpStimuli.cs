using Catenet.Wire.Link;

namespace Catenet.Interop.Oracle.Stimuli;

/// <summary>ARP (RFC 826, RFC 5227, RFC 1122 2.3.2).</summary>
internal static class ArpStimuli
{
    private static readonly InetAddress s_nobody = InetAddress.Parse("10.1.0.99");

    public static IEnumerable<Stimulus> All =>
    [
        Unknown("a request for the host", s => s.Send(Request(s, Network.HostIPv4(0)))),
        Unknown("a request for another", s => s.Send(Request(s, s_nobody))),
        Unknown("a request to the host's station", s => s.Send(Request(s, Network.HostIPv4(0), to: Network.HostMac(0)))),
        Unknown("a request to another's station", s => s.Send(Request(s, Network.HostIPv4(0), to: MacAddress.Parse("02:00:00:00:77:77")))),
        Unknown("a request to a group", s => s.Send(Request(s, Network.HostIPv4(0), to: MacAddress.Parse("01:00:5e:00:00:01")))),
        Unknown("a probe for the host (no sender)", s => s.Send(Request(s, Network.HostIPv4(0), sender: InetAddress.AnyIPv4))),
        Unknown("a probe for another (no sender)", s => s.Send(Request(s, s_nobody, sender: InetAddress.AnyIPv4))),
        Unknown("a request from the host's own address", s => s.Send(Request(s, Network.HostIPv4(0), sender: Network.HostIPv4(0)))),
        Unknown("a request from another network", s => s.Send(Request(s, Network.HostIPv4(0), sender: InetAddress.Parse("198.51.100.7")))),
        Unknown("a request from a group", s => s.Send(Request(s, Network.HostIPv4(0), sender: InetAddress.Parse("224.0.0.9")))),
        Unknown("a request from the loopback network", s => s.Send(Request(s, Network.HostIPv4(0), sender: InetAddress.LoopbackIPv4))),
        Unknown("a request for the loopback address", s => s.Send(Request(s, InetAddress.LoopbackIPv4))),
        Unknown("a request for the broadcast address", s => s.Send(Request(s, InetAddress.Parse("10.1.255.255")))),
        Unknown("a request for a group", s => s.Send(Request(s, InetAddress.Parse("224.0.0.1")))),
        Unknown("a request with a sender station that is not the frame's", s => s.Send(
            s.Craft.Arp(0, ArpView.Request, s.Addresses.IPv4(0), Network.HostIPv4(0), MacAddress.None, MacAddress.Broadcast, senderMac: s.Addresses.Mac(1)))),
        Unknown("a reply nobody asked for", s =>
        {
            s.Send(Reply(s, 0));
            s.Send("an echo request: does the host know the sender?", s.Craft.ToHost(s.Craft.IPv4(1, Frames.Echo())));
        }),
        Unknown("a request that updates a neighbour", s =>
        {
            s.Introduce(1, ipv6: false);
            s.Send(s.Craft.Arp(0, ArpView.Request, s.Addresses.IPv4(0), Network.HostIPv4(0), MacAddress.None, MacAddress.Broadcast, senderMac: s.Addresses.Mac(1)));
            s.Send("an echo request: where does the reply go?", s.Craft.ToHost(s.Craft.IPv4(1, Frames.Echo())));
        }),
        Unknown("a gratuitous request of a neighbour", s =>
        {
            s.Send(s.Craft.Arp(0, ArpView.Request, s.Addresses.IPv4(0), s.Addresses.IPv4(0), MacAddress.None, MacAddress.Broadcast));
            s.Send("an echo request", s.Craft.ToHost(s.Craft.IPv4(1, Frames.Echo())));
        }),
        Unknown("operation 3 (reverse request)", s => s.Send(s.Craft.Arp(0, 3, s.Addresses.IPv4(0), Network.HostIPv4(0), MacAddress.None, MacAddress.Broadcast))),
        Unknown("operation 0", s => s.Send(s.Craft.Arp(0, 0, s.Addresses.IPv4(0), Network.HostIPv4(0), MacAddress.None, MacAddress.Broadcast))),
        Unknown("another hardware type", s => s.Send(Patched(s, 1, 6))),
        Unknown("another protocol type", s => s.Send(Patched(s, 2, 0x86))),
        Unknown("a hardware address of 8 octets", s => s.Send(Patched(s, 4, 8))),
        Unknown("a protocol address of 16 octets", s => s.Send(Patched(s, 5, 16))),
        Unknown("a request cut short", s => s.Send("a request cut short", Request(s, Network.HostIPv4(0))[..^4])),
        Unknown("a request with padding", s => s.Send("a request with padding", [.. Request(s, Network.HostIPv4(0)), .. new byte[18]])),
        Unknown("a new address of the host's", s => s.AddAddress(s.Addresses.IPv4(3), 16)),
        Unknown("an unknown neighbour is asked for and answers", s =>
        {
            s.Send("an echo request of a stranger", s.Craft.ToHost(s.Craft.IPv4(1, Frames.Echo())));
            s.Send("the stranger's reply", Reply(s, 0));
            s.Send("another echo request", s.Craft.ToHost(s.Craft.IPv4(1, Frames.Echo(sequence: 2))));
        }),
        Unknown("several packets wait for a neighbour", s =>
        {
            for (ushort i = 1; i <= 4; i++)
            {
                s.Send("an echo request", s.Craft.ToHost(s.Craft.IPv4(1, Frames.Echo(sequence: i))));
            }

            s.Send("the reply", Reply(s, 0));
        }),
        Unknown("an unknown neighbour that never answers", s =>
        {
            var udp = s.Udp();
            s.Do("send to nobody", () => udp.SendTo(new InetEndpoint(s.Addresses.IPv4(0), 9), Frames.Text("x")));
            s.Await(2000);
            s.Await(2000);
            s.Wait(1200);
            s.Do("the error", udp.TakeError);
        }),
    ];

    private static Stimulus Unknown(string name, Action<Stage> act) => new("ARP: " + name, act) { Unknown = true };

    private static byte[] Request(Stage s, InetAddress target, InetAddress? sender = null, MacAddress? to = null) =>
        s.Craft.Arp(0, ArpView.Request, sender ?? s.Addresses.IPv4(0), target, MacAddress.None, to ?? MacAddress.Broadcast);

    private static byte[] Reply(Stage s, int peer) =>
        s.Craft.Arp(peer, ArpView.Reply, s.Addresses.IPv4(peer), Network.HostIPv4(0), Network.HostMac(0), Network.HostMac(0));

    private static byte[] Patched(Stage s, int offset, byte value)
    {
        var frame = Request(s, Network.HostIPv4(0));
        frame[EthernetView.Size + offset] = value;
        return frame;
    }
}
