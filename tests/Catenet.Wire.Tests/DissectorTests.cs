using Catenet.Wire.Dissection;
using Catenet.Wire.Dns;
using Catenet.Wire.Link;
using Catenet.Wire.Transport;

namespace Catenet.Wire.Tests;

public class DissectorTests
{
    public static TheoryData<string, string> Pictures => new()
    {
        { "arp request", "[Eth [ARP]]" },
        { "tcp syn", "[Eth [IPv4 [TCP]]]" },
        { "http request", "[Eth [IPv4 [TCP [HTTP]]]]" },
        { "http response", "[Eth [IPv4 [TCP [HTTP [Data]]]]]" },
        { "tls client hello", "[Eth [IPv4 [TCP [TLS]]]]" },
        { "tls data", "[Eth [IPv4 [TCP [TLS] [TLS [Data]] [TLS] [TLS [Data]]]]]" },
        { "dns query", "[Eth [IPv4 [UDP [DNS]]]]" },
        { "dns over tcp", "[Eth [IPv4 [TCP [DNS] [DNS]]]]" },
        { "icmp port unreachable", "[Eth [IPv4 [ICMP [IPv4 [UDP]]]]]" },
        { "ipv4 last fragment", "[Eth [IPv4 [Data]]]" },
        { "ipv4 in ipv4", "[Eth [IPv4 [IPv4 [UDP [Data]]]]]" },
        { "vlan", "[Eth [VLAN [IPv4 [UDP [Data]]]]]" },
        { "stacked vlan", "[Eth [S-VLAN [VLAN [ARP]]]]" },
        { "mld report", "[Eth [IPv6 [HopByHop [ICMPv6]]]]" },
        { "redirect", "[Eth [IPv6 [ICMPv6 [IPv6 [UDP [Data]]]]]]" },
        { "ipv6 fragment", "[Eth [IPv6 [Frag [UDP [Data]]]]]" },
    };

    [Theory]
    [MemberData(nameof(Pictures))]
    public void The_picture_shows_every_layer(string name, string picture) => Assert.Equal(picture, Dissector.Dissect(Frame(name)).Encapsulation);

    [Fact]
    public void The_octets_of_all_layers_add_up_to_the_frame()
    {
        foreach (var (name, frame) in Frames.All())
        {
            var dissection = Dissector.Dissect(frame);
            // A quoted packet is the payload of its error, cut where it pleases.
            int own = dissection.Layers.Where(layer => !layer.IsQuoted).Sum(layer => layer.HeaderLength + layer.TrailerLength);
            int quoted = dissection.Layers.Where(layer => !layer.IsQuoted && layer.Children.Any(child => child.IsQuoted)).Sum(layer => layer.PayloadLength);
            Assert.True(own + quoted == frame.Length, $"{name}: {dissection.EncapsulationWithSizes}");
        }
    }

    [Fact]
    public void Nothing_that_the_writers_make_is_malformed_or_has_a_bad_checksum()
    {
        foreach (var (name, frame) in Frames.All())
        {
            var dissection = Dissector.Dissect(frame);
            Assert.True(!dissection.IsMalformed && !dissection.HasBadChecksum, name);
            Assert.All(dissection.Layers, layer => Assert.NotEqual("", layer.Summary));
            Assert.All(dissection.Layers, layer => Assert.All(layer.Fields, field => Assert.InRange(field.Offset + field.Length, 0, frame.Length)));
        }
    }

    [Fact]
    public void A_flipped_bit_under_a_checksum_is_found()
    {
        foreach (string name in new[] { "tcp syn", "udp data", "icmp echo", "icmp6 echo", "igmp v2", "udp6" })
        {
            byte[] frame = Frame(name);
            frame[^1] ^= 0x10;
            var layer = Assert.Single(Dissector.Dissect(frame).Layers, l => l.Checksum == ChecksumStatus.Bad);
            Assert.Contains(layer.Protocol, (string[])["TCP", "UDP", "ICMP", "ICMPv6", "IGMP"]);
        }

        byte[] header = Frame("udp data");
        header[14 + 8] ^= 1;
        Assert.Equal(ChecksumStatus.Bad, Dissector.Dissect(header).Find("IPv4")!.Checksum);
        Assert.Equal(ChecksumStatus.Unverified, Dissector.Dissect(Frame("udp without checksum")).Find("UDP")!.Checksum);
        Assert.Equal(ChecksumStatus.Unverified, Dissector.Dissect(Frame("ipv4 first fragment")).Find("UDP")!.Checksum);
    }

