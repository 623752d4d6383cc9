using System.Net;
using Catenet.Core;
using Catenet.Fabric;
using Catenet.Fabric.Links;
using Catenet.Kernel;
using Catenet.Kernel.Queueing;
using Catenet.Programs.Transfer;

namespace Catenet.Simulation.Tests.Transfers;

/// <summary>A router that marks early keeps its queue short if the senders heed the marks (RFC 8257 1).</summary>
public sealed class MarkingTests
{
    private const int MarkAbove = 20;
    private const int Limit = 250;

    [Fact]
    public void Dctcp_keeps_the_queue_near_the_threshold_and_the_link_full()
    {
        var seen = Run("dctcp", MarkAbove);
        Assert.InRange(seen.MeanQueue, 5, 2 * MarkAbove);
        Assert.InRange(seen.Delivered, 0.95, 1.01);
        Assert.Equal(0, seen.Drops);
        Assert.True(seen.Marks > 0);
    }

    [Fact]
    public void Cubic_with_ecn_loses_nothing_either_and_without_it_fills_the_queue()
    {
        var marked = Run("cubic", MarkAbove);
        Assert.Equal(0, marked.Drops);
        Assert.InRange(marked.Delivered, 0.8, 1.01);

        var unmarked = Run("cubic", null);
        Assert.True(unmarked.MeanQueue > 2 * marked.MeanQueue, $"{unmarked.MeanQueue} and {marked.MeanQueue} packets wait");
    }

    /// <summary>One sender at 1 Gbit/s, a router, and 100 Mbit/s with a round trip of 4 ms behind it, watched for two seconds after the start.</summary>
    private static Outcome Run(string congestionControl, int? markAbove)
    {
        var network = new Network();
        Host a = network.Host("a"), router = network.Router("r"), b = network.Host("b");
        network.Connect(a, "192.0.2.1/24", router, "192.0.2.2/24", LinkSettings.Symmetric(new LinkDirectionSettings { RateBitsPerSecond = 1_000_000_000 }));
        var slow = new LinkDirectionSettings { RateBitsPerSecond = 100_000_000, Delay = Duration.FromMilliseconds(2), Queue = Limit, MarkAbove = markAbove };
        network.Connect(router, "198.51.100.2/24", b, "198.51.100.1/24", LinkSettings.Symmetric(slow));
        a.Routes.AddDefault(InetAddress.Parse("192.0.2.2"));
        b.Routes.AddDefault(InetAddress.Parse("198.51.100.2"));
        a.Settings.Tcp.CongestionControl = b.Settings.Tcp.CongestionControl = congestionControl;
        a.Settings.Tcp.Ecn = 1;
        using (network.Loop.Enter())
        {
            _ = new TcpSink(b).RunAsync(9);
            _ = new TcpSender(a).RunAsync(new IPEndPoint(IPAddress.Parse("198.51.100.1"), 9), 1_000_000_000);
        }

        network.Run(Duration.FromSeconds(1));
        var queue = (PfifoQdisc)router.Devices.ByName("eth1")!.Queue;
        var port = b.Devices.ByName("eth0")!;
        long before = port.Counters.RxBytes, dropsBefore = queue.Drops, waiting = 0;
        const int Samples = 2000;
        for (int i = 0; i < Samples; i++)
        {
            network.Run(Duration.FromMilliseconds(1));
            waiting += queue.Count;
        }

        return new Outcome((double)waiting / Samples, (port.Counters.RxBytes - before) * 8 / 200e6, queue.Drops - dropsBefore, queue.Marks);
    }

    /// <param name="MeanQueue">Packets that wait in front of the slow link.</param>
    /// <param name="Delivered">The share of the link's rate that arrives.</param>
    /// <param name="Drops">Packets lost in front of it.</param>
    /// <param name="Marks">Packets marked, from the start on.</param>
    private sealed record Outcome(double MeanQueue, double Delivered, long Drops, long Marks);
}
