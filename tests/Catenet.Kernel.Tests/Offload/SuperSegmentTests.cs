using System.Net.Sockets;
using Catenet.Kernel.Devices;
using Catenet.Kernel.Tcp;
using Catenet.Kernel.Tests.Tcp;
using Catenet.Wire.Dissection;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tests.Offload;

/// <summary>TCP over ports that take and give super-packets: fewer packets, the same protocol.</summary>
public class SuperSegmentTests
{
    private const DeviceFeatures All = DeviceFeatures.TransmitChecksum | DeviceFeatures.TcpSegmentation | DeviceFeatures.ReceiveChecksum | DeviceFeatures.ReceiveSegments;
    private const long Total = 3_000_000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Super_packets_carry_a_stream_in_a_fraction_of_the_frames(bool ipv6)
    {
        using var net = new TwoHosts(features: All);
        net.Wire.Both(d => d.Delay = Duration.FromMilliseconds(5));
        int largest = 0;
        net.Wire.AtoB.Sees = frame => largest = Math.Max(largest, frame.Length);
        Check(Transfer.Run(net, Total, Duration.FromSeconds(20), ipv6), Total);
        net.Run(Duration.FromMilliseconds(100)); // the last ACK arrives
        Assert.InRange(largest, 60_000, 65_549);
        Assert.InRange(net.Wire.AtoB.Frames, Total / 65_536, Total / 1448 / 5);
        Assert.InRange(net.A.Tcp.Counters.SegmentsOut, Total / 1448, Total / 1200);
        Assert.Equal(net.A.Tcp.Counters.SegmentsOut, net.B.Tcp.Counters.SegmentsIn);
        Assert.Equal(0, net.A.Tcp.Counters.Retransmissions);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_receiver_takes_the_segments_of_a_super_packet_for_the_sender_s_MSS_and_acknowledges_each_super_packet(bool ipv6)
    {
        using var net = new TwoHosts(features: All);
        net.Wire.Both(d => d.Delay = Duration.FromMilliseconds(5));
        var transfer = new Transfer(Total) { KeepOpen = true };
        var accepted = new AcceptAll(transfer.Receiver);
        net.Listen(5001).Events = accepted;
        var (connection, events) = net.Connect(5001, ipv6);
        events.WhenWritable = transfer.Pump;
        net.Run(Duration.FromMilliseconds(50));
        net.Do(() => transfer.Pump(connection));
        net.Run(Duration.FromSeconds(20));
        Assert.Equal(Total, transfer.Received);
        Assert.Equal(ipv6 ? 1428 : 1448, accepted.Accepted[0].GetInfo().ReceiveMss);
        Assert.InRange(net.Wire.BtoA.Frames, net.Wire.AtoB.Frames / 3, net.Wire.AtoB.Frames + 5);
    }

    [Fact]
    public void A_network_card_s_segments_are_what_the_kernel_would_have_sent_without_it()
    {
        // The software path: the device cuts just before the wire, or TCP itself makes single segments.
        var (whole, cut) = (FramesOf(DeviceFeatures.None), FramesOf(DeviceFeatures.GenericSegmentation));
        Assert.Equal(whole.Count, cut.Count);
        for (int i = 0; i < whole.Count; i++)
        {
            Assert.True(whole[i].AsSpan().SequenceEqual(cut[i]), $"frame {i}:\n{Dissector.Dissect(whole[i])}\n{Dissector.Dissect(cut[i])}");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_a_network_card_sends_is_well_formed_and_its_checksums_are_right(bool ipv6)
    {
        using var net = new TwoHosts(features: DeviceFeatures.TransmitChecksum | DeviceFeatures.TcpSegmentation);
        int partial = 0, checkedFrames = 0;
        net.Wire.Both(d =>
        {
            d.Cuts = true;
            d.Delay = Duration.FromMilliseconds(3);
            d.Sees = frame => partial += frame.Checksum == ChecksumState.Partial ? 1 : 0;
            d.LosesFrame = frame =>
            {
                checkedFrames++;
                var frames = Dissector.Dissect(frame.ToArray());
                Assert.False(frames.IsMalformed || frames.HasBadChecksum, frames.ToString());
                Assert.InRange(frame.Length, 42, 1514);
                return false;
            };
        });
        Check(Transfer.Run(net, 500_000, Duration.FromSeconds(20), ipv6), 500_000);
        Assert.InRange(partial, 20, checkedFrames);
        Assert.InRange(checkedFrames, 345, 5000);
    }

    [Fact]
    public void Lost_segments_of_super_packets_are_sent_again_one_by_one()
    {
        for (ulong seed = 1; seed <= 40; seed++)
        {
            using var net = new TwoHosts(seed, All);
            net.Wire.Both(d =>
            {
                // Every third seed loses whole super-packets, the others segments of them.
                d.Cuts = seed % 3 != 0;
                d.Delay = Duration.FromMilliseconds(2 + seed % 7 * 5);
                d.PerOctet = new Duration(80);
                d.Loss = 0.01;
                d.Duplication = 0.01;
                d.Reordering = 0.05;
            });
            net.B.Settings.Tcp.Sack = seed % 5 != 0;
            net.B.Settings.Tcp.Timestamps = seed % 4 != 0;
            try
            {
                Check(Transfer.Run(net, 300_000, Duration.FromSeconds(300), seed % 2 == 0), 300_000);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}: {e.Message}", e);
            }
        }
    }

    [Fact]
    public void A_lost_segment_of_a_super_packet_costs_no_more_than_one_sent_alone() =>
        Assert.Equal(RetransmissionsAfterALoss(DeviceFeatures.None), RetransmissionsAfterALoss(All));

    [Fact]
    public void The_end_of_data_and_the_push_flag_are_on_the_last_segment_of_each_super_packet_only()
    {
        using var net = new TwoHosts(features: All);
        var flags = new List<TcpFlags>();
        net.Wire.AtoB.Cuts = true;
        net.Wire.AtoB.LosesFrame = frame =>
        {
            if (frame.Length > 100)
            {
                flags.Add((TcpFlags)frame.Span[14 + 20 + 13]);
            }

            return false;
        };
        Check(Transfer.Run(net, 10_000, Duration.FromSeconds(5)), 10_000);
        Assert.Equal(7, flags.Count);

        // Half of the initial window leaves as one, with PSH at its end.
        Assert.Equal(TcpFlags.Ack | TcpFlags.Psh, flags[4]);
        Assert.All(flags[..6].Where((_, i) => i != 4), f => Assert.Equal(TcpFlags.Ack, f));
        Assert.Equal(TcpFlags.Ack | TcpFlags.Psh, flags[6] & ~TcpFlags.Fin);
    }

    [Theory]
    [InlineData(All, DeviceFeatures.None)]
    [InlineData(DeviceFeatures.None, DeviceFeatures.GenericSegmentation)]
    [InlineData(DeviceFeatures.None, DeviceFeatures.Generic)]
    public void Super_packets_allocate_nothing_in_steady_state(DeviceFeatures features, DeviceFeatures generic)
    {
        using var net = new TwoHosts(features: features);
        Generic(net, generic);
        var transfer = new Transfer(long.MaxValue) { KeepOpen = true };
        var listener = net.Listen(5001, options: new TcpSocketOptions { ReceiveBuffer = 1024 * 1024 });
        var accepted = new AcceptAll(transfer.Receiver);
        listener.Events = accepted;
        using var owner = net.Loop.Enter();
        var connection = net.A.Tcp.CreateConnection(new TcpSocketOptions { SendBuffer = 256 * 1024 });
        connection.Events = transfer.Sender;
        connection.Connect(default, new InetEndpoint(TwoHosts.AddressOfB(false), 5001));
        Turn(net, 9_000);
        long octets = transfer.Received;
        long before = GC.GetAllocatedBytesForCurrentThread();
        Turn(net, 3_000);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        octets = transfer.Received - octets;
        connection.Abort();
        accepted.Accepted.ForEach(c => c.Abort());
        Assert.True(octets > 20_000_000, $"only {octets} octets moved");
        Assert.True(allocated == 0, $"{allocated} octets allocated for {octets} octets moved");
    }

    [Fact]
    public void A_device_may_be_forbidden_what_its_port_can_do()
    {
        using var net = new TwoHosts(features: All);
        var device = (EthernetDevice)net.A.Devices.ByName("eth0")!;
        Assert.Equal(All, device.Features);
        device.Features = All & ~DeviceFeatures.TransmitChecksum;
        Assert.Equal(All & ~DeviceFeatures.TransmitChecksum & ~DeviceFeatures.TcpSegmentation, device.Features);
        Assert.Throws<ArgumentException>(() => device.Features = DeviceFeatures.TransmitChecksum);
        net.Wire.AtoB.Sees = frame => Assert.Equal(ChecksumState.None, frame.Checksum);
        Check(Transfer.Run(net, 100_000, Duration.FromSeconds(5)), 100_000);
    }

    private static long RetransmissionsAfterALoss(DeviceFeatures features)
    {
        using var net = new TwoHosts(features: features);
        int seen = 0;
        net.Wire.Both(d =>
        {
            d.Cuts = true;
            d.Delay = Duration.FromMilliseconds(5);
        });
        net.Wire.AtoB.LosesFrame = frame => frame.Length > 1000 && ++seen == 100;
        Check(Transfer.Run(net, 1_000_000, Duration.FromSeconds(20)), 1_000_000);
        Assert.InRange(net.A.Tcp.Counters.Retransmissions, 1, 3);
        return net.A.Tcp.Counters.Retransmissions;
    }

    private static List<byte[]> FramesOf(DeviceFeatures generic)
    {
        using var net = new TwoHosts();
        Generic(net, generic);
        var frames = new List<byte[]>();
        int seen = 0;
        net.Wire.Both(d =>
        {
            d.Delay = Duration.FromMilliseconds(5);
            d.PerOctet = new Duration(80);
            d.LosesFrame = frame =>
            {
                frames.Add(WithoutIdentification(frame.ToArray()));
                return ++seen % 97 == 0;
            };
        });
        Check(Transfer.Run(net, 500_000, Duration.FromSeconds(60)), 500_000);
        return frames;
    }

    /// <summary>The IPv4 identification counts packets, of which there are fewer: it alone may differ, and with it the header's checksum.</summary>
    private static byte[] WithoutIdentification(byte[] frame)
    {
        if (frame[12] == 8 && frame[13] == 0)
        {
            frame.AsSpan(18, 2).Clear();
            frame.AsSpan(24, 2).Clear();
        }

        return frame;
    }

    private static void Generic(TwoHosts net, DeviceFeatures features)
    {
        foreach (var host in new[] { net.A, net.B })
        {
            var device = host.Devices.ByName("eth0")!;
            device.Features |= features;
        }
    }

    private static void Turn(TwoHosts net, int events)
    {
        for (int i = 0; i < events; i++)
        {
            net.Loop.RunOne();
        }
    }

    private static void Check(Transfer transfer, long total)
    {
        Assert.Equal(-1, transfer.FirstWrong);
        Assert.True(transfer.EndSeen, $"stalled after {transfer.Received} of {total} octets ({transfer.Sender.ClosedWith})");
        Assert.Equal(total, transfer.Received);
        Assert.Equal(SocketError.Success, transfer.Sender.ClosedWith);
    }
}
