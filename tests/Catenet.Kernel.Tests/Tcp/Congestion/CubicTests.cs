using Catenet.Core;
using Catenet.Kernel.Tcp;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tests.Tcp.Congestion;

public sealed class CubicTests
{
    private static readonly Duration Rtt = Duration.FromMilliseconds(100);

    // RFC 5681 3.1: a segment per round trip in congestion avoidance, half on loss.
    [Fact]
    public void Reno_adds_a_segment_per_round_trip()
    {
        var window = new CongestionWindow { Cwnd = 20, Ssthresh = 20, Clamp = 1000 };
        var reno = new Reno();
        for (int i = 0; i < 20; i++)
        {
            reno.OnAck(ref window, new AckSample { Acked = 1 });
        }

        Assert.Equal(21, window.Cwnd);
        Assert.Equal(10, reno.SsthreshAfterLoss(ref window));
    }

    // RFC 9438 4.2: W_cubic(t) = C (t - K)^3 + W_max with K = cbrt(W_max (1 - beta) / C): concave up to W_max, then convex.
    [Theory]
    [InlineData(1000)]
    [InlineData(300)]
    [InlineData(5000)]
    public void The_window_follows_the_curve(int wMax)
    {
        var window = new CongestionWindow { Cwnd = wMax, Ssthresh = wMax, Clamp = 1 << 20 };
        var cubic = new Cubic();
        window.Ssthresh = window.Cwnd = cubic.SsthreshAfterLoss(ref window);
        double w0 = window.Cwnd;
        Assert.Equal(wMax * 717 / 1024, window.Cwnd);
        double k = Math.Cbrt((wMax - w0) / 0.4);
        var now = Instant.Zero;
        int rounds = (int)(k * 1.6 / 0.1);
        for (int round = 1; round <= rounds; round++)
        {
            Acknowledge(cubic, ref window, ref now);

            // The growth of a round aims at the curve a round trip ahead (RFC 9438 4.2), as it stood when the round began.
            double t = round * 0.1 - k;
            double curve = Math.Max(wMax + 0.4 * t * t * t, Reno(w0, round));
            double slack = 3 + 0.02 * wMax + 0.4 * 3 * t * t * 0.15;
            Assert.InRange(window.Cwnd, curve - slack, curve + slack);
        }
    }

    // RFC 9438 4.3: no slower than Reno would be, where windows are small.
    [Fact]
    public void A_small_window_grows_as_Reno_would()
    {
        var window = new CongestionWindow { Cwnd = 20, Ssthresh = 20, Clamp = 1000 };
        var cubic = new Cubic();
        window.Ssthresh = window.Cwnd = cubic.SsthreshAfterLoss(ref window);
        var now = Instant.Zero;
        for (int round = 0; round < 20; round++)
        {
            Acknowledge(cubic, ref window, ref now);
        }

        Assert.InRange(window.Cwnd, Reno(14, 20) - 2, Reno(14, 20) + 2);
    }

    // RFC 9438 4.7.
    [Fact]
    public void It_gives_way_to_newcomers()
    {
        var window = new CongestionWindow { Cwnd = 1000, Clamp = 100_000 };
        var cubic = new Cubic();
        window.Cwnd = cubic.SsthreshAfterLoss(ref window);
        cubic.SsthreshAfterLoss(ref window);
        Assert.Equal(700 * (1024 + 717) / 2048, cubic.WMax);
    }

    // RFC 9438 5.8: time in which nothing was sent is no time for the curve.
    [Fact]
    public void The_curve_stands_still_while_nothing_is_sent()
    {
        int[] grown = new int[2];
        for (int idle = 0; idle < 2; idle++)
        {
            var window = new CongestionWindow { Cwnd = 1000, Ssthresh = 1000, Clamp = 100_000 };
            var cubic = new Cubic();
            window.Ssthresh = window.Cwnd = cubic.SsthreshAfterLoss(ref window);
            var now = Instant.Zero;
            Acknowledge(cubic, ref window, ref now);
            if (idle == 1)
            {
                now += Duration.FromSeconds(30);
                cubic.OnEvent(ref window, CongestionEvent.TransmissionStart, new AckSample { Now = now, Idle = Duration.FromSeconds(30) });
            }

            Acknowledge(cubic, ref window, ref now);
            grown[idle] = window.Cwnd;
        }

        Assert.InRange(grown[1], grown[0] - 1, grown[0] + 1);
    }

    [Fact]
    public void Cube_roots_are_exact()
    {
        foreach (ulong root in new ulong[] { 0, 1, 2, 3, 10, 1000, 100_000, 2_000_000 })
        {
            Assert.Equal(root, CubicCurve.CubeRoot(root * root * root));
            Assert.Equal(root, CubicCurve.CubeRoot((root + 1) * (root + 1) * (root + 1) - 1));
        }
    }

    // Linux's HyStart: acknowledgments that come over more than half the least round-trip time fill the path.
    [Fact]
    public void An_ack_train_ends_slow_start()
    {
        var (cubic, window) = SlowStart(HyStartKind.Classic, 40);
        var now = Instant.Zero + Rtt;
        uint una = 0;
        for (int i = 0; i < 40; i++)
        {
            now += Duration.FromMilliseconds(1.5);
            Deliver(cubic, ref window, now, Rtt, ++una, 200);
            if (i < 20)
            {
                Assert.True(window.InSlowStart);
            }
        }

        Assert.False(window.InSlowStart);
    }

