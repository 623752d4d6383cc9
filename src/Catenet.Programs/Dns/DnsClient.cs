using System.Net.Sockets;
using Catenet.Core;
using Catenet.Kernel;
using Catenet.Kernel.Sockets;
using Catenet.Wire.Dns;

namespace Catenet.Programs.Dns;

/// <summary>Asks one server one question: over UDP from a fresh port, over TCP if the answer is truncated (RFC 1035 4.2, RFC 7766).</summary>
/// <remarks>
/// Port and identifier are random and the question must come back as it was asked (RFC 5452), so that an answer made up by
/// somebody off the path has little chance. Runs on the host's loop.
/// </remarks>
public sealed class DnsClient
{
    private readonly Host _host;
    private readonly RandomStream _random;
    private readonly byte[] _room = new byte[DnsMessage.MaxUdpSize];

    /// <summary>Makes a client.</summary>
    /// <param name="host">The host it runs on.</param>
    /// <param name="purpose">Names its random stream.</param>
    public DnsClient(Host host, string purpose = "dns/client")
    {
        _host = host;
        _random = host.Random(purpose);
    }

    /// <summary>Asks.</summary>
    /// <param name="server">Whom.</param>
    /// <param name="name">The name asked for.</param>
    /// <param name="type">The type asked for.</param>
    /// <param name="recursionDesired">Whether the server is to find the answer itself.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<DnsExchange> QueryAsync(
        InetEndpoint server, DnsName name, DnsType type, bool recursionDesired, Duration timeout, CancellationToken cancellationToken = default)
    {
        var begun = _host.Loop.Now;
        var query = DnsMessage.Query((ushort)_random.Next(65536), name, type, recursionDesired, new DnsEdns());
        using var deadline = new LoopTimeout(_host.Loop, timeout, cancellationToken);
        try
        {
            var (response, size) = await AskOverUdpAsync(server, query, deadline.Token);
            bool truncated = response.IsTruncated;
            if (truncated)
            {
                deadline.Restart(timeout);
                (response, size) = await AskOverTcpAsync(server, query, deadline.Token);
            }

            return new DnsExchange(server, response, SocketError.Success, _host.Loop.Now - begun, truncated, size);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new DnsExchange(server, null, SocketError.TimedOut, _host.Loop.Now - begun);
        }
        catch (SocketException e)
        {
            return new DnsExchange(server, null, e.SocketErrorCode, _host.Loop.Now - begun);
        }
    }

    private async Task<(DnsMessage Response, int Size)> AskOverUdpAsync(InetEndpoint server, DnsMessage query, CancellationToken token)
    {
        using var socket = new NetSocket(_host, server.Address.Family, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server.ToIPEndPoint(), token);
        await socket.SendAsync(_room.AsMemory(0, query.Write(_room)), token);
        byte[] buffer = new byte[DnsEdns.RecommendedPayloadSize];
        while (true)
        {
            int length = await socket.ReceiveAsync(buffer, token);
            if (DnsMessage.TryParse(buffer.AsSpan(0, length), out var response) && IsAnswerTo(query, response))
            {
                return (response, length);
            }
        }
    }

    private async Task<(DnsMessage Response, int Size)> AskOverTcpAsync(InetEndpoint server, DnsMessage query, CancellationToken token)
    {
        using var socket = new NetSocket(_host, server.Address.Family, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server.ToIPEndPoint(), token);
        await DnsStream.WriteAsync(socket, query, token);
        while (await DnsStream.ReadAsync(socket, token) is { } octets)
        {
            if (DnsMessage.TryParse(octets, out var response) && IsAnswerTo(query, response))
            {
                return (response, octets.Length);
            }
        }

        throw new SocketException((int)SocketError.ConnectionReset);
    }

    /// <summary>Whether a message answers the query: identifier and question as sent.</summary>
    private static bool IsAnswerTo(DnsMessage query, DnsMessage response) =>
        response.IsResponse && response.Id == query.Id && response.Opcode == query.Opcode &&
        response.Questions.Count == 1 && response.Questions[0].Equals(query.Questions[0]);
}
