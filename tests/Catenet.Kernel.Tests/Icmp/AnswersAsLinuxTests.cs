using Catenet.Kernel.Devices;
using Catenet.Kernel.Tests.Support;
using Catenet.Wire.Internet;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tests;

/// <summary>Details of ICMP and IP that the comparison with Linux brought to light.</summary>
public sealed class AnswersAsLinuxTests : KernelTest
{
    private readonly Host _host;
    private readonly EthernetDevice _device;
    private readonly TestPort _port;

    public AnswersAsLinuxTests()
    {
        _host = Quiet("host");
        (_device, _port) = AddPort(_host, "eth0", "10.0.0.1/24", "2001:db8::1/64");
        Know(_device, "10.0.0.9", "2001:db8::9");
    }

    [Fact]
    public void A_path_MTU_about_a_datagram_that_no_socket_has_sent_is_not_believed()
    {
        TellTooBig(localPort: 4000);
        Assert.Equal(0, _host.Ip.PathMtu.Count);
    }

    [Fact]
    public void A_path_MTU_about_a_datagram_of_a_socket_is_believed()
    {
        var socket = _host.Udp.Open();
        socket.Bind(new InetEndpoint(InetAddress.AnyIPv4, 4000));
        TellTooBig(localPort: 4000);
        Assert.Equal(1200, _host.Ip.PathMtu.Lookup(A("10.0.0.9"), out _));
        socket.Close();
    }

    [Fact]
    public void A_timestamp_request_is_answered_with_the_time_of_day()
    {
        byte[] request = [13, 0, 0, 0, 0, 7, 0, 1, 0, 0, 0, 42, 0, 0, 0, 0, 0, 0, 0, 0];
        IcmpView.UpdateChecksum(request);
        _port.Inject(FromPeer(_device, Ip("10.0.0.9", "10.0.0.1", IpProtocol.Icmp, request)));
        Run(0.1);
        IcmpView.TryParse(Assert.Single(_port.Sent).AsSpan(34), out var reply);
        Assert.Equal((IcmpType.TimestampReply, 42u), (reply.Type, reply.Originate));
        Assert.Equal(reply.Receive, reply.Transmit);
    }

    [Fact]
    public void An_echo_reply_goes_on_with_the_record_of_the_route()
    {
        byte[] options = [7, 11, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        byte[] message = EchoRequest("10.0.0.9", "10.0.0.1")[20..];
        var packet = new byte[32 + message.Length];
        IPv4View.Write(packet, packet.Length, 1, 0, 64, IpProtocol.Icmp, A("10.0.0.9"), A("10.0.0.1"), 0, options);
        message.CopyTo(packet, 32);
        _port.Inject(FromPeer(_device, packet));
        Run(0.1);
        byte[] reply = Assert.Single(_port.Sent);
        Assert.Equal([7, 11, 12, 10, 0, 0, 1, 10, 0, 0, 1, 0], reply[34..46]);
    }

    [Fact]
    public void Congestion_that_one_fragment_has_met_counts_for_the_whole_packet()
    {
        byte[] message = EchoRequest("10.0.0.9", "10.0.0.1", size: 24)[20..];
        InjectFragment(message[..16], 0, more: true, ecn: 2);
        InjectFragment(message[16..], 16, more: false, ecn: 3);
        Run(0.1);
        Assert.Equal(3, Assert.Single(_port.Sent)[15] & 3);
    }

    [Fact]
    public void Fragments_that_disagree_on_ECN_are_dropped()
    {
        byte[] message = EchoRequest("10.0.0.9", "10.0.0.1", size: 24)[20..];
        InjectFragment(message[..16], 0, more: true, ecn: 0);
        InjectFragment(message[16..], 16, more: false, ecn: 3);
        Run(0.1);
        Assert.Empty(_port.Sent);
        Assert.Equal(1, _host.Drops[DropReason.FragmentInvalid]);
    }

    [Fact]
    public void A_fragment_within_what_has_come_is_a_duplicate_and_harms_nothing()
    {
        byte[] message = EchoRequest("10.0.0.9", "10.0.0.1", size: 40)[20..];
        InjectFragment(message[..24], 0, more: true);
        InjectFragment(message[8..16], 8, more: true);
        InjectFragment(message[24..], 24, more: false);
        Run(0.1);
        Assert.Single(_port.Sent);
        Assert.Equal(1, _host.Drops[DropReason.FragmentDuplicate]);
    }

    [Fact]
    public void More_padding_than_alignment_needs_is_refused()
    {
        byte[] message = EchoRequest("2001:db8::9", "2001:db8::1")[40..];
        byte[] options = [IpProtocol.IcmpV6, 1, 1, 6, 0, 0, 0, 0, 0, 0, 1, 4, 0, 0, 0, 0];
        _port.Inject(FromPeer(_device, Ip("2001:db8::9", "2001:db8::1", IpProtocol.HopByHop, [.. options, .. message])));
        Run(0.1);
        Assert.Empty(_port.Sent);
        Assert.Equal(1, _host.Drops[DropReason.IpOption]);
    }

    private void InjectFragment(byte[] part, int offset, bool more, byte ecn = 0)
    {
        var packet = new byte[20 + part.Length];
        IPv4View.Write(packet, packet.Length, 5, (ushort)(offset / 8 | (more ? IPv4View.MoreFragmentsBit : 0)), 64, IpProtocol.Icmp, A("10.0.0.9"), A("10.0.0.1"), ecn);
        part.CopyTo(packet, 20);
        _port.Inject(FromPeer(_device, packet));
    }

    private void TellTooBig(ushort localPort)
    {
        var datagram = new byte[UdpView.Size];
        UdpView.Write(datagram, localPort, 9, 1400);
        byte[] quoted = Ip("10.0.0.1", "10.0.0.9", IpProtocol.Udp, datagram, dontFragment: true);
        var message = new byte[8 + quoted.Length];
        IcmpView.Write(message, IcmpType.DestinationUnreachable, IcmpCode.FragmentationNeeded, IcmpView.RestOfMtu(1200));
        quoted.CopyTo(message, 8);
        IcmpView.UpdateChecksum(message);
        _port.Inject(FromPeer(_device, Ip("10.0.0.9", "10.0.0.1", IpProtocol.Icmp, message)));
        Run(0.1);
    }
}
