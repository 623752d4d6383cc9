using System.Buffers.Binary;
using Catenet.Packetdrill.Language;
using Catenet.Packetdrill.Packets;
using Catenet.Wire.Internet;
using Catenet.Wire.Transport;

namespace Catenet.Packetdrill.Tests;

/// <summary>Packets in packets: IP in IP (RFC 2003, RFC 2473, RFC 4213), GRE (RFC 2784, RFC 2890), MPLS (RFC 3032) in either (RFC 4023).</summary>
public sealed class EnvelopeTests
{
    private const string Tunnel = "ipv4 192.0.2.1 > 192.168.0.1:";

    /// <summary>A datagram of two octets.</summary>
    private static readonly byte[] s_inner = Inner();

    [Fact]
    public void IP_in_IP_is_protocol_4_and_41()
    {
        byte[] four = Wrap(Tunnel);
        Assert.Equal("4500003200004000FF04", Hex(four, 0, 10));
        Assert.Equal("C0000201C0A80001", Hex(four, 12, 8));
        Assert.Equal(0, Sum(four.AsSpan(0, 20)));
        Assert.Equal(s_inner, four[20..]);

        byte[] six = Wrap("ipv6 2001:db8::1 > 2001:db8::2: " + Tunnel);
        Assert.Equal("60000000003204FF20010DB8000000000000000000000001" + "20010DB8000000000000000000000002", Hex(six, 0, 40));
        Assert.Equal(four, six[40..]);
        Assert.Equal("FF29", Hex(Wrap(Tunnel + " ipv6 2001:db8::1 > 2001:db8:::"), 8, 2)); // the last colon is the header's
    }

    [Theory]
    [InlineData("gre:", "00000800")]
    [InlineData("gre key 7:", "2000080000000007")]
    [InlineData("gre key 7, seq 0x100:", "300008000000000700000100")]
    [InlineData("gre flags[key,sequence]:", "300008000000000000000000")]
    [InlineData("gre flags[routing],off 3:", "4000080000000003")]
    [InlineData("gre sum 0xabcd,seq 1:", "90000800ABCD000000000001")]
    public void GRE_has_the_fields_that_are_given(string header, string octets)
    {
        byte[] packet = Wrap($"{Tunnel} {header}");
        Assert.Equal(IpProtocol.Gre, packet[9]);
        Assert.Equal(octets, Hex(packet, 20, octets.Length / 2));
        Assert.Equal(s_inner, packet[(20 + octets.Length / 2)..]);
    }

    [Fact]
    public void GRE_computes_a_checksum_that_is_only_named()
    {
        byte[] packet = Wrap(Tunnel + " gre flags[checksum],key 7:");
        Assert.Equal("A0000800", Hex(packet, 20, 4));
        Assert.Equal("000000000007", Hex(packet, 26, 6));
        Assert.NotEqual("0000", Hex(packet, 24, 2));
        Assert.Equal(0, Sum(packet.AsSpan(20)));
    }

    [Theory]
    [InlineData(" gre:", 24, "0000884700010040" + "00011340")]
    [InlineData("", 20, "00010040" + "00011340")]
    public void MPLS_is_a_stack_of_labels(string between, int at, string octets)
    {
        byte[] packet = Wrap($"{Tunnel}{between} mpls (label 16, tc 0, ttl 64), (label 17, tc 1, [S], ttl 64):");
        Assert.Equal(between.Length > 0 ? IpProtocol.Gre : 137, packet[9]);
        Assert.Equal(octets, Hex(packet, 20, octets.Length / 2));
        Assert.Equal(s_inner, packet[(at + 8)..]);
    }

