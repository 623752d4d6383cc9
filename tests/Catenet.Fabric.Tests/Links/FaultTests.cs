using Catenet.Core;
using Catenet.Fabric.Links;

namespace Catenet.Fabric.Tests.Links;

public class FaultTests
{
    private static LinkDirectionSettings Slow { get; } = new() { RateBitsPerSecond = 8_000_000, Delay = Duration.FromMilliseconds(10) };

    [Fact]
    public void A_cut_link_loses_what_is_on_it_and_both_ends_lose_their_carrier()
    {
        var cable = new Cable(Slow);
        cable.A.Send(1000, 0);
        cable.Driver.RunFor(Duration.FromMilliseconds(5));
        cable.Link.Cut();
        cable.A.Send(1000, 1);
        cable.AssertNoLeaks();
        Assert.Empty(cable.B.Arrivals);
        Assert.Equal(2, cable.Link.AToB.Drops[DropReason.LinkDown]);
        Assert.Equal([true, false], cable.A.Carrier);
        Assert.Equal([true, false], cable.B.Carrier);
    }

    [Fact]
    public void A_device_plugged_into_a_cut_link_has_no_carrier_until_it_is_mended()
    {
        var network = new Network();
        var a = network.Host("a").Devices.AddEthernet("eth0");
        var b = network.Host("b").Devices.AddEthernet("eth0");
        var link = new Link(network.Loop, "a", "b", LinkSettings.Symmetric(Slow));
        link.Cut();
        a.BringUp();
        a.Connect(link.A);
        b.Connect(link.B);
        Assert.False(a.IsRunning);
        link.Mend();
        Assert.True(a.IsRunning);
    }

    [Fact]
    public void A_mended_link_carries_again()
    {
        var cable = new Cable(Slow);
        cable.Link.Cut();
        cable.Link.Mend();
        cable.A.Send(1000, 1);
        cable.AssertNoLeaks();
        Assert.Equal([1], cable.B.Numbers);
        Assert.Equal([true, false, true], cable.B.Carrier);
    }

    [Fact]
    public void A_transmitter_that_waits_when_the_link_is_cut_is_told_and_does_not_wait_for_ever()
    {
        var cable = new Cable(Slow);
        cable.A.Send(1000, 0);
        cable.A.Send(1000, 1);
        Assert.Equal(1, cable.A.Waiting);
        cable.Link.Cut();
        cable.AssertNoLeaks();
        Assert.Equal(0, cable.A.Waiting);
    }

    [Fact]
    public void A_one_way_partition_keeps_the_carrier_and_the_other_direction()
    {
        var cable = new Cable(Slow);
        cable.Link.Configure(cable.Link.AToB, Slow with { Blocked = true });
        cable.A.Send(100, 1);
        cable.B.Send(100, 2);
        cable.AssertNoLeaks();
        Assert.Empty(cable.B.Arrivals);
        Assert.Equal([2], cable.A.Numbers);
        Assert.Equal([true], cable.A.Carrier);
        Assert.Equal(1, cable.Link.AToB.Drops[DropReason.LinkDown]);
    }

    [Fact]
    public void Frames_to_an_end_where_nothing_is_plugged_in_are_lost()
    {
        var cable = new Cable(Slow);
        cable.A.Send(100, 1);
        cable.Link.B.Detach();
        cable.Silence();
        cable.A.Send(100, 2);
        cable.AssertNoLeaks();
        Assert.Empty(cable.B.Arrivals);
        Assert.Equal(2, cable.Link.AToB.Drops[DropReason.LinkDown]);
        Assert.Equal([true, false], cable.B.Carrier);
    }

    [Theory]
    [InlineData("rate")]
    [InlineData("loss")]
    [InlineData("delay")]
    [InlineData("queue")]
    [InlineData("mtu")]
    public void A_setting_out_of_range_is_refused_with_its_name_and_range(string what)
    {
        LinkDirectionSettings wrong = what switch
        {
            "rate" => new() { RateBitsPerSecond = -1 },
            "loss" => new() { Loss = 1.5 },
            "delay" => new() { Delay = new Duration(-1) },
            "queue" => new() { Queue = 0 },
            _ => new() { Mtu = 20 },
        };
        var error = Assert.Throws<ArgumentException>(() => new Link(new EventLoop(), "a", "b", LinkSettings.Symmetric(wrong)));
        Assert.StartsWith($"A link's {what} must be ", error.Message);
    }

    [Fact]
    public void Every_preset_is_valid_and_found_by_its_name()
    {
        foreach (string name in LinkPresets.Names)
        {
            Assert.True(LinkPresets.TryGet(name, out var settings));
            settings.Validate();
        }

        Assert.False(LinkPresets.TryGet("carrier pigeon", out _));
    }

    [Fact]
    public void What_a_link_does_can_be_listened_to()
    {
        var cable = new Cable(Slow with { Loss = 0.5 });
        var listener = new Listener();
        using (cable.Loop.Tracer.Subscribe(listener))
        {
            cable.Send(10, 100, 1_000_000);
        }

        Assert.Equal(10, listener.Lines.Count(l => l.StartsWith("LinkTransmit a - b a -> b 10100000", StringComparison.Ordinal)));
        Assert.Equal(cable.Link.AToB.Drops[DropReason.LinkLoss], listener.Lines.Count(l => l.EndsWith("Drop a - b a -> b LinkLoss", StringComparison.Ordinal)));
        Assert.Contains("LinkImpairment a - b a -> b lost", listener.Lines);
    }

    private sealed class Listener : ITraceListener
    {
        public List<string> Lines { get; } = [];

        public void OnEvent(in TraceEvent e) => Lines.Add(e.Kind switch
        {
            TraceKind.LinkTransmit => $"{e.Kind} {e.Node} {e.Device} {e.Value}",
            TraceKind.Drop => $"{e.Kind} {e.Node} {e.Device} {e.Reason}",
            _ => $"{e.Kind} {e.Node} {e.Device} {e.Detail}",
        });
    }
}
