using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Catenet.Core;
using Catenet.Kernel;
using Catenet.Kernel.Sockets;

namespace Catenet.Programs.Transfer;

/// <summary>Sends an amount of data over one TCP connection and waits until the peer has closed too.</summary>
public sealed class TcpSender(Host host)
{
    private const int Chunk = 64 * 1024;

    /// <summary>The connection's congestion control (TCP_CONGESTION); null for the host's.</summary>
    public string? CongestionControl { get; init; }

    /// <summary>The port to open from; 0 for any that is free.</summary>
    public int LocalPort { get; init; }

    /// <summary>Looks on while it sends; null for nobody.</summary>
    public TcpSampler? Sampler { get; init; }

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
        if (LocalPort != 0)
        {
            socket.Bind(new IPEndPoint(to.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, LocalPort));
        }

        await socket.ConnectAsync(to, cancellationToken);
        Prepare((IPEndPoint)socket.LocalEndPoint!);
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
        Sampler?.Stop();
        return new TransferResult(length, Convert.ToHexStringLower(hash.GetHashAndReset()), host.Loop.Now - begun);
    }

    private void Prepare(IPEndPoint local)
    {
        if (CongestionControl is null && Sampler is null)
        {
            return;
        }

        var endpoint = InetEndpoint.From(local);
        var connection = host.Tcp.Connections.Single(c => c.LocalEndpoint == endpoint);
        if (CongestionControl is not null)
        {
            connection.Options = connection.Options with { CongestionControl = CongestionControl };
            connection.ApplyOptions();
        }

        Sampler?.Start(connection);
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
