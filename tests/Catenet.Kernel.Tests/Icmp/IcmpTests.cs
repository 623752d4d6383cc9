using Catenet.Kernel.Ip;
using Catenet.Kernel.Tests.Support;
using Catenet.Wire.Internet;

namespace Catenet.Kernel.Tests;

public sealed class IcmpTests : KernelTest
{
    [Theory]
    [InlineData("10.0.2.2", 1372)]
    [InlineData("2001:db8:2::2", 1352)]
    public void A_path_mtu_is_learned_used_and_forgotten_after_ten_minutes(string to, int fits)
    {
        var a = Quiet("a");
        var r = Quiet("r", s => s.Forwarding = true);
        var b = Quiet("b");
        _ = new Cable(AddDevice(a, "eth0", "10.0.1.2/24", "2001:db8:1::2/64"), AddDevice(r, "eth0", "10.0.1.1/24", "2001:db8:1::1/64"));
        var narrow = AddDevice(r, "eth1", "10.0.2.1/24", "2001:db8:2::1/64");
        narrow.Mtu = 1400;
        _ = new Cable(narrow, AddDevice(b, "eth0", "10.0.2.2/24", "2001:db8:2::2/64"));
        a.Routes.AddDefault(A("10.0.1.1"));
        a.Routes.AddDefault(A("2001:db8:1::1"));
        b.Routes.AddDefault(A("10.0.2.1"));
        b.Routes.AddDefault(A("2001:db8:2::1"));

        var first = Ping(a, to, 1440, new IpSendOptions { DontFragment = true });
        Run(3);
        Assert.StartsWith("error MessageSize from", first.Single(), StringComparison.Ordinal);
        var route = a.Ip.Route(A(to), default, null, 0, out _)!;
        Assert.Equal(1400, route.Mtu);
        Assert.Equal(["MessageSize"], Ping(a, to, fits + 1, new IpSendOptions { DontFragment = true }));
        var second = Ping(a, to, fits, new IpSendOptions { DontFragment = true });
        Run(3);
        Assert.Equal([$"{fits} from {to} seq 1 ttl 63"], second);
        Run(600);
        Assert.Equal(1500, route.Mtu);
    }

    [Fact]
    public void A_path_mtu_below_552_is_not_believed()
    {
        var host = Quiet("a");
        var (device, port) = AddPort(host, "eth0", "10.0.0.1/24");
        byte[] message = [.. new byte[8], .. EchoRequest("10.0.0.1", "10.0.0.2", 24)];
        IcmpView.Write(message, IcmpType.DestinationUnreachable, IcmpCode.FragmentationNeeded, 68);
        IcmpView.UpdateChecksum(message);
        port.Inject(FromPeer(device, Ip("10.0.0.9", "10.0.0.1", IpProtocol.Icmp, message)));
        Run(0.1);
        Assert.Equal(552, host.Ip.Route(A("10.0.0.2"), default, null, 0, out _)!.Mtu);
    }

    [Theory]
    [InlineData("10.0.0.2", "224.0.0.1")]
    [InlineData("10.0.0.2", "10.0.0.255")]
    [InlineData("10.0.0.2", "255.255.255.255")]
    public void Groups_and_broadcasts_get_no_echo_reply_and_no_error(string from, string to)
    {
        var host = Quiet("a");
        var (device, port) = AddPort(host, "eth0", "10.0.0.1/24");
        Know(device, "10.0.0.2");
        port.Inject(Ethernet(A(to).IsMulticast ? MacAddress.ForMulticast(A(to)) : MacAddress.Broadcast, PeerMac, 0x0800, EchoRequest(from, to)));
        port.Inject(Ethernet(MacAddress.Broadcast, PeerMac, 0x0800, Ip(from, to, 200, new byte[8])));
        Run(0.1);
        Assert.Empty(port.Sent);
    }

    [Fact]
    public void An_unknown_protocol_is_reported_but_never_an_error_about_an_error()
    {
        var host = Quiet("a");
        var (device, port) = AddPort(host, "eth0", "10.0.0.1/24", "2001:db8::1/64");
        Know(device, "10.0.0.2", "2001:db8::2");
        port.Inject(FromPeer(device, Ip("10.0.0.2", "10.0.0.1", 200, new byte[8])));
        port.Inject(FromPeer(device, Ip("2001:db8::2", "2001:db8::1", 200, new byte[8])));
        Run(0.1);
        byte[] four = port.Sent.Dequeue(), six = port.Sent.Dequeue();
        Assert.Equal((IcmpType.DestinationUnreachable, IcmpCode.ProtocolUnreachable), (four[34], four[35]));
        Assert.Equal((IcmpV6Type.ParameterProblem, IcmpV6Code.UnknownNextHeader, (byte)6), (six[54], six[55], six[61]));

        // The first error comes back to a host that does not route it: nothing is said.
        host.Settings.Forwarding = true;
        byte[] error = four[14..];
        IPv4View.SetSource(error, A("10.0.0.2"));
        IPv4View.SetDestination(error, A("99.9.9.9"));
        port.Inject(FromPeer(device, error));
        Run(0.1);
        Assert.Empty(port.Sent);
    }

    [Fact]
    public void A_host_follows_the_redirect_of_its_router()
    {
        var host = Quiet("a");
        var (device, port) = AddPort(host, "eth0", "10.0.0.1/24");
        host.Routes.AddDefault(A("10.0.0.254"));
        byte[] message = [.. new byte[8], .. EchoRequest("10.0.0.1", "8.8.8.8", 24)];
        IcmpView.Write(message, IcmpType.Redirect, IcmpCode.RedirectHost, A("10.0.0.253").ToIPv4());
        IcmpView.UpdateChecksum(message);
        port.Inject(FromPeer(device, Ip("10.0.0.7", "10.0.0.1", IpProtocol.Icmp, message)));
        Run(0.1);
        Assert.Equal(A("10.0.0.254"), host.Ip.Route(A("8.8.8.8"), default, null, 0, out _)!.NextHop);
        port.Inject(FromPeer(device, Ip("10.0.0.254", "10.0.0.1", IpProtocol.Icmp, message)));
        Run(0.1);
        Assert.Equal(A("10.0.0.253"), host.Ip.Route(A("8.8.8.8"), default, null, 0, out _)!.NextHop);
        Assert.Equal(A("10.0.0.254"), host.Ip.Route(A("8.8.4.4"), default, null, 0, out _)!.NextHop);
        Run(301);
        Assert.Equal(A("10.0.0.254"), host.Ip.Route(A("8.8.8.8"), default, null, 0, out _)!.NextHop);
    }
}
