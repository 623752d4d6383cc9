using System.Net;
using System.Net.Sockets;
using Catenet.Kernel;
using Catenet.Kernel.Sockets;

namespace Catenet.Programs.Transfer;

/// <summary>Sends every datagram back: the echo service over UDP (RFC 862).</summary>
public sealed class UdpEcho(Host host)
{
    /// <summary>Serves until cancelled.</summary>
    /// <param name="port">The port; the echo service's is 7.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="SocketException">The port is taken.</exception>
    public async Task RunAsync(int port, CancellationToken cancellationToken = default)
    {
        using var socket = new NetSocket(host, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
        byte[] buffer = new byte[65536];
        try
        {
            while (true)
            {
                var message = await socket.ReceiveMessageAsync(buffer, SocketFlags.None, cancellationToken);

                // Answering a datagram from the echo port itself would begin a ping-pong without end.
                if (((IPEndPoint)message.RemoteEndPoint).Port != port)
                {
                    await socket.SendToAsync(buffer.AsMemory(0, message.ReceivedBytes), SocketFlags.None, message.RemoteEndPoint, cancellationToken);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Being told to stop is the way a server ends.
        }
    }
}
