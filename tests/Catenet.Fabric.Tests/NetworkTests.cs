using Catenet.Core;
using Catenet.Fabric.Links;
using Catenet.Fabric.Tests.Links;
using Catenet.Wire.Link;

namespace Catenet.Fabric.Tests;

public class NetworkTests
{
    private static readonly MacAddress Nobody = MacAddress.Parse("02:00:00:00:00:99");

    [Fact]
    public void Connecting_gives_each_host_a_device_with_its_addresses()
    {
        var network = new Network();
        var (alice, bob) = (network.Host("alice"), network.Router("bob"));
        var link = network.Connect(alice, "192.0.2.1/24, 2001:db8::1/64", bob, "192.0.2.2/24");
        Assert.Equal("alice.eth0 - bob.eth0", link.Name);
        var device = alice.Devices.ByName("eth0")!;
        Assert.True(device.IsRunning);
        Assert.NotNull(device.Addresses.Find(InetAddress.Parse("192.0.2.1")));
        Assert.NotNull(device.Addresses.Find(InetAddress.Parse("2001:db8::1")));
        Assert.True(bob.Settings.Forwarding);
        Assert.False(alice.Settings.Forwarding);
    }

    [Fact]
    public void An_address_without_a_prefix_length_is_refused_with_an_example()
    {
        var network = new Network();
        var error = Assert.Throws<FormatException>(() => network.Connect(network.Host("a"), "192.0.2.1", network.Host("b"), ""));
        Assert.Contains("192.0.2.1/24", error.Message);
    }

    [Fact]
    public void The_links_mtu_becomes_the_devices()
    {
        var network = new Network();
        var host = network.Host("a");
        network.Connect(host, "", network.Host("b"), "", LinkSettings.Symmetric(new LinkDirectionSettings { Mtu = 1400 }));
        Assert.Equal(1400, host.Devices.ByName("eth0")!.Mtu);
    }

    [Fact]
    public void A_links_queue_limits_what_waits_in_front_of_the_device()
    {
        var network = new Network();
        var host = network.Host("a");
        var link = new Link(network.Loop, "a", "b", LinkSettings.Symmetric(new LinkDirectionSettings { RateBitsPerSecond = 1_000_000, Queue = 5 }));
        _ = new Station(network.Loop, link.B);
        var device = Network.Plug(host, link.A);
        network.Run(Duration.FromSeconds(30));
        for (int i = 0; i < 20; i++)
        {
            device.Send(network.Loop.Packets.Rent(new byte[100]), Nobody, EtherType.IPv4);
        }

        network.Run(Duration.FromSeconds(1));
        long dropped = host.Drops[DropReason.QdiscDrop];
        Assert.Equal(20 - 7, dropped);

        link.Configure(LinkSettings.Symmetric(new LinkDirectionSettings { RateBitsPerSecond = 1_000_000, Queue = 10 }));
        for (int i = 0; i < 20; i++)
        {
            device.Send(network.Loop.Packets.Rent(new byte[100]), Nobody, EtherType.IPv4);
        }

        network.Run(Duration.FromSeconds(1));
        Assert.Equal(20 - 12, host.Drops[DropReason.QdiscDrop] - dropped);
        Assert.Equal(0, link.AToB.Drops.Total);
        network.Loop.Packets.AssertNoLeaks();
    }

    [Fact]
    public void A_device_loses_its_carrier_when_the_link_is_cut()
    {
        var network = new Network();
        var host = network.Host("a");
        var link = network.Connect(host, "192.0.2.1/24", network.Host("b"), "192.0.2.2/24");
        link.Cut();
        Assert.False(host.Devices.ByName("eth0")!.IsRunning);
        link.Mend();
        Assert.True(host.Devices.ByName("eth0")!.IsRunning);
    }
}
