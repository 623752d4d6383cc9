using Catenet.Core;
using Catenet.Wire.Internet;

namespace Catenet.Wire.Tests;

public class IPv4Tests
{
    private static readonly InetAddress s_source = InetAddress.Parse("192.168.0.1");
    private static readonly InetAddress s_destination = InetAddress.Parse("192.168.0.199");

    // A header whose checksum, 0xb861, is a worked example found in many texts.
    private static byte[] Packet()
    {
        byte[] packet = new byte[0x73];
        Hex.Bytes("4500 0073 0000 4000 4011 b861 c0a8 0001 c0a8 00c7").CopyTo(packet, 0);
        return packet;
    }

    [Fact]
    public void A_known_header_is_read()
    {
        Assert.True(IPv4View.TryParse(Packet(), out var ip));
        Assert.Equal(20, ip.HeaderLength);
        Assert.Equal(0x73, ip.TotalLength);
        Assert.True(ip.DontFragment);
        Assert.False(ip.MoreFragments);
        Assert.False(ip.IsFragment);
        Assert.Equal(64, ip.Ttl);
        Assert.Equal(IpProtocol.Udp, ip.Protocol);
        Assert.Equal(0xb861, ip.Checksum);
        Assert.True(ip.HasValidChecksum);
        Assert.Equal((s_source, s_destination), (ip.Source, ip.Destination));
        Assert.Equal(0x73 - 20, ip.Payload.Length);
    }

    [Fact]
    public void The_same_header_is_written()
    {
        byte[] packet = new byte[20];
        IPv4View.Write(packet, 0x73, 0, IPv4View.DontFragmentBit, 64, IpProtocol.Udp, s_source, s_destination);
        Assert.Equal(Hex.Of(Packet().AsSpan(0, 20)), Hex.Of(packet));
    }

    [Fact]
    public void A_packet_cut_anywhere_is_refused_and_one_with_padding_is_trimmed()
    {
        byte[] packet = Packet();
        for (int length = 0; length < packet.Length; length++)
        {
            Assert.False(IPv4View.TryParse(packet.AsSpan(0, length), out _));
            Assert.Equal(length >= 20, IPv4View.TryParseQuoted(packet.AsSpan(0, length), out _));
        }

        Assert.True(IPv4View.TryParse([.. packet, 1, 2, 3], out var padded));
        Assert.Equal(0x73 - 20, padded.Payload.Length);
        Assert.True(IPv4View.TryParse(packet.AsSpan(0, 28), packet.Length, out var head));
        Assert.Equal(8, head.Payload.Length);
        Assert.Equal(0x73 - 20, head.PayloadLength);
    }

    [Theory]
    [InlineData(0, 0x65), InlineData(0, 0x44), InlineData(0, 0x40), InlineData(3, 19), InlineData(2, 1)]
    public void Wrong_version_header_length_or_total_length_is_refused(int at, byte value)
    {
        byte[] packet = Packet();
        packet[at] = value;
        Assert.False(IPv4View.TryParse(packet, out _));
    }

    [Fact]
    public void Taking_one_off_the_TTL_keeps_every_checksum_right()
    {
        byte[] packet = new byte[20];
        for (int id = 0; id <= ushort.MaxValue; id++)
        {
            IPv4View.Write(packet, 20, (ushort)id, 0, (byte)(1 + id % 255), 6, s_source, s_destination);
            IPv4View.DecrementTtl(packet);
            Assert.True(IPv4View.TryParse(packet, out var ip));
            Assert.True(ip.HasValidChecksum);
            Assert.Equal(id % 255, ip.Ttl);
        }
    }

