using System.Buffers.Binary;
using Catenet.Kernel.Devices;
using Catenet.Kernel.Netfilter;
using Catenet.Kernel.Offload;
using Catenet.Kernel.Tests.Support;
using Catenet.Wire.Dissection;
using Catenet.Wire.Internet;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tests.Offload;

/// <summary>A router whose eth0 is cabled to an offloading port, with packets whose checksums are partial to put there.</summary>
public abstract class OffloadTest : KernelTest
{
    protected const DeviceFeatures All = DeviceFeatures.TransmitChecksum | DeviceFeatures.TcpSegmentation | DeviceFeatures.ReceiveChecksum | DeviceFeatures.ReceiveSegments;
    protected const string Alice = "10.0.1.2", Bob = "10.0.2.2", Alice6 = "2001:db8:1::2", Bob6 = "2001:db8:2::2";

    protected OffloadTest()
    {
        Router = Quiet("r", s => s.Forwarding = true);
        (In, From) = AddOffloading(Router, "eth0", All, "10.0.1.1/24", "2001:db8:1::1/64");
        Know(In, Alice, Alice6);
    }

    protected Host Router { get; }

    protected EthernetDevice In { get; }

    /// <summary>The device that <see cref="AddOut"/> has added.</summary>
    protected EthernetDevice Out { get; private set; } = null!;

    private protected OffloadPort From { get; }

    private static (EthernetDevice Device, OffloadPort Port) Connect(Host host, string name, DeviceFeatures features, EventLoop loop, string[] addresses)
    {
        var device = host.Devices.AddEthernet(name);
        var port = new OffloadPort(loop, features);
        device.Connect(port);
        device.BringUp();
        Configure(device, addresses);
        return (device, port);
    }

    private protected (EthernetDevice Device, OffloadPort Port) AddOffloading(Host host, string name, DeviceFeatures features, params string[] addresses)
    {
        var (device, port) = Connect(host, name, features, Loop, addresses);
        Run(0);
        port.Sent.Clear();
        return (device, port);
    }

    private protected OffloadPort AddOut(DeviceFeatures features)
    {
        (Out, var port) = AddOffloading(Router, "eth1", features, "10.0.2.1/24", "2001:db8:2::1/64");
        Know(Out, Bob, Bob6);
        return port;
    }

    /// <summary>A TCP packet whose checksum is partial.</summary>
    protected static byte[] Segment(string from, string to, int length, TcpFlags flags = TcpFlags.Ack, uint sequence = 1000, bool dontFragment = true)
    {
        var segment = new byte[20 + length];
        for (int i = 0; i < length; i++)
        {
            segment[20 + i] = (byte)(i % 251);
        }

        TcpView.Write(segment, 5000, 80, new SeqNumber(sequence), new SeqNumber(1), flags, 1000);
        TcpView.SetChecksum(segment, (ushort)~InternetChecksum.Finish(InternetChecksum.PseudoHeader(A(from), A(to), IpProtocol.Tcp, segment.Length)));
        return Ip(from, to, IpProtocol.Tcp, segment, dontFragment: dontFragment);
    }

    /// <summary>A segment without data on the way back.</summary>
    protected static byte[] Answer(string from, string to, TcpFlags flags, uint sequence, uint acknowledgment)
    {
        byte[] packet = Segment(from, to, 0, flags, sequence);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(20), 80);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(22), 5000);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(28), acknowledgment);
        return packet;
    }

    protected byte[] Complete(byte[] packet)
    {
        var buffer = Loop.Packets.Rent(packet);
        buffer.MarkNetworkHeader();
        Assert.True(PartialChecksum.Complete(buffer));
        byte[] complete = buffer.ToArray();
        buffer.Release();
        return complete;
    }

    protected static byte[] Datagram(string from, string to, int length)
    {
        var datagram = new byte[UdpView.Size + length];
        UdpView.Write(datagram, 5000, 9999, datagram.Length);
        UdpView.SetChecksum(datagram, (ushort)~InternetChecksum.Finish(InternetChecksum.PseudoHeader(A(from), A(to), IpProtocol.Udp, datagram.Length)));
        return Ip(from, to, IpProtocol.Udp, datagram);
    }

    private protected static void AssertSegments(OffloadPort port, byte[] super, int size, int count)
    {
        int ip = super[0] >> 4 == 4 ? 20 : 40;
        var all = new List<byte>();
        var flags = (TcpFlags)super[ip + 13];
        for (int i = 0; i < count; i++)
        {
            var (frame, gso, checksum) = port.Sent.Dequeue();
            Assert.Equal((0, ChecksumState.None), (gso, checksum));
            AssertGood(frame);
            var packet = frame.AsSpan(14);
            Assert.InRange(packet.Length, ip + 21, ip + 20 + size);
            Assert.Equal(1000u + (uint)(i * size), BinaryPrimitives.ReadUInt32BigEndian(packet[(ip + 4)..]));
            var expected = flags & (i == 0 ? ~TcpFlags.None : ~TcpFlags.Cwr) & (i == count - 1 ? ~TcpFlags.None : ~(TcpFlags.Psh | TcpFlags.Fin));
            Assert.Equal(expected, (TcpFlags)packet[ip + 13]);
            if (ip == 20)
            {
                Assert.Equal(7 + i, BinaryPrimitives.ReadUInt16BigEndian(packet[4..]));
            }

            all.AddRange(packet[(ip + 20)..]);
        }

        Assert.Equal(super[(ip + 20)..], all);
    }

    protected static void AssertGood(byte[] frame)
    {
        var dissection = Dissector.Dissect(frame);
        Assert.False(dissection.IsMalformed || dissection.HasBadChecksum, dissection.ToString());
    }
}
