using System.Buffers.Binary;
using System.Net.Sockets;
using Catenet.Kernel.Devices;
using Catenet.Kernel.Tests.Tcp;
using Catenet.Wire.Internet;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tests.Offload;

/// <summary>Segments that came in one after another are put together (GRO), and whoever looks at the wire does not notice.</summary>
public sealed class GenericReceiveTests : OffloadTest
{
    [Theory]
    [InlineData(Alice, Bob)]
    [InlineData(Alice6, Bob6)]
    public void Segments_of_a_flow_leave_as_one_super_packet(string from, string to)
    {
        var port = AddOut(All);
        In.Features |= DeviceFeatures.GenericReceive;
        byte[] whole = Segment(from, to, 10_000);
        Inject(Cut(whole, 1400));
        Run(0.1);
        var (frame, gso, checksum) = port.Sent.Dequeue();
        Assert.Empty(port.Sent);
        Assert.Equal((1400, ChecksumState.Partial), (gso, checksum));
        byte[] expected = FromPeer(Out, whole);
        Assert.Equal(expected[54..], frame[54..]);
        Assert.Equal(8, In.Counters.RxPackets);
        Assert.Equal(10_000 + 8 * (expected.Length - 10_000), In.Counters.RxBytes);
    }

    [Fact]
    public void What_was_put_together_is_cut_to_the_very_packets_that_came()
    {
        for (ulong seed = 1; seed <= 300; seed++)
        {
            var random = Loop.Random($"gro/{seed}");
            var frames = new List<byte[]>();
            for (int i = random.Next(2, 150); i > 0; i--)
            {
                frames.Add(Next(ref random, frames));
            }

            var plainPort = Pass(frames, $"plain{seed}", together: false);
            var groPort = Pass(frames, $"gro{seed}", together: true);
            Assert.Equal(frames.Count, plainPort.Sent.Count);
            foreach (ushort flow in Enumerable.Range(5000, 3).Select(p => (ushort)p))
            {
                byte[][] before = [.. plainPort.Sent.Select(s => s.Frame).Where(f => PortOf(f) == flow)];
                byte[][] after = [.. groPort.Sent.Select(s => s.Frame).Where(f => PortOf(f) == flow)];
                Assert.True(before.Length == after.Length, $"seed {seed}: {before.Length} frames of {flow} became {after.Length}");
                for (int i = 0; i < before.Length; i++)
                {
                    Assert.True(before[i].AsSpan(12).SequenceEqual(after[i].AsSpan(12)), $"seed {seed}, flow {flow}, frame {i}:\n{Convert.ToHexString(before[i])}\n{Convert.ToHexString(after[i])}");
                }
            }
        }
    }

    [Fact]
    public void A_lossy_stream_arrives_whole_through_devices_that_put_together()
    {
        for (ulong seed = 1; seed <= 30; seed++)
        {
            using var net = new TwoHosts(seed);
            foreach (var host in new[] { net.A, net.B })
            {
                host.Devices.ByName("eth0")!.Features |= DeviceFeatures.GenericReceive | DeviceFeatures.GenericSegmentation;
            }

            net.Wire.Both(d =>
            {
                d.Delay = Duration.FromMilliseconds(2 + seed % 7);
                d.Loss = 0.01;
                d.Duplication = 0.01;
                d.Reordering = 0.02;
                d.Damage = 0.001;
            });
            var transfer = Transfer.Run(net, 500_000, Duration.FromSeconds(300), seed % 2 == 0);
            Assert.True(transfer is { EndSeen: true, Received: 500_000, FirstWrong: -1 } && transfer.Sender.ClosedWith == SocketError.Success,
                $"seed {seed}: {transfer.Received} received, first wrong {transfer.FirstWrong}");
        }
    }

    [Fact]
    public void What_is_held_goes_with_the_device()
    {
        var port = AddOut(DeviceFeatures.None);
        In.Features |= DeviceFeatures.GenericReceive;
        Inject(Cut(Segment(Alice, Bob, 10_000), 1400));
        In.TakeDown();
        Run(0.1);
        Assert.Empty(port.Sent);
        Assert.Equal(8, Router.Drops[DropReason.DeviceDown]);
    }

