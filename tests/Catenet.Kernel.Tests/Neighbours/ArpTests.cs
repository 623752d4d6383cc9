using Catenet.Kernel.Neighbours;
using Catenet.Kernel.Tests.Support;
using Catenet.Wire.Link;

namespace Catenet.Kernel.Tests;

public sealed class ArpTests : KernelTest
{
    [Fact]
    public void A_request_for_our_address_is_answered_and_the_asker_learned_as_stale()
    {
        var host = Quiet("a");
        var (device, port) = AddPort(host, "eth0", "10.0.0.1/24");
        port.Inject(Arp(ArpView.Request, PeerMac, "10.0.0.2", MacAddress.None, "10.0.0.1"));
        Run(0.1);
        Assert.Equal(Arp(ArpView.Reply, device.Mac, "10.0.0.1", PeerMac, "10.0.0.2"), port.Sent.Dequeue());
        Assert.Empty(port.Sent);
        Assert.Equal($"10.0.0.2 dev eth0 lladdr {PeerMac} STALE", host.Neighbours.All.Single().ToString());
    }

    [Fact]
    public void A_request_for_somebody_elses_address_is_not_answered()
    {
        var host = Quiet("a");
        var (_, port) = AddPort(host, "eth0", "10.0.0.1/24");
        port.Inject(Arp(ArpView.Request, PeerMac, "10.0.0.2", MacAddress.None, "10.0.0.3"));
        Run(0.1);
        Assert.Empty(port.Sent);
        Assert.Equal(0, host.Neighbours.Count);
    }

    [Fact]
    public void Packets_wait_while_an_address_is_resolved_and_leave_in_order()
    {
        var host = Quiet("a");
        var (device, port) = AddPort(host, "eth0", "10.0.0.1/24");
        Ping(host, "10.0.0.2", 10);
        Ping(host, "10.0.0.2", 20);
        Run(0.5);
        Assert.Equal(Arp(ArpView.Request, device.Mac, "10.0.0.1", MacAddress.None, "10.0.0.2"), port.Sent.Dequeue());
        Assert.Empty(port.Sent);
        port.Inject(Arp(ArpView.Reply, PeerMac, "10.0.0.2", device.Mac, "10.0.0.1"));
        Run(0.1);
        Assert.Equal(14 + 20 + 8 + 10, port.Sent.Dequeue().Length);
        Assert.Equal(14 + 20 + 8 + 20, port.Sent.Dequeue().Length);
        Assert.Empty(port.Sent);
        Assert.Equal(NeighbourState.Reachable, host.Neighbours.All.Single().State);
    }

    [Fact]
    public void After_three_unanswered_requests_the_senders_hear_that_the_host_is_unreachable()
    {
        var host = Quiet("a");
        var (_, port) = AddPort(host, "eth0", "10.0.0.1/24");
        var seen = Ping(host, "10.0.0.2");
        Run(2.9);
        Assert.Equal(3, port.Sent.Count);
        Assert.Empty(seen);
        Run(0.2);
        Assert.Equal(3, port.Sent.Count);
        Assert.Equal(["error HostUnreachable from 10.0.0.1 type 3 code 1"], seen);
        Assert.Equal(1, host.Drops[DropReason.NeighbourFailed]);
        Assert.Equal(NeighbourState.Failed, host.Neighbours.All.Single().State);
    }

    [Fact]
    public void An_unresolved_neighbour_blocks_no_other()
    {
        var host = Quiet("a");
        var (device, port) = AddPort(host, "eth0", "10.0.0.1/24");
        Know(device, "10.0.0.3");
        Ping(host, "10.0.0.2");
        Ping(host, "10.0.0.3");
        Run(0.1);
        Assert.Equal(2, port.Sent.Count);
    }

    [Fact]
    public void The_oldest_of_more_than_101_waiting_packets_is_dropped()
    {
        var host = Quiet("a");
        AddPort(host, "eth0", "10.0.0.1/24");
        for (int i = 0; i < 105; i++)
        {
            Ping(host, "10.0.0.2");
        }

        Run(0.1);
        Assert.Equal(4, host.Drops[DropReason.NeighbourQueueFull]);
        Assert.Equal(101, host.Neighbours.All.Single().Waiting);
    }

