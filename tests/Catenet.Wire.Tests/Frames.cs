using System.Text;
using Catenet.Core;
using Catenet.Wire.Dns;
using Catenet.Wire.Internet;
using Catenet.Wire.Internet.Multicast;
using Catenet.Wire.Internet.Ndp;
using Catenet.Wire.Link;
using Catenet.Wire.Transport;

namespace Catenet.Wire.Tests;

/// <summary>Well-formed frames of every protocol, made by the writers under test.</summary>
internal static class Frames
{
    public static readonly MacAddress AliceMac = MacAddress.Parse("02:00:00:00:00:01");
    public static readonly MacAddress BobMac = MacAddress.Parse("02:00:00:00:00:02");
    public static readonly InetAddress Alice = InetAddress.Parse("192.168.1.2");
    public static readonly InetAddress Bob = InetAddress.Parse("203.0.113.1");
    public static readonly InetAddress Alice6 = InetAddress.Parse("2001:db8:1::2");
    public static readonly InetAddress Bob6 = InetAddress.Parse("2001:db8:2::1");
    public static readonly InetAddress AliceLocal = InetAddress.Parse("fe80::ff:fe00:1");

    public delegate int Fill(Span<byte> room);

    public static IEnumerable<(string Name, byte[] Frame)> All()
    {
        yield return ("arp request", Arp(ArpView.Request, MacAddress.None));
        yield return ("arp reply", Arp(ArpView.Reply, BobMac));
        yield return ("tcp syn", Tcp4(TcpFlags.Syn, [], o =>
        {
            var options = new TcpOptionsWriter(o);
            options.AddMaximumSegmentSize(1460);
            options.AddSackPermittedAndTimestamps(1000, 0);
            options.AddWindowScale(7);
            return options.Length;
        }));
        yield return ("tcp sack", Tcp4(TcpFlags.Ack, [], o =>
        {
            var options = new TcpOptionsWriter(o);
            options.AddTimestamps(1, 2);
            options.AddSack([new(new(100), new(200)), new(new(300), new(400))]);
            return options.Length;
        }));
        yield return ("tcp rare options", Tcp4(TcpFlags.Syn | TcpFlags.Ece | TcpFlags.Cwr, [], o =>
        {
            var options = new TcpOptionsWriter(o);
            options.AddFastOpen([1, 2, 3, 4, 5, 6, 7, 8]);
            options.AddUserTimeout(100);
            options.AddOption(TcpOptionKind.Md5Signature, new byte[16]);
            return options.Length;
        }));
        yield return ("http request", Tcp4(TcpFlags.Psh | TcpFlags.Ack, Encoding.ASCII.GetBytes("GET /index.html HTTP/1.1\r\nHost: www.bob.com\r\nUser-Agent: catenet\r\n\r\n"), o => TcpOptionsWriter.WriteTimestamps(o, 5, 6), 80));
        yield return ("http response", Tcp4(TcpFlags.Psh | TcpFlags.Ack, Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"), _ => 0, 80));
        yield return ("tls client hello", Tcp4(TcpFlags.Psh | TcpFlags.Ack, TlsTests.ClientHello("www.bob.com", "h2", "http/1.1"), _ => 0));
        yield return ("tls data", Tcp4(TcpFlags.Ack, [.. Hex.Bytes("140303000101 1703030004 01020304 1503030002 0228"), .. Hex.Bytes("17030301f4 0102")], _ => 0));
        yield return ("tcp data", Tcp4(TcpFlags.Ack, [1, 2, 3], _ => 0, 9999));
        yield return ("dns query", Udp4(40000, 53, DnsMessage.Query(0x1234, DnsName.Parse("www.bob.com"), DnsType.A, true, new DnsEdns()).ToArray()));
        yield return ("dns response", Udp4(53, 40000, (DnsTests.EveryType() with { ResponseCode = DnsResponseCode.NoError }).ToArray()));
        byte[] query = DnsMessage.Query(7, DnsName.Parse("bob.com"), DnsType.SOA).ToArray();
        yield return ("dns over tcp", Tcp4(TcpFlags.Ack, [0, (byte)query.Length, .. query, 0, (byte)query.Length, .. query], _ => 0, 53));
        yield return ("udp data", Udp4(50001, 50002, [1, 2, 3, 4]));
        yield return ("udp without checksum", IPv4(IpProtocol.Udp, r => UdpView.Write(r, 1, 2, 8)));
        yield return ("icmp echo", Icmp4(r => 8 + Copy(r[IcmpView.WriteEcho(r, IcmpType.EchoRequest, 1, 2)..], "ping"u8)));
        yield return ("icmp timestamp", Icmp4(r => IcmpView.WriteTimestamp(r, IcmpType.TimestampReply, 1, 2, 3, 4, 5)));
        yield return ("icmp fragmentation needed", Icmp4Error(IcmpType.DestinationUnreachable, IcmpCode.FragmentationNeeded, IcmpView.RestOfMtu(1400)));
        yield return ("icmp port unreachable", Icmp4Error(IcmpType.DestinationUnreachable, IcmpCode.PortUnreachable, 0));
        yield return ("icmp time exceeded", Icmp4Error(IcmpType.TimeExceeded, 0, 0));
        yield return ("icmp redirect", Icmp4Error(IcmpType.Redirect, IcmpCode.RedirectHost, IcmpView.RestOfGateway(Bob)));
        yield return ("icmp parameter problem", Icmp4Error(IcmpType.ParameterProblem, 0, IcmpView.RestOfPointer(20)));
        yield return ("icmp router advertisement", Icmp4(r => Copy(r, Hex.Bytes("0900 0000 01 02 0708 c0a80101 00000000"))));
        yield return ("ipv4 options", IPv4WithOptions());
        yield return ("ipv4 first fragment", IPv4(IpProtocol.Udp, r => UdpView.Write(r, 50001, 50002, 3000) + 1472, IPv4View.MoreFragmentsBit));
        yield return ("ipv4 last fragment", IPv4(IpProtocol.Udp, r => 1000, 185));
        yield return ("ipv4 in ipv4", IPv4(IpProtocol.IPv4, r => Copy(r, Udp4(1, 2, [1, 2, 3]).AsSpan(14))));
        yield return ("ipv4 unknown protocol", IPv4(253, r => 10));
        yield return ("igmp v2", IPv4(IpProtocol.Igmp, r => IgmpView.Write(r, IgmpType.ReportV2, 0, InetAddress.Parse("224.1.2.3"))));
        yield return ("igmp v3 query", IPv4(IpProtocol.Igmp, r => IgmpView.WriteQueryV3(r, 100, InetAddress.AnyIPv4, 2, 125)));
        yield return ("igmp v3 report", IPv4(IpProtocol.Igmp, IgmpReport));
        yield return ("vlan", Tagged(new VlanTag(100, 5), Udp4(1, 2, [1, 2, 3])));
        yield return ("stacked vlan", Tagged(new VlanTag(7), Tagged(new VlanTag(100), Arp(ArpView.Request, MacAddress.None)), EtherType.ServiceVlan));
        yield return ("padded", [.. Udp4(1, 2, [1]), .. new byte[17]]);
        yield return ("udp6", Udp6(50001, 50002, [1, 2, 3]));
        yield return ("tcp6", Tcp6(TcpFlags.Syn));
        yield return ("dns6", Udp6(40000, 53, query));
        yield return ("icmp6 echo", Icmp6(Alice6, Bob6, 64, r => 8 + Copy(r[IcmpV6View.WriteEcho(r, IcmpV6Type.EchoRequest, 1, 2)..], "ping"u8)));
        yield return ("icmp6 too big", Icmp6(Bob6, Alice6, 64, r => 8 + Copy(r[IcmpV6View.Write(r, IcmpV6Type.PacketTooBig, 0, 1280)..], Udp6(1, 2, [1]).AsSpan(14))));
        yield return ("icmp6 parameter problem", Icmp6(Bob6, Alice6, 64, r => 8 + Copy(r[IcmpV6View.Write(r, IcmpV6Type.ParameterProblem, 1, 40)..], Udp6(1, 2, [1]).AsSpan(14))));
        yield return ("neighbour solicitation", Icmp6(AliceLocal, Bob6.SolicitedNode, 255, r => Options(r, NeighbourSolicitationView.Write(r, Bob6), NdpOptionType.SourceLinkAddress)));
        yield return ("neighbour advertisement", Icmp6(Bob6, AliceLocal, 255, r => Options(r, NeighbourAdvertisementView.Write(r, Bob6, false, true, true), NdpOptionType.TargetLinkAddress)));
        yield return ("router solicitation", Icmp6(AliceLocal, InetAddress.AllRouters, 255, r => Options(r, RouterSolicitationView.Write(r), NdpOptionType.SourceLinkAddress)));
        yield return ("router advertisement", Icmp6(AliceLocal, InetAddress.AllNodes, 255, RouterAdvertisement));
        yield return ("redirect", Icmp6(AliceLocal, Alice6, 255, Redirect));
        yield return ("mld query", Icmp6(AliceLocal, InetAddress.AllNodes, 1, r => MldView.WriteQueryV2(r, 10000, InetAddress.AnyIPv6, 2, 125)));
        yield return ("mld report", MldReport());
        yield return ("ipv6 fragment", IPv6(IpProtocol.Fragment, r => IPv6FragmentView.Write(r, IpProtocol.Udp, 0, true, 9) + UdpView.Write(r[8..], 1, 2, 2000) + 1232));
        yield return ("ipv6 later fragment", IPv6(IpProtocol.Fragment, r => IPv6FragmentView.Write(r, IpProtocol.Udp, 1240, false, 9) + 100));
        yield return ("ipv6 no next header", IPv6(IpProtocol.NoNextHeader, r => 0));
    }

    public static byte[] Ethernet(ushort type, Fill fill, MacAddress? destination = null)
    {
        byte[] frame = new byte[4096];
        EthernetView.Write(frame, destination ?? BobMac, AliceMac, type);
        int length = fill(frame.AsSpan(14));
        return frame[..(14 + length)];
    }

    public static byte[] IPv4(byte protocol, Fill fill, ushort flagsAndOffset = IPv4View.DontFragmentBit) => Ethernet(EtherType.IPv4, room =>
    {
        int length = fill(room[20..]);
        return IPv4View.Write(room, 20 + length, 77, flagsAndOffset, 64, protocol, Alice, Bob) + length;
    });

    public static byte[] IPv6(byte next, Fill fill, InetAddress? source = null, InetAddress? destination = null, byte hopLimit = 64) => Ethernet(EtherType.IPv6, room =>
    {
        int length = fill(room[40..]);
        return IPv6View.Write(room, length, next, hopLimit, source ?? Alice6, destination ?? Bob6) + length;
    });

    public static byte[] Tcp4(TcpFlags flags, byte[] data, Fill options, ushort port = 443) => IPv4(IpProtocol.Tcp, r => Tcp(r, flags, data, options, port, Alice, Bob));

    public static byte[] Tcp6(TcpFlags flags) => IPv6(IpProtocol.Tcp, r => Tcp(r, flags, [], _ => 0, 443, Alice6, Bob6));

    private static int Tcp(Span<byte> room, TcpFlags flags, byte[] data, Fill options, ushort port, InetAddress source, InetAddress destination)
    {
        int header = 20 + options(room[20..]);
        TcpView.Write(room, 49152, port, new SeqNumber(1000), (flags & TcpFlags.Ack) != 0 ? new SeqNumber(5000) : default, flags, 64240, header);
        data.CopyTo(room[header..]);
        int length = header + data.Length;
        TcpView.UpdateChecksum(room[..length], InternetChecksum.PseudoHeader(source, destination, IpProtocol.Tcp, length));
        return length;
    }

    public static byte[] Udp4(ushort from, ushort to, byte[] data) => IPv4(IpProtocol.Udp, r => Udp(r, from, to, data, Alice, Bob));

    public static byte[] Udp6(ushort from, ushort to, byte[] data) => IPv6(IpProtocol.Udp, r => Udp(r, from, to, data, Alice6, Bob6));

    private static int Udp(Span<byte> room, ushort from, ushort to, byte[] data, InetAddress source, InetAddress destination)
    {
        int length = 8 + data.Length;
        UdpView.Write(room, from, to, length);
        data.CopyTo(room[8..]);
        UdpView.UpdateChecksum(room[..length], InternetChecksum.PseudoHeader(source, destination, IpProtocol.Udp, length));
        return length;
    }

    private static byte[] Arp(ushort operation, MacAddress target) =>
        Ethernet(EtherType.Arp, r => ArpView.Write(r, operation, AliceMac, Alice, target, InetAddress.Parse("192.168.1.1")), operation == ArpView.Request ? MacAddress.Broadcast : BobMac);

    private static byte[] Icmp4(Fill fill) => IPv4(IpProtocol.Icmp, r =>
    {
        int length = fill(r);
        IcmpView.UpdateChecksum(r[..length]);
        return length;
    });

    private static byte[] Icmp4Error(byte type, byte code, uint rest) =>
        Icmp4(r => 8 + Copy(r[IcmpView.Write(r, type, code, rest)..], Udp4(50001, 50002, new byte[100]).AsSpan(14, 28)));

    private static byte[] Icmp6(InetAddress source, InetAddress destination, byte hopLimit, Fill fill) => IPv6(IpProtocol.IcmpV6, r =>
    {
        int length = fill(r);
        IcmpV6View.UpdateChecksum(r[..length], InternetChecksum.PseudoHeader(source, destination, IpProtocol.IcmpV6, length));
        return length;
    }, source, destination, hopLimit);

    private static int Options(Span<byte> room, int at, byte type)
    {
        var options = new NdpOptionWriter(room[at..]);
        if (type == NdpOptionType.SourceLinkAddress)
        {
            options.AddSourceLinkAddress(AliceMac);
        }
        else
        {
            options.AddTargetLinkAddress(BobMac);
        }

        return at + options.Length;
    }

    private static int RouterAdvertisement(Span<byte> room)
    {
        int at = RouterAdvertisementView.Write(room, 64, 1800);
        var options = new NdpOptionWriter(room[at..]);
        options.AddSourceLinkAddress(AliceMac);
        options.AddMtu(1500);
        options.AddPrefixInformation(new PrefixInformation(InetPrefix.Parse("2001:db8:1::/64"), true, true, 2592000, 604800));
        options.AddRecursiveDnsServers(600, [Bob6]);
        return at + options.Length;
    }

    private static int Redirect(Span<byte> room)
    {
        int at = NdpRedirectView.Write(room, AliceLocal, Bob6);
        var options = new NdpOptionWriter(room[at..]);
        options.AddTargetLinkAddress(BobMac);
        options.AddRedirectedHeader(Udp6(1, 2, new byte[8]).AsSpan(14));
        return at + options.Length;
    }

    private static int IgmpReport(Span<byte> room)
    {
        int at = IgmpView.WriteReportV3(room, 2);
        at += GroupRecordWriter.Write(room[at..], GroupRecordType.ChangeToExclude, InetAddress.Parse("224.1.2.3"), []);
        at += GroupRecordWriter.Write(room[at..], GroupRecordType.ModeIsInclude, InetAddress.Parse("232.1.2.3"), [Alice, Bob]);
        IgmpView.UpdateChecksum(room[..at]);
        return at;
    }

    private static byte[] MldReport()
    {
        var destination = InetAddress.Parse("ff02::16");
        return IPv6(IpProtocol.HopByHop, room =>
        {
            IPv6OptionsView.WriteRouterAlert(room, IpProtocol.IcmpV6);
            var message = room[8..];
            int length = MldView.WriteReportV2(message, 1);
            length += GroupRecordWriter.Write(message[length..], GroupRecordType.ChangeToExclude, InetAddress.Parse("ff02::1:2"), []);
            IcmpV6View.UpdateChecksum(message[..length], InternetChecksum.PseudoHeader(AliceLocal, destination, IpProtocol.IcmpV6, length));
            return 8 + length;
        }, AliceLocal, destination, 1);
    }

    private static byte[] IPv4WithOptions() => Ethernet(EtherType.IPv4, room =>
    {
        byte[] options = new byte[28];
        int at = IPv4OptionWriter.WriteRouterAlert(options);
        at += IPv4OptionWriter.WriteRecordRoute(options.AsSpan(at), 3);
        IPv4OptionWriter.Record(options.AsSpan(4, 15), Alice);
        options[at++] = IPv4OptionType.NoOperation;
        at += IPv4OptionWriter.WriteTimestamp(options.AsSpan(at), false, 1);
        int header = 20 + options.Length;
        int length = 8 + Copy(room[(header + 8)..], "ping"u8);
        IcmpView.WriteEcho(room[header..], IcmpType.EchoRequest, 1, 2);
        IcmpView.UpdateChecksum(room.Slice(header, length));
        IPv4View.Write(room, header + length, 1, 0, 64, IpProtocol.Icmp, Alice, Bob, 0, options);
        return header + length;
    });

    private static byte[] Tagged(VlanTag tag, byte[] frame, ushort protocol = EtherType.Vlan)
    {
        byte[] tagged = [0, 0, 0, 0, .. frame];
        VlanView.Insert(tagged, protocol, tag);
        return tagged;
    }

    private static int Copy(Span<byte> room, ReadOnlySpan<byte> data)
    {
        data.CopyTo(room);
        return data.Length;
    }
}
