using Catenet.Core;
using Catenet.Fabric.Links;
using Catenet.Fabric.Switching;
using Catenet.Fabric.Tests.Links;
using Catenet.Kernel.Devices;

namespace Catenet.Fabric.Tests.Switching;

public class SwitchTests
{
    private const string A = "02:00:00:00:00:0a";
    private const string B = "02:00:00:00:00:0b";
    private const string C = "02:00:00:00:00:0c";
    private const string All = "ff:ff:ff:ff:ff:ff";

    [Fact]
    public void A_switch_floods_what_is_for_a_station_it_does_not_know()
    {
        var lan = new Lan(3);
        lan.Send(0, B, A);
        Assert.Equal([0, 1, 1], lan.Received);
        Assert.Equal(1, lan.Switch.Count(SwitchDecision.Flood));
    }

    [Fact]
    public void A_switch_takes_no_cable_whose_frames_are_not_finished()
    {
        var refused = Assert.Throws<ArgumentException>(() => new Switch(new EventLoop(), "sw").AddPort(new Offloading()));
        Assert.Contains("open it without offload", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_switch_learns_from_the_source_and_then_forwards_to_that_port_only()
    {
        var lan = new Lan(3);
        lan.Send(0, B, A);
        lan.Send(1, A, B);
        Assert.Equal([1, 1, 1], lan.Received);
        Assert.Equal(1, lan.Switch.Count(SwitchDecision.Forward));
        lan.Send(0, B, A);
        Assert.Equal([1, 2, 1], lan.Received);
    }

    [Fact]
    public void A_switch_filters_what_is_for_a_station_behind_the_same_port()
    {
        var lan = new Lan(3);
        lan.Send(0, All, A);
        lan.Send(0, A, B);
        Assert.Equal([0, 1, 1], lan.Received);
        Assert.Equal(1, lan.Switch.Count(SwitchDecision.Filter));
        Assert.Equal(1, lan.Switch.Drops[DropReason.SwitchFiltered]);
    }

    [Fact]
    public void A_broadcast_goes_out_by_every_other_port_however_much_is_known()
    {
        var lan = new Lan(4);
        lan.Send(1, A, B);
        lan.Send(2, A, C);
        lan.Send(0, All, A);
        Assert.Equal([2, 2, 2, 3], lan.Received);
        Assert.Equal(1, lan.Switch.Count(SwitchDecision.Broadcast));
    }

    [Fact]
    public void A_group_is_flooded_but_frames_for_the_bridge_itself_are_not()
    {
        var lan = new Lan(3);
        lan.Send(0, "33:33:00:00:00:01", A);
        Assert.Equal([0, 1, 1], lan.Received);
        lan.Send(0, "01:80:c2:00:00:00", A);
        Assert.Equal([0, 1, 1], lan.Received);
        Assert.Equal(1, lan.Switch.Drops[DropReason.SwitchFiltered]);
    }

    [Fact]
    public void A_station_not_heard_of_for_the_ageing_time_is_forgotten()
    {
        var lan = new Lan(3);
        lan.Send(1, All, B);
        lan.Driver.RunFor(Duration.FromSeconds(299));
        lan.Send(0, B, A);
        Assert.Equal(1, lan.Switch.Count(SwitchDecision.Forward));
        lan.Driver.RunFor(Duration.FromSeconds(1));
        lan.Send(0, B, A);
        Assert.Equal(1, lan.Switch.Count(SwitchDecision.Flood));
        Assert.DoesNotContain(lan.Switch.Stations, s => s.Address == MacAddress.Parse(B));
    }

    [Fact]
    public void A_station_that_is_heard_does_not_age()
    {
        var lan = new Lan(3);
        for (int i = 0; i < 5; i++)
        {
            lan.Send(1, All, B);
            lan.Driver.RunFor(Duration.FromSeconds(200));
        }

        lan.Send(0, B, A);
        Assert.Equal(1, lan.Switch.Count(SwitchDecision.Forward));
    }

    [Fact]
    public void A_station_that_moves_is_found_behind_its_new_port()
    {
        var lan = new Lan(3);
        lan.Send(1, All, B);
        lan.Send(2, All, B);
        lan.Send(0, B, A);
        Assert.Equal([2, 1, 2], lan.Received);
        Assert.Equal("p3", Assert.Single(lan.Switch.Stations, s => s.Address == MacAddress.Parse(B)).Port.Name);
    }

    [Fact]
    public void A_full_table_forgets_the_station_not_heard_of_for_longest()
    {
        var lan = new Lan(2, new SwitchSettings { TableSize = 100 });
        for (int i = 0; i < 100_000; i++)
        {
            lan.Stations[0].Send(60, 0, All, new MacAddress(0x0200_0000_0000UL + (ulong)i).ToString());
            lan.Driver.RunFor(Duration.FromMicroseconds(1));
        }

        var known = lan.Switch.Stations.ToList();
        Assert.Equal(100, known.Count);
        Assert.Equal(0x0200_0000_0000UL + 99_999, known[0].Address.Value);
        Assert.Equal(0x0200_0000_0000UL + 99_900, known[^1].Address.Value);
    }

    [Fact]
    public void A_port_without_a_carrier_gets_no_frames_and_its_stations_are_forgotten()
    {
        var lan = new Lan(3);
        lan.Send(1, All, B);
        lan.Cables[1].Cut();
        lan.Send(0, B, A);
        Assert.Equal(1, lan.Switch.Count(SwitchDecision.Flood));
        Assert.Equal([1, 0, 2], lan.Received);
        Assert.Equal(0, lan.Cables[1].BToA.Drops.Total);
    }

    [Fact]
    public void A_switch_with_one_port_has_nowhere_to_send_a_frame()
    {
        var lan = new Lan(1);
        lan.Send(0, B, A);
        Assert.Equal(1, lan.Switch.Drops[DropReason.NoSwitchPort]);
    }

    [Fact]
    public void A_frame_too_big_for_a_port_is_dropped_there()
    {
        var lan = new Lan(3, new SwitchSettings { Mtu = 9000 });
        lan.Switch.Ports[2].Mtu = 1500;
        lan.Stations[0].Send(4000, 0, All, A);
        lan.Run();
        Assert.Equal([0, 1, 0], lan.Received);
        lan.Stations[2].Send(4000, 0, All, C);
        lan.Run();
        Assert.Equal(2, lan.Switch.Drops[DropReason.PacketTooBig]);
        Assert.Equal([0, 1, 0], lan.Received);
    }

    [Fact]
    public void A_port_queues_up_to_its_limit_and_drops_the_rest()
    {
        var lan = new Lan(2, new SwitchSettings { PortQueue = 5 });
        lan.Cables[1].Configure(LinkSettings.Of(1_000_000, Duration.Zero));
        for (int i = 0; i < 20; i++)
        {
            lan.Stations[0].Send(125, i, B, A);
        }

        lan.Run();
        Assert.Equal(14, lan.Switch.Drops[DropReason.LinkQueueFull]);
        Assert.Equal([0, 1, 2, 3, 4, 5], lan.Stations[1].Numbers);
    }

    [Fact]
    public void Flooded_frames_are_clones_and_share_one_identity_and_none_leaks()
    {
        var lan = new Lan(5);
        lan.Send(0, All, A);
        Assert.Single(lan.Stations.SelectMany(s => s.Arrivals).Select(a => a.Id).Distinct());
    }

    [Fact]
    public void A_runt_is_dropped()
    {
        var lan = new Lan(2);
        lan.Stations[0].Send(lan.Loop.Packets.Rent([1, 2, 3]));
        lan.Run();
        Assert.Equal(1, lan.Switch.Drops[DropReason.PacketTooSmall]);
    }

    [Fact]
    public void The_table_reads_like_bridge_fdb()
    {
        var lan = new Lan(2);
        lan.Send(1, All, B);
        lan.Driver.RunFor(Duration.FromSeconds(7));
        lan.Send(0, B, A);
        Assert.Equal("02:00:00:00:00:0a dev p1 used 0 s ago\n02:00:00:00:00:0b dev p2 used 7 s ago\n", lan.Switch.ShowStations());
    }

    [Fact]
    public void Decisions_can_be_listened_to_by_name()
    {
        var lan = new Lan(3);
        var listener = new Decisions();
        using (lan.Loop.Tracer.Subscribe(listener))
        {
            lan.Send(0, All, A);
            lan.Send(1, A, B);
            lan.Send(2, C, A);
            lan.Send(0, "02:00:00:00:00:0d", C);
        }

        Assert.Equal(
            ["p1 learned 02:00:00:00:00:0a dev p1", "p1 broadcast ", "p2 learned 02:00:00:00:00:0b dev p2", "p2 forward 02:00:00:00:00:0a dev p1",
             "p3 moved 02:00:00:00:00:0a dev p3", "p3 flood ", "p1 learned 02:00:00:00:00:0c dev p1", "p1 flood "],
            listener.Lines);
    }

    [Fact]
    public void A_frame_through_a_switch_costs_no_allocation()
    {
        var lan = new Lan(4, keepNotes: false);
        void Traffic()
        {
            for (int i = 0; i < 100; i++)
            {
                lan.Stations[0].Send(lan.Template(i % 2 == 0 ? 1 : 0));
                lan.Stations[1].Send(lan.Template(2));
            }

            lan.Driver.RunFor(Duration.FromMilliseconds(1));
        }

        for (int i = 0; i < 20; i++)
        {
            Traffic();
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20; i++)
        {
            Traffic();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private sealed class Decisions : ITraceListener
    {
        public List<string> Lines { get; } = [];

        public void OnEvent(in TraceEvent e)
        {
            if (e.Kind == TraceKind.SwitchDecision)
            {
                Lines.Add($"{e.Device} {e.Detail} {e.Subject}");
            }
        }
    }

    /// <summary>A switch with a station on every port.</summary>
    private sealed class Lan
    {
        private readonly byte[][] _templates;

        public Lan(int ports, SwitchSettings? settings = null, bool keepNotes = true)
        {
            Loop = new EventLoop();
            Driver = new VirtualDriver(Loop);
            Switch = new Switch(Loop, "sw", settings);
            for (int i = 0; i < ports; i++)
            {
                var cable = new Link(Loop, $"s{i}", $"sw.p{i + 1}");
                Cables.Add(cable);
                Stations.Add(new Station(Loop, cable.A, keepNotes));
                Switch.AddPort(cable.B);
            }

            _templates = [.. new[] { (All, A), (B, A), (A, B) }.Select(p =>
            {
                var frame = Stations[0].Frame(60, 0, p.Item1, p.Item2);
                var octets = frame.ToArray();
                frame.Release();
                return octets;
            })];
        }

        public EventLoop Loop { get; }

        public VirtualDriver Driver { get; }

        public Switch Switch { get; }

        public List<Link> Cables { get; } = [];

        public List<Station> Stations { get; } = [];

        public IEnumerable<long> Received => Stations.Select(s => s.Received);

        public PacketBuffer Template(int which) => Loop.Packets.Rent(_templates[which]);

        public void Send(int from, string destination, string source)
        {
            Stations[from].Send(60, 0, destination, source);
            Run();
        }

        public void Run()
        {
            Assert.True(Driver.RunUntilIdle(Loop.Now + Duration.FromSeconds(10)));
            Loop.Packets.AssertNoLeaks();
        }
    }

    /// <summary>A port that leaves checksums and the cutting of TCP data to whoever it is plugged into, as a TAP does.</summary>
    private sealed class Offloading : ILinkPort
    {
        public DeviceFeatures Features => DeviceFeatures.ReceiveChecksum | DeviceFeatures.ReceiveSegments;

        public bool TryTransmit(PacketBuffer frame) => false;

        public void Attach(IFrameEndpoint endpoint)
        {
        }
    }
}
