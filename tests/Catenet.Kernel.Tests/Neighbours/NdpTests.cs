using Catenet.Kernel.Devices;
using Catenet.Kernel.Neighbours;
using Catenet.Kernel.Tests.Support;
using Catenet.Wire.Internet.Ndp;

namespace Catenet.Kernel.Tests;

public sealed class NdpTests : KernelTest
{
    [Fact]
    public void A_duplicate_address_is_found_and_not_used()
    {
        var a = new Host(Loop, "a");
        var b = Quiet("b");
        var one = AddDevice(a, "eth0");
        var other = AddDevice(b, "eth0", "2001:db8::1/64");
        _ = new Cable(one, other);
        var address = one.Addresses.Add(A("2001:db8::1"), 64);
        Assert.True(address.IsTentative);
        Run(3);
        Assert.True(address.IsDuplicate);
        Assert.False(a.Routes.IsLocal(A("2001:db8::1")));
        Assert.Equal(1, a.Neighbours.AddressConflicts);
    }

    [Fact]
    public void A_unique_address_is_usable_after_the_check()
    {
        var a = new Host(Loop, "a");
        var one = AddDevice(a, "eth0");
        one.Connect(new TestPort(Loop));
        var address = one.Addresses.Add(A("2001:db8::1"), 64);
        Run(0.9);
        Assert.False(a.Routes.IsLocal(A("2001:db8::1")));
        Run(1.2);
        Assert.False(address.IsTentative);
        Assert.True(a.Routes.IsLocal(A("2001:db8::1")));
    }

    [Fact]
    public void An_optimistic_address_is_usable_at_once()
    {
        var a = new Host(Loop, "a");
        a.Settings.DeviceDefaults.OptimisticDad = true;
        var one = AddDevice(a, "eth0");
        one.Connect(new TestPort(Loop));
        one.Addresses.Add(A("2001:db8::1"), 64);
        Assert.True(a.Routes.IsLocal(A("2001:db8::1")));
    }

    [Fact]
    public void An_unreachable_neighbour_is_reported_after_three_solicitations()
    {
        var host = Quiet("a");
        var (_, port) = AddPort(host, "eth0", "2001:db8::1/64");
        var seen = Ping(host, "2001:db8::2");
        Run(4);
        Assert.Equal(3, port.Sent.Count);
        Assert.Equal(["error HostUnreachable from 2001:db8::1 type 1 code 3"], seen);
    }

    [Fact]
    public void A_host_makes_its_address_and_default_route_from_a_router_advertisement()
    {
        var r = Quiet("r", s => s.Forwarding = true);
        var h = new Host(Loop, "h");
        var router = AddDevice(r, "eth0", "2001:db8:7::1/64");
        var device = AddDevice(h, "eth0");
        _ = new Cable(router, device);
        var advertiser = new RouterAdvertiser(router) { Mtu = 1400 };
        advertiser.Prefixes.Add(new PrefixInformation(InetPrefix.Parse("2001:db8:7::/64"), true, true, 86400, 14400));
        advertiser.NameServers.Add(A("2001:db8::53"));
        advertiser.Start();
        Run(6);
        var own = device.Addresses.Single(a => a.Scope == AddressScope.Global);
        Assert.True(own is { IsAutoconfigured: true, IsUsable: true });
        Assert.Equal(new InetAddress(A("2001:db8:7::").High, InterfaceIdentifier.Of(device.Mac)), own.Address);
        Assert.Equal(1400, device.IPv6Mtu);
        Assert.Equal([A("2001:db8::53")], h.NameServers.Current(Loop.Now));
        Assert.Contains(h.Routes.All, x => x.Prefix.Length == 0 && x.Gateway == router.Addresses.LinkLocal!.Address);
        var seen = Ping(h, "2001:db8:7::1");
        Run(1);
        Assert.Equal(["56 from 2001:db8:7::1 seq 1 ttl 64"], seen);

        advertiser.Stop();
        Run(1);
        Assert.DoesNotContain(h.Routes.All, x => x.Prefix.Length == 0);
    }

    [Fact]
    public void An_advertised_default_route_expires()
    {
        var r = Quiet("r", s => s.Forwarding = true);
        var h = Quiet("h");
        var router = AddDevice(r, "eth0");
        var device = AddDevice(h, "eth0");
        var cable = new Cable(router, device);
        var advertiser = new RouterAdvertiser(router) { RouterLifetime = Duration.FromSeconds(60) };
        advertiser.Start();
        Run(1);
        Assert.Contains(h.Routes.All, x => x.Prefix.Length == 0);
        cable.Filter = _ => false;
        Run(120);
        Assert.DoesNotContain(h.Routes.All, x => x.Prefix.Length == 0);
        advertiser.Stop();
    }
}
