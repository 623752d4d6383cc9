using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Catenet.Kernel;
using Catenet.Kernel.Sockets;

namespace Catenet.Programs.Transfer;

/// <summary>Takes connections and swallows what they send.</summary>
public sealed class TcpSink(Host host)
{
    /// <summary>Takes one connection and reads it to its end.</summary>
    /// <param name="port">The port to listen at.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SocketException">The port is taken or the connection failed.</exception>
    public async Task<TransferResult> RunAsync(int port, CancellationToken cancellationToken = default)
    {
        using var listener = new NetSocket(host, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
        listener.Listen(16);
        using var connection = await listener.AcceptAsync(cancellationToken);
        var begun = host.Loop.Now;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[64 * 1024];
        long octets = 0;
        int count;
        while ((count = await connection.ReceiveAsync(buffer, SocketFlags.None, cancellationToken)) > 0)
        {
            hash.AppendData(buffer, 0, count);
            octets += count;
        }

        return new TransferResult(octets, Convert.ToHexStringLower(hash.GetHashAndReset()), host.Loop.Now - begun);
    }
}