    [Theory]
    [InlineData("ipv4 192.0.2.1 > 192.168.0.1:")]
    [InlineData("ipv6 2001:db8::1 > 2001:db8::2: ipv4 192.0.2.1 > 192.168.0.1:")]
    [InlineData("ipv4 192.0.2.1 > 192.168.0.1: gre: ipv6 2001:db8::1 > 2001:db8::2: gre flags[key,sequence],key 7,seq 9:")]
    [InlineData("ipv4 192.0.2.1 > 192.168.0.1: gre flags[routing],off 3:")]
    [InlineData("ipv4 192.0.2.1 > 192.168.0.1: gre flags[key],key 4294967295: mpls (label 1048575, tc 7, ttl 0), (label 0, tc 0, [S], ttl 255):")]
    [InlineData("ipv6 2001:db8::1 > 2001:db8::2: mpls (label 5, tc 0, [S], ttl 1): ipv4 192.0.2.1 > 192.168.0.1:")]
    public void What_was_put_around_a_packet_is_taken_off_and_printed(string envelope)
    {
        var headers = Headers(envelope);
        var live = Open(Envelope.Wrap(headers, s_inner))!;
        Assert.Equal(headers, live.Envelope);
        Assert.Equal(envelope, string.Join(' ', live.Envelope));
        Assert.Equal((PacketKindOf.Udp, 2, (ushort)1000), (live.Kind, live.Length, live.Source.Port));
        Assert.StartsWith("> " + envelope + " udp", PacketText.Of(live, null));
    }

    [Theory]
    [InlineData("", "none")]
    [InlineData("ipv4 192.0.2.1 > 192.168.0.1: gre:", "ipv4 192.0.2.1 > 192.168.0.1: gre:")]
    [InlineData("ipv4 192.0.2.9 > 192.168.0.1: gre key 7:", "flags[key],key 7")]
    [InlineData("ipv4 192.0.2.1 > 192.168.0.1: gre key 8:", "key 8")]
    [InlineData("ipv4 192.0.2.1 > 192.168.0.1: gre key 7,seq 0:", "seq 0")]
    [InlineData("ipv4 192.0.2.1 > 192.168.0.1: gre flags[checksum],key 7:", "checksum")]
    [InlineData("ipv4 192.0.2.1 > 192.168.0.1: gre key 7: mpls (label 1, tc 0, [S], ttl 1):", "label 1,")]
    public void Other_headers_than_expected_are_a_difference(string came, string got)
    {
        const string Expected = "ipv4 192.0.2.1 > 192.168.0.1: gre key 7:";
        Assert.Null(Difference(Expected, Wrap(Expected)));
        string? difference = Difference(Expected, Envelope.Wrap(came == "" ? [] : Headers(came), s_inner));
        Assert.StartsWith("the headers around it: expected ipv4 192.0.2.1 > 192.168.0.1: gre flags[key],key 7:, got ", difference);
        Assert.Contains(got, difference!.Split("got")[1]);
    }

    [Fact]
    public void A_label_that_differs_is_a_difference()
    {
        const string Expected = Tunnel + " mpls (label 1, tc 0, [S], ttl 9):";
        Assert.Null(Difference(Expected, Wrap(Expected)));
        Assert.NotNull(Difference(Expected, Wrap(Expected.Replace("ttl 9", "ttl 8", StringComparison.Ordinal))));
    }

