using Catenet.Core;
using Catenet.Kernel.Netfilter;
using Catenet.Wire.Internet;
using Catenet.Wire.Transport;
using static Catenet.Kernel.Tests.Netfilter.TestPacket;

namespace Catenet.Kernel.Tests.Netfilter;

/// <summary>RFC 5508: ICMP errors pass a NAT with the outer and the quoted packet translated.</summary>
public class NatErrorTests
{
    private static InetAddress Address(string text) => InetAddress.Parse(text);

    [Theory]
    [InlineData("192.168.1.2", "198.51.100.10", "203.0.113.1", "10.7.7.7")]
    [InlineData("fd00:1::2", "2001:db8:9::10", "2001:db8::1", "2001:db8:7::7")]
    public void An_error_from_outside_reaches_the_inside_sender_in_its_own_terms(string inside, string server, string outside, string reporter)
    {
        using var router = new HookBench();
        router.Hooks.Nat.Masquerade("wan");
        router.Out(Datagram($"{new InetEndpoint(Address("192.168.1.9"), 5000)}", "198.51.100.10:53"));
        foreach (var make in Makers)
        {
            var sent = router.Forward(make(new InetEndpoint(Address(inside), 5000), new InetEndpoint(Address(server), 53)), router.Lan, router.Wan)!;
            foreach (int quote in new[] { int.MaxValue, QuotedMinimum(sent) })
            {
                var arrived = router.Forward(Error(reporter, outside, sent, quote: quote), router.Wan, router.Lan)!;
                string about = Describe(make(new InetEndpoint(Address(inside), 5000), new InetEndpoint(Address(server), 53)));
                Assert.Equal($"error {reporter} -> {inside} about {about}", Describe(arrived));
            }
        }
    }

    [Theory]
    [InlineData("192.168.1.2", "198.51.100.10", "203.0.113.1", "192.168.1.254")]
    [InlineData("fd00:1::2", "2001:db8:9::10", "2001:db8::1", "fd00:1::fe")]
    public void An_error_from_inside_leaves_without_inside_addresses(string inside, string server, string outside, string reporter)
    {
        using var router = new HookBench();
        router.Hooks.Nat.Masquerade("wan");
        var (i, s, o) = (new InetEndpoint(Address(inside), 5000), new InetEndpoint(Address(server), 53), new InetEndpoint(Address(outside), 5000));
        router.Out(Datagram($"{i}", $"{s}"));
        var answer = router.Forward(Datagram($"{s}", $"{o}"), router.Wan, router.Lan)!;
        foreach (string from in new[] { inside, reporter })
        {
            var left = router.Forward(Error(from, server, answer), router.Lan, router.Wan)!;
            Assert.Equal($"error {outside} -> {server} about udp {s} -> {o}", Describe(left));
        }
    }

    [Fact]
    public void An_error_about_a_forwarded_port_shows_the_outside_endpoint_only()
    {
        using var router = new HookBench();
        router.Hooks.Nat.PortForward(IpProtocol.Tcp, Endpoint("203.0.113.1:8080"), Endpoint("192.168.1.5:80"));
        var request = router.Forward(Segment("198.51.100.10:1234", "203.0.113.1:8080", TcpFlags.Syn), router.Wan, router.Lan)!;
        var left = router.Forward(Error("192.168.1.5", "198.51.100.10", request, IcmpType.DestinationUnreachable, IcmpCode.PortUnreachable), router.Lan, router.Wan)!;
        Assert.Equal("error 203.0.113.1 -> 198.51.100.10 about tcp 198.51.100.10:1234 -> 203.0.113.1:8080", Describe(left));
    }

    [Fact]
    public void Fragmentation_needed_keeps_its_MTU()
    {
        using var router = new HookBench();
        router.Hooks.Nat.Masquerade("wan");
        var sent = router.Forward(Datagram("192.168.1.2:5000", "198.51.100.10:53"), router.Lan, router.Wan)!;
        var error = Error("10.7.7.7", "203.0.113.1", sent, IcmpType.DestinationUnreachable, IcmpCode.FragmentationNeeded);
        IcmpView.Write(error.AsSpan(20), IcmpType.DestinationUnreachable, IcmpCode.FragmentationNeeded, IcmpView.RestOfMtu(1400));
        IcmpView.UpdateChecksum(error.AsSpan(20));
        var arrived = router.Forward(error, router.Wan, router.Lan)!;
        Assert.True(IcmpView.TryParse(arrived.AsSpan(20), out var icmp));
        Assert.Equal(1400, icmp.Mtu);
    }

    [Fact]
    public void One_to_one_translates_errors_both_ways()
    {
        using var gateway = new HookBench();
        gateway.Hooks.Nat.OneToOne(Address("192.168.1.5"), Address("203.0.113.50"), "wan");
        var request = gateway.Forward(Datagram("198.51.100.10:1", "203.0.113.50:2"), gateway.Wan, gateway.Lan)!;
        Assert.Equal("error 203.0.113.50 -> 198.51.100.10 about udp 198.51.100.10:1 -> 203.0.113.50:2",
            Describe(gateway.Forward(Error("192.168.1.5", "198.51.100.10", request), gateway.Lan, gateway.Wan)!));
        var answer = gateway.Forward(Datagram("192.168.1.5:2", "198.51.100.10:1"), gateway.Lan, gateway.Wan)!;
        Assert.Equal("error 10.7.7.7 -> 192.168.1.5 about udp 192.168.1.5:2 -> 198.51.100.10:1",
            Describe(gateway.Forward(Error("10.7.7.7", "203.0.113.50", answer), gateway.Wan, gateway.Lan)!));
    }

    private static IEnumerable<Func<InetEndpoint, InetEndpoint, byte[]>> Makers =>
    [
        (from, to) => Datagram($"{from}", $"{to}"),
        (from, to) => Segment($"{from}", $"{to}", TcpFlags.Syn),
        (from, to) => Echo($"{from.Address}", $"{to.Address}", 7),
    ];

    private static int QuotedMinimum(byte[] packet) => (packet[0] >> 4 == 6 ? 40 : 20) + 8;
}