    [Fact]
    public void A_used_neighbour_goes_from_reachable_through_delay_and_probe_to_reachable_again()
    {
        var host = Quiet("a");
        var (device, port) = AddPort(host, "eth0", "10.0.0.1/24");
        Ping(host, "10.0.0.2");
        Run(0.1);
        port.Inject(Arp(ArpView.Reply, PeerMac, "10.0.0.2", device.Mac, "10.0.0.1"));
        Run(46);
        var entry = host.Neighbours.All.Single();
        Assert.Equal(NeighbourState.Stale, entry.State);
        port.Sent.Clear();
        Ping(host, "10.0.0.2");
        Assert.Equal(NeighbourState.Delay, entry.State);
        Run(5.1);
        Assert.Equal(NeighbourState.Probe, entry.State);
        Assert.Equal(2, port.Sent.Count);
        port.Sent.Dequeue();
        Assert.Equal(Arp(ArpView.Request, device.Mac, "10.0.0.1", MacAddress.None, "10.0.0.2", PeerMac), port.Sent.Dequeue());
        port.Inject(Arp(ArpView.Reply, PeerMac, "10.0.0.2", device.Mac, "10.0.0.1"));
        Run(0.1);
        Assert.Equal(NeighbourState.Reachable, entry.State);
    }

    [Fact]
    public void Upper_layer_progress_keeps_a_neighbour_reachable_without_asking()
    {
        var host = Quiet("a");
        var (device, port) = AddPort(host, "eth0", "10.0.0.1/24");
        Ping(host, "10.0.0.2");
        port.Inject(Arp(ArpView.Reply, PeerMac, "10.0.0.2", device.Mac, "10.0.0.1"));
        Run(1);
        var entry = host.Neighbours.All.Single();
        port.Sent.Clear();
        for (int i = 0; i < 30; i++)
        {
            Run(10);
            entry.Confirm();
        }

        Assert.Equal(NeighbourState.Reachable, entry.State);
        Assert.Empty(port.Sent);
    }

    [Fact]
    public void A_gratuitous_arp_updates_an_entry_but_makes_none()
    {
        var host = Quiet("a");
        var (device, port) = AddPort(host, "eth0", "10.0.0.1/24");
        var other = MacAddress.Parse("02:00:00:00:00:77");
        port.Inject(Arp(ArpView.Request, other, "10.0.0.9", MacAddress.None, "10.0.0.9"));
        Ping(host, "10.0.0.2");
        port.Inject(Arp(ArpView.Reply, PeerMac, "10.0.0.2", device.Mac, "10.0.0.1"));
        port.Inject(Arp(ArpView.Request, other, "10.0.0.2", MacAddress.None, "10.0.0.2"));
        Run(0.1);
        Assert.Equal($"10.0.0.2 dev eth0 lladdr {other} STALE", host.Neighbours.All.Single().ToString());
    }

    [Fact]
    public void An_address_is_announced_when_it_is_added_and_when_the_carrier_comes_back()
    {
        var host = Quiet("a", s => s.DeviceDefaults.ArpNotify = true);
        var (device, port) = AddPort(host, "eth0");
        device.Settings.DisableIPv6 = true;
        device.Addresses.Add(A("10.0.0.1"), 24);
        Run(0.1);
        byte[] announcement = Arp(ArpView.Request, device.Mac, "10.0.0.1", MacAddress.None, "10.0.0.1");
        Assert.Equal(announcement, port.Sent.Dequeue());
        port.Carrier(false);
        port.Carrier(true);
        Run(0.1);
        Assert.Contains(port.Sent, f => f.AsSpan().SequenceEqual(announcement));
    }

    [Fact]
    public void Another_station_with_our_address_is_noticed()
    {
        var host = Quiet("a");
        var (_, port) = AddPort(host, "eth0", "10.0.0.1/24");
        var seen = new List<string>();
        host.Neighbours.ConflictDetected += (address, mac) => seen.Add($"{address.Address} {mac}");
        port.Inject(Arp(ArpView.Request, PeerMac, "10.0.0.1", MacAddress.None, "10.0.0.1"));
        Run(0.1);
        Assert.Equal([$"10.0.0.1 {PeerMac}"], seen);
        Assert.Empty(port.Sent);
    }

    [Fact]
    public void A_router_with_proxy_arp_answers_for_those_behind_it()
    {
        var host = Quiet("r", s =>
        {
            s.Forwarding = true;
            s.DeviceDefaults.ProxyArp = true;
        });
        var (device, port) = AddPort(host, "eth0", "10.0.0.1/16");
        AddPort(host, "eth1", "10.0.9.1/24");
        port.Inject(Arp(ArpView.Request, PeerMac, "10.0.0.2", MacAddress.None, "10.0.9.5"));
        Run(0.1);
        Assert.Equal(Arp(ArpView.Reply, device.Mac, "10.0.9.5", PeerMac, "10.0.0.2"), port.Sent.Single());
    }

    [Fact]
    public void The_table_is_bounded_however_many_neighbours_there_seem_to_be()
    {
        var host = Quiet("a");
        var (device, port) = AddPort(host, "eth0", "10.0.0.1/8");
        for (int i = 0; i < 5000; i++)
        {
            port.Inject(Arp(ArpView.Request, PeerMac, $"10.1.{i / 250}.{i % 250 + 1}", MacAddress.None, "10.0.0.1"));
            Run(0.001);
        }

        Assert.InRange(host.Neighbours.Count, 100, 1024);
    }
}
