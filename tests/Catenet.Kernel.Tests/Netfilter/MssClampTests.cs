using System.Buffers.Binary;
using Catenet.Core;
using Catenet.Kernel.Netfilter;
using Catenet.Wire.Internet;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tests.Netfilter;

/// <summary>Clamping of the MSS in SYNs, as Linux's TCPMSS.</summary>
public class MssClampTests
{
    [Theory]
    [InlineData("192.168.1.2:1000", "198.51.100.10:80", 1360)]
    [InlineData("[fd00:1::2]:1000", "[2001:db8:9::10]:80", 1340)]
    public void A_SYN_is_clamped_to_the_narrower_device_both_ways(string client, string server, int expected)
    {
        using var router = Bench(RuleAction.ClampMss);
        router.Wan.Mtu = 1400;
        Assert.Equal(expected, Mss(router.Forward(Syn(client, server, TcpFlags.Syn, 1460), router.Lan, router.Wan)));
        Assert.Equal(expected, Mss(router.Forward(Syn(server, client, TcpFlags.Syn | TcpFlags.Ack, 1460), router.Wan, router.Lan)));
    }

    [Theory]
    [InlineData(1460, 1200, 1200)]
    [InlineData(1100, 1200, 1100)] // never raised
    public void A_SYN_is_clamped_to_a_number(ushort announced, int set, int expected)
    {
        using var router = Bench(RuleAction.SetMss(set));
        Assert.Equal(expected, Mss(router.Forward(Syn("192.168.1.2:1000", "198.51.100.10:80", TcpFlags.Syn, announced), router.Lan, router.Wan)));
        Assert.Equal(expected, Mss(router.Forward(Syn("192.168.1.2:1000", "198.51.100.10:80", TcpFlags.Syn, announced, lead: 1), router.Lan, router.Wan))); // at an odd place
    }

    [Theory]
    [InlineData("192.168.1.2:1000", "198.51.100.10:80", 536)]
    [InlineData("[fd00:1::2]:1000", "[2001:db8:9::10]:80", 1220)]
    public void A_SYN_without_the_option_gets_one(string client, string server, int expected)
    {
        using var router = Bench(RuleAction.SetMss(1300));
        byte[] sent = Syn(client, server, TcpFlags.Syn, null);
        byte[]? came = router.Forward(sent, router.Lan, router.Wan);
        Assert.Equal(sent.Length + 4, came!.Length);
        Assert.Equal(expected, Mss(came));
        Assert.Null(Mss(router.Forward(Syn(client, server, TcpFlags.Syn, null, payload: 10), router.Lan, router.Wan))); // data would have to move
    }

    [Fact]
    public void Other_segments_are_left_alone()
    {
        using var router = Bench(RuleAction.SetMss(1200));
        foreach (var flags in new[] { TcpFlags.Ack, TcpFlags.Syn | TcpFlags.Rst })
        {
            byte[] sent = Syn("192.168.1.2:1000", "198.51.100.10:80", flags, 1460);
            Assert.Equal(sent, router.Forward(sent, router.Lan, router.Wan));
        }
    }

    [Fact]
    public void A_rule_prints_as_nftables_does()
    {
        Assert.Equal("tcp option maxseg size set rt mtu", RuleAction.ClampMss.ToString());
        Assert.Equal("tcp option maxseg size set 1360", RuleAction.SetMss(1360).ToString());
        Assert.Throws<ArgumentOutOfRangeException>(() => RuleAction.SetMss(0));
    }

    private static HookBench Bench(RuleAction action)
    {
        var router = new HookBench();
        router.Hooks.AddChain("mangle", HookPoint.Forward, RuleAction.Accept).Add(FilterMatch.All, action);
        return router;
    }

    private static byte[] Syn(string from, string to, TcpFlags flags, ushort? mss, int lead = 0, int payload = 0)
    {
        var (source, destination) = (TestPacket.Endpoint(from), TestPacket.Endpoint(to));
        byte[] options = mss is { } value ? [2, 4, (byte)(value >> 8), (byte)value] : [];
        if (lead > 0)
        {
            options = [1, .. options, 1, 1, 1];
        }

        var segment = new byte[TcpView.MinSize + options.Length + payload];
        options.CopyTo(segment, TcpView.MinSize);
        TcpView.Write(segment, source.Port, destination.Port, new SeqNumber(1), default, flags, 1000, TcpView.MinSize + options.Length);
        TcpView.UpdateChecksum(segment, InternetChecksum.PseudoHeader(source.Address, destination.Address, IpProtocol.Tcp, segment.Length));
        return TestPacket.Packet(source.Address, destination.Address, IpProtocol.Tcp, segment);
    }

    /// <summary>The MSS of a packet whose checksums are right; null if it has none.</summary>
    private static int? Mss(byte[]? packet)
    {
        Assert.NotNull(packet);
        bool ipv4 = packet[0] >> 4 == 4;
        int ip = ipv4 ? 20 : 40;
        var (source, destination) = ipv4
            ? (InetAddress.ReadIPv4(packet.AsSpan(12)), InetAddress.ReadIPv4(packet.AsSpan(16)))
            : (InetAddress.ReadIPv6(packet.AsSpan(8)), InetAddress.ReadIPv6(packet.AsSpan(24)));
        Assert.Equal(packet.Length, ipv4 ? BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(2)) : 40 + BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(4)));
        Assert.True(!ipv4 || InternetChecksum.Verify(packet.AsSpan(0, 20)));
        var segment = packet.AsSpan(ip);
        Assert.True(InternetChecksum.Verify(segment, InternetChecksum.PseudoHeader(source, destination, IpProtocol.Tcp, segment.Length)));
        Assert.True(TcpView.TryParse(segment, out var tcp));
        TcpOptions.TryParse(tcp.Options, out var options);
        return options.Has(TcpOptionSet.MaximumSegmentSize) ? options.MaximumSegmentSize : null;
    }
}
