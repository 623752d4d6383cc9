using System.Buffers.Binary;
using Catenet.Kernel.Devices;
using Catenet.Kernel.Netfilter;
using Catenet.Kernel.Offload;
using Catenet.Kernel.Tests.Support;
using Catenet.Wire.Dissection;
using Catenet.Wire.Internet;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tests.Offload;

/// <summary>Super-packets on their way through a host: forwarded, translated, cut where the way out needs it.</summary>
public sealed class SuperPacketTests : OffloadTest
{
    [Theory]
    [InlineData(Alice, Bob)]
    [InlineData(Alice6, Bob6)]
    public void A_forwarded_super_packet_is_cut_for_a_plain_link(string from, string to)
    {
        var port = AddOut(DeviceFeatures.None);
        byte[] packet = Segment(from, to, 10_000, TcpFlags.Ack | TcpFlags.Psh | TcpFlags.Fin | TcpFlags.Cwr);
        From.Inject(FromPeer(In, packet), 1400, ChecksumState.Partial);
        Run(0.1);
        AssertSegments(port, packet, 1400, 8);
        Assert.Empty(From.Sent);
    }

    [Theory]
    [InlineData(Alice, Bob)]
    [InlineData(Alice6, Bob6)]
    public void A_forwarded_super_packet_stays_whole_where_the_link_takes_it(string from, string to)
    {
        var port = AddOut(All);
        byte[] packet = Segment(from, to, 10_000);
        From.Inject(FromPeer(In, packet), 1400, ChecksumState.Partial);
        Run(0.1);
        var (frame, gso, checksum) = port.Sent.Dequeue();
        Assert.Equal((packet.Length + 14, 1400, ChecksumState.Partial), (frame.Length, gso, checksum));
        Assert.Empty(port.Sent);
    }

    [Fact]
    public void A_port_that_completes_checksums_only_is_given_partial_segments()
    {
        var port = AddOut(DeviceFeatures.TransmitChecksum);
        From.Inject(FromPeer(In, Segment(Alice, Bob, 5000)), 1400, ChecksumState.Partial);
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
        From.Inject(FromPeer(In, packet), 1400, ChecksumState.Partial);
        From.Inject(FromPeer(In, Segment(Alice, Bob, 100, sequence: 99)), 0, ChecksumState.Partial);
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
    public void Segments_that_wait_go_when_the_wire_is_free_and_nothing_overtakes_them()
    {
        var port = AddOut(DeviceFeatures.None);
        port.Room = 2;
        byte[] packet = Segment(Alice, Bob, 10_000);
        From.Inject(FromPeer(In, packet), 1400, ChecksumState.Partial);
        Run(0.1);
        port.Room = 1;
        From.Inject(FromPeer(In, Segment(Alice, Bob, 100, sequence: 99)), 0, ChecksumState.Partial);
        Run(0.1);
        Assert.Equal(2, port.Sent.Count);
        for (int i = 0; i < 7; i++)
        {
            port.Ready(1);
        }

        Assert.Equal(9, port.Sent.Count);
        AssertSegments(port, packet, 1400, 8);
    }

    [Fact]
    public void Segments_alone_that_wait_go_when_the_wire_is_free()
    {
        var port = AddOut(DeviceFeatures.None);
        port.Room = 2;
        byte[] packet = Segment(Alice, Bob, 10_000);
        From.Inject(FromPeer(In, packet), 1400, ChecksumState.Partial);
        Run(0.1);
        for (int i = 0; i < 6; i++)
        {
            port.Ready(1);
        }

        AssertSegments(port, packet, 1400, 8);
    }

    [Fact]
    public void Segments_that_wait_are_dropped_when_the_device_goes_down()
    {
        var port = AddOut(DeviceFeatures.None);
        port.Room = 2;
        From.Inject(FromPeer(In, Segment(Alice, Bob, 10_000)), 1400, ChecksumState.Partial);
        Run(0.1);
        Out.TakeDown();
        Assert.Equal(6, Router.Drops[DropReason.DeviceDown]);
    }

    [Theory]
    [InlineData(Alice, Bob, true)]
    [InlineData(Alice6, Bob6, true)]
    [InlineData(Alice, Bob, false)]
    public void Only_the_size_of_the_segments_counts_against_the_MTU(string from, string to, bool dontFragment)
    {
        var port = AddOut(DeviceFeatures.None);
        Out.Mtu = 1300;
        byte[] fits = Segment(from, to, 6000, dontFragment: dontFragment), tooLong = Segment(from, to, 6000, dontFragment: dontFragment);
        From.Inject(FromPeer(In, fits), 1200, ChecksumState.Partial);
        Run(0.1);
        AssertSegments(port, fits, 1200, 5);
        From.Inject(FromPeer(In, tooLong), 1400, ChecksumState.Partial);
        Run(0.1);
        if (dontFragment)
        {
            byte[] error = From.Sent.Dequeue().Frame;
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
        Router.Netfilter.Nat.Masquerade("eth1");
        byte[] packet = Segment(Alice, Bob, 10_000, sequence: 1001);
        From.Inject(FromPeer(In, Segment(Alice, Bob, 0, TcpFlags.Syn)), 0, ChecksumState.Partial);
        Run(0.1);
        port.Inject(FromPeer(Out, Complete(Answer(Bob, "10.0.2.1", TcpFlags.Syn | TcpFlags.Ack, 0, 1001))));
        Run(0.1);
        From.Inject(FromPeer(In, packet), 1400, ChecksumState.Partial);
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
}
