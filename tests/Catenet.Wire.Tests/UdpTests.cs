using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Wire.Tests;

public class UdpTests
{
    private static readonly InetAddress s_a = InetAddress.Parse("2001:db8::1");
    private static readonly InetAddress s_b = InetAddress.Parse("2001:db8::2");

    [Fact]
    public void A_datagram_reads_back_as_written()
    {
        byte[] datagram = [.. new byte[8], .. "hello"u8];
        UdpView.Write(datagram, 5000, 53, 13);
        ulong pseudo = InternetChecksum.PseudoHeader(s_a, s_b, 17, 13);
        UdpView.UpdateChecksum(datagram, pseudo);
        Assert.True(UdpView.TryParse([.. datagram, 0, 0], out var udp));
        Assert.Equal((5000, 53, 13), (udp.SourcePort, udp.DestinationPort, udp.Length));
        Assert.Equal("hello"u8, udp.Payload);
        Assert.True(udp.HasValidChecksum(pseudo));
        for (int length = 0; length < 13; length++)
        {
            Assert.False(UdpView.TryParse(datagram.AsSpan(0, length), out _));
        }
    }

    [Fact]
    public void A_length_below_eight_is_refused()
    {
        byte[] datagram = new byte[8];
        UdpView.Write(datagram, 1, 2, 7);
        Assert.False(UdpView.TryParse(datagram, out _));
    }

    [Fact]
    public void A_checksum_of_zero_goes_out_as_all_ones()
    {
        // The ports are chosen so that everything else sums to 0xFFFF.
        byte[] datagram = new byte[8];
        UdpView.Write(datagram, 0, 0, 8);
        ulong pseudo = InternetChecksum.PseudoHeader(s_a, s_b, 17, 8);
        ushort missing = InternetChecksum.Finish(InternetChecksum.Add(datagram, pseudo));
        UdpView.Write(datagram, missing, 0, 8);
        UdpView.UpdateChecksum(datagram, pseudo);
        Assert.True(UdpView.TryParse(datagram, out var udp));
        Assert.Equal(0xFFFF, udp.Checksum);
        Assert.True(udp.HasValidChecksum(pseudo));
    }

    [Fact]
    public void NAT_rewriting_repairs_a_checksum_but_makes_none()
    {
        var before = InetAddress.Parse("10.0.0.1");
        var after = InetAddress.Parse("192.0.2.1");
        byte[] datagram = [.. new byte[8], 1, 2, 3];
        UdpView.Write(datagram, 5000, 53, 11);
        UdpView.OnAddressChanged(datagram, before, after);
        UdpView.SetSourcePort(datagram, 6000);
        Assert.True(UdpView.TryParse(datagram, out var udp));
        Assert.Equal(0, udp.Checksum);

        UdpView.UpdateChecksum(datagram, InternetChecksum.PseudoHeader(before, before, 17, 11));
        UdpView.OnAddressChanged(datagram, before, after);
        UdpView.SetDestinationPort(datagram, 5353);
        Assert.True(UdpView.TryParse(datagram, out udp));
        Assert.True(udp.HasValidChecksum(InternetChecksum.PseudoHeader(after, before, 17, 11)));
    }
}
