using Catenet.Kernel.Devices;
using Catenet.Kernel.Tests.Support;

namespace Catenet.Kernel.Tests;

public sealed class EthernetDeviceTests : KernelTest
{
    [Fact]
    public void Frames_to_other_stations_are_dropped_even_when_seen()
    {
        var host = Quiet("a");
        var (device, port) = AddPort(host, "eth0", "10.0.0.1/24");
        byte[] frame = FromPeer(device, EchoRequest("10.0.0.2", "10.0.0.1"));
        frame[5] ^= 1;
        port.Inject(frame);
        Run(0.1);
        Assert.Equal(1, host.Drops[DropReason.OtherHost]);
        Assert.Empty(port.Sent);
    }

    [Fact]
    public void A_busy_wire_holds_one_frame_in_the_ring_a_thousand_in_the_queue_and_drops_the_rest()
    {
        var host = Quiet("a");
        var (device, port) = AddPort(host, "eth0", "10.0.0.1/24");
        Know(device, "10.0.0.2");
        port.Busy = true;
        for (int i = 0; i < 1010; i++)
        {
            Ping(host, "10.0.0.2", i % 50);
        }

        Assert.Equal(9, host.Drops[DropReason.QdiscDrop]);
        Assert.Equal(1000, device.Queue.Count);
        port.Ready();
        Assert.Equal(1001, port.Sent.Count);
        Assert.Equal(Enumerable.Range(0, 1001).Select(i => 42 + i % 50), port.Sent.Select(f => f.Length));
    }

    [Fact]
    public void The_receive_ring_is_bounded_and_polled_64_at_a_time()
    {
        var host = Quiet("a");
        var (device, port) = AddPort(host, "eth0", "10.0.0.1/24");
        Know(device, "10.0.0.2");
        device.ReceiveRingSize = 100;
        byte[] frame = FromPeer(device, EchoRequest("10.0.0.2", "10.0.0.1"));
        for (int i = 0; i < 120; i++)
        {
            port.Inject(frame);
        }

        Assert.Equal(20, device.Counters.RxMissed);
        Assert.True(Loop.RunOne());
        Assert.Equal(64, device.Counters.RxPackets);
        Run(0.1);
        Assert.Equal(100, port.Sent.Count);
    }

    [Fact]
    public void Without_carrier_nothing_leaves_and_nothing_waits()
    {
        var host = Quiet("a");
        var (device, port) = AddPort(host, "eth0", "10.0.0.1/24");
        Know(device, "10.0.0.2");
        port.Busy = true;
        Ping(host, "10.0.0.2");
        port.Carrier(false);
        Ping(host, "10.0.0.2");
        Assert.Equal(2, host.Drops[DropReason.DeviceDown]);
        port.Busy = false;
        port.Carrier(true);
        Run(0.1);
        Assert.DoesNotContain(port.Sent, f => f[12] == 8 && f[13] == 0);
    }

    [Fact]
    public void Only_joined_groups_pass_the_hardware_filter()
    {
        var host = Quiet("a");
        var (device, port) = AddPort(host, "eth0", "10.0.0.1/24");
        host.Settings.Icmp.EchoIgnoreBroadcasts = false;
        Know(device, "10.0.0.2");
        byte[] frame = Ethernet(MacAddress.ForMulticast(A("239.1.2.3")), PeerMac, 0x0800, EchoRequest("10.0.0.2", "239.1.2.3"));
        port.Inject(frame);
        Run(0.1);
        Assert.Equal(1, host.Drops[DropReason.OtherHost]);
        device.Groups.Join(A("239.1.2.3"));
        byte[] report = port.Sent.Dequeue();
        Assert.Equal(2, report[14 + 9]);
        Assert.Equal(A("224.0.0.22"), InetAddress.ReadIPv4(report.AsSpan(30)));
        port.Inject(frame);
        Run(0.1);
        Assert.Equal(A("10.0.0.1"), InetAddress.ReadIPv4(port.Sent.Single().AsSpan(26)));
        port.Sent.Clear();
    }

    [Fact]
    public void An_idle_host_costs_less_than_16_KB()
    {
        const int Hosts = 200;
        var kept = new Host[Hosts];
        Make(0);
        long before = GC.GetTotalMemory(true);
        for (int i = 1; i < Hosts; i++)
        {
            Make(i);
        }

        long each = (GC.GetTotalMemory(true) - before) / (Hosts - 1);
        Assert.InRange(each, 1000, 16 * 1024);
        GC.KeepAlive(kept);

        void Make(int i)
        {
            kept[i] = Quiet($"host{i}");
            var device = AddDevice(kept[i], "eth0", "10.0.0.1/24", "2001:db8::1/64");
            device.Connect(new TestPort(Loop) { KeepFrames = false });
        }
    }
}
