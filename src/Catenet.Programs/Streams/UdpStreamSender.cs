using System.Net;
using System.Net.Sockets;
using Catenet.Core;
using Catenet.Kernel;
using Catenet.Kernel.Sockets;

namespace Catenet.Programs.Streams;

/// <summary>Sends a live stream: numbered datagrams at an even pace, whatever becomes of them.</summary>
public sealed class UdpStreamSender(Host host, UdpStreamOptions? options = null)
{
    private readonly UdpStreamOptions _options = options ?? new UdpStreamOptions();

    /// <summary>Sends the whole stream.</summary>
    /// <param name="to">The viewer.</param>
    /// <param name="cancellationToken">Stops early.</param>
    /// <returns>How many datagrams left the host.</returns>
    /// <exception cref="SocketException">The viewer's name could not be found, or the first datagram could not leave.</exception>
    public async Task<int> RunAsync(EndPoint to, CancellationToken cancellationToken = default)
    {
        using var socket = to is IPEndPoint
            ? new NetSocket(host, to.AddressFamily, SocketType.Dgram, ProtocolType.Udp)
            : new NetSocket(host, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(to, cancellationToken);
        byte[] datagram = new byte[Math.Max(_options.Size, UdpStreamFrame.HeaderSize)];
        var begun = host.Loop.Now;
        int sent = 0;
        for (int i = 0; i < _options.Count; i++)
        {
            await host.Loop.SleepUntilAsync(begun + _options.Interval * i, cancellationToken);
            new UdpStreamFrame(i, _options.Count, host.Loop.Now).Write(datagram);
            try
            {
                await socket.SendAsync(datagram, SocketFlags.None, cancellationToken);
                sent++;
            }
            catch (SocketException) when (i > 0)
            {
                // A live stream goes on: the viewer may not be there yet (ECONNREFUSED) or the way may come back.
            }
        }

        return sent;
    }
}
