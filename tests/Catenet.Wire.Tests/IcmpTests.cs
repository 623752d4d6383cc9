using Catenet.Core;
using Catenet.Wire.Internet;
using Catenet.Wire.Internet.Ndp;

namespace Catenet.Wire.Tests;

public class IcmpTests
{
    private static readonly InetAddress s_router = InetAddress.Parse("fe80::1");
    private static readonly InetAddress s_host = InetAddress.Parse("2001:db8::2");
    private static readonly MacAddress s_mac = MacAddress.Parse("02:00:00:00:00:01");

    [Fact]
    public void An_echo_request_becomes_its_reply_in_place()
    {
        byte[] message = [.. new byte[8], .. "ping"u8];
        IcmpView.WriteEcho(message, IcmpType.EchoRequest, 0x1234, 7);
        IcmpView.UpdateChecksum(message);
        Assert.True(IcmpView.TryParse(message, out var icmp));
        Assert.True(icmp.HasValidChecksum);
        Assert.Equal((0x1234, 7), (icmp.Identifier, icmp.Sequence));
        IcmpView.MakeEchoReply(message);
        IcmpView.SetIdentifier(message, 0xFFFF);
        Assert.True(IcmpView.TryParse(message, out icmp));
        Assert.True(icmp.HasValidChecksum);
        Assert.Equal((IcmpType.EchoReply, 0xFFFF), (icmp.Type, icmp.Identifier));
        Assert.Equal("ping"u8, icmp.Body);
    }

    [Fact]
    public void The_header_of_each_error_carries_its_own_word()
    {
        byte[] message = new byte[8];
        IcmpView.Write(message, IcmpType.DestinationUnreachable, IcmpCode.FragmentationNeeded, IcmpView.RestOfMtu(1400));
        Assert.True(IcmpView.TryParse(message, out var icmp));
        Assert.True(icmp.IsError);
        Assert.Equal(1400, icmp.Mtu);
        IcmpView.Write(message, IcmpType.Redirect, IcmpCode.RedirectHost, IcmpView.RestOfGateway(InetAddress.Parse("192.0.2.1")));
        Assert.True(IcmpView.TryParse(message, out icmp));
        Assert.Equal("192.0.2.1", icmp.Gateway.ToString());
        IcmpView.Write(message, IcmpType.ParameterProblem, 0, IcmpView.RestOfPointer(21));
        Assert.True(IcmpView.TryParse(message, out icmp));
        Assert.Equal(21, icmp.Pointer);
    }

    [Fact]
    public void A_timestamp_message_has_three_times_only_when_they_fit()
    {
        byte[] message = new byte[20];
        IcmpView.WriteTimestamp(message, IcmpType.TimestampReply, 1, 2, 100, 200, 300);
        Assert.True(IcmpView.TryParse(message, out var icmp));
        Assert.Equal((100u, 200u, 300u), (icmp.Originate, icmp.Receive, icmp.Transmit));
        Assert.True(IcmpView.TryParse(message.AsSpan(0, 19), out icmp));
        Assert.Equal((false, 0u), (icmp.HasTimestamps, icmp.Transmit));
        Assert.False(IcmpView.TryParse(message.AsSpan(0, 7), out _));
    }

    [Fact]
    public void Codes_have_names()
    {
        for (byte code = 0; code < 16; code++)
        {
            Assert.NotNull(IcmpCode.Name(IcmpType.DestinationUnreachable, code));
        }

        Assert.Null(IcmpCode.Name(IcmpType.DestinationUnreachable, 16));
        Assert.Equal("port unreachable", IcmpV6Code.Name(IcmpV6Type.DestinationUnreachable, IcmpV6Code.PortUnreachable));
        Assert.Null(IcmpV6Code.Name(IcmpV6Type.EchoRequest, 0));
    }

    [Fact]
    public void An_ICMPv6_echo_is_covered_by_the_pseudo_header()
    {
        byte[] message = [.. new byte[8], 1, 2, 3];
        ulong pseudo = InternetChecksum.PseudoHeader(s_router, s_host, IpProtocol.IcmpV6, message.Length);
        IcmpV6View.WriteEcho(message, IcmpV6Type.EchoRequest, 9, 8);
        IcmpV6View.UpdateChecksum(message, pseudo);
        IcmpV6View.MakeEchoReply(message);
        Assert.True(IcmpV6View.TryParse(message, out var icmp));
        Assert.True(icmp.HasValidChecksum(pseudo));
        Assert.Equal((IcmpV6Type.EchoReply, 9, 8), (icmp.Type, icmp.Identifier, icmp.Sequence));
    }

