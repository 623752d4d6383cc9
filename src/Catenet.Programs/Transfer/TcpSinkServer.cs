using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Catenet.Core;
using Catenet.Kernel;
using Catenet.Kernel.Sockets;

namespace Catenet.Programs.Transfer;

/// <summary>Swallows what any number of connections send, and tells what each brought: the discard service over TCP (RFC 863).</summary>
/// <param name="host">The host it runs on.</param>
/// <param name="finished">Called when a connection has come to its end.</param>
public sealed class TcpSinkServer(Host host, Action<IPEndPoint, TransferResult> finished)
{
    /// <summary>The most connections served at a time; the next wait.</summary>
    public const int MaxConnections = 1000;

    private int _connections;

    /// <summary>Serves until cancelled.</summary>
    /// <param name="port">The port to listen at; the discard service's is 9.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="SocketException">The port is taken.</exception>
    public async Task RunAsync(int port, CancellationToken cancellationToken = default)
    {
        using var listener = new NetSocket(host, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
        listener.Listen();
        try
        {
            while (true)
            {
                var connection = await listener.AcceptAsync(cancellationToken);
                if (_connections < MaxConnections)
                {
                    _ = ServeAsync(connection, cancellationToken);
                }
                else
                {
                    connection.Dispose();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Being told to stop is the way a server ends.
        }
    }

    private async Task ServeAsync(NetSocket connection, CancellationToken token)
    {
        _connections++;
        using var owned = connection;
        var remote = (IPEndPoint)connection.RemoteEndPoint!;
        var begun = host.Loop.Now;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[64 * 1024];
        long octets = 0;
        try
        {
            int count;
            while ((count = await connection.ReceiveAsync(buffer, SocketFlags.None, token)) > 0)
            {
                hash.AppendData(buffer, 0, count);
                octets += count;
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // The client broke off, or the server stops: what came until then is told.
        }

        _connections--;
        finished(remote, new TransferResult(octets, Convert.ToHexStringLower(hash.GetHashAndReset()), host.Loop.Now - begun));
    }
}