    // Linux's HyStart: eight samples of a round more than an eighth (4 to 16 ms) above the least.
    [Theory]
    [InlineData(12, true)]
    [InlineData(13, false)]
    public void Growing_delay_ends_slow_start(int rise, bool continues)
    {
        var (cubic, window) = SlowStart(HyStartKind.Classic, 40);
        var now = Instant.Zero;
        uint una = 0;
        Deliver(cubic, ref window, now, Rtt, ++una, 1);
        for (int i = 0; i < 9; i++)
        {
            now += Duration.FromMilliseconds(5);
            Deliver(cubic, ref window, now, Rtt + Duration.FromMilliseconds(rise), ++una, 200);
        }

        Assert.Equal(continues, window.InSlowStart);
    }

    // hystart_low_window: sixteen segments.
    [Fact]
    public void A_small_window_is_not_judged()
    {
        var (cubic, window) = SlowStart(HyStartKind.Classic, 5);
        for (uint i = 1; i < 10; i++)
        {
            cubic.OnDelivered(ref window, Sample(Instant.Zero + Rtt, Rtt + Duration.FromMilliseconds(i == 1 ? 0 : 50), i, 200));
        }

        Assert.Equal(CongestionWindow.NoThreshold, window.Ssthresh);
    }

    // RFC 9406 4.2: a rise by an eighth begins conservative slow start: a quarter of the growth, five rounds, then congestion avoidance.
    [Fact]
    public void HyStart_plus_plus_goes_through_conservative_slow_start()
    {
        var (cubic, window) = SlowStart(HyStartKind.PlusPlus, 20);
        var now = Instant.Zero;
        uint una = 0;
        int rounds = 0;
        int caution = 0;
        while (window.Ssthresh == CongestionWindow.NoThreshold)
        {
            int before = window.Cwnd;
            var rtt = rounds < 2 ? Rtt : Rtt + Duration.FromMilliseconds(20);
            uint end = una + (uint)before;
            while (una < end && window.Ssthresh == CongestionWindow.NoThreshold)
            {
                now += new Duration(rtt.Nanoseconds / before);
                Deliver(cubic, ref window, now, rtt, ++una, end);
            }

            if (++rounds > 3 && window.Ssthresh == CongestionWindow.NoThreshold)
            {
                Assert.InRange(window.Cwnd, before * 1.2, before * 1.3);
                caution++;
            }
        }

        Assert.InRange(caution, 3, 5);
    }

    // RFC 9406 4.2: if the delay falls again it was jitter, and slow start goes on.
    [Fact]
    public void HyStart_plus_plus_returns_to_slow_start()
    {
        var (cubic, window) = SlowStart(HyStartKind.PlusPlus, 20);
        var now = Instant.Zero;
        uint una = 0;
        for (int round = 0; round < 5; round++)
        {
            int before = window.Cwnd;
            var rtt = round == 2 ? Rtt + Duration.FromMilliseconds(20) : Rtt;
            uint end = una + (uint)before;
            while (una < end)
            {
                now += new Duration(rtt.Nanoseconds / before);
                Deliver(cubic, ref window, now, rtt, ++una, end);
            }

            if (round is 0 or 1 or 4)
            {
                Assert.Equal(before * 2, window.Cwnd);
            }
        }

        Assert.True(window.InSlowStart);
    }

    private static double Reno(double from, int rounds) => from + rounds * 8.0 / 15;

    private static (Cubic Cubic, CongestionWindow Window) SlowStart(HyStartKind kind, int cwnd)
    {
        var cubic = new Cubic(kind);
        var window = new CongestionWindow { Cwnd = cwnd, Ssthresh = CongestionWindow.NoThreshold, Clamp = 1 << 20 };
        cubic.OnEvent(ref window, CongestionEvent.Begin, Sample(Instant.Zero, default, 0, 0));
        return (cubic, window);
    }

    private static AckSample Sample(Instant now, Duration rtt, uint una, uint nxt) => new()
    {
        Now = now,
        Acked = 1,
        Rtt = rtt,
        MinRtt = Rtt,
        SmoothedRtt = Rtt,
        Mss = 1000,
        Una = new SeqNumber(una),
        Nxt = new SeqNumber(nxt),
    };

    private static void Deliver(Cubic cubic, ref CongestionWindow window, Instant now, Duration rtt, uint una, uint nxt)
    {
        var sample = Sample(now, rtt, una, nxt);
        cubic.OnDelivered(ref window, in sample);
        cubic.OnAck(ref window, in sample);
    }

    /// <summary>A round trip: every segment of the window is acknowledged, evenly spread.</summary>
    private static void Acknowledge(Cubic cubic, ref CongestionWindow window, ref Instant now)
    {
        int count = window.Cwnd;
        for (int i = 0; i < count; i++)
        {
            now += new Duration(Rtt.Nanoseconds / count);
            var sample = new AckSample { Now = now, Acked = 1, Rtt = Rtt, MinRtt = Rtt, SmoothedRtt = Rtt };
            cubic.OnDelivered(ref window, in sample);
            cubic.OnAck(ref window, in sample);
        }
    }
}
