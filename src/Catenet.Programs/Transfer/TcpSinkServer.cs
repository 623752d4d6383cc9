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
/// <param name="waits">How long it lets a connection wait before it begins to read.</param>
/// <param name="rate">Bits per second that it reads at most; zero: all that comes.</param>
public sealed class TcpSinkServer(Host host, Action<IPEndPoint, TransferResult> finished, Duration waits = default, long rate = 0)
{
    /// <summary>The most connections served at a time; the next wait.</summary>
    public const int MaxConnections = 1000;

    /// <summary>How much of a second a slow reader takes at a time.</summary>
    private const int PartsOfSecond = 10;

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
        byte[] buffer = new byte[rate > 0 ? Math.Clamp(rate / 8 / PartsOfSecond, 1, 64 * 1024) : 64 * 1024];
        long octets = 0;
        try
        {
            if (waits > Duration.Zero)
            {
                await host.Loop.SleepAsync(waits, token);
            }

            int count;
            while ((count = await connection.ReceiveAsync(buffer, SocketFlags.None, token)) > 0)
            {
                hash.AppendData(buffer, 0, count);
                octets += count;
                if (rate > 0)
                {
                    await host.Loop.SleepAsync(Duration.FromSeconds(count * 8.0 / rate), token);
                }
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
