using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Catenet.Core;
using Catenet.Fabric;
using Catenet.Fabric.Links;
using Catenet.Programs.Transfer;

namespace Catenet.Simulation.Tests.Transfers;

/// <summary>Whatever a link does, TCP delivers every octet once and in order.</summary>
public sealed class LossyTransferTests
{
    private const int Seeds = 100;
    private const long Octets = 100_000_000;

    /// <summary>Loses, doubles, reorders and damages; nothing below TCP notices the damage.</summary>
    private static readonly LinkSettings s_bad = LinkSettings.Symmetric(new LinkDirectionSettings
    {
        RateBitsPerSecond = 1_000_000_000,
        Delay = Duration.FromMilliseconds(1),
        Loss = 0.01,
        Duplication = 0.01,
        Reordering = 0.05,
        ReorderDelay = Duration.FromMilliseconds(1),
        Damage = 0.001,
        FrameCheck = false,
    });

    [Fact]
    public void A_hundred_megabytes_arrive_intact_under_a_hundred_seeds()
    {
        var failures = new ConcurrentQueue<string>();
        int next = 0;
        var threads = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() =>
        {
            for (int seed = Interlocked.Increment(ref next); seed <= Seeds; seed = Interlocked.Increment(ref next))
            {
                if (Transfer((ulong)seed, Octets) is { } failure)
                {
                    failures.Enqueue(failure);
                }
            }
        })).ToArray();
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        Assert.Empty(failures);
    }

    /// <summary>Says what went wrong, with how to repeat it; null if nothing did.</summary>
    private static string? Transfer(ulong seed, long octets)
    {
        string repeat = string.Create(CultureInfo.InvariantCulture, $"seed {seed}: ");
        try
        {
            var network = new Network(seed);
            var (a, b) = (network.Host("a"), network.Host("b"));
            network.Connect(a, "192.0.2.1/24", b, "192.0.2.2/24", s_bad);
            Task<TransferResult> received;
            using (network.Loop.Enter())
            {
                received = new TcpSink(b).RunAsync(9);
            }

            var sent = network.Driver.Run(() => new TcpSender(a).RunAsync(new IPEndPoint(IPAddress.Parse("192.0.2.2"), 9), octets), Duration.FromMinutes(60));
            network.Driver.RunUntil(received, network.Loop.Now + Duration.FromMinutes(5));
            var arrived = received.GetAwaiter().GetResult();
            if (arrived.Octets != sent.Octets || arrived.Sha256 != sent.Sha256)
            {
                return repeat + $"sent {sent.Octets} octets {sent.Sha256}, arrived {arrived.Octets} octets {arrived.Sha256}";
            }

            // TIME-WAIT and whatever else waits ends; nothing may be left.
            network.Run(Duration.FromMinutes(5));
            network.Loop.Packets.AssertNoLeaks();
            return null;
        }
        catch (Exception e)
        {
            return repeat + e;
        }
    }
}
