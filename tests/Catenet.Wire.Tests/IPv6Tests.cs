using Catenet.Core;
using Catenet.Wire.Internet;

namespace Catenet.Wire.Tests;

public class IPv6Tests
{
    private static readonly InetAddress s_a = InetAddress.Parse("2001:db8::1");
    private static readonly InetAddress s_b = InetAddress.Parse("2001:db8::2");

    private static byte[] Packet(byte nextHeader, string payload)
    {
        byte[] body = Hex.Bytes(payload);
        byte[] packet = [.. new byte[40], .. body];
        IPv6View.Write(packet, body.Length, nextHeader, 64, s_a, s_b, 0xB8, 0x12345);
        return packet;
    }

    [Fact]
    public void A_header_reads_back_as_written()
    {
        byte[] packet = Packet(IpProtocol.Udp, "0001");
        Assert.Equal("6b812345 0002 11 40 20010db8000000000000000000000001 20010db8000000000000000000000002 0001".Replace(" ", ""), Hex.Of(packet));
        Assert.True(IPv6View.TryParse([.. packet, 0], out var ip));
        Assert.Equal(0xB8, ip.TrafficClass);
        Assert.Equal(0x12345u, ip.FlowLabel);
        Assert.Equal((2, 42, IpProtocol.Udp, 64), (ip.PayloadLength, ip.TotalLength, ip.NextHeader, ip.HopLimit));
        Assert.Equal((s_a, s_b), (ip.Source, ip.Destination));
        Assert.Equal(2, ip.Payload.Length);
        Assert.Equal(InternetChecksum.Finish(InternetChecksum.PseudoHeader(s_a, s_b, 17, 2)), InternetChecksum.Finish(ip.PseudoHeaderSum(17, 2)));
        for (int length = 0; length < packet.Length; length++)
        {
            Assert.False(IPv6View.TryParse(packet.AsSpan(0, length), out _));
            Assert.Equal(length >= 40, IPv6View.TryParseQuoted(packet.AsSpan(0, length), out _));
        }
    }

    [Fact]
    public void Setters_change_one_field_each()
    {
        byte[] packet = Packet(IpProtocol.Udp, "");
        IPv6View.SetTrafficClass(packet, 0x03);
        IPv6View.DecrementHopLimit(packet);
        Assert.True(IPv6View.TryParse(packet, out var ip));
        Assert.Equal((0x03, 0x12345u, 63), (ip.TrafficClass, ip.FlowLabel, ip.HopLimit));
    }

    [Fact]
    public void A_mapped_address_is_noticed()
    {
        byte[] packet = Packet(IpProtocol.Udp, "");
        IPv6View.SetSource(packet, InetAddress.Parse("192.0.2.1"));
        Assert.True(IPv6View.TryParse(packet, out var ip));
        Assert.True(ip.HasMappedAddress);
    }

    [Fact]
    public void The_walk_passes_every_extension_header()
    {
        byte[] packet = Packet(IpProtocol.HopByHop,
            "2b00 0502 0000 0100" + // hop-by-hop options with a router alert, then routing
            "2c00 0400 00000000" + // routing, nothing left, then fragment
            "3c00 0000 0000abcd" + // atomic fragment, then destination options
            "1100 0104 00000000" + // destination options, then UDP
            "1388 0035 0008 0000");
        Assert.True(IPv6Upper.TryWalk(packet, out var upper));
        Assert.Equal((IpProtocol.Udp, 72, 4), (upper.Protocol, upper.Offset, upper.Count));
        Assert.Equal((40, 48, 56, 64), (upper.HopByHopOffset, upper.RoutingOffset, upper.FragmentHeaderOffset, upper.DestinationOptionsOffset));
        Assert.Equal((64, 48), (upper.NextHeaderOffset, upper.FragmentNextHeaderOffset));
        Assert.True(upper.IsAtomicFragment);
        Assert.Equal(0xABCDu, upper.FragmentId);
    }

    [Fact]
    public void The_walk_stops_at_the_payload_of_a_later_fragment()
    {
        byte[] packet = Packet(IpProtocol.Fragment, "0000 0009 00000001 ffff");
        Assert.True(IPv6Upper.TryWalk(packet, out var upper));
        Assert.True(upper.IsLaterFragment && upper.MoreFragments);
        Assert.Equal((8, 48, IpProtocol.HopByHop), (upper.FragmentOffset, upper.Offset, upper.Protocol));
    }

    [Theory]
    [InlineData(IpProtocol.HopByHop, "0600 0104 000000", IPv6WalkResult.Truncated)]
    [InlineData(IpProtocol.HopByHop, "0601 0104 00000000", IPv6WalkResult.Truncated)]
    [InlineData(IpProtocol.DestinationOptions, "0000 0104 00000000 0600 0104 00000000", IPv6WalkResult.MisplacedHopByHop)]
    [InlineData(IpProtocol.Authentication, "0602 0000 00000000", IPv6WalkResult.Truncated)]
    public void A_chain_in_error_says_what_is_wrong(byte first, string payload, IPv6WalkResult expected)
    {
        Assert.False(IPv6Upper.TryWalk(Packet(first, payload), out var upper));
        Assert.Equal(expected, upper.Result);
    }

    [Fact]
    public void A_chain_without_end_is_cut_off()
    {
        byte[] packet = Packet(IpProtocol.DestinationOptions, string.Concat(Enumerable.Repeat("3c00 0104 00000000", 100)));
        Assert.False(IPv6Upper.TryWalk(packet, out var upper));
        Assert.Equal(IPv6WalkResult.TooMany, upper.Result);
    }

    [Fact]
    public void No_next_header_ends_the_walk_in_good_order()
    {
        Assert.True(IPv6Upper.TryWalk(Packet(IpProtocol.NoNextHeader, ""), out var upper));
        Assert.Equal(IpProtocol.NoNextHeader, upper.Protocol);
    }

    [Fact]
    public void A_fragment_header_reads_back_as_written()
    {
        byte[] header = new byte[8];
        IPv6FragmentView.Write(header, IpProtocol.Udp, 1448, true, 0xDEADBEEF);
        Assert.Equal("110005a9deadbeef", Hex.Of(header));
        Assert.True(IPv6FragmentView.TryParse(header, out var view));
        Assert.Equal((1448, true, 0xDEADBEEF, IpProtocol.Udp), (view.FragmentOffset, view.MoreFragments, view.Identification, view.NextHeader));
    }

    [Fact]
    public void Options_are_walked_with_their_padding()
    {
        byte[] header = new byte[8];
        IPv6OptionsView.WriteRouterAlert(header, IpProtocol.IcmpV6);
        Assert.True(IPv6OptionsView.TryParse(header, out var view));
        var walk = new IPv6OptionEnumerator(view.Options);
        Assert.True(walk.MoveNext());
        Assert.Equal((IPv6OptionType.RouterAlert, 2), (walk.Type, walk.Data.Length));
        Assert.True(walk.MoveNext());
        Assert.Equal((IPv6OptionType.PadN, 0), (walk.Type, walk.Data.Length));
        Assert.False(walk.MoveNext());
        Assert.False(walk.IsMalformed);
    }
}
