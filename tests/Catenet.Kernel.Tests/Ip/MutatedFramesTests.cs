using Catenet.Kernel.Tests.Support;
using Catenet.Wire.Internet;
using Catenet.Wire.Internet.Ndp;
using Catenet.Wire.Link;

namespace Catenet.Kernel.Tests;

public sealed class MutatedFramesTests : KernelTest
{
    [Theory]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    public void Mutated_frames_cause_no_exception_no_leak_and_no_growth(bool forwarding, bool repairChecksum)
    {
        var host = Quiet("a", s =>
        {
            s.Forwarding = forwarding;
            s.DeviceDefaults.AcceptSourceRoute = true;
            s.Icmp.EchoIgnoreBroadcasts = false;
        });
        if (forwarding && !repairChecksum)
        {
            host.Netfilter.EnableTracking();
        }

        var (device, port) = AddPort(host, "eth0", "10.0.0.1/24", "2001:db8::1/64");
        var (_, other) = AddPort(host, "eth1", "10.0.9.1/24", "2001:db8:9::1/64");
        port.KeepFrames = other.KeepFrames = false;
        Know(device, "10.0.0.2", "2001:db8::2");
        var random = Loop.Random("mutate");
        byte[][] seeds = Seeds(device.Mac);
        for (int i = 0; i < 70_000; i++)
        {
            byte[] frame = (byte[])seeds[random.Next(seeds.Length)].Clone();
            int changes = random.Next(6);
            for (int c = 0; c < changes; c++)
            {
                // Mostly headers; the destination address is left alone, so that most frames get in.
                int at = random.Next(6, random.Chance(0.8) ? Math.Min(frame.Length, 80) : frame.Length);
                frame[at] = random.Chance(0.5) ? (byte)random.NextUInt32() : (byte)(frame[at] ^ 1 << random.Next(8));
            }

            if (random.Chance(0.1))
            {
                frame = frame[..random.Next(frame.Length)];
            }

            if (repairChecksum)
            {
                Repair(frame);
            }

            port.Inject(frame);
            if (i % 16 == 0)
            {
                Run(0.002);
            }
        }

        Run(0.1);
        Assert.InRange(host.Neighbours.Count, 0, 1024);
        Assert.InRange(host.Ip.Reassembler.Memory, 0, 5_000_000);
        Assert.InRange(host.Ip.PathMtu.Count, 0, 2048);
        Assert.InRange(host.Routes.Count, 0, 400);
        Assert.True(host.Drops.Total > 1000);
    }

    private static void Repair(byte[] frame)
    {
        if (frame.Length >= 34 && frame[12] == 8 && frame[13] == 0 && (frame[14] & 15) * 4 is >= 20 and var header && frame.Length >= 14 + header)
        {
            IPv4View.UpdateChecksum(frame.AsSpan(14));
            if (frame[23] == 1 && frame.Length >= 14 + header + 8)
            {
                IcmpView.UpdateChecksum(frame.AsSpan(14 + header));
            }
        }
        else if (frame.Length >= 62 && frame[12] == 0x86 && frame[20] == IpProtocol.IcmpV6)
        {
            var ip = frame.AsSpan(14);
            IcmpV6View.UpdateChecksum(ip[40..], InternetChecksum.PseudoHeader(InetAddress.ReadIPv6(ip[8..]), InetAddress.ReadIPv6(ip[24..]), IpProtocol.IcmpV6, ip.Length - 40));
        }
    }

    private static byte[][] Seeds(MacAddress mac)
    {
        byte[] Frame(byte[] packet) => Ethernet(mac, PeerMac, packet[0] >> 4 == 4 ? EtherType.IPv4 : EtherType.IPv6, packet);
        byte[] Icmp6(string from, string to, byte[] message, byte hopLimit)
        {
            IcmpV6View.UpdateChecksum(message, InternetChecksum.PseudoHeader(A(from), A(to), IpProtocol.IcmpV6, message.Length));
            return Frame(Ip(from, to, IpProtocol.IcmpV6, message, hopLimit));
        }

        byte[] Error4(byte type, byte code)
        {
            byte[] message = [.. new byte[8], .. EchoRequest("10.0.0.1", "10.0.0.2", 24)];
            IcmpView.Write(message, type, code, 0x0000_0240);
            IcmpView.UpdateChecksum(message);
            return Frame(Ip("10.0.0.2", "10.0.0.1", IpProtocol.Icmp, message));
        }

        byte[] tooBig = [.. new byte[8], .. EchoRequest("2001:db8::1", "2001:db8::2", 24)];
        IcmpV6View.Write(tooBig, IcmpV6Type.PacketTooBig, 0, 1300);
        var solicitation = new byte[32];
        NeighbourSolicitationView.Write(solicitation, A("2001:db8::1"));
        new NdpOptionWriter(solicitation.AsSpan(24)).AddSourceLinkAddress(PeerMac);
        var advertisement = new byte[32];
        NeighbourAdvertisementView.Write(advertisement, A("2001:db8::2"), true, true, true);
        new NdpOptionWriter(advertisement.AsSpan(24)).AddTargetLinkAddress(PeerMac);
        var router = new byte[16 + 8 + 8 + 32 + 24];
        RouterAdvertisementView.Write(router, 64, 1800);
        var options = new NdpOptionWriter(router.AsSpan(16));
        options.AddSourceLinkAddress(PeerMac);
        options.AddMtu(1400);
        options.AddPrefixInformation(new PrefixInformation(InetPrefix.Parse("2001:db8:5::/64"), true, true, 7200, 3600));
        options.AddRecursiveDnsServers(600, [A("2001:db8::53")]);
        var redirect = new byte[40];
        NdpRedirectView.Write(redirect, A("fe80::9"), A("2001:db8:8::1"));
        byte[] fragment = EchoRequest("10.0.0.2", "10.0.0.1", 200);
        IPv4View.SetFlagsAndOffset(fragment, 0x2000);
        byte[] extended = [0, 0, 1, 4, 0, 0, 0, 0, .. new byte[24]];
        extended[0] = IpProtocol.DestinationOptions;
        byte[] sixFragment = [58, 0, 0, 1, 0, 0, 0, 9, .. new byte[48]];
        return
        [
            Frame(EchoRequest("10.0.0.2", "10.0.0.1", 100)), Frame(EchoRequest("10.0.0.2", "10.0.9.9", 100)), Frame(EchoRequest("2001:db8::2", "2001:db8::1", 100)),
            Frame(EchoRequest("2001:db8::2", "2001:db8:9::9", 100)), Frame(fragment), Error4(3, 4), Error4(11, 0), Error4(5, 1),
            Icmp6("2001:db8::2", "2001:db8::1", tooBig, 64), Icmp6("2001:db8::2", "2001:db8::1", solicitation, 255),
            Icmp6("2001:db8::2", "2001:db8::1", advertisement, 255), Icmp6("fe80::2", "2001:db8::1", router, 255), Icmp6("fe80::2", "2001:db8::1", redirect, 255),
            Frame(Ip("2001:db8::2", "2001:db8::1", IpProtocol.HopByHop, extended)), Frame(Ip("2001:db8::2", "2001:db8::1", IpProtocol.Fragment, sixFragment)),
            Frame(Ip("2001:db8::2", "2001:db8::1", IpProtocol.Routing, extended)), Frame(Ip("10.0.0.2", "10.0.0.1", 200, new byte[40])),
            Arp(ArpView.Request, PeerMac, "10.0.0.2", MacAddress.None, "10.0.0.1"), Arp(ArpView.Reply, PeerMac, "10.0.0.2", mac, "10.0.0.1"),
        ];
    }
}
