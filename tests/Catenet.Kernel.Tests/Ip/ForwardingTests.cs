using Catenet.Kernel.Devices;
using Catenet.Kernel.Routing;
using Catenet.Kernel.Tests.Support;
using Catenet.Wire.Internet;

namespace Catenet.Kernel.Tests;

public sealed class ForwardingTests : KernelTest
{
    private readonly Host _router;
    private readonly EthernetDevice _in, _out;
    private readonly TestPort _from, _to;

    public ForwardingTests()
    {
        _router = Quiet("r", s => s.Forwarding = true);
        (_in, _from) = AddPort(_router, "eth0", "10.0.1.1/24", "2001:db8:1::1/64");
        (_out, _to) = AddPort(_router, "eth1", "10.0.2.1/24", "2001:db8:2::1/64");
        Know(_in, "10.0.1.2", "2001:db8:1::2");
        Know(_out, "10.0.2.2", "2001:db8:2::2");
    }

    [Theory]
    [InlineData("10.0.1.2", "10.0.2.2")]
    [InlineData("2001:db8:1::2", "2001:db8:2::2")]
    public void A_forwarded_packet_changes_only_its_hop_limit_and_checksum(string from, string to)
    {
        byte[] packet = EchoRequest(from, to);
        _from.Inject(FromPeer(_in, packet));
        Run(0.1);
        byte[] frame = _to.Sent.Dequeue();
        Assert.Equal(EchoRequest(from, to, hopLimit: 63), frame[14..]);
        Assert.Equal(PeerMac, new MacAddress(frame));
        Assert.Equal(_out.Mac, new MacAddress(frame.AsSpan(6)));
        Assert.Empty(_to.Sent);
        Assert.Empty(_from.Sent);
    }

    [Theory]
    [InlineData("10.0.1.2", "10.0.2.2", IcmpType.TimeExceeded)]
    [InlineData("2001:db8:1::2", "2001:db8:2::2", IcmpV6Type.TimeExceeded)]
    public void A_packet_of_hop_limit_one_ends_with_time_exceeded(string from, string to, byte type)
    {
        _from.Inject(FromPeer(_in, EchoRequest(from, to, hopLimit: 1)));
        Run(0.1);
        AssertError(type, 0, from);
        Assert.Empty(_to.Sent);
        Assert.Equal(1, _router.Drops[DropReason.TtlExceeded]);
    }

    [Theory]
    [InlineData("10.0.1.2", "8.8.8.8", IcmpType.DestinationUnreachable)]
    [InlineData("2001:db8:1::2", "2001:db8:9::9", IcmpV6Type.DestinationUnreachable)]
    public void A_packet_to_nowhere_ends_with_unreachable(string from, string to, byte type)
    {
        _from.Inject(FromPeer(_in, EchoRequest(from, to)));
        Run(0.1);
        AssertError(type, 0, from);
        Assert.Equal(1, _router.Drops[DropReason.IpNoRoute]);
    }

    [Theory]
    [InlineData(RouteType.Prohibit, 13)]
    [InlineData(RouteType.Unreachable, 1)]
    [InlineData(RouteType.Blackhole, 0)]
    public void A_route_that_discards_says_so_or_not(RouteType type, byte code)
    {
        _router.Routes.Add(new RouteEntry(InetPrefix.Parse("172.16.0.0/12")) { Type = type });
        _from.Inject(FromPeer(_in, EchoRequest("10.0.1.2", "172.16.0.1")));
        Run(0.1);
        if (type == RouteType.Blackhole)
        {
            Assert.Empty(_from.Sent);
        }
        else
        {
            AssertError(IcmpType.DestinationUnreachable, code, "10.0.1.2");
        }
    }

