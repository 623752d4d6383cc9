using System.Net;
using System.Net.Sockets;
using Catenet.Kernel;
using Catenet.Kernel.Sockets;

namespace Catenet.Programs.Transfer;

/// <summary>Sends everything back: the echo service over TCP (RFC 862).</summary>
public sealed class TcpEcho(Host host)
{
    /// <summary>Connections served to their end.</summary>
    public int Served { get; private set; }

    /// <summary>Serves until cancelled.</summary>
    /// <param name="port">The port to listen at; the echo service's is 7.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>How many connections were served to their end.</returns>
    /// <exception cref="SocketException">The port is taken.</exception>
    public async Task<int> RunAsync(int port, CancellationToken cancellationToken = default)
    {
        using var listener = new NetSocket(host, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
        listener.Listen();
        try
        {
            while (true)
            {
                _ = ServeAsync(await listener.AcceptAsync(cancellationToken), cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            return Served;
        }
    }

    private async Task ServeAsync(NetSocket connection, CancellationToken token)
    {
        using var owned = connection;
        byte[] buffer = new byte[64 * 1024];
        try
        {
            int count;
            while ((count = await connection.ReceiveAsync(buffer, SocketFlags.None, token)) > 0)
            {
                await connection.SendAsync(buffer.AsMemory(0, count), SocketFlags.None, token);
            }

            Served++;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // The client broke off, or the server stops.
        }
    }
}