    /// <summary>A frame that continues, repeats or changes something of one of three flows.</summary>
    private byte[] Next(ref RandomStream random, List<byte[]> before)
    {
        int flow = random.Next(3);
        bool six = flow == 2;
        var last = before.FindLast(f => PortOf(f) == 5000 + flow);
        int at = 14 + (six ? 40 : 20);
        uint sequence = last is null ? 1000 : BinaryPrimitives.ReadUInt32BigEndian(last.AsSpan(at + 4)) + (uint)(last.Length - at - (last[at + 12] >> 4) * 4);
        int size = random.Next(4) switch { 0 => random.Next(0, 40), 1 => 700, _ => 1400 };
        var flags = TcpFlags.Ack | (random.Next(8) == 0 ? TcpFlags.Psh : 0) | (random.Next(20) == 0 ? TcpFlags.Fin : 0) |
            (random.Next(30) == 0 ? TcpFlags.Urg : 0) | (random.Next(30) == 0 ? TcpFlags.Syn : 0) | (random.Next(30) == 0 ? TcpFlags.Ece : 0);
        sequence += random.Next(15) == 0 ? 100u : 0;
        byte[] packet = Segment(six ? Alice6 : Alice, six ? Bob6 : Bob, size, flags, sequence, dontFragment: random.Next(2) == 0);
        int ip = six ? 40 : 20;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(ip), (ushort)(5000 + flow));
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(ip + 14), (ushort)(random.Next(15) == 0 ? 900 : 1000));
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(ip + 8), random.Next(15) == 0 ? 2u : 1u);
        if (!six)
        {
            // The identification counts up, with a jump now and then where that matters.
            ushort id = (ushort)((last is null ? 7 : BinaryPrimitives.ReadUInt16BigEndian(last.AsSpan(18))) + (random.Next(15) == 0 && (packet[6] & 0x40) == 0 ? 5 : 1));
            IPv4View.SetIdentification(packet, id);
            IPv4View.SetTtl(packet, (byte)(random.Next(20) == 0 ? 63 : 64));
        }

        packet = Complete(packet);
        if (random.Next(25) == 0)
        {
            packet[^1] ^= 0x55;
        }

        return FromPeer(In, packet);
    }

    /// <summary>Sends frames through a router of their own.</summary>
    private OffloadPort Pass(List<byte[]> frames, string name, bool together)
    {
        var router = Quiet(name, s => s.Forwarding = true);
        var (input, from) = AddOffloading(router, "eth0", DeviceFeatures.None, "10.0.1.1/24", "2001:db8:1::1/64");
        var (output, to) = AddOffloading(router, "eth1", DeviceFeatures.None, "10.0.2.1/24", "2001:db8:2::1/64");
        Know(output, Bob, Bob6);
        input.Features |= together ? DeviceFeatures.GenericReceive : 0;
        frames.ForEach(f => from.Inject(FromPeer(input, f[14..])));
        Run(1);
        return to;
    }

    private void Inject(IEnumerable<byte[]> packets)
    {
        foreach (byte[] packet in packets)
        {
            From.Inject(FromPeer(In, packet));
        }
    }

    private IEnumerable<byte[]> Cut(byte[] whole, int size)
    {
        int headers = whole[0] >> 4 == 4 ? 40 : 60;
        for (int at = 0; at < whole.Length - headers; at += size)
        {
            int length = Math.Min(size, whole.Length - headers - at);
            byte[] part = [.. whole[..headers], .. whole[(headers + at)..(headers + at + length)]];
            string from = headers == 40 ? Alice : Alice6, to = headers == 40 ? Bob : Bob6;
            byte[] written = Segment(from, to, length, sequence: 1000 + (uint)at);
            written.AsSpan(0, headers).CopyTo(part);
            yield return Complete(part);
        }
    }

    private static int PortOf(byte[] frame) => BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(14 + (frame[14] >> 4 == 4 ? 20 : 40)));
}
