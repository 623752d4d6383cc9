using System.Numerics;
using Catenet.Core;
using Catenet.Fabric.Links;

namespace Catenet.Fabric.Tests.Links;

public class ImpairmentTests
{
    private const int Many = 100_000;

    private static LinkDirectionSettings Delayed { get; } = new() { Delay = Duration.FromMilliseconds(1) };

    [Fact]
    public void Independent_loss_has_its_share_and_is_counted()
    {
        var cable = new Cable(Delayed with { Loss = 0.01 });
        cable.Send(Many);
        long lost = Many - cable.B.Received;
        Assert.InRange(lost, 900, 1100);
        Assert.Equal(lost, cable.Link.AToB.Drops[DropReason.LinkLoss]);
        Assert.Equal(0, cable.Link.BToA.Drops.Total);
        cable.AssertNoLeaks();
    }

    [Fact]
    public void Burst_loss_has_its_share_and_its_length()
    {
        var cable = new Cable(Delayed with { Burst = BurstLoss.Of(0.02, 5) });
        cable.Send(Many);
        var missing = Missing(cable, Many);
        int bursts = missing.Count(n => !missing.Contains(n - 1));
        Assert.InRange(missing.Count, 1_600, 2_400);
        Assert.InRange((double)missing.Count / bursts, 4.5, 5.5);
    }

    [Fact]
    public void Burst_loss_in_both_states_follows_the_model()
    {
        var burst = new BurstLoss(0.05, 0.2, 0.01, 0.5);
        var cable = new Cable(Delayed with { Burst = burst });
        cable.Send(Many);
        Assert.Equal(0.108, burst.MeanLoss, 3);
        Assert.InRange((Many - cable.B.Received) / (double)Many, 0.103, 0.113);
    }

    [Fact]
    public void Duplicates_arrive_right_behind_the_first()
    {
        var cable = new Cable(Delayed with { Duplication = 0.02 });
        cable.Send(Many);
        long doubled = cable.B.Received - Many;
        Assert.InRange(doubled, 1_850, 2_150);
        Assert.Equal(doubled, cable.Link.AToB.Counters.Duplicated);
        Assert.Equal(cable.B.Numbers.Order(), cable.B.Numbers);
        cable.AssertNoLeaks();
    }

    [Fact]
    public void A_frame_held_back_is_overtaken_and_others_keep_their_time()
    {
        var cable = new Cable(Delayed with { Reordering = 0.05, ReorderDelay = Duration.FromMicroseconds(250) });
        cable.Send(Many);
        Assert.Equal(Many, cable.B.Received);
        var late = cable.B.Arrivals.Where(a => a.Time.Nanoseconds != (a.Number * 100_000L) + 1_000_000).ToList();
        Assert.InRange(late.Count, 4_700, 5_300);
        Assert.Equal(late.Count, cable.Link.AToB.Counters.Reordered);
        Assert.All(late, a => Assert.Equal((a.Number * 100_000L) + 1_250_000, a.Time.Nanoseconds));
        Assert.NotEqual(cable.B.Numbers.Order(), cable.B.Numbers);
    }

    [Fact]
    public void The_frame_check_catches_damage_as_on_real_Ethernet()
    {
        var cable = new Cable(Delayed with { Damage = 0.01 });
        cable.Send(Many);
        Assert.InRange(cable.Link.AToB.Drops[DropReason.FrameCheckSequence], 900, 1100);
        Assert.Equal(cable.Link.AToB.Counters.Damaged, Many - cable.B.Received);
        Assert.All(cable.B.Arrivals, a => Assert.Equal(0, Flips(a, cable)));
    }

