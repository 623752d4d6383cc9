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
