using System.Net;
using System.Net.Sockets;
using System.Text;
using Catenet.Kernel.Sockets;

namespace Catenet.Interop.Programs.Support;

/// <summary>A TCP connection between a socket of Linux's and one of Catenet's, and data through it.</summary>
internal static class Transfer
{
    /// <summary>Connects, either way round, and returns both ends.</summary>
    public static async Task<(Socket Linux, NetSocket Catenet)> ConnectAsync(Pair pair, bool v6, bool linuxFirst, int port)
    {
        if (linuxFirst)
        {
            using var listener = pair.World.Do(() => Listen(pair, v6, port));
            var accepting = pair.World.On(() => listener.AcceptAsync().AsTask());
            var client = pair.Linux.Socket(Family(v6));
            await client.ConnectAsync(IPAddress.Parse(Pair.CatenetAddress(v6)), port).WaitAsync(World.Patience);
            return (client, await accepting);
        }

        using var theirs = pair.Linux.Listen(Pair.LinuxAddress(v6), port);
        var socket = pair.World.Do(() => new NetSocket(pair.Host, Family(v6), SocketType.Stream, ProtocolType.Tcp));
        var accepted = theirs.AcceptAsync();
        await pair.World.On(async () =>
        {
            await socket.ConnectAsync(IPAddress.Parse(Pair.LinuxAddress(v6)), port);
            return true;
        });
        return (await accepted.WaitAsync(World.Patience), socket);
    }

    public static NetSocket Listen(Pair pair, bool v6, int port)
    {
        var listener = new NetSocket(pair.Host, Family(v6), SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Parse(Pair.CatenetAddress(v6)), port));
        listener.Listen(512);
        return listener;
    }

    public static AddressFamily Family(bool v6) => v6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;

    /// <summary>Sends so much both ways at once over a new connection, and checks every octet.</summary>
    /// <param name="congestion">What Linux is to use (TCP_CONGESTION).</param>
    public static async Task BothWaysAsync(Pair pair, bool v6, bool linuxFirst, int size, int port, string? congestion = null)
    {
        const int LevelTcp = 6, TcpCongestion = 13;
        var (linux, catenet) = await ConnectAsync(pair, v6, linuxFirst, port);
        if (congestion is not null)
        {
            pair.Linux.Space.Run(() => linux.SetRawSocketOption(LevelTcp, TcpCongestion, Encoding.ASCII.GetBytes(congestion)));
        }

        using (linux)
        using (catenet)
        {
            byte[] data = Pattern(size, port);
            var all = Task.WhenAll(
                SendAsync(linux, data),
                ReadAsync(linux, data),
                pair.World.On(() => SendAsync(catenet, data)),
                pair.World.On(() => ReadAsync(catenet, data)));
            try
            {
                await all.WaitAsync(World.Patience);
            }
            catch (TimeoutException)
            {
                Assert.Fail($"The transfer has not ended.\n{pair.World.Report()}");
            }
        }
    }

    public static async Task<bool> SendAsync(Socket socket, byte[] data)
    {
        for (int sent = 0; sent < data.Length;)
        {
            sent += await socket.SendAsync(data.AsMemory(sent));
        }

        socket.Shutdown(SocketShutdown.Send);
        return true;
    }

    public static async Task<bool> SendAsync(NetSocket socket, byte[] data)
    {
        await socket.SendAsync(data, SocketFlags.None);
        socket.Shutdown(SocketShutdown.Send);
        return true;
    }

    public static Task<bool> ReadAsync(Socket socket, byte[] expected) => ReadAsync(m => socket.ReceiveAsync(m), expected);

    public static Task<bool> ReadAsync(NetSocket socket, byte[] expected) => ReadAsync(m => socket.ReceiveAsync(m), expected);

    public static byte[] Pattern(int length, int seed)
    {
        var bytes = new byte[length];
        new RandomStream((ulong)seed, "transfer").Fill(bytes);
        return bytes;
    }

    private static async Task<bool> ReadAsync(Func<Memory<byte>, ValueTask<int>> receive, byte[] expected)
    {
        byte[] got = new byte[expected.Length + 1];
        int count = 0;
        int more;
        while ((more = await receive(got.AsMemory(count))) > 0)
        {
            count += more;
        }

        Assert.Equal(expected.Length, count);
        Assert.True(got.AsSpan(0, count).SequenceEqual(expected), "The octets arrived, but not as they were sent.");
        return true;
    }
}
