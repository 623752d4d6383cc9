using System.Diagnostics;
using Catenet.Core;
using Catenet.Fabric;
using Catenet.Fabric.Links;
using Catenet.Kernel;
using Catenet.Kernel.Udp;

namespace Catenet.Bench;

/// <summary>
/// A tree of 1,011 nodes: a core, ten aggregation routers on 10 Gbit/s links of 50 us, a hundred hosts on each by 1 Gbit/s links of
/// 10 us. Every host sends 1,000 datagrams of 512 octets a second to one on the other side, four links away.
/// </summary>
internal sealed class TreeHops() : Benchmark("tree-hops", "packets x hops/s", "forwarding in a tree of 1,011 nodes: 512 B UDP at 1,000 packets/s per host, 4 hops each")
{
    private const int Branches = 10;
    private const int Leaves = 100;
    private const int Hops = 4;

    public override double Run(double seconds)
    {
        var network = new Network();
        var hosts = Build(network);
        var sinks = hosts.Select(h => new UdpSink(h, 9)).ToArray();
        var senders = Start(network, hosts);

        // Neighbours are resolved and code is warm before the clock runs.
        network.Run(Duration.FromMilliseconds(50));
        long before = sinks.Sum(s => s.Received);
        long begin = Stopwatch.GetTimestamp();
        TimeSpan elapsed;
        do
        {
            network.Run(Duration.FromMilliseconds(20));
            elapsed = Stopwatch.GetElapsedTime(begin);
        }
        while (elapsed.TotalSeconds < seconds);

        GC.KeepAlive(senders);
        return (sinks.Sum(s => s.Received) - before) * Hops / elapsed.TotalSeconds;
    }

    private static Host[] Build(Network network)
    {
        var trunk = LinkSettings.Of(10_000_000_000, Duration.FromMicroseconds(50));
        var drop = LinkSettings.Of(1_000_000_000, Duration.FromMicroseconds(10));
        var core = network.Router("core");
        var hosts = new Host[Branches * Leaves];
        for (int b = 0; b < Branches; b++)
        {
            var branch = network.Router($"agg{b}");
            network.Connect(core, $"172.16.{b}.1/24", branch, $"172.16.{b}.2/24", trunk);
            core.Routes.Add(InetPrefix.Parse($"10.{b + 1}.0.0/16"), InetAddress.Parse($"172.16.{b}.2"));
            branch.Routes.AddDefault(InetAddress.Parse($"172.16.{b}.1"));
            for (int h = 0; h < Leaves; h++)
            {
                var network4 = InetPrefix.Parse($"10.{b + 1}.0.0/16").At((ulong)h * 4);
                var block = new InetPrefix(network4, 30);
                var host = hosts[(b * Leaves) + h] = network.Host($"h{b}-{h}");
                network.Connect(branch, $"{block.At(1)}/30", host, $"{block.At(2)}/30", drop);
                host.Routes.AddDefault(block.At(1));
            }
        }

        return hosts;
    }

    private static List<Sender> Start(Network network, Host[] hosts)
    {
        var senders = new List<Sender>();
        for (int i = 0; i < hosts.Length; i++)
        {
            var peer = hosts[(i + (hosts.Length / 2)) % hosts.Length].Devices.ByName("eth0")!.Addresses.Primary(ipv4: true)!.Address;
            var endpoint = hosts[i].Udp.Open();
            endpoint.Connect(new InetEndpoint(peer, 9));
            var sender = new Sender(network.Loop, endpoint);
            network.Loop.Arm(sender, Duration.FromMicroseconds(i));
            senders.Add(sender);
        }

        return senders;
    }

    private sealed class Sender(EventLoop loop, UdpEndpoint endpoint) : LoopTimer
    {
        private static readonly byte[] Data = new byte[512];

        protected override void Fire(Instant now)
        {
            endpoint.Send(Data);
            loop.Arm(this, Duration.FromMilliseconds(1));
        }
    }
}
