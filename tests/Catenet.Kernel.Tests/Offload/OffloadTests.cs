using System.Buffers.Binary;
using Catenet.Kernel.Devices;
using Catenet.Kernel.Netfilter;
using Catenet.Kernel.Offload;
using Catenet.Kernel.Tests.Support;
using Catenet.Wire.Dissection;
using Catenet.Wire.Internet;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tests.Offload;

/// <summary>Super-packets and partial checksums on their way through a host: forwarded, translated, cut where the way out needs it.</summary>
public sealed class OffloadTests : KernelTest
{
    private const DeviceFeatures All = DeviceFeatures.TransmitChecksum | DeviceFeatures.TcpSegmentation | DeviceFeatures.ReceiveChecksum | DeviceFeatures.ReceiveSegments;
    private const string Alice = "10.0.1.2", Bob = "10.0.2.2", Alice6 = "2001:db8:1::2", Bob6 = "2001:db8:2::2";

    private readonly Host _router;
    private readonly EthernetDevice _in;
    private EthernetDevice _out = null!;
    private readonly OffloadPort _from;

    public OffloadTests()
    {
        _router = Quiet("r", s => s.Forwarding = true);
        (_in, _from) = AddOffloading(_router, "eth0", All, "10.0.1.1/24", "2001:db8:1::1/64");
        Know(_in, Alice, Alice6);
    }

    [Theory]
    [InlineData(Alice, Bob)]
    [InlineData(Alice6, Bob6)]
    public void A_forwarded_super_packet_is_cut_for_a_plain_link(string from, string to)
    {
        var port = AddOut(DeviceFeatures.None);
        byte[] packet = Segment(from, to, 10_000, TcpFlags.Ack | TcpFlags.Psh | TcpFlags.Fin | TcpFlags.Cwr);
        _from.Inject(FromPeer(_in, packet), 1400, ChecksumState.Partial);
        Run(0.1);
        AssertSegments(port, packet, 1400, 8);
        Assert.Empty(_from.Sent);
    }

    [Theory]
    [InlineData(Alice, Bob)]
    [InlineData(Alice6, Bob6)]
    public void A_forwarded_super_packet_stays_whole_where_the_link_takes_it(string from, string to)
    {
        var port = AddOut(All);
        byte[] packet = Segment(from, to, 10_000);
        _from.Inject(FromPeer(_in, packet), 1400, ChecksumState.Partial);
        Run(0.1);
        var (frame, gso, checksum) = port.Sent.Dequeue();
        Assert.Equal((packet.Length + 14, 1400, ChecksumState.Partial), (frame.Length, gso, checksum));
        Assert.Empty(port.Sent);
    }

    [Fact]
    public void A_port_that_completes_checksums_only_is_given_partial_segments()
    {
        var port = AddOut(DeviceFeatures.TransmitChecksum);
        _from.Inject(FromPeer(_in, Segment(Alice, Bob, 5000)), 1400, ChecksumState.Partial);
        Run(0.1);
        Assert.Equal(4, port.Sent.Count);
        foreach (var (frame, gso, checksum) in port.Sent)
        {
            Assert.Equal((0, ChecksumState.Partial), (gso, checksum));
            var packet = Loop.Packets.Rent(frame);
            Assert.True(PartialChecksum.Complete(packet));
            AssertGood(packet.ToArray());
            packet.Release();
        }
    }

    [Fact]
    public void Segments_wait_in_order_while_the_wire_is_busy()
    {
        var port = AddOut(DeviceFeatures.None);
        port.Room = 2;
        byte[] packet = Segment(Alice, Bob, 10_000);
        _from.Inject(FromPeer(_in, packet), 1400, ChecksumState.Partial);
        _from.Inject(FromPeer(_in, Segment(Alice, Bob, 100, sequence: 99)), 0, ChecksumState.Partial);
        Run(0.1);
        Assert.Equal(2, port.Sent.Count);
        port.Ready(3);
        Assert.Equal(5, port.Sent.Count);
        port.Ready(100);
        Assert.Equal(9, port.Sent.Count);
        AssertGood(port.Sent.Last().Frame);
        Assert.Equal(14 + 20 + 20 + 100, port.Sent.Last().Frame.Length);
        AssertSegments(port, packet, 1400, 8);
    }

    [Fact]
    public void Segments_that_wait_are_dropped_when_the_device_goes_down()
    {
        var port = AddOut(DeviceFeatures.None);
        port.Room = 2;
        _from.Inject(FromPeer(_in, Segment(Alice, Bob, 10_000)), 1400, ChecksumState.Partial);
        Run(0.1);
        _out.TakeDown();
        Assert.Equal(6, _router.Drops[DropReason.DeviceDown]);
    }