    [Fact]
    public void Every_setter_keeps_the_checksum_right()
    {
        byte[] packet = Packet();
        IPv4View.SetSource(packet, InetAddress.Parse("203.0.113.1"));
        IPv4View.SetDestination(packet, InetAddress.Parse("255.255.255.255"));
        IPv4View.SetTtl(packet, 3);
        IPv4View.SetTrafficClass(packet, 0xB9);
        IPv4View.SetIdentification(packet, 0xFFFF);
        IPv4View.SetFlagsAndOffset(packet, IPv4View.MoreFragmentsBit | 185);
        IPv4View.SetTotalLength(packet, 100);
        Assert.True(IPv4View.TryParse(packet, out var ip));
        Assert.True(ip.HasValidChecksum);
        Assert.Equal("203.0.113.1", ip.Source.ToString());
        Assert.Equal("255.255.255.255", ip.Destination.ToString());
        Assert.Equal(3, ip.Ttl);
        Assert.Equal(0xB9, ip.TrafficClass);
        Assert.Equal(0xFFFF, ip.Identification);
        Assert.True(ip.IsFragment && ip.MoreFragments && !ip.DontFragment);
        Assert.Equal(1480, ip.FragmentOffset);
        Assert.Equal(80, ip.Payload.Length);
    }

    [Fact]
    public void Options_are_written_padded_and_walked()
    {
        Span<byte> options = stackalloc byte[40];
        int length = IPv4OptionWriter.WriteRouterAlert(options);
        length += IPv4OptionWriter.WriteRecordRoute(options[length..], 3);
        byte[] packet = new byte[60];
        Assert.Equal(40, IPv4View.Write(packet, 60, 1, 0, 64, 1, s_source, s_destination, 0, options[..length]));
        Assert.True(IPv4View.TryParse(packet, out var ip));
        Assert.True(ip.HasOptions);
        Assert.True(ip.HasValidChecksum);
        Assert.Equal(20, ip.Options.Length);
        Assert.Equal(20, ip.Payload.Length);

        var walk = new IPv4OptionEnumerator(ip.Options);
        Assert.True(walk.MoveNext());
        Assert.Equal(IPv4OptionType.RouterAlert, walk.Current.Type);
        Assert.True(walk.Current.IsCopied);
        Assert.True(walk.MoveNext());
        Assert.True(walk.Current.IsRoute);
        Assert.Equal((3, 0), (walk.Current.AddressCount, walk.Current.RecordedCount));
        Assert.True(walk.MoveNext());
        Assert.Equal(IPv4OptionType.EndOfList, walk.Current.Type);
        Assert.False(walk.MoveNext());
        Assert.False(walk.IsMalformed);
    }

    [Fact]
    public void A_route_records_until_it_is_full()
    {
        byte[] option = new byte[11];
        IPv4OptionWriter.WriteRecordRoute(option, 2);
        Assert.True(IPv4OptionWriter.Record(option, s_source));
        Assert.True(IPv4OptionWriter.Record(option, s_destination));
        Assert.False(IPv4OptionWriter.Record(option, s_source));
        var walk = new IPv4OptionEnumerator(option);
        Assert.True(walk.MoveNext());
        Assert.True(walk.Current.IsFull);
        Assert.Equal(2, walk.Current.RecordedCount);
        Assert.Equal(s_destination, walk.Current.Address(1));
    }

    [Fact]
    public void A_timestamp_option_counts_the_hosts_that_found_no_room()
    {
        byte[] option = new byte[12];
        IPv4OptionWriter.WriteTimestamp(option, true, 1);
        Assert.True(IPv4OptionWriter.Stamp(option, s_source, 1000));
        for (int i = 0; i < 15; i++)
        {
            Assert.True(IPv4OptionWriter.Stamp(option, s_source, 2000));
        }

        Assert.Equal(15, option[3] >> 4);
        Assert.False(IPv4OptionWriter.Stamp(option, s_source, 2000));
        Assert.Equal("c0a80001" + "000003e8", Hex.Of(option.AsSpan(4)));
    }

    [Theory]
    [InlineData("07"), InlineData("0701"), InlineData("070b04"), InlineData("01010700")]
    public void A_malformed_option_ends_the_walk_and_says_so(string hex)
    {
        var walk = new IPv4OptionEnumerator(Hex.Bytes(hex));
        while (walk.MoveNext())
        {
        }

        Assert.True(walk.IsMalformed);
        Assert.InRange(walk.ErrorPointer, 20, 59);
    }
}
