using System.Net;
using System.Net.Sockets;
using Catenet.Kernel.Sockets;

namespace Catenet.Linux.Tests.Support;

/// <summary>What the tests send and receive over streams.</summary>
internal static class Streams
{
    public static NetSocket Listen(Attached net, string address)
    {
        var listener = new NetSocket(net.Host, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Parse(address), 7));
        listener.Listen();
        return listener;
    }

    public static async Task SendAllAsync(NetSocket socket, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes)..];
        }
    }

    public static async Task<byte[]> ReadAllAsync(Func<Memory<byte>, ValueTask<int>> receive)
    {
        using var all = new MemoryStream();
        var buffer = new byte[50_000];
        while (await receive(buffer) is > 0 and int count)
        {
            all.Write(buffer, 0, count);
        }

        return all.ToArray();
    }

    public static async Task EchoAsync(NetSocket socket)
    {
        var buffer = new byte[50_000];
        while (await socket.ReceiveAsync(buffer) is > 0 and int count)
        {
            await SendAllAsync(socket, buffer.AsMemory(0, count));
        }

        socket.Shutdown(SocketShutdown.Send);
    }

    /// <summary>Linux sends a megabyte, Catenet sends it back.</summary>
    public static async Task EchoFromLinux(Driven net, string linux, string catenet, int port)
    {
        using var listener = net.OnLoop(() =>
        {
            var socket = new NetSocket(net.Host, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(catenet), port));
            socket.Listen();
            return socket;
        });
        var echo = Task.Run(async () =>
        {
            using var server = await listener.AcceptAsync();
            await EchoAsync(server);
        });
        using var client = net.Linux.Run(() => new Socket(SocketType.Stream, ProtocolType.Tcp));
        client.Bind(new IPEndPoint(IPAddress.Parse(linux), 0));
        await client.ConnectAsync(IPAddress.Parse(catenet), port).WaitAsync(Attached.Patience);
        byte[] sent = Pattern(1_000_000);
        var sending = Task.Run(async () =>
        {
            await SendAllAsync(m => client.SendAsync(m), sent);
            client.Shutdown(SocketShutdown.Send);
        });
        Assert.Equal(sent, await ReadAllAsync(m => client.ReceiveAsync(m)).WaitAsync(Attached.Patience));
        await sending;
        await echo.WaitAsync(Attached.Patience);
    }

    /// <summary>Catenet sends a megabyte, Linux sends it back.</summary>
    public static async Task EchoFromCatenet(Driven net, string linux, int port)
    {
        using var listener = net.Linux.Run(() => new Socket(SocketType.Stream, ProtocolType.Tcp));
        listener.Bind(new IPEndPoint(IPAddress.Parse(linux), port));
        listener.Listen();
        var echo = Task.Run(async () =>
        {
            using var server = await listener.AcceptAsync();
            var buffer = new byte[50_000];
            while (await server.ReceiveAsync(buffer) is > 0 and int count)
            {
                await SendAllAsync(m => server.SendAsync(m), buffer.AsMemory(0, count));
            }

            server.Shutdown(SocketShutdown.Send);
        });
        using var client = net.OnLoop(() => new NetSocket(net.Host, SocketType.Stream, ProtocolType.Tcp));
        await client.ConnectAsync(IPAddress.Parse(linux), port).AsTask().WaitAsync(Attached.Patience);
        byte[] sent = Pattern(1_000_000);
        var sending = Task.Run(async () =>
        {
            await SendAllAsync(client, sent);
            client.Shutdown(SocketShutdown.Send);
        });
        Assert.Equal(sent, await ReadAllAsync(m => client.ReceiveAsync(m)).WaitAsync(Attached.Patience));
        await sending;
        await echo.WaitAsync(Attached.Patience);
    }

    private static async Task SendAllAsync(Func<ReadOnlyMemory<byte>, ValueTask<int>> send, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await send(bytes)..];
        }
    }

    public static byte[] Pattern(int length)
    {
        var bytes = new byte[length];
        for (int i = 0; i < length; i++)
        {
            bytes[i] = (byte)(i * 7 + (i >> 8));
        }

        return bytes;
    }
}
