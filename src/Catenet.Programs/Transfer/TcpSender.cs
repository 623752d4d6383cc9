using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Catenet.Kernel;
using Catenet.Kernel.Sockets;

namespace Catenet.Programs.Transfer;

/// <summary>Sends an amount of data over one TCP connection and waits until the peer has closed too.</summary>
public sealed class TcpSender(Host host)
{
    private const int Chunk = 64 * 1024;

    /// <summary>Connects, sends, ends its direction, and reads to the end of the peer's.</summary>
    /// <param name="to">A <see cref="TcpSink"/> or <see cref="TcpEcho"/>.</param>
    /// <param name="length">Octets to send.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SocketException">The connection failed.</exception>
    public async Task<TransferResult> RunAsync(EndPoint to, long length, CancellationToken cancellationToken = default)
    {
        var begun = host.Loop.Now;
        using var socket = to is IPEndPoint
            ? new NetSocket(host, to.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
            : new NetSocket(host, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(to, cancellationToken);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var data = new TransferData(host.Random("transfer"), length);
        var answers = DrainAsync(socket, cancellationToken);
        byte[] buffer = new byte[Chunk];
        for (int count = data.Read(buffer); count > 0; count = data.Read(buffer))
        {
            hash.AppendData(buffer, 0, count);
            await socket.SendAsync(buffer.AsMemory(0, count), SocketFlags.None, cancellationToken);
        }

        socket.Shutdown(SocketShutdown.Send);
        await answers;
        return new TransferResult(length, Convert.ToHexStringLower(hash.GetHashAndReset()), host.Loop.Now - begun);
    }

    /// <summary>Takes what an echo sends back, so that it does not stop the peer, to the end of the stream.</summary>
    private static async Task DrainAsync(NetSocket socket, CancellationToken token)
    {
        byte[] buffer = new byte[Chunk];
        while (await socket.ReceiveAsync(buffer, SocketFlags.None, token) > 0)
        {
        }
    }
}