    [Fact]
    public void A_packet_too_large_for_the_next_link_that_may_not_be_cut_ends_with_its_mtu()
    {
        _out.Mtu = 1400;
        _from.Inject(FromPeer(_in, EchoRequest("10.0.1.2", "10.0.2.2", 1450, dontFragment: true)));
        _from.Inject(FromPeer(_in, EchoRequest("2001:db8:1::2", "2001:db8:2::2", 1440)));
        Run(0.1);
        byte[] four = _from.Sent.Dequeue(), six = _from.Sent.Dequeue();
        Assert.Equal((IcmpType.DestinationUnreachable, IcmpCode.FragmentationNeeded), (four[34], four[35]));
        Assert.Equal(1400, four[40] << 8 | four[41]);
        Assert.Equal((IcmpV6Type.PacketTooBig, (byte)0), (six[54], six[55]));
        Assert.Equal(1400, six[60] << 8 | six[61]);
        Assert.Empty(_to.Sent);
    }

    [Fact]
    public void A_gateway_cuts_a_packet_and_fragments_of_it()
    {
        _out.Mtu = 576;
        _from.Inject(FromPeer(_in, EchoRequest("10.0.1.2", "10.0.2.2", 1400)));
        Run(0.1);
        var fragments = _to.Sent.ToArray();
        Assert.Equal([14 + 20 + 552, 14 + 20 + 552, 14 + 20 + 304], fragments.Select(f => f.Length));
        _to.Sent.Clear();
        _out.Mtu = 300;
        fragments[1].AsSpan(14, 20).CopyTo(fragments[1].AsSpan(14));
        _from.Inject(FromPeer(_in, fragments[1][14..]));
        Run(0.1);
        var again = _to.Sent.Select(f => f[14..]).ToArray();
        Assert.Equal(2, again.Length);
        Assert.Equal([552, 552 + 280], again.Select(f => (f[6] << 8 | f[7]) % 0x2000 * 8));
        Assert.All(again, f => Assert.True((f[6] & 0x20) != 0 && InternetChecksum.Verify(f.AsSpan(0, 20))));
    }

    [Fact]
    public void A_sender_on_the_same_link_as_the_next_hop_is_redirected()
    {
        _router.Routes.Add(InetPrefix.Parse("10.9.0.0/16"), A("10.0.1.9"));
        Know(_in, "10.0.1.9");
        _from.Inject(FromPeer(_in, EchoRequest("10.0.1.2", "10.9.0.1")));
        Run(0.1);
        byte[] redirect = _from.Sent.Dequeue();
        Assert.Equal((IcmpType.Redirect, IcmpCode.RedirectHost), (redirect[34], redirect[35]));
        Assert.Equal(A("10.0.1.9"), InetAddress.ReadIPv4(redirect.AsSpan(38)));
        Assert.Single(_from.Sent);
    }

    [Fact]
    public void Martians_end_here()
    {
        foreach (string source in (string[])["127.0.0.1", "0.0.0.0", "224.0.0.5", "255.255.255.255", "10.0.2.1"])
        {
            _from.Inject(FromPeer(_in, EchoRequest(source, "10.0.2.2")));
        }

        _from.Inject(FromPeer(_in, EchoRequest("10.0.1.2", "127.0.0.1")));
        _from.Inject(FromPeer(_in, EchoRequest("10.0.1.2", "0.1.2.3")));
        _from.Inject(FromPeer(_in, EchoRequest("ff02::5", "2001:db8:2::2")));
        _from.Inject(FromPeer(_in, EchoRequest("::1", "2001:db8:2::2")));
        Run(0.1);
        Assert.Equal(7, _router.Drops[DropReason.IpInvalidSource]);
        Assert.Equal(2, _router.Drops[DropReason.IpInvalidDestination]);
        Assert.Empty(_from.Sent);
        Assert.Empty(_to.Sent);
    }

    [Fact]
    public void The_reverse_path_filter_drops_what_would_not_be_answered_this_way()
    {
        _in.Settings.RpFilter = 1;
        _from.Inject(FromPeer(_in, EchoRequest("10.0.2.7", "10.0.2.2")));
        Run(0.1);
        Assert.Equal(1, _router.Drops[DropReason.IpReversePathFilter]);
        Assert.Empty(_to.Sent);
    }

