using Catenet.Core;
using Catenet.Kernel;
using Catenet.Kernel.Icmp;
using Catenet.Kernel.Ip;
using Catenet.Lab.Running;

namespace Catenet.Lab.Tests;

/// <summary>Plans brought to life: kernels reach each other as the plan says.</summary>
public class WorldTests
{
    private static (LabWorld World, VirtualDriver Driver) Build(string yaml, ulong seed = 1)
    {
        var loop = new EventLoop(seed);
        return (new LabWorld(LabFolder.Plan(yaml), loop), new VirtualDriver(loop));
    }

    private static bool Pings(LabWorld world, VirtualDriver driver, string from, string to, bool ipv4)
    {
        using var echo = new IcmpEchoEndpoint(world.Hosts[from]);
        bool replied = false;
        echo.Replied = (in IpReceiveInfo _, ushort _, ReadOnlySpan<byte> _) => replied = true;
        echo.Send(world.Plan.AddressOf(to, ipv4, from)!.Value, 1, "hello"u8);
        driver.RunFor(Duration.FromSeconds(3));
        return replied;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Hosts_reach_each_other_through_switches_and_routers(bool ipv4)
    {
        var (world, driver) = Build("name: t\nnodes: { a: {}, b: {}, c: {}, s: { kind: switch }, r1: { kind: router }, r2: { kind: router } }\nlinks: [a - s, b - s, s - r1, r1 - r2: { delay: 5 ms }, r2 - c]\n");
        Assert.True(Pings(world, driver, "a", "b", ipv4));
        Assert.True(Pings(world, driver, "a", "c", ipv4));
        Assert.True(Pings(world, driver, "c", "r1.eth0", ipv4));
    }

    [Fact]
    public void A_home_router_hides_the_home_and_lets_nobody_in()
    {
        var (world, driver) = Build("name: t\nnodes: { a: {}, b: {}, h: { kind: router, preset: home }, isp: { kind: router, asn: 1 }, s: {} }\nlinks: [a - h, b - h, h.wan - isp, isp - s]\n");
        Assert.True(Pings(world, driver, "a", "b", ipv4: true));
        Assert.True(Pings(world, driver, "a", "s", ipv4: true));
        Assert.Contains(world.Hosts["h"].Netfilter.Tracker!.Connections, c => c.ToString().Contains("203.0.113.1", StringComparison.Ordinal));
        Assert.True(Pings(world, driver, "s", "h.wan", ipv4: true));
        Assert.False(Pings(world, driver, "s", "a", ipv4: true));
        Assert.Equal(1, world.Hosts["isp"].Drops[DropReason.IpNoRoute]);
        Assert.True(Pings(world, driver, "a", "s", ipv4: false));
        Assert.False(Pings(world, driver, "s", "a", ipv4: false));
        Assert.Equal(1, world.Hosts["h"].Drops[DropReason.NetfilterDrop]);
    }

    [Fact]
    public void Settings_mtus_and_hardware_addresses_arrive_in_the_kernel()
    {
        var (world, _) = Build("name: t\nnodes: { a: { settings: { net.ipv4.ip_default_ttl: 9, net.ipv4.tcp_sack: 0 }, mac: 02:00:00:00:00:07 }, b: {} }\nlinks: [a - b: { mtu: 1400 }]\n");
        var a = world.Hosts["a"];
        Assert.Equal((9, false), (a.Settings.DefaultTtl, a.Settings.Tcp.Sack));
        Assert.Equal(("02:00:00:00:00:07", 1400), (a.Devices.ByName("eth0")!.Mac.ToString(), a.Devices.ByName("eth0")!.Mtu));
    }

    [Fact]
    public void Links_behave_as_written_each_way()
    {
        var (world, _) = Build("name: t\nnodes: { a: {}, b: {} }\nlinks: [a - b: { preset: dsl, down: { loss: 5 %, queue: 7 }, delay: 30 ms }]\n");
        var settings = world.Links[0].Settings;
        Assert.Equal((0.0, 0.05), (settings.AToB.Loss, settings.BToA.Loss));
        Assert.Equal((Duration.FromMilliseconds(30), 7), (settings.AToB.Delay, settings.BToA.Queue));
        Assert.True(settings.BToA.RateBitsPerSecond > settings.AToB.RateBitsPerSecond);
    }

    [Fact]
    public void Every_lab_can_be_built_as_far_as_the_plan_goes()
    {
        foreach (string name in LabFolder.Names)
        {
            var world = new LabWorld(LabFolder.PlanOf(name), new EventLoop());
            new VirtualDriver(world.Loop).RunFor(Duration.FromSeconds(1));
        }
    }
}
