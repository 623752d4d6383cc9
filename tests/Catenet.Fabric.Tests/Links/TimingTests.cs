using Catenet.Core;
using Catenet.Fabric.Links;

namespace Catenet.Fabric.Tests.Links;

public class TimingTests
{
    private static readonly LinkDirectionSettings Gigabit = new() { RateBitsPerSecond = 1_000_000_000, Delay = Duration.FromMicroseconds(10) };

    [Fact]
    public void A_perfect_link_delivers_at_once_and_in_order()
    {
        var cable = new Cable(LinkDirectionSettings.Perfect);
        for (int i = 0; i < 200; i++)
        {
            cable.A.Send(60, i);
        }

        cable.AssertNoLeaks();
        Assert.Equal(Enumerable.Range(0, 200), cable.B.Numbers);
        Assert.All(cable.B.Arrivals, a => Assert.Equal(Instant.Zero, a.Time));
    }

    [Fact]
    public void A_frame_takes_its_bits_at_the_rate_and_then_the_delay()
    {
        var cable = new Cable(Gigabit);
        cable.A.Send(1514);
        cable.AssertNoLeaks();
        Assert.Equal(12_112 + 10_000, Assert.Single(cable.B.Arrivals).Time.Nanoseconds);
    }

    [Fact]
    public void Ethernet_overhead_is_counted_only_when_asked_for()
    {
        var cable = new Cable(Gigabit with { OverheadOctets = LinkDirectionSettings.EthernetOverhead });
        cable.A.Send(1514);
        cable.AssertNoLeaks();
        Assert.Equal(((1514 + 24) * 8) + 10_000, Assert.Single(cable.B.Arrivals).Time.Nanoseconds);
    }

    [Fact]
    public void Frames_in_a_row_leave_one_after_the_other()
    {
        var cable = new Cable(Gigabit);
        cable.A.Send(1000, 0);
        cable.A.Send(500, 1);
        cable.A.Send(100, 2);
        Assert.Equal(2, cable.A.Waiting);
        cable.AssertNoLeaks();
        Assert.Equal([18_000, 22_000, 22_800], cable.B.Arrivals.Select(a => a.Time.Nanoseconds));
        Assert.Equal(2, cable.A.ReadyCalls);
    }

    [Fact]
    public void A_full_link_is_exactly_as_fast_as_its_rate_though_a_frame_is_no_whole_number_of_nanoseconds()
    {
        var cable = new Cable(new LinkDirectionSettings { RateBitsPerSecond = 7_000_000 });
        for (int i = 0; i < 7_000; i++)
        {
            cable.A.Send(125, i);
        }

        cable.AssertNoLeaks();
        Assert.Equal(Duration.FromSeconds(1), cable.B.Arrivals[^1].Time.SinceStart);
    }

    [Fact]
    public void A_transmitter_that_does_not_wait_costs_no_event()
    {
        var cable = new Cable(Gigabit);
        cable.Send(1000, 100, everyNanoseconds: 20_000);
        Assert.Equal(0, cable.A.ReadyCalls);
        Assert.Equal(2000, cable.Loop.EventsRun);
    }

    [Fact]
    public void Each_direction_has_a_rate_and_delay_of_its_own()
    {
        var cable = new Cable(Gigabit);
        cable.Link.Configure(cable.Link.BToA, new LinkDirectionSettings { RateBitsPerSecond = 1_000_000, Delay = Duration.FromMilliseconds(5) });
        cable.A.Send(125);
        cable.B.Send(125);
        cable.AssertNoLeaks();
        Assert.Equal(11_000, Assert.Single(cable.B.Arrivals).Time.Nanoseconds);
        Assert.Equal(6_000_000, Assert.Single(cable.A.Arrivals).Time.Nanoseconds);
    }

    [Fact]
    public void A_link_that_becomes_faster_lets_nothing_overtake_what_is_on_it()
    {
        var cable = new Cable(new LinkDirectionSettings { Delay = Duration.FromMilliseconds(50) });
        cable.A.Send(100, 0);
        cable.Link.Configure(LinkSettings.Perfect);
        cable.A.Send(100, 1);
        cable.AssertNoLeaks();
        Assert.Equal([0, 1], cable.B.Numbers);
        Assert.Equal(50, cable.B.Arrivals[1].Time.SinceStart.TotalMilliseconds);
    }

    [Fact]
    public void Uniform_jitter_fills_its_interval_and_keeps_the_order()
    {
        var cable = new Cable(new LinkDirectionSettings { Delay = Duration.FromMilliseconds(10), Jitter = Duration.FromMilliseconds(4) });
        cable.Send(20_000, everyNanoseconds: 10_000_000);
        var delays = Delays(cable, 10_000_000);
        Assert.InRange(delays.Min(), 6, 6.01);
        Assert.InRange(delays.Max(), 13.99, 14);
        Assert.InRange(delays.Average(), 9.95, 10.05);
        Assert.Equal(Enumerable.Range(0, 20_000), cable.B.Numbers);
    }

    [Fact]
    public void Normal_jitter_has_its_standard_deviation_and_four_of_them_at_most()
    {
        var cable = new Cable(new LinkDirectionSettings { Delay = Duration.FromMilliseconds(10), Jitter = Duration.FromMilliseconds(2), JitterShape = JitterShape.Normal });
        cable.Send(20_000, everyNanoseconds: 20_000_000);
        var delays = Delays(cable, 20_000_000);
        double mean = delays.Average();
        Assert.InRange(mean, 9.95, 10.05);
        Assert.InRange(Math.Sqrt(delays.Average(d => (d - mean) * (d - mean))), 1.95, 2.05);
        Assert.InRange(delays.Max(), 14, 18);
        Assert.True(delays.Min() >= 2);
    }

    [Fact]
    public void Jitter_makes_frames_queue_behind_a_late_one_unless_it_may_reorder()
    {
        var settings = new LinkDirectionSettings { Delay = Duration.FromMilliseconds(10), Jitter = Duration.FromMilliseconds(9) };
        var inOrder = new Cable(settings);
        inOrder.Send(2_000);
        Assert.Equal(Enumerable.Range(0, 2_000), inOrder.B.Numbers);

        var reordering = new Cable(settings with { JitterReorders = true });
        reordering.Send(2_000);
        Assert.NotEqual(Enumerable.Range(0, 2_000), reordering.B.Numbers);
        Assert.Equal(Enumerable.Range(0, 2_000), reordering.B.Numbers.Order());
        Assert.Equal(reordering.B.Arrivals.Select(a => a.Time.Nanoseconds).Order(), reordering.B.Arrivals.Select(a => a.Time.Nanoseconds));
        reordering.AssertNoLeaks();
    }

    [Fact]
    public void A_burst_on_a_perfect_link_leaves_the_receiver_a_turn_after_every_64_frames()
    {
        var cable = new Cable(LinkDirectionSettings.Perfect);
        long seen = -1;
        cable.A.Send(60, 0);
        for (int i = 1; i < 100; i++)
        {
            cable.A.Send(60, i);
        }

        cable.Loop.Schedule(_ => seen = cable.B.Received, null);
        cable.AssertNoLeaks();
        Assert.Equal(64, seen);
        Assert.Equal(100, cable.B.Received);
    }

    private static List<double> Delays(Cable cable, long every) =>
        [.. cable.B.Arrivals.Select(a => (a.Time.Nanoseconds - (a.Number * every)) / 1e6)];
}
