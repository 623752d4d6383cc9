using Catenet.Core;
using Catenet.Fabric.Links;
using Catenet.Fabric.Routing;
using Catenet.Kernel;
using Catenet.Wire.Internet;

namespace Catenet.Fabric.Tests.Routing;

public sealed class HomeRouterTests : IDisposable
{
    private readonly Network _network = new();
    private readonly HomeRouter _home;
    private readonly Host _alice;
    private readonly Host _carol;
    private readonly Host _isp;
    private readonly Host _server;
    private readonly Exchange _exchange;

    private static readonly InetAddress Outside = InetAddress.Parse("203.0.113.1");
    private static readonly InetAddress Server = InetAddress.Parse("198.51.100.7");

    public HomeRouterTests()
    {
        _home = new HomeRouter(_network.Loop, "home", new HomeRouterSettings { LanV6 = InetPrefix.Parse("2001:db8:1::/64") });
        _alice = _network.Host("alice");
        _carol = _network.Host("carol");
        _isp = _network.Router("isp");
        _server = _network.Host("server");
        _home.Connect(_alice, 2, LinkPresets.Wifi);
        _home.Connect(_carol, 3);
        var access = new Link(_network.Loop, "home.wan", "isp.eth0", LinkPresets.Dsl);
        Network.Plug(_isp, access.B, "203.0.113.254/24, 2001:db8:f::1/64");
        _home.ConnectWan(access.A, Outside, 24, InetAddress.Parse("203.0.113.254"));
        _home.AddWanAddress(InetAddress.Parse("2001:db8:f::2"), 64, InetAddress.Parse("2001:db8:f::1"));
        _isp.Routes.Add(InetPrefix.Parse("2001:db8:1::/64"), InetAddress.Parse("2001:db8:f::2"));
        _network.Connect(_isp, "198.51.100.1/24, 2001:db8:5::1/64", _server, "198.51.100.7/24, 2001:db8:5::7/64");
        _server.Routes.AddDefault(InetAddress.Parse("198.51.100.1"));
        _server.Routes.AddDefault(InetAddress.Parse("2001:db8:5::1"));
        _network.Run(Duration.FromSeconds(10));
        _exchange = new Exchange(_network);
        _exchange.Serve(_server, 7);
        _exchange.Serve(_server, 7, six: true);
    }

    [Fact]
    public void Hosts_at_home_hide_behind_the_one_address_outside()
    {
        Assert.Equal(new InetEndpoint(Server, 7), _exchange.Ask(_alice, Server, 7));
        Assert.Equal(Outside, _exchange.LastClient.Address);
        Assert.NotNull(_exchange.Ask(_carol, Server, 7));
        Assert.Equal(Outside, _exchange.LastClient.Address);
    }

    [Fact]
    public void IPv6_needs_no_translation()
    {
        Assert.NotNull(_exchange.Ask(_alice, InetAddress.Parse("2001:db8:5::7"), 7));
        Assert.Equal(AddressV6(_alice), _exchange.LastClient.Address);
    }

    [Fact]
    public void Hosts_at_home_make_their_IPv6_address_of_the_advertised_prefix()
    {
        Assert.True(InetPrefix.Parse("2001:db8:1::/64").Contains(AddressV6(_alice)));
        Assert.NotEqual(AddressV6(_alice), AddressV6(_carol));
        Assert.NotNull(_home.Advertiser);
    }

    [Fact]
    public void What_nobody_at_home_asked_for_does_not_come_in_by_either_family()
    {
        _exchange.Serve(_alice, 9);
        _exchange.Serve(_alice, 9, six: true);
        _exchange.Serve(_home.Host, 53);
        Assert.Null(_exchange.Ask(_server, Outside, 9));
        Assert.StartsWith("home NetfilterDrop input rule", Assert.Single(_exchange.Drops));
        Assert.Null(_exchange.Ask(_server, Outside, 53));
        Assert.Null(_exchange.Ask(_server, AddressV6(_alice), 9));
        Assert.StartsWith("home NetfilterDrop forward rule", Assert.Single(_exchange.Drops));
    }

    [Fact]
    public void A_private_address_is_not_reached_from_outside_by_who_has_a_route()
    {
        _exchange.Serve(_alice, 9);
        _isp.Routes.Add(InetPrefix.Parse("192.168.1.0/24"), Outside);
        Assert.Null(_exchange.Ask(_server, InetAddress.Parse("192.168.1.2"), 9));
        Assert.StartsWith("home NetfilterDrop forward rule", Assert.Single(_exchange.Drops));
    }

    [Fact]
    public void Services_on_the_router_are_for_the_home_alone()
    {
        _exchange.Serve(_home.Host, 53);
        Assert.Equal(new InetEndpoint(_home.LanAddress, 53), _exchange.Ask(_alice, _home.LanAddress, 53));
    }

    [Fact]
    public void A_forwarded_port_reaches_its_host_from_outside_and_from_home()
    {
        _exchange.Serve(_alice, 9);
        _home.Forward(IpProtocol.Udp, 8080, new InetEndpoint(InetAddress.Parse("192.168.1.2"), 9));
        Assert.Equal(new InetEndpoint(Outside, 8080), _exchange.Ask(_server, Outside, 8080));
        Assert.Equal(Server, _exchange.LastClient.Address);
        Assert.Equal(new InetEndpoint(Outside, 8080), _exchange.Ask(_carol, Outside, 8080));
    }

    [Fact]
    public void Hosts_at_home_reach_each_other_through_the_switch()
    {
        _exchange.Serve(_carol, 9);
        Assert.NotNull(_exchange.Ask(_alice, InetAddress.Parse("192.168.1.3"), 9));
        Assert.Equal("192.168.1.2", _exchange.LastClient.Address.ToString());
    }

    private static InetAddress AddressV6(Host host) => host.Devices.ByName("eth0")!.Addresses.Primary(ipv4: false)!.Address;

    public void Dispose()
    {
        _exchange.Dispose();
        _network.Run(Duration.FromSeconds(10));
        _network.Loop.Packets.AssertNoLeaks();
    }
}