    [Fact]
    public void A_checksum_of_GRE_has_to_be_right_unless_it_is_given()
    {
        byte[] packet = Wrap(Tunnel + " gre flags[checksum]:");
        Assert.Null(Difference(Tunnel + " gre flags[checksum]:", packet));
        packet[^1] ^= 1;
        Assert.NotNull(Difference(Tunnel + " gre flags[checksum]:", packet));
        ushort sum = BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(24));
        Assert.Null(Difference($"{Tunnel} gre sum {sum}:", packet));
        Assert.NotNull(Difference($"{Tunnel} gre sum {sum ^ 1}:", packet));
    }

    [Fact]
    public void What_is_cut_off_or_of_another_kind_is_no_packet()
    {
        byte[] gre = Wrap(Tunnel + " gre key 7:");
        for (int length = 20; length < gre.Length; length++)
        {
            byte[] cut = gre[..length];
            IPv4View.Write(cut, length, 0, 0, 64, IpProtocol.Gre, InetAddress.Parse("192.0.2.1"), InetAddress.Parse("192.168.0.1"));
            Assert.Null(Open(cut));
        }

        byte[] other = Wrap(Tunnel + " gre:");
        other[22] = 0x12; // no type of anybody's
        Assert.Null(Open(other));
        Assert.Null(Open(Wrap(Tunnel + " mpls (label 1, tc 0, ttl 1):"))); // the rest is read as labels, none of which is the last
    }

    [Theory]
    [InlineData("gre: S 0:0(0)", "inside of ipv4 or ipv6")]
    [InlineData("mpls (label 1, tc 0, [S], ttl 1): S 0:0(0)", "inside of gre, ipv4 or ipv6")]
    [InlineData("ipv4 1.2.3.4 > 5.6.7.8: gre: gre: S 0:0(0)", "inside of ipv4 or ipv6")]
    [InlineData("ipv4 1.2.3.4 > 5.6.7.8 gre: S 0:0(0)", "does not end with a colon")]
    [InlineData("ipv4 1.2.3.4 > 5.6.7.8: gre S 0:0(0)", "'S' is no field of GRE")]
    [InlineData("ipv4 1.2.3.4 > 5.6.7.8: gre key 5 P. 1:1(0)", "'P' is no field of GRE")]
    [InlineData("ipv4 1.2.3.4 > 5.6.7.8: gre off 5: S 0:0(0)", "sum or flags[routing] is missing")]
    [InlineData("ipv4 1.2.3.4 > 5.6.7.8: gre flags[strict]: S 0:0(0)", "no flag of GRE")]
    [InlineData("ipv4 1.2.3.4 > 5.6.7.8: gre sum 65536: S 0:0(0)", "too large")]
    [InlineData("ipv4 fd00::1 > fd00::2: S 0:0(0)", "no IPv4 address")]
    [InlineData("ipv6 1.2.3.4 > 5.6.7.8: S 0:0(0)", "no IPv6 address")]
    [InlineData("ipv4 1.2.3.4 > 5.6.7.8: mpls (label 1048576, tc 0, [S], ttl 1): S 0:0(0)", "a label of 1048576 is too large")]
    [InlineData("ipv4 1.2.3.4 > 5.6.7.8: mpls (label 1, tc 0, [S]): S 0:0(0)", "'ttl' is missing")]
    public void Mistakes_in_headers_are_told(string text, string message) =>
        Assert.Contains(message, Assert.Throws<ScriptException>(() => Packet(text)).Message);

    private static PacketSpec Packet(string text) =>
        Assert.IsType<PacketAction>(Script.Parse("x", $"0 socket(..., SOCK_STREAM, 0) = 3\n+0 > {text}").Events[1].Action).Packet;

    private static IReadOnlyList<OuterHeader> Headers(string envelope) => Packet($"{envelope} udp (2)").Envelope;

    private static byte[] Wrap(string envelope) => Envelope.Wrap(Headers(envelope), s_inner);

    private static LivePacket? Open(byte[] packet) => LivePacket.Parse(packet, Instant.Zero, PacketDirection.Out);

    private static string? Difference(string expected, byte[] packet) =>
        PacketComparer.Difference(Packet($"{expected} udp (2)"), Open(packet)!, new Conversation(), null, Duration.Zero);

    private static string Hex(byte[] octets, int at, int length) => Convert.ToHexString(octets, at, length);

    /// <summary>The complement of the ones' complement sum (RFC 1071), by a loop of its own.</summary>
    private static int Sum(ReadOnlySpan<byte> octets)
    {
        int sum = 0;
        for (int i = 0; i < octets.Length; i++)
        {
            sum += octets[i] << ((i & 1) == 0 ? 8 : 0);
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return ~sum & 0xFFFF;
    }

    private static byte[] Inner()
    {
        var (source, destination) = (InetAddress.Parse("10.0.0.1"), InetAddress.Parse("10.0.0.2"));
        var packet = new byte[30];
        IPv4View.Write(packet, 30, 0, 0, 64, IpProtocol.Udp, source, destination);
        packet[28] = packet[29] = 0x5A;
        UdpView.Write(packet.AsSpan(20), 1000, 2000, 10);
        UdpView.UpdateChecksum(packet.AsSpan(20), InternetChecksum.PseudoHeader(source, destination, IpProtocol.Udp, 10));
        return packet;
    }
}
