using Catenet.Core;
using Catenet.Fabric;
using Catenet.Kernel.Udp;

namespace Catenet.Bench;

/// <summary>Small datagrams between two hosts on a perfect link, through all layers of both kernels, checksums on.</summary>
internal sealed class UdpPackets() : Benchmark("udp-64", "packets/s", "UDP datagrams of 64 B between two hosts, one thread, checksums on")
{
    public override double Run(double seconds)
    {
        var network = new Network();
        var (a, b) = (network.Host("a"), network.Host("b"));
        network.Connect(a, "10.0.0.1/24", b, "10.0.0.2/24");
        var sink = new UdpSink(b, 9);
        var sender = a.Udp.Open();
        sender.Connect(new InetEndpoint(InetAddress.Parse("10.0.0.2"), 9));
        byte[] data = new byte[64];
        sender.Send(data);
        network.Run(Duration.FromSeconds(1));
        return sink.Received == 1 ? Clock.PerSecond(seconds, () => Burst(network, sender, sink, data)) : 0;
    }

    private static double Burst(Network network, UdpEndpoint sender, UdpSink sink, byte[] data)
    {
        long before = sink.Received;
        for (int round = 0; round < 100; round++)
        {
            for (int i = 0; i < 32; i++)
            {
                sender.Send(data);
            }

            network.Run(Duration.FromMicroseconds(1));
        }

        return sink.Received - before;
    }
}
