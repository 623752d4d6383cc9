using System.Net;
using System.Net.Sockets;
using Catenet.Core;
using Catenet.Fabric;
using Catenet.Kernel.Sockets;

namespace Catenet.Bench;

/// <summary>Memory of an established TCP connection with its socket, after a hundred octets each way, with nothing to do.</summary>
internal sealed class IdleConnection() : Benchmark("idle-connection", "octets", "memory per idle TCP connection with its socket, of either end, tables included")
{
    private const int Pairs = 2000;

    public override double Run(double seconds)
    {
        var network = new Network();
        var (a, b) = (network.Host("a"), network.Host("b"));
        network.Connect(a, "10.0.0.1/24", b, "10.0.0.2/24");
        var end = new IPEndPoint(new IPAddress([10, 0, 0, 2]), 80);
        using var listener = new NetSocket(b, AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(end);
        listener.Listen();
        var sockets = new List<NetSocket>(2 * Pairs);
        Wait(network, OpenPairs(8)); // what the hosts need once is not counted
        sockets.Clear();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        Wait(network, OpenPairs(Pairs));
        long after = GC.GetTotalMemory(forceFullCollection: true);
        sockets.ForEach(s => s.Dispose());
        network.Run(Duration.FromSeconds(200));
        return (after - before) / (2.0 * Pairs);

        async Task OpenPairs(int count)
        {
            byte[] data = new byte[100];
            for (int i = 0; i < count; i++)
            {
                var client = new NetSocket(a, AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await client.ConnectAsync(end);
                var server = await listener.AcceptAsync();
                sockets.AddRange([client, server]);
                await client.SendAsync(data);
                await server.ReceiveAsync(data);
                await server.SendAsync(data);
                await client.ReceiveAsync(data);
            }
        }
    }

    private static void Wait(Network network, Task task)
    {
        while (!task.IsCompleted)
        {
            network.Run(Duration.FromMilliseconds(10));
        }

        task.GetAwaiter().GetResult();
        network.Run(Duration.FromSeconds(60)); // delayed acknowledgments go
    }
}
