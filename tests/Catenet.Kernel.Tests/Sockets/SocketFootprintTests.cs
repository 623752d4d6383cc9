using System.Net;
using System.Net.Sockets;
using Catenet.Kernel.Sockets;

namespace Catenet.Kernel.Tests.Sockets;

/// <summary>What a socket costs that is connected and has nothing to do. A lab has many of them.</summary>
[Collection(AloneInTheProcess)]
public class SocketFootprintTests
{
    public const string AloneInTheProcess = "alone in the process";

    private const int Pairs = 2_000;
    private const int Most = 1_024;

    private readonly TwoHosts _net = new();

    /// <summary>Half of what is in use per pair: the socket, its connection and its share of every table. What all have set alike costs nothing.</summary>
    [Theory]
    [InlineData(AddressFamily.InterNetwork, false)]
    [InlineData(AddressFamily.InterNetworkV6, false)]
    [InlineData(AddressFamily.InterNetwork, true)]
    public void An_idle_connection_with_its_socket_is_small(AddressFamily family, bool noDelay)
    {
        var sockets = new List<NetSocket>(4 * Pairs);
        using var listener = _net.Run(() => Task.FromResult(Listen(family)));
        Open(listener, sockets, 16, noDelay); // what a host needs once is not counted
        long before = GC.GetTotalMemory(true);
        Open(listener, sockets, Pairs, noDelay);
        long each = (GC.GetTotalMemory(true) - before) / (2 * Pairs);
        GC.KeepAlive(_net);
        Assert.All(sockets, s => Assert.True(s.Connected));
        Assert.True(each is > 200 and <= Most, $"An idle connection with its socket takes {each} octets, not {Most} at most ({family}).");
    }

    private NetSocket Listen(AddressFamily family)
    {
        var listener = new NetSocket(_net.Bob, family, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint((family == AddressFamily.InterNetwork ? TwoHosts.BobIPv4 : TwoHosts.BobIPv6).ToIPAddress(), 80));
        listener.Listen();
        return listener;
    }

    private void Open(NetSocket listener, List<NetSocket> sockets, int pairs, bool noDelay)
    {
        _net.Run(async () =>
        {
            byte[] data = new byte[100];
            for (int i = 0; i < pairs; i++)
            {
                var client = new NetSocket(_net.Alice, listener.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                await client.ConnectAsync(listener.LocalEndPoint!);
                var server = await listener.AcceptAsync();
                if (noDelay)
                {
                    client.NoDelay = server.NoDelay = true;
                }

                await client.SendAsync(data);
                Assert.Equal(100, await server.ReceiveAsync(data));
                await server.SendAsync(data);
                Assert.Equal(100, await client.ReceiveAsync(data));
                sockets.Add(client);
                sockets.Add(server);
            }
        });
        _net.Driver.RunFor(Duration.FromSeconds(10)); // delayed acknowledgments go
    }
}

/// <summary>The memory in use is the process's: nothing else may take any meanwhile.</summary>
[CollectionDefinition(SocketFootprintTests.AloneInTheProcess, DisableParallelization = true)]
public sealed class SocketFootprintCollection;