    [Fact]
    public void Damage_that_passes_the_frame_check_arrives_with_one_bit_flipped()
    {
        var cable = new Cable(Delayed with { Damage = 0.01, FrameCheck = false });
        cable.Send(Many);
        Assert.Equal(Many, cable.B.Received);
        var damaged = cable.B.Arrivals.Select(a => Flips(a, cable)).Where(f => f > 0).ToList();
        Assert.Equal(cable.Link.AToB.Counters.Damaged, damaged.Count);
        Assert.InRange(damaged.Count, 900, 1100);
        Assert.All(damaged, f => Assert.Equal(1, f));
        cable.AssertNoLeaks();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    public void Damage_never_touches_memory_that_somebody_else_holds(int octetsInSlices)
    {
        var cable = new Cable(Delayed with { Damage = 1, FrameCheck = false });
        var block = cable.Loop.Packets.RentBlock(1000);
        Array.Clear(block.Bytes);
        var frame = cable.A.Frame(20, 0, "02:00:00:00:00:02", "02:00:00:00:00:01");
        frame.AppendSlice(block, 0, octetsInSlices);
        frame.Checksum = ChecksumState.Unnecessary;
        var twin = frame.Clone();
        byte[] before = twin.ToArray();
        cable.A.Send(frame);
        cable.Silence();
        Assert.NotEqual(before, Assert.Single(cable.B.Arrivals).Octets);
        Assert.Equal(before, twin.ToArray());
        Assert.True(block.Bytes.AsSpan().IndexOfAnyExcept((byte)0) < 0);
        twin.Release();
        block.Release();
        cable.AssertNoLeaks();
    }

    [Fact]
    public void Frames_that_are_too_big_vanish()
    {
        var cable = new Cable(Delayed with { Mtu = 1400 });
        cable.A.Send(1414, 1);
        cable.A.Send(1415, 2);
        cable.AssertNoLeaks();
        Assert.Equal([1], cable.B.Numbers);
        Assert.Equal(1, cable.Link.AToB.Drops[DropReason.PacketTooBig]);
    }

    [Fact]
    public void The_same_seed_gives_the_same_fate_and_another_seed_another()
    {
        var settings = Delayed with { Loss = 0.1, Duplication = 0.1, Reordering = 0.1, Jitter = Duration.FromMicroseconds(300) };
        var first = Fate(settings, 7, "a");
        Assert.Equal(first, Fate(settings, 7, "a"));
        Assert.NotEqual(first, Fate(settings, 8, "a"));
    }

    [Fact]
    public void Links_and_directions_have_independent_streams()
    {
        var settings = Delayed with { Loss = 0.5 };
        Assert.NotEqual(Fate(settings, 7, "a"), Fate(settings, 7, "c"));

        var cable = new Cable(settings);
        for (int i = 0; i < 500; i++)
        {
            cable.A.Send(60, i);
            cable.B.Send(60, i);
        }

        cable.Silence();
        Assert.NotEqual(cable.A.Numbers, cable.B.Numbers);
    }

    [Fact]
    public void Another_link_on_the_loop_reshuffles_nothing()
    {
        var settings = Delayed with { Loss = 0.5 };
        var alone = new Cable(settings, 3);
        alone.Send(500);
        var loop = new EventLoop(3);
        var other = new Link(loop, "x", "y", LinkSettings.Symmetric(settings));
        var link = new Link(loop, "a", "b", LinkSettings.Symmetric(settings));
        var (x, _, a, b) = (new Station(loop, other.A), new Station(loop, other.B), new Station(loop, link.A), new Station(loop, link.B));
        for (int i = 0; i < 500; i++)
        {
            x.Send(60, i);
            a.Send(60, i);
        }

        new VirtualDriver(loop).RunFor(Duration.FromSeconds(1));
        Assert.Equal(alone.B.Numbers, b.Numbers);
    }

    private static List<(long, int)> Fate(LinkDirectionSettings settings, ulong seed, string name)
    {
        var cable = new Cable(settings, seed, name);
        cable.Send(1_000);
        return [.. cable.B.Arrivals.Select(a => (a.Time.Nanoseconds, a.Number))];
    }

    private static HashSet<int> Missing(Cable cable, int sent)
    {
        var missing = Enumerable.Range(0, sent).ToHashSet();
        missing.ExceptWith(cable.B.Numbers);
        return missing;
    }

    private static int Flips(Station.Arrival arrival, Cable cable)
    {
        var frame = cable.A.Frame(arrival.Octets.Length, (int)((arrival.Time.Nanoseconds - 1_000_000) / 100_000), "02:00:00:00:00:02", "02:00:00:00:00:01");
        int flips = arrival.Octets.Zip(frame.ToArray()).Sum(p => BitOperations.PopCount((uint)(p.First ^ p.Second)));
        frame.Release();
        return flips;
    }
}
