using System.Net.Sockets;
using Catenet.Core;
using Catenet.Kernel.Tcp;

namespace Catenet.Kernel.Tests.Tcp;

/// <summary>Whole transfers between two hosts over wires of every quality: each octet arrives once and in order, nothing leaks, nothing stalls.</summary>
public class SimulationTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_perfect_wire_carries_a_stream(bool ipv6)
    {
        using var net = new TwoHosts();
        net.Wire.Both(d => d.Delay = Duration.FromMilliseconds(5));
        Check(Transfer.Run(net, 3_000_000, Duration.FromSeconds(20), ipv6), 3_000_000);
        Assert.Equal(0, net.A.Tcp.Counters.Retransmissions);
    }

    [Fact]
    public void A_hundred_seeds_of_loss_duplication_reordering_and_damage()
    {
        for (ulong seed = 1; seed <= 100; seed++)
        {
            using var net = new TwoHosts(seed);
            net.Wire.Both(d =>
            {
                d.Delay = Duration.FromMilliseconds(2 + seed % 7 * 5);
                d.PerOctet = new Duration(80); // 100 Mbit/s
                d.Loss = 0.01;
                d.Duplication = 0.01;
                d.Reordering = 0.05;
                d.Damage = 0.001;
            });
            var options = new TcpSocketOptions { CongestionControl = seed % 11 == 0 ? "dctcp" : seed % 2 == 0 ? "reno" : "cubic" };
            Configure(net, seed);
            try
            {
                Check(Transfer.Run(net, 300_000, Duration.FromSeconds(300), seed % 3 == 0, options), 300_000);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}: {e.Message}", e);
            }
        }
    }

    [Fact]
    public void Heavy_loss_is_survived()
    {
        for (ulong seed = 1; seed <= 10; seed++)
        {
            using var net = new TwoHosts(seed);
            net.Wire.Both(d =>
            {
                d.Delay = Duration.FromMilliseconds(10);
                d.Loss = 0.2;
                d.Reordering = 0.2;
            });
            Check(Transfer.Run(net, 100_000, Duration.FromSeconds(3000)), 100_000);
        }
    }

    /// <summary>Some seeds go without SACK, timestamps or scaling, as old peers do.</summary>
    private static void Configure(TwoHosts net, ulong seed)
    {
        var settings = net.B.Settings.Tcp;
        settings.Sack = seed % 5 != 0;
        settings.Timestamps = seed % 4 != 0;
        settings.WindowScaling = seed % 7 != 0;
        (net.A.Settings.Tcp.Ecn, settings.Ecn) = ((int)(seed % 6), (int)(seed / 6 % 6));
    }

    private static void Check(Transfer transfer, long total)
    {
        Assert.Equal(-1, transfer.FirstWrong);
        Assert.True(transfer.EndSeen, $"stalled after {transfer.Received} of {total} octets ({transfer.Sender.ClosedWith})");
        Assert.Equal(total, transfer.Received);
        Assert.Equal(SocketError.Success, transfer.Sender.ClosedWith);
    }
}