    [Fact]
    public void Fields_tell_name_value_and_place()
    {
        var dissection = Dissector.Dissect(Frame("tcp syn"));
        Assert.Equal(new FieldValue("Time to live", "ip.ttl", "64", (14 + 8) * 8, 8, 64), dissection.FindField("ip.ttl")! with { Children = [] });
        Assert.Equal("0x0800 (IPv4)", dissection.FindField("eth.type")!.Value);
        Assert.Equal("6 (TCP)", dissection.FindField("ip.proto")!.Value);
        Assert.Equal("20", dissection.FindField("ip.hdr_len")!.Value);
        Assert.Equal("set", dissection.FindField("tcp.flags.syn")!.Value);
        Assert.Equal("not set", dissection.FindField("tcp.flags.ack")!.Value);
        Assert.Equal((34 + 20 + 2, 1460UL), (dissection.FindField("tcp.options.mss_val")!.Offset, dissection.FindField("tcp.options.mss_val")!.Number));
        Assert.Equal((2, 3, 4), (dissection.Find("Eth")!.OsiLayer, dissection.Find("IPv4")!.OsiLayer, dissection.Find("TCP")!.OsiLayer));
        Assert.Equal("TCP", dissection.Innermost.Protocol);
    }

    [Fact]
    public void Recognised_applications_show_what_they_say()
    {
        var tls = Dissector.Dissect(Frame("tls client hello"));
        Assert.Equal("www.bob.com", tls.FindField("tls.handshake.extensions_server_name")!.Value);
        Assert.Equal("Handshake, Client Hello, www.bob.com, h2,http/1.1", tls.Innermost.Summary);
        var http = Dissector.Dissect(Frame("http request"));
        Assert.Equal("/index.html", http.FindField("http.request.uri")!.Value);
        Assert.Equal("www.bob.com", http.FindField("http.host")!.Value);
        var dns = Dissector.Dissect(Frame("dns response"));
        Assert.Equal("203.0.113.7", dns.FindField("dns.a")!.Value);
        Assert.Equal("www.bob.com", dns.FindField("dns.qry.name")!.Value);
    }

    [Fact]
    public void A_header_in_error_says_why_and_shows_the_fields_that_fit()
    {
        byte[] frame = Frame("udp data");
        frame[14] = 0x55;
        Assert.Equal("version 5 is not 4", Dissector.Dissect(frame).Find("IPv4")!.MalformedReason);
        frame = Frame("tcp syn")[..40];
        var tcp = Dissector.Dissect(frame).Find("TCP")!;
        Assert.True(tcp.IsMalformed);
        Assert.Equal("49152", tcp.Find("tcp.srcport")!.Value);
        Assert.Null(tcp.Find("tcp.ack_raw"));
        Assert.True(Dissector.Dissect([]).IsMalformed);
        Assert.Equal("the header needs 14 octets, 0 are there", Dissector.Dissect([]).Root.MalformedReason);
    }

    [Fact]
    public void Packets_without_a_link_header_are_dissected_too()
    {
        Assert.Equal("[IPv4 [UDP [Data]]]", Dissector.Dissect(Frame("udp data")[14..], LinkType.RawIp).Encapsulation);
        Assert.Equal("[IPv6 [UDP [Data]]]", Dissector.Dissect(Frame("udp6")[14..], LinkType.RawIp).Encapsulation);
        Assert.Equal("[IPv6 40 [UDP 8 [Data 3]]]", Dissector.Dissect(Frame("udp6")[14..], LinkType.IPv6).EncapsulationWithSizes);
        Assert.Equal("[Data]", Dissector.Dissect([0xFF], LinkType.RawIp).Encapsulation);
    }

    [Fact]
    public void Tunnels_without_end_are_cut_off()
    {
        byte[] packet = Frame("udp data")[14..];
        for (int i = 0; i < 60; i++)
        {
            byte[] outer = [.. new byte[20], .. packet];
            Internet.IPv4View.Write(outer, outer.Length, 0, 0, 64, Internet.IpProtocol.IPv4, Frames.Alice, Frames.Bob);
            packet = outer;
        }

        Assert.InRange(Dissector.Dissect(packet, LinkType.IPv4).Layers.Count(), 10, 40);
    }

