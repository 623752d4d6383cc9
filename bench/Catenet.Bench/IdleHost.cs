using Catenet.Core;
using Catenet.Fabric;
using Catenet.Kernel;

namespace Catenet.Bench;

/// <summary>Memory of a host that has a device with addresses of both families, a default route and half a cable, and has nothing to do.</summary>
internal sealed class IdleHost() : Benchmark("idle-host", "octets", "memory per idle host with a device, both families and half a cable")
{
    private const int Pairs = 1000;

    public override double Run(double seconds)
    {
        var network = new Network();
        var hosts = new Host[Pairs * 2];
        AddPair(network, hosts, 0);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 1; i < Pairs; i++)
        {
            AddPair(network, hosts, i);
        }

        network.Run(Duration.FromSeconds(60));
        long after = GC.GetTotalMemory(forceFullCollection: true);
        GC.KeepAlive(hosts);
        GC.KeepAlive(network);
        return (after - before) / (2.0 * (Pairs - 1));
    }

    private static void AddPair(Network network, Host[] hosts, int i)
    {
        var (a, b) = (network.Host($"a{i}"), network.Host($"b{i}"));
        network.Connect(a, "10.0.0.1/24, 2001:db8::1/64", b, "10.0.0.2/24, 2001:db8::2/64");
        a.Routes.AddDefault(InetAddress.Parse("10.0.0.2"));
        b.Routes.AddDefault(InetAddress.Parse("10.0.0.1"));
        hosts[2 * i] = a;
        hosts[(2 * i) + 1] = b;

        // What is said at the beginning is said one after the other, so that the packet pool stays small.
        network.Run(Duration.FromMilliseconds(10));
    }
}
