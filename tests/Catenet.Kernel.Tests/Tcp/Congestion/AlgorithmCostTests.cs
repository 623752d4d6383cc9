using Catenet.Core;
using Catenet.Kernel.Tcp;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tests.Tcp.Congestion;

public sealed class AlgorithmCostTests
{
    // An acknowledgment is taken into account without allocating, loss and recovery included.
    [Theory]
    [InlineData("reno")]
    [InlineData("cubic")]
    [InlineData("bbr")]
    public void Acknowledgments_allocate_nothing(string name)
    {
        var algorithm = CongestionControls.Create(name, HyStartKind.PlusPlus, new RandomStream(1, "test"));
        var window = new CongestionWindow { Cwnd = 10, Ssthresh = CongestionWindow.NoThreshold, Clamp = 1000 };
        algorithm.OnEvent(ref window, CongestionEvent.Begin, new AckSample { SmoothedRtt = Duration.FromMilliseconds(10), Mss = 1460, MinRtt = Duration.FromMilliseconds(10) });
        Acknowledge(algorithm, ref window, 0, 1000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Acknowledge(algorithm, ref window, 1000, 20_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void There_is_one_for_every_name_and_no_other()
    {
        Assert.All(CongestionControls.Available, n => Assert.Equal(n, CongestionControls.Create(n).Name));
        Assert.False(CongestionControls.Exists("magic"));
        Assert.Throws<ArgumentException>(() => CongestionControls.Create("magic"));
    }

    private static void Acknowledge(ICongestionControl algorithm, ref CongestionWindow window, uint from, uint to)
    {
        for (uint i = from; i < to; i++)
        {
            var sample = new AckSample
            {
                Now = new Instant(i * 500_000L),
                Acked = 1,
                Lost = i % 97 == 0 ? 1 : 0,
                Rtt = Duration.FromMilliseconds(10 + i % 5),
                MinRtt = Duration.FromMilliseconds(10),
                SmoothedRtt = Duration.FromMilliseconds(12),
                Una = new SeqNumber(i * 1460),
                Nxt = new SeqNumber((i + 20) * 1460),
                InFlight = 20,
                Mss = 1460,
                Delivered = i,
                TotalLost = i / 97,
            };
            algorithm.OnDelivered(ref window, in sample);
            if (i % 997 == 0)
            {
                window.Ssthresh = algorithm.SsthreshAfterLoss(ref window);
                algorithm.OnEvent(ref window, i % 1994 == 0 ? CongestionEvent.Timeout : CongestionEvent.Recovery, in sample);
            }

            if (algorithm is IRateControl control)
            {
                control.Control(ref window, in sample, new RateSample { Delivered = 20, Interval = Duration.FromMilliseconds(10), PriorDelivered = i - 20 });
            }
            else
            {
                algorithm.OnAck(ref window, in sample);
            }
        }
    }
}
