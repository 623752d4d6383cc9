using System.Buffers.Binary;
using Catenet.Kernel.Devices;
using Catenet.Kernel.Netfilter;
using Catenet.Kernel.Offload;
using Catenet.Kernel.Tests.Support;
using Catenet.Wire.Dissection;
using Catenet.Wire.Internet;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tests.Offload;

/// <summary>Checksums that a port completes or vouches for, and what is not to be believed.</summary>
public sealed class PartialChecksumTests : OffloadTest
{
    [Fact]
    public void What_a_port_without_receive_offload_says_is_not_believed()
    {
        var (device, port) = AddOffloading(Router, "eth2", DeviceFeatures.TransmitChecksum | DeviceFeatures.TcpSegmentation, "10.0.3.1/24");
        Know(device, "10.0.3.2");
        port.Inject(FromPeer(device, Segment("10.0.3.2", "10.0.3.1", 100)), 0, ChecksumState.Partial);
        port.Inject(FromPeer(device, Segment("10.0.3.2", "10.0.3.1", 100)), 0, ChecksumState.Unnecessary);
        Run(0.1);
        Assert.Equal(2, Router.Drops[DropReason.TcpChecksum]);
        Assert.Empty(port.Sent);
    }

    [Theory]
    [InlineData(ChecksumState.Partial)]
    [InlineData(ChecksumState.Unnecessary)]
    public void What_an_offloading_port_says_of_a_checksum_is_believed(ChecksumState checksum)
    {
        From.Inject(FromPeer(In, Segment(Alice, "10.0.1.1", 100)), 0, checksum);
        From.Inject(FromPeer(In, Datagram(Alice, "10.0.1.1", 100)), 0, checksum);
        From.Inject(FromPeer(In, Datagram(Alice, "10.0.1.1", 100)), 0, ChecksumState.None);
        Run(0.1);
        Assert.Equal(1, Router.Tcp.Counters.ResetsOut);
        Assert.Equal(1, Router.Drops[DropReason.UdpChecksum]);
        Assert.Equal(1, Router.Udp.Counters.NoPorts);
    }

    [Theory]
    [InlineData(Alice, 1000, ChecksumState.Partial)]
    [InlineData(Alice, 2000, ChecksumState.None)]
    [InlineData(Alice6, 1000, ChecksumState.Partial)]
    public void A_datagram_made_here_leaves_its_checksum_to_the_port_unless_it_must_be_cut(string to, int length, ChecksumState expected)
    {
        var endpoint = Router.Udp.Open(A(to).IsIPv4 ? System.Net.Sockets.AddressFamily.InterNetwork : System.Net.Sockets.AddressFamily.InterNetworkV6);
        Assert.Equal(System.Net.Sockets.SocketError.Success, endpoint.SendTo(new byte[length], new InetEndpoint(A(to), 53)));
        Run(0.1);
        Assert.All(From.Sent, s => Assert.Equal(expected, s.Checksum));
        byte[] frame = From.Sent.Dequeue().Frame;
        if (expected == ChecksumState.Partial)
        {
            var packet = Loop.Packets.Rent(frame);
            packet.Checksum = ChecksumState.Partial;
            Assert.Equal(frame.Length, PartialChecksum.CopyComplete(packet, frame));
            AssertGood(frame);
            packet.Release();
        }

        endpoint.Close();
    }

    [Fact]
    public void A_datagram_with_a_partial_checksum_is_completed_before_it_is_cut_into_fragments()
    {
        var port = AddOut(All);
        Out.Mtu = 576;
        From.Inject(FromPeer(In, Datagram(Alice, Bob, 1400)), 0, ChecksumState.Partial);
        Run(0.1);
        Assert.Equal(3, port.Sent.Count);
        Assert.All(port.Sent, s => Assert.Equal(ChecksumState.None, s.Checksum));
        byte[] datagram = [.. port.Sent.SelectMany(s => s.Frame[34..])];
        Assert.True(InternetChecksum.Verify(datagram, InternetChecksum.PseudoHeader(A(Alice), A(Bob), IpProtocol.Udp, datagram.Length)));
    }

    [Theory]
    [InlineData(Alice, Bob, 0)]
    [InlineData(Alice, Bob, 1)]
    [InlineData(Alice6, Bob6, 2)]
    public void A_frame_with_VLAN_tags_is_cut_and_its_checksum_completed(string from, string to, int tags)
    {
        byte[] frame = FromPeer(In, Segment(from, to, 4000));
        for (int i = 0; i < tags; i++)
        {
            frame = [.. frame[..12], 0x81, 0x00, 0x04, 0x2A, .. frame[12..]];
        }

        var packet = Loop.Packets.Rent(frame);
        packet.Checksum = ChecksumState.Partial;
        packet.GsoSize = 1400;
        var segments = default(PacketQueue);
        Assert.True(TcpSegmenter.TryCut(packet, Loop.Packets, ref segments, completeChecksums: true));
        Assert.Equal(3, segments.Count);
        while (segments.TryDequeue(out var segment))
        {
            AssertGood(segment.ToArray());
            segment.Release();
        }

        packet.Release();
    }

    [Fact]
    public void A_super_packet_that_is_not_one_is_no_danger()
    {
        var port = AddOut(DeviceFeatures.None);
        var random = Loop.Random("mutants");
        byte[][] seeds = [Segment(Alice, Bob, 3000), Segment(Alice6, Bob6, 3000), Datagram(Alice, Bob, 3000), EchoRequest(Alice, Bob), Segment(Alice, "10.0.1.1", 3000)];
        for (int i = 0; i < 20_000; i++)
        {
            byte[] frame = FromPeer(In, seeds[random.Next(seeds.Length)]);
            for (int n = random.Next(4); n > 0; n--)
            {
                frame[random.Next(12, Math.Min(frame.Length, 90))] = (byte)random.Next(256);
            }

            From.Inject(frame.AsSpan(0, random.Next(4) == 0 ? random.Next(frame.Length) : frame.Length), random.Next(3) == 0 ? random.Next(40) : random.Next(65536), (ChecksumState)random.Next(3));
            if (i % 100 == 0)
            {
                Run(0.001);
                Assert.All(port.Sent, s => Assert.InRange(s.Frame.Length, 14, 1514));
                port.Sent.Clear();
                From.Sent.Clear();
            }
        }
    }
}
