using System.Net;
using System.Net.Sockets;
using Catenet.Kernel;
using Catenet.Kernel.Sockets;

namespace Catenet.Programs.Streams;

/// <summary>Sends a live stream to everyone who asks for it: a datagram from a viewer starts the stream towards that viewer.</summary>
/// <remarks>A viewer behind a NAT is reached because its question opened the way.</remarks>
/// <param name="host">The host it runs on.</param>
/// <param name="options">The stream.</param>
public sealed class UdpStreamServer(Host host, UdpStreamOptions? options = null)
{
    /// <summary>The most viewers at a time; more are not answered.</summary>
    public const int MaxViewers = 100;

    private readonly UdpStreamOptions _options = options ?? new UdpStreamOptions();
    private readonly HashSet<EndPoint> _viewers = [];

    /// <summary>Serves until cancelled.</summary>
    /// <param name="port">The port to be asked at.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="SocketException">The port is taken.</exception>
    public async Task RunAsync(int port, CancellationToken cancellationToken = default)
    {
        using var socket = new NetSocket(host, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
        byte[] question = new byte[2048];
        try
        {
            while (true)
            {
                var asked = await socket.ReceiveFromAsync(question, new IPEndPoint(IPAddress.IPv6Any, 0), cancellationToken);
                if (_viewers.Count < MaxViewers && _viewers.Add(asked.RemoteEndPoint))
                {
                    _ = ServeAsync(socket, asked.RemoteEndPoint, cancellationToken);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Asked to stop.
        }
    }

    private async Task ServeAsync(NetSocket socket, EndPoint viewer, CancellationToken token)
    {
        byte[] datagram = new byte[Math.Max(_options.Size, UdpStreamFrame.HeaderSize)];
        var begun = host.Loop.Now;
        try
        {
            for (int i = 0; i < _options.Count; i++)
            {
                await host.Loop.SleepUntilAsync(begun + _options.Interval * i, token);
                new UdpStreamFrame(i, _options.Count, host.Loop.Now).Write(datagram);
                await socket.SendToAsync(datagram, SocketFlags.None, viewer, token);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The viewer is gone, or the server is: the stream ends here.
        }
        finally
        {
            _viewers.Remove(viewer);
        }
    }
}