    public static TheoryData<string, string> Lines => new()
    {
        { "arp request", "ARP, Request who-has 192.168.1.1 tell 192.168.1.2, length 28" },
        { "arp reply", "ARP, Reply 192.168.1.2 is-at 02:00:00:00:00:01, length 28" },
        { "tcp syn", "IP 192.168.1.2.49152 > 203.0.113.1.443: Flags [S], seq 1000, win 64240, options [mss 1460,sackOK,TS val 1000 ecr 0,nop,wscale 7], length 0" },
        { "tcp sack", "IP 192.168.1.2.49152 > 203.0.113.1.443: Flags [.], ack 5000, win 64240, options [nop,nop,TS val 1 ecr 2,nop,nop,sack 2 {100:200}{300:400}], length 0" },
        { "http request", "IP 192.168.1.2.49152 > 203.0.113.1.80: Flags [P.], seq 1000:1068, ack 5000, win 64240, options [nop,nop,TS val 5 ecr 6], length 68: HTTP: GET /index.html HTTP/1.1" },
        { "tcp data", "IP 192.168.1.2.49152 > 203.0.113.1.9999: Flags [.], seq 1000:1003, ack 5000, win 64240, length 3" },
        { "udp data", "IP 192.168.1.2.50001 > 203.0.113.1.50002: UDP, length 4" },
        { "dns query", "IP 192.168.1.2.40000 > 203.0.113.1.53: 4660+ A? www.bob.com. (40)" },
        { "icmp echo", "IP 192.168.1.2 > 203.0.113.1: ICMP echo request, id 1, seq 2, length 12" },
        { "icmp port unreachable", "IP 192.168.1.2 > 203.0.113.1: ICMP destination unreachable, port unreachable for 192.168.1.2.50001 > 203.0.113.1.50002 UDP, length 36" },
        { "ipv4 first fragment", "IP 192.168.1.2.50001 > 203.0.113.1.50002: UDP, length 2992 (frag 77:1480@0+)" },
        { "ipv4 last fragment", "IP 192.168.1.2 > 203.0.113.1: udp (frag 77:1000@1480)" },
        { "neighbour solicitation", "IP6 fe80::ff:fe00:1 > ff02::1:ff00:1: ICMP6, neighbor solicitation, who has 2001:db8:2::1, length 32" },
        { "vlan", "vlan 100, p 5, IP 192.168.1.2.1 > 203.0.113.1.2: UDP, length 3" },
        { "ipv6 later fragment", "IP6 2001:db8:1::2 > 2001:db8:2::1: udp (frag 0x00000009:100@1240)" },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_frame_prints_on_one_line(string name, string line) => Assert.Equal(line, PacketLine.Format(Frame(name)));

    [Fact]
    public void Sequence_numbers_are_shown_from_the_start_of_the_connection()
    {
        var lines = new PacketLine();
        Assert.Contains("seq 1000, win", lines.Print(Frame("tcp syn")));
        Assert.Contains("seq 0:3, ack 5000", lines.Print(Frame("tcp data")));
        lines = new PacketLine();
        lines.Print(Frame("tcp syn"));
        Assert.Contains("seq 0:", lines.Print(Frames.Tcp4(TcpFlags.Ack, [1], _ => 0)));
    }

    [Fact]
    public void No_more_connections_are_remembered_than_the_limit()
    {
        var lines = new PacketLine();
        for (int port = 0; port < PacketLine.MaxConnections * 2; port++)
        {
            lines.Print(Frames.Tcp4(TcpFlags.Ack, [1], _ => 0, (ushort)port));
        }

        Assert.Contains("seq 0:1", lines.Print(Frames.Tcp4(TcpFlags.Ack, [1], _ => 0, 1)));
    }

    internal static byte[] Frame(string name) => Frames.All().Single(f => f.Name == name).Frame;

    [Fact]
    public void Every_name_in_a_frame_is_unique() => Assert.Equal(Frames.All().Count(), Frames.All().Select(f => f.Name).Distinct().Count());

    [Fact]
    public void DNS_lines_show_answers()
    {
        string line = DnsDissectorLine();
        Assert.Equal("IP 203.0.113.1.53 > 192.168.1.2.40000: 7*- 1/0/0 A 203.0.113.7 (45)", line);
    }

    private static string DnsDissectorLine()
    {
        var name = DnsName.Parse("www.bob.com");
        var reply = DnsMessage.Query(7, name, DnsType.A).Reply() with { IsAuthoritative = true, Answers = [DnsRecord.Address(name, 60, Core.InetAddress.Parse("203.0.113.7"))] };
        byte[] frame = Frames.Udp4(53, 40000, reply.ToArray());
        Internet.IPv4View.SetSource(frame.AsSpan(14), Frames.Bob);
        Internet.IPv4View.SetDestination(frame.AsSpan(14), Frames.Alice);
        return PacketLine.Format(frame);
    }
}
