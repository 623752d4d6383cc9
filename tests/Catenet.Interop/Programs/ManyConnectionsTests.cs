using System.Net;
using System.Net.Sockets;
using Catenet.Interop.Programs.Support;
using Catenet.Kernel.Sockets;

namespace Catenet.Interop.Programs;

/// <summary>Connections by the thousands: opened, used and closed, many at a time, by either side.</summary>
public sealed class ManyConnectionsTests
{
    private const int Many = 10_000;

    public static TheoryData<Terrain, bool> All => PingTests.All;

    [Theory]
    [MemberData(nameof(All))]
    public async Task Linux_opens_uses_and_closes_ten_thousand_connections(Terrain terrain, bool v6)
    {
        Needs.Linux();
        using var pair = new Pair(terrain);
        var listener = pair.World.Do(() => Transfer.Listen(pair, v6, 7));
        int served = 0;
        var all = new TaskCompletionSource();
        var serving = pair.World.Begin(async () =>
        {
            while (true)
            {
                _ = ServeAsync(await listener.AcceptAsync());
            }

            async Task ServeAsync(NetSocket connection)
            {
                using (connection)
                {
                    byte[] buffer = new byte[64];
                    int count;
                    while ((count = await connection.ReceiveAsync(buffer)) > 0)
                    {
                        await connection.SendAsync(buffer.AsMemory(0, count));
                    }
                }

                if (++served == Many)
                {
                    all.SetResult();
                }
            }
        });
        var to = new IPEndPoint(IPAddress.Parse(Pair.CatenetAddress(v6)), 7);
        int opened = 0;
        await Task.WhenAll(Enumerable.Range(0, AtOnce(terrain)).Select(_ => Task.Run(async () =>
        {
            byte[] buffer = new byte[64];
            while (Interlocked.Increment(ref opened) <= Many)
            {
                using var socket = pair.Linux.Socket(Transfer.Family(v6));
                await socket.ConnectAsync(to);
                await socket.SendAsync(buffer.AsMemory(0, 20));
                socket.Shutdown(SocketShutdown.Send);
                int got = 0;
                int count;
                while ((count = await socket.ReceiveAsync(buffer.AsMemory(got))) > 0)
                {
                    got += count;
                }

                Assert.Equal(20, got);
            }
        }))).WaitAsync(World.Patience);
        await all.Task.WaitAsync(World.Patience);
        pair.World.Do(listener.Dispose);
        await Assert.ThrowsAnyAsync<Exception>(() => serving);
        Assert.Equal(Many, served);
        pair.Judge();
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Catenet_opens_uses_and_closes_ten_thousand_connections(Terrain terrain, bool v6)
    {
        Needs.Linux();
        using var pair = new Pair(terrain);
        using var listener = pair.Linux.Listen(Pair.LinuxAddress(v6), 7, 4096);
        var serving = Task.Run(async () =>
        {
            for (int i = 0; i < Many; i++)
            {
                var connection = await listener.AcceptAsync();
                _ = Task.Run(async () =>
                {
                    using (connection)
                    {
                        byte[] buffer = new byte[64];
                        int count;
                        while ((count = await connection.ReceiveAsync(buffer)) > 0)
                        {
                            await connection.SendAsync(buffer.AsMemory(0, count));
                        }
                    }
                });
            }
        });
        var to = new IPEndPoint(IPAddress.Parse(Pair.LinuxAddress(v6)), 7);
        int opened = 0;
        int answered = 0;
        await pair.World.On(async () =>
        {
            await Task.WhenAll(Enumerable.Range(0, AtOnce(terrain)).Select(async _ =>
            {
                byte[] buffer = new byte[64];
                while (opened++ < Many)
                {
                    using var socket = new NetSocket(pair.Host, Transfer.Family(v6), SocketType.Stream, ProtocolType.Tcp);
                    await socket.ConnectAsync(to);
                    await socket.SendAsync(buffer.AsMemory(0, 20));
                    socket.Shutdown(SocketShutdown.Send);
                    int count;
                    while ((count = await socket.ReceiveAsync(buffer)) > 0)
                    {
                        answered += count;
                    }
                }
            }));
            return true;
        });
        await serving.WaitAsync(World.Patience);
        Assert.Equal(20 * Many, answered);
        pair.Judge();
    }

    /// <summary>On the rough way a connection mostly waits: for round trips, and a second where a SYN is lost.</summary>
    private static int AtOnce(Terrain terrain) => terrain == Terrain.Plain ? 200 : 400;
}