    [Fact]
    public void A_neighbour_solicitation_and_its_advertisement_read_back()
    {
        byte[] message = new byte[32];
        NeighbourSolicitationView.Write(message, s_host);
        new NdpOptionWriter(message.AsSpan(24)).AddSourceLinkAddress(s_mac);
        Assert.True(NeighbourSolicitationView.TryParse(message, out var ns));
        Assert.Equal(s_host, ns.Target);
        Assert.True(NdpOptionEnumerator.TryFindLinkAddress(ns.OptionData, NdpOptionType.SourceLinkAddress, out var mac));
        Assert.Equal(s_mac, mac);
        Assert.False(NdpOptionEnumerator.TryFindLinkAddress(ns.OptionData, NdpOptionType.TargetLinkAddress, out _));

        for (int flags = 0; flags < 8; flags++)
        {
            NeighbourAdvertisementView.Write(message, s_host, (flags & 1) != 0, (flags & 2) != 0, (flags & 4) != 0);
            Assert.True(NeighbourAdvertisementView.TryParse(message, out var na));
            Assert.Equal(flags, (na.IsRouter ? 1 : 0) | (na.IsSolicited ? 2 : 0) | (na.IsOverride ? 4 : 0));
            Assert.Equal(s_host, na.Target);
        }

        Assert.False(NeighbourSolicitationView.TryParse(message, out _));
    }

    [Fact]
    public void A_router_advertisement_reads_back_with_every_option()
    {
        byte[] message = new byte[200];
        RouterAdvertisementView.Write(message, 64, 1800, true, true, 30000, 1000, -1);
        var writer = new NdpOptionWriter(message.AsSpan(16));
        var prefix = new PrefixInformation(InetPrefix.Parse("2001:db8:1::/64"), true, true, 2592000, 604800);
        writer.AddSourceLinkAddress(s_mac);
        writer.AddMtu(1400);
        writer.AddPrefixInformation(prefix);
        writer.AddRecursiveDnsServers(600, [s_host, s_router]);
        Assert.True(RouterAdvertisementView.TryParse(message.AsSpan(0, 16 + writer.Length), out var ra));
        Assert.Equal((64, 1800, 30000u, 1000u, -1), (ra.CurrentHopLimit, ra.RouterLifetime, ra.ReachableTime, ra.RetransTimer, ra.Preference));
        Assert.True(ra.IsManaged && ra.HasOtherConfiguration);
        int seen = 0;
        foreach (var option in ra.Options)
        {
            seen++;
            Assert.Equal(option.Type == NdpOptionType.SourceLinkAddress, option.IsLinkAddress);
            Assert.Equal(option.Type == NdpOptionType.Mtu, option.IsMtu && option.Mtu == 1400);
            Assert.Equal(option.Type == NdpOptionType.PrefixInformation, option.IsPrefixInformation && option.PrefixInformation == prefix);
            Assert.Equal(option.Type == NdpOptionType.RecursiveDnsServer, option.IsRecursiveDnsServer && option.DnsServerCount == 2 && option.DnsServer(1) == s_router);
        }

        Assert.Equal(4, seen);
    }

    [Fact]
    public void A_redirect_quotes_the_packet()
    {
        byte[] message = new byte[40 + 8 + 48];
        NdpRedirectView.Write(message, s_router, s_host);
        var writer = new NdpOptionWriter(message.AsSpan(40));
        writer.AddRedirectedHeader(new byte[50]);
        Assert.Equal(56, writer.Length);
        Assert.True(NdpRedirectView.TryParse(message, out var redirect));
        Assert.Equal((s_router, s_host), (redirect.Target, redirect.Destination));
        foreach (var option in redirect.Options)
        {
            Assert.True(option.IsRedirectedHeader);
            Assert.Equal(48, option.RedirectedPacket.Length);
        }
    }

    [Theory]
    [InlineData("0100 000000000000"), InlineData("0102 000000000000"), InlineData("0101 00")]
    public void A_message_with_a_malformed_option_is_refused(string options)
    {
        byte[] message = [.. new byte[8], .. Hex.Bytes(options)];
        RouterSolicitationView.Write(message);
        Assert.False(RouterSolicitationView.TryParse(message, out _));
    }
}