    [Theory]
    [InlineData(Alice, Bob, true)]
    [InlineData(Alice6, Bob6, true)]
    [InlineData(Alice, Bob, false)]
    public void Only_the_size_of_the_segments_counts_against_the_MTU(string from, string to, bool dontFragment)
    {
        var port = AddOut(DeviceFeatures.None);
        _out.Mtu = 1300;
        byte[] fits = Segment(from, to, 6000, dontFragment: dontFragment), tooLong = Segment(from, to, 6000, dontFragment: dontFragment);
        _from.Inject(FromPeer(_in, fits), 1200, ChecksumState.Partial);
        Run(0.1);
        AssertSegments(port, fits, 1200, 5);
        _from.Inject(FromPeer(_in, tooLong), 1400, ChecksumState.Partial);
        Run(0.1);
        if (dontFragment)
        {
            byte[] error = _from.Sent.Dequeue().Frame;
            bool six = to == Bob6;
            Assert.Equal(six ? (IcmpV6Type.PacketTooBig, (byte)0) : (IcmpType.DestinationUnreachable, IcmpCode.FragmentationNeeded), (error[six ? 54 : 34], error[six ? 55 : 35]));
            Assert.Equal(1300, BinaryPrimitives.ReadUInt16BigEndian(error.AsSpan(six ? 60 : 40)));
            Assert.Empty(port.Sent);
        }
        else
        {
            // Each segment but the small last one goes in two fragments, and its checksum was completed before.
            Assert.Equal(9, port.Sent.Count);
            var receiver = Quiet("receiver");
            var (device, cable) = AddPort(receiver, "eth0", "10.0.2.2/24");
            receiver.Routes.Add(InetPrefix.Parse("10.0.1.0/24"), A("10.0.2.1"));
            Know(device, "10.0.2.1");
            foreach (var (frame, _, _) in port.Sent)
            {
                cable.Inject(FromPeer(device, frame[14..]));
            }

            Run(0.1);
            // No listener: a good checksum is answered by a reset, a bad one is not.
            Assert.Equal(5, receiver.Tcp.Counters.ResetsOut);
            Assert.Equal(0, receiver.Drops[DropReason.TcpChecksum]);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_translated_super_packet_keeps_a_right_checksum(bool cut)
    {
        var port = AddOut(cut ? DeviceFeatures.None : All);
        _router.Netfilter.Nat.Masquerade("eth1");
        byte[] packet = Segment(Alice, Bob, 10_000, sequence: 1001);
        _from.Inject(FromPeer(_in, Segment(Alice, Bob, 0, TcpFlags.Syn)), 0, ChecksumState.Partial);
        Run(0.1);
        port.Inject(FromPeer(_out, Complete(Answer(Bob, "10.0.2.1", TcpFlags.Syn | TcpFlags.Ack, 0, 1001))));
        Run(0.1);
        _from.Inject(FromPeer(_in, packet), 1400, ChecksumState.Partial);
        Run(0.1);
        Assert.Equal(cut ? 9 : 2, port.Sent.Count);
        foreach (var (frame, gso, checksum) in port.Sent)
        {
            Assert.Equal(A("10.0.2.1"), InetAddress.ReadIPv4(frame.AsSpan(26)));
            if (checksum == ChecksumState.Partial)
            {
                var whole = Loop.Packets.Rent(frame);
                Assert.True(PartialChecksum.Complete(whole));
                AssertGood(whole.ToArray());
                whole.Release();
            }
            else
            {
                AssertGood(frame);
            }
        }
    }

    [Fact]
    public void What_a_port_without_receive_offload_says_is_not_believed()
    {
        var (device, port) = AddOffloading(_router, "eth2", DeviceFeatures.TransmitChecksum | DeviceFeatures.TcpSegmentation, "10.0.3.1/24");
        Know(device, "10.0.3.2");
        port.Inject(FromPeer(device, Segment("10.0.3.2", "10.0.3.1", 100)), 0, ChecksumState.Partial);
        port.Inject(FromPeer(device, Segment("10.0.3.2", "10.0.3.1", 100)), 0, ChecksumState.Unnecessary);
        Run(0.1);
        Assert.Equal(2, _router.Drops[DropReason.TcpChecksum]);
        Assert.Empty(port.Sent);
    }

    [Theory]
    [InlineData(ChecksumState.Partial)]
    [InlineData(ChecksumState.Unnecessary)]
    public void What_an_offloading_port_says_of_a_checksum_is_believed(ChecksumState checksum)
    {
        _from.Inject(FromPeer(_in, Segment(Alice, "10.0.1.1", 100)), 0, checksum);
        _from.Inject(FromPeer(_in, Datagram(Alice, "10.0.1.1", 100)), 0, checksum);
        _from.Inject(FromPeer(_in, Datagram(Alice, "10.0.1.1", 100)), 0, ChecksumState.None);
        Run(0.1);
        Assert.Equal(1, _router.Tcp.Counters.ResetsOut);
        Assert.Equal(1, _router.Drops[DropReason.UdpChecksum]);
        Assert.Equal(1, _router.Udp.Counters.NoPorts);
    }

    [Theory]
    [InlineData(Alice, 1000, ChecksumState.Partial)]
    [InlineData(Alice, 2000, ChecksumState.None)]
    [InlineData(Alice6, 1000, ChecksumState.Partial)]
    public void A_datagram_made_here_leaves_its_checksum_to_the_port_unless_it_must_be_cut(string to, int length, ChecksumState expected)
    {
        var endpoint = _router.Udp.Open(A(to).IsIPv4 ? System.Net.Sockets.AddressFamily.InterNetwork : System.Net.Sockets.AddressFamily.InterNetworkV6);
        Assert.Equal(System.Net.Sockets.SocketError.Success, endpoint.SendTo(new byte[length], new InetEndpoint(A(to), 53)));
        Run(0.1);
        Assert.All(_from.Sent, s => Assert.Equal(expected, s.Checksum));
        byte[] frame = _from.Sent.Dequeue().Frame;
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
        _out.Mtu = 576;
        _from.Inject(FromPeer(_in, Datagram(Alice, Bob, 1400)), 0, ChecksumState.Partial);
        Run(0.1);
        Assert.Equal(3, port.Sent.Count);
        Assert.All(port.Sent, s => Assert.Equal(ChecksumState.None, s.Checksum));
        byte[] datagram = [.. port.Sent.SelectMany(s => s.Frame[34..])];
        Assert.True(InternetChecksum.Verify(datagram, InternetChecksum.PseudoHeader(A(Alice), A(Bob), IpProtocol.Udp, datagram.Length)));
    }

    [Fact]
    public void A_super_packet_that_is_not_one_is_no_danger()
    {
        var port = AddOut(DeviceFeatures.None);
        var random = Loop.Random("mutants");
        byte[][] seeds = [Segment(Alice, Bob, 3000), Segment(Alice6, Bob6, 3000), Datagram(Alice, Bob, 3000), EchoRequest(Alice, Bob), Segment(Alice, "10.0.1.1", 3000)];
        for (int i = 0; i < 20_000; i++)
        {
            byte[] frame = FromPeer(_in, seeds[random.Next(seeds.Length)]);
            for (int n = random.Next(4); n > 0; n--)
            {
                frame[random.Next(12, Math.Min(frame.Length, 90))] = (byte)random.Next(256);
            }

            _from.Inject(frame.AsSpan(0, random.Next(4) == 0 ? random.Next(frame.Length) : frame.Length), random.Next(3) == 0 ? random.Next(40) : random.Next(65536), (ChecksumState)random.Next(3));
            if (i % 100 == 0)
            {
                Run(0.001);
                Assert.All(port.Sent, s => Assert.InRange(s.Frame.Length, 14, 1514));
                port.Sent.Clear();
                _from.Sent.Clear();
            }
        }
    }

    private static (EthernetDevice Device, OffloadPort Port) Connect(Host host, string name, DeviceFeatures features, EventLoop loop, string[] addresses)
    {
        var device = host.Devices.AddEthernet(name);
        var port = new OffloadPort(loop, features);
        device.Connect(port);
        device.BringUp();
        Configure(device, addresses);
        return (device, port);
    }

    private (EthernetDevice Device, OffloadPort Port) AddOffloading(Host host, string name, DeviceFeatures features, params string[] addresses)
    {
        var (device, port) = Connect(host, name, features, Loop, addresses);
        Run(0);
        port.Sent.Clear();
        return (device, port);
    }

    private OffloadPort AddOut(DeviceFeatures features)
    {
        (_out, var port) = AddOffloading(_router, "eth1", features, "10.0.2.1/24", "2001:db8:2::1/64");
        Know(_out, Bob, Bob6);
        return port;
    }

    /// <summary>A TCP packet whose checksum is partial.</summary>
    private static byte[] Segment(string from, string to, int length, TcpFlags flags = TcpFlags.Ack, uint sequence = 1000, bool dontFragment = true)
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
    private static byte[] Answer(string from, string to, TcpFlags flags, uint sequence, uint acknowledgment)
    {
        byte[] packet = Segment(from, to, 0, flags, sequence);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(20), 80);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(22), 5000);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(28), acknowledgment);
        return packet;
    }

    private byte[] Complete(byte[] packet)
    {
        var buffer = Loop.Packets.Rent(packet);
        buffer.MarkNetworkHeader();
        Assert.True(PartialChecksum.Complete(buffer));
        byte[] complete = buffer.ToArray();
        buffer.Release();
        return complete;
    }

    private static byte[] Datagram(string from, string to, int length)
    {
        var datagram = new byte[UdpView.Size + length];
        UdpView.Write(datagram, 5000, 9999, datagram.Length);
        UdpView.SetChecksum(datagram, (ushort)~InternetChecksum.Finish(InternetChecksum.PseudoHeader(A(from), A(to), IpProtocol.Udp, datagram.Length)));
        return Ip(from, to, IpProtocol.Udp, datagram);
    }

    private static void AssertSegments(OffloadPort port, byte[] super, int size, int count)
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

    private static void AssertGood(byte[] frame)
    {
        var dissection = Dissector.Dissect(frame);
        Assert.False(dissection.IsMalformed || dissection.HasBadChecksum, dissection.ToString());
    }
}
