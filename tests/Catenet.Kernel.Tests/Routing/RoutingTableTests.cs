using Catenet.Kernel.Routing;
using Catenet.Kernel.Tests.Support;

namespace Catenet.Kernel.Tests;

public sealed class RoutingTableTests : KernelTest
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_longest_prefix_is_found_among_thousands_as_a_linear_search_finds_it(bool ipv4)
    {
        var random = Loop.Random("test");
        var trie = new PrefixTrie(ipv4);
        var all = new Dictionary<InetPrefix, RouteEntry>();
        for (int i = 0; i < 3000; i++)
        {
            var prefix = RandomPrefix(random, ipv4);
            if (random.Chance(0.3) && all.Count > 0)
            {
                prefix = all.Keys.ElementAt(random.Next(all.Count));
                all.Remove(prefix);
                trie.Set(prefix, null);
                continue;
            }

            all[prefix] = new RouteEntry(prefix);
            trie.Set(prefix, all[prefix]);
        }

        Assert.Equal(all.Count, trie.Count);
        Assert.Equal(all.Count, trie.All().Count());
        for (int i = 0; i < 2000; i++)
        {
            var address = i % 2 == 0 ? RandomPrefix(random, ipv4).Address : all.Keys.ElementAt(random.Next(all.Count)).Address;
            var expected = all.Values.Where(r => r.Prefix.Contains(address)).OrderByDescending(r => r.Prefix.Length).FirstOrDefault();
            Assert.Same(expected, trie.Lookup(address));
        }
    }

    [Fact]
    public void Routes_read_as_ip_route_shows_them()
    {
        var host = Quiet("a");
        var (device, _) = AddPort(host, "eth0", "192.168.1.2/24");
        device.Settings.DisableIPv6 = true;
        host.Routes.AddDefault(A("192.168.1.1"));
        host.Routes.Add(new RouteEntry(InetPrefix.Parse("10.9.0.0/16")) { Type = RouteType.Blackhole });
        string text = host.Routes.ToString();
        Assert.Contains("default via 192.168.1.1 dev eth0 proto static\n", text, StringComparison.Ordinal);
        Assert.Contains("192.168.1.0/24 dev eth0 proto kernel scope link src 192.168.1.2\n", text, StringComparison.Ordinal);
        Assert.Contains("blackhole 10.9.0.0/16 proto static\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_two_routes_the_lower_metric_is_used_until_its_device_goes_down()
    {
        var host = Quiet("a");
        var (first, _) = AddPort(host, "eth0", "10.1.0.2/24");
        var (second, _) = AddPort(host, "eth1", "10.2.0.2/24");
        host.Routes.AddDefault(A("10.2.0.1"), metric: 200);
        host.Routes.AddDefault(A("10.1.0.1"), metric: 100);
        Assert.Same(first, host.Ip.Route(A("8.8.8.8"), default, null, 0, out _)!.Device);
        Assert.Same(second, host.Ip.Route(A("8.8.8.8"), default, second, 0, out _)!.Device);
        first.TakeDown();
        var route = host.Ip.Route(A("8.8.8.8"), default, null, 0, out _)!;
        Assert.Same(second, route.Device);
        Assert.Equal(A("10.2.0.2"), route.Source);
    }

    [Fact]
    public void A_kept_destination_notices_that_routes_have_changed()
    {
        var host = Quiet("a");
        AddPort(host, "eth0", "10.1.0.2/24");
        var route = host.Ip.Route(A("10.1.0.9"), default, null, 0, out _)!;
        Assert.True(route.IsValid);
        host.Routes.AddDefault(A("10.1.0.1"));
        Assert.False(route.IsValid);
    }

    [Fact]
    public void Without_a_route_the_network_is_unreachable()
    {
        var host = Quiet("a");
        AddPort(host, "eth0", "10.1.0.2/24");
        Assert.Equal(["NetworkUnreachable"], Ping(host, "8.8.8.8"));
    }

    [Fact]
    public void The_source_has_the_scope_of_the_destination()
    {
        var host = Quiet("a");
        var (device, _) = AddPort(host, "eth0", "2001:db8:1::2/64", "2001:db8:2::2/64");
        Assert.Equal(A("2001:db8:2::2"), host.Ip.Route(A("2001:db8:2::9"), default, null, 0, out _)!.Source);
        Assert.True(host.Ip.Route(A("fe80::1"), default, device, 0, out _)!.Source.IsLinkLocal);
    }

    private static InetPrefix RandomPrefix(RandomStream random, bool ipv4)
    {
        // Few distinct high bits, so that prefixes nest and share paths.
        ulong bits = random.NextUInt64() & random.NextUInt64();
        return ipv4
            ? new InetPrefix(InetAddress.FromIPv4((uint)bits & 0x0F0F_FFFF), random.Next(33))
            : new InetPrefix(new InetAddress(0x2001_0DB8_0000_0000 | (bits & 0xFF_00FF), random.NextUInt64() & random.NextUInt64()), random.Next(129));
    }
}
