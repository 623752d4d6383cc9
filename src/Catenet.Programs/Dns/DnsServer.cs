using System.Net;
using System.Net.Sockets;
using Catenet.Core;
using Catenet.Kernel;
using Catenet.Kernel.Sockets;
using Catenet.Wire.Dns;

namespace Catenet.Programs.Dns;

/// <summary>What every DNS server does: takes queries over UDP and TCP, both families, and sends what the derived class answers (RFC 1035 4.2, RFC 7766, RFC 6891).</summary>
/// <remarks>
/// Over UDP an answer is cut to what the asker takes, with TC set. Work is bounded: at most <see cref="MaxQueries"/> queries
/// at a time (more are not answered) and <see cref="MaxConnections"/> connections (the next waits). Runs on the host's loop.
/// </remarks>
public abstract class DnsServer
{
    /// <summary>The most queries worked on at a time.</summary>
    public const int MaxQueries = 1000;

    /// <summary>The most TCP connections at a time.</summary>
    public const int MaxConnections = 100;

    private static readonly Duration IdleTimeout = Duration.FromSeconds(10);

    private int _running;
    private int _connections;

    /// <summary>Makes a server.</summary>
    /// <param name="host">The host it runs on.</param>
    /// <param name="port">The port, 53 as a rule.</param>
    protected DnsServer(Host host, int port = 53)
    {
        Host = host;
        Port = port;
    }

    /// <summary>The host it runs on.</summary>
    public Host Host { get; }

    /// <summary>The port.</summary>
    public int Port { get; }

    /// <summary>Queries answered.</summary>
    public long Answered { get; private set; }

    /// <summary>Messages that were no queries or came when too many were being worked on.</summary>
    public long Ignored { get; private set; }

    /// <summary>Serves until cancelled.</summary>
    /// <exception cref="SocketException">The port is taken.</exception>
    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        using var udp = new NetSocket(Host, SocketType.Dgram, ProtocolType.Udp);
        using var tcp = new NetSocket(Host, SocketType.Stream, ProtocolType.Tcp);
        var any = new IPEndPoint(IPAddress.IPv6Any, Port);
        udp.Bind(any);
        tcp.Bind(any);
        tcp.Listen(MaxConnections);
        try
        {
            await Task.WhenAll(ServeUdpAsync(udp, cancellationToken), ServeTcpAsync(tcp, cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Being told to stop is the way a server ends.
        }
    }

    /// <summary>Answers a query of one question.</summary>
    /// <param name="query">The query.</param>
    /// <param name="question">Its question.</param>
    /// <param name="client">Who asks.</param>
    /// <param name="cancellationToken">The server stops.</param>
    protected abstract ValueTask<DnsMessage> AnswerAsync(
        DnsMessage query, DnsQuestion question, InetEndpoint client, CancellationToken cancellationToken);

    private async Task ServeUdpAsync(NetSocket socket, CancellationToken token)
    {
        byte[] buffer = new byte[4096];
        while (true)
        {
            var message = await socket.ReceiveMessageAsync(buffer, SocketFlags.None, token);
            if (_running >= MaxQueries || !DnsMessage.TryParse(buffer.AsSpan(0, message.ReceivedBytes), out var query) || query.IsResponse)
            {
                Ignored++;
                continue;
            }

            _ = AnswerOverUdpAsync(socket, query, message, token);
        }
    }

    private async Task AnswerOverUdpAsync(NetSocket socket, DnsMessage query, SocketMessage message, CancellationToken token)
    {
        _running++;
        try
        {
            var response = await RespondAsync(query, message.RemoteEndPoint, token);
            await socket.SendMessageAsync(response.ToArray(query.UdpLimit()), message.RemoteEndPoint, Reachable(message.Destination), token);
            Answered++;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The asker is out of reach or the server stops: there is nobody to tell.
        }
        finally
        {
            _running--;
        }
    }

    private async Task ServeTcpAsync(NetSocket listener, CancellationToken token)
    {
        while (true)
        {
            var connection = await listener.AcceptAsync(token);
            _ = ServeConnectionAsync(connection, token);
            while (_connections >= MaxConnections)
            {
                await Host.Loop.SleepAsync(Duration.FromMilliseconds(10), token);
            }
        }
    }

    private async Task ServeConnectionAsync(NetSocket connection, CancellationToken token)
    {
        _connections++;
        using var owned = connection;
        using var idle = new LoopTimeout(Host.Loop, IdleTimeout, token);
        try
        {
            while (await DnsStream.ReadAsync(connection, idle.Token) is { } octets)
            {
                if (!DnsMessage.TryParse(octets, out var query) || query.IsResponse)
                {
                    Ignored++;
                    break;
                }

                var response = await RespondAsync(query, connection.RemoteEndPoint!, token);
                await DnsStream.WriteAsync(connection, response, token);
                Answered++;
                idle.Restart(IdleTimeout);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The client went away, said nothing for too long, or the server stops.
        }
        finally
        {
            _connections--;
        }
    }

    private ValueTask<DnsMessage> RespondAsync(DnsMessage query, EndPoint client, CancellationToken token)
    {
        if (query.Opcode != DnsOpcode.Query)
        {
            return new(query.Reply(DnsResponseCode.NotImp));
        }

        if (query.Questions.Count != 1)
        {
            return new(query.Reply(DnsResponseCode.FormErr));
        }

        return query.Edns is { Version: > 0 }
            ? new(query.Reply(DnsResponseCode.BadVers))
            : AnswerAsync(query, query.Questions[0], InetEndpoint.From((IPEndPoint)client), token);
    }

    /// <summary>The address to answer from: the one that was asked, unless it was a group or broadcast.</summary>
    private static InetAddress Reachable(InetAddress asked) =>
        asked.IsMulticast || asked.IsLimitedBroadcast ? InetAddress.AnyIPv6 : asked;
}
