using Catenet.Core;
using Catenet.Kernel.Queueing;
using Catenet.Wire.Internet;

namespace Catenet.Kernel.Tests.Queueing;

/// <summary>RFC 3168 5: who speaks ECN is marked, the others are left alone.</summary>
public class CongestionMarkTests
{
    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(1, 3, true)]
    [InlineData(2, 3, true)]
    [InlineData(3, 3, true)]
    [InlineData(0xB8, 0xB8, false)]
    [InlineData(0xBA, 0xBB, true)]
    public void Ecn_capable_packets_are_marked(byte before, byte after, bool marked)
    {
        var pool = new EventLoop(1).Packets;
        var octets = new byte[IPv4View.MinSize];
        IPv4View.Write(octets, octets.Length, 7, 0, 64, 17, InetAddress.Parse("192.0.2.1"), InetAddress.Parse("192.0.2.2"), before);
        var packet = pool.Rent(octets);
        packet.NetworkOffset = packet.Offset;
        Assert.Equal(marked, CongestionMark.TrySet(packet));
        Assert.True(IPv4View.TryParse(packet.Span, out var ip));
        Assert.Equal(after, ip.TrafficClass);
        Assert.True(InternetChecksum.IsValid(InternetChecksum.Add(packet.Span[..IPv4View.MinSize])));
        packet.Release();

        octets = new byte[IPv6View.Size];
        IPv6View.Write(octets, 0, 59, 64, InetAddress.Parse("2001:db8::1"), InetAddress.Parse("2001:db8::2"), before, 0x12345);
        packet = pool.Rent(octets);
        packet.NetworkOffset = packet.Offset;
        Assert.Equal(marked, CongestionMark.TrySet(packet));
        Assert.True(IPv6View.TryParse(packet.Span, out var ip6));
        Assert.Equal(after, ip6.TrafficClass);
        Assert.Equal(0x12345u, ip6.FlowLabel);
        packet.Release();
    }

    [Fact]
    public void What_is_not_IP_is_not_marked()
    {
        var packet = new EventLoop(1).Packets.Rent(new byte[28]);
        Assert.False(CongestionMark.TrySet(packet));
        packet.NetworkOffset = packet.Offset;
        Assert.False(CongestionMark.TrySet(packet));
        packet.Release();
    }
}