    [Fact]
    public void Record_route_notes_the_address_of_the_way_out()
    {
        Span<byte> options = stackalloc byte[12];
        int size = IPv4OptionWriter.WriteRecordRoute(options, 2);
        byte[] plain = EchoRequest("10.0.1.2", "10.0.2.2");
        var packet = new byte[plain.Length + 12];
        plain.AsSpan(20).CopyTo(packet.AsSpan(32));
        IPv4View.Write(packet, packet.Length, 1, 0, 64, IpProtocol.Icmp, A("10.0.1.2"), A("10.0.2.2"), 0, options[..size]);
        _from.Inject(FromPeer(_in, packet));
        Run(0.1);
        byte[] seen = _to.Sent.Single()[14..];
        Assert.True(InternetChecksum.Verify(seen.AsSpan(0, 32)));
        Assert.Equal(A("10.0.2.1"), InetAddress.ReadIPv4(seen.AsSpan(23)));
    }

    [Fact]
    public void A_source_route_is_refused_without_a_word()
    {
        Span<byte> options = stackalloc byte[8];
        int size = IPv4OptionWriter.WriteSourceRoute(options, strict: false, [A("10.0.2.2")]);
        var packet = new byte[28 + 8];
        IPv4View.Write(packet, packet.Length, 1, 0, 64, IpProtocol.Udp, A("10.0.1.2"), A("10.0.1.1"), 0, options[..size]);
        _from.Inject(FromPeer(_in, packet));
        Run(0.1);
        Assert.Empty(_from.Sent);
        Assert.Equal(1, _router.Drops[DropReason.IpOption]);
    }

    [Fact]
    public void Without_forwarding_packets_for_others_end_silently()
    {
        _router.Settings.Forwarding = false;
        _from.Inject(FromPeer(_in, EchoRequest("10.0.1.2", "10.0.2.2")));
        _from.Inject(FromPeer(_in, EchoRequest("2001:db8:1::2", "2001:db8:2::2")));
        Run(0.1);
        Assert.Equal(2, _router.Drops[DropReason.IpForwardingOff]);
        Assert.Empty(_from.Sent);
        Assert.Empty(_to.Sent);
    }

    [Fact]
    public void Errors_to_one_destination_are_limited_to_a_burst_of_six_and_one_a_second()
    {
        for (int i = 0; i < 20; i++)
        {
            _from.Inject(FromPeer(_in, EchoRequest("10.0.1.2", "8.8.8.8")));
        }

        Run(0.1);
        Assert.Equal(6, _from.Sent.Count);
        Run(1);
        _from.Inject(FromPeer(_in, EchoRequest("10.0.1.2", "8.8.8.8")));
        Run(0.1);
        Assert.Equal(7, _from.Sent.Count);
        Assert.Equal(14, _router.Icmp.RateLimited);
    }

    [Theory]
    [InlineData("10.0.1.2", "10.0.2.2")]
    [InlineData("2001:db8:1::2", "2001:db8:2::2")]
    public void Forwarding_allocates_nothing(string from, string to)
    {
        _to.KeepFrames = false;
        byte[] frame = FromPeer(_in, EchoRequest(from, to));
        long allocated = 0, sentBefore = _to.Count;
        for (int round = 0; round < 60; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 50; i++)
            {
                _from.Inject(frame);
            }

            while (Loop.RunOne())
            {
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
        Assert.Equal(3000, _to.Count - sentBefore);
    }

    private void AssertError(byte type, byte code, string to)
    {
        byte[] frame = _from.Sent.Dequeue();
        bool ipv4 = frame[14] >> 4 == 4;
        int at = ipv4 ? 34 : 54;
        Assert.Equal((type, code), (frame[at], frame[at + 1]));
        Assert.Equal(A(to), ipv4 ? InetAddress.ReadIPv4(frame.AsSpan(30)) : InetAddress.ReadIPv6(frame.AsSpan(38)));
        ulong pseudo = ipv4 ? 0 : InternetChecksum.PseudoHeader(InetAddress.ReadIPv6(frame.AsSpan(22)), A(to), IpProtocol.IcmpV6, frame.Length - 54);
        Assert.True(InternetChecksum.Verify(frame.AsSpan(at), pseudo));
        Assert.Empty(_from.Sent);
    }
}
