using System.Globalization;
using System.Net.Sockets;
using Catenet.Core;
using Catenet.Kernel;
using Catenet.Programs.Dns;
using Catenet.Wire.Dns;

namespace Catenet.Programs.Tools;

/// <summary>Asks name servers and prints everything they say, as dig does; with a trace, from the root down.</summary>
/// <param name="host">The host it runs on.</param>
/// <param name="output">Where lines go; nowhere if not given.</param>
public sealed class Dig(Host host, TextWriter? output = null)
{
    private const int MaxReferrals = 20;
    private static readonly Duration Timeout = Duration.FromSeconds(5);

    private readonly TextWriter _output = output ?? TextWriter.Null;
    private readonly DnsClient _client = new(host, "dns/dig");

    /// <summary>Asks one server, three times if it must.</summary>
    /// <param name="name">The name.</param>
    /// <param name="type">The type.</param>
    /// <param name="server">Whom (<c>@server</c>); null for the first the host was told of.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<DigResult> RunAsync(
        string name, DnsType type = DnsType.A, InetAddress? server = null, CancellationToken cancellationToken = default)
    {
        var question = new DnsQuestion(DnsName.Parse(name), type);
        _output.WriteLine($"; <<>> dig <<>> {name} {type}");
        var known = host.NameServers.Current(host.Loop.Now);
        if (server is null && known.Count == 0)
        {
            _output.WriteLine(";; no servers could be reached");
            return new DigResult(question, []);
        }

        var exchange = await AskAsync(new InetEndpoint(server ?? known[0], 53), question, recursionDesired: true, cancellationToken);
        Print(exchange);
        return new DigResult(question, [exchange]);
    }

    /// <summary>Walks from the root servers down (<c>+trace</c>), printing each referral.</summary>
    /// <param name="name">The name.</param>
    /// <param name="type">The type.</param>
    /// <param name="roots">The root servers.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<DigResult> TraceAsync(string name, DnsType type, IReadOnlyList<RootHint> roots, CancellationToken cancellationToken = default)
    {
        var question = new DnsQuestion(DnsName.Parse(name), type);
        var exchanges = new List<DnsExchange>();
        IReadOnlyList<InetAddress> servers = [.. roots.SelectMany(r => r.Addresses)];
        for (int i = 0; i < MaxReferrals && servers.Count > 0; i++)
        {
            var exchange = await AskFirstAsync(servers, question, cancellationToken);
            exchanges.Add(exchange);
            if (exchange.Response is not { } response)
            {
                _output.WriteLine(";; connection timed out; no servers could be reached");
                break;
            }

            foreach (var record in response.Answers.Count > 0 ? response.Answers : response.Authorities)
            {
                _output.WriteLine(Line(record));
            }

            _output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $";; Received {exchange.Size} bytes from {exchange.Server.Address}#53({exchange.Server.Address}) in {exchange.RoundTripTime.TotalMilliseconds:0} ms"));
            _output.WriteLine();
            if (response.Answers.Count > 0 || response.IsAuthoritative || response.ResponseCode != DnsResponseCode.NoError)
            {
                break;
            }

            servers = await ServersAsync(response, cancellationToken);
        }

        return new DigResult(question, exchanges);
    }

    private async Task<DnsExchange> AskFirstAsync(IReadOnlyList<InetAddress> servers, DnsQuestion question, CancellationToken token)
    {
        DnsExchange? last = null;
        foreach (var server in servers)
        {
            last = await _client.QueryAsync(new InetEndpoint(server, 53), question.Name, question.Type, recursionDesired: false, Timeout, token);
            if (last.Response is not null)
            {
                break;
            }
        }

        return last!;
    }

    /// <summary>The addresses of the servers referred to: by glue, or by way of the host's resolver.</summary>
    private async Task<IReadOnlyList<InetAddress>> ServersAsync(DnsMessage referral, CancellationToken token)
    {
        var names = referral.Authorities.Where(r => r.Type == DnsType.NS).Select(r => r.Data).OfType<DnsNameData>().Select(d => d.Target).ToList();
        var glue = referral.Additionals.Where(r => names.Contains(r.Name)).Select(r => r.Data).OfType<DnsAddressData>().Select(d => d.Address).ToList();
        if (glue.Count > 0 || names.Count == 0 || host.Resolver is not { } resolver)
        {
            return glue;
        }

        return await resolver.ResolveAsync(names[0].ToString(), AddressFamily.Unspecified, token);
    }

    private async Task<DnsExchange> AskAsync(InetEndpoint server, DnsQuestion question, bool recursionDesired, CancellationToken token)
    {
        var exchange = await _client.QueryAsync(server, question.Name, question.Type, recursionDesired, Timeout, token);
        for (int i = 1; i < 3 && exchange.Response is null; i++)
        {
            _output.WriteLine($";; communications error to {server.Address}#{server.Port}: {(exchange.Error == SocketError.TimedOut ? "timed out" : "connection refused")}");
            exchange = await _client.QueryAsync(server, question.Name, question.Type, recursionDesired, Timeout, token);
        }

        return exchange;
    }

    private void Print(DnsExchange exchange)
    {
        if (exchange.Response is not { } response)
        {
            _output.WriteLine(";; no servers could be reached");
            return;
        }

        if (exchange.OverTcp)
        {
            _output.WriteLine(";; Truncated, retrying in TCP mode.");
        }

        _output.WriteLine(";; Got answer:");
        _output.WriteLine($";; ->>HEADER<<- opcode: QUERY, status: {response.ResponseCode.ToString().ToUpperInvariant()}, id: {response.Id}");
        _output.WriteLine($";; flags: {Flags(response)}; QUERY: {response.Questions.Count}, ANSWER: {response.Answers.Count}, " +
            $"AUTHORITY: {response.Authorities.Count}, ADDITIONAL: {response.Additionals.Count + (response.Edns is null ? 0 : 1)}");
        _output.WriteLine();
        _output.WriteLine(";; QUESTION SECTION:");
        foreach (var question in response.Questions)
        {
            _output.WriteLine($";{question.Name}\t\t{question.Class}\t{question.Type}");
        }

        Print("ANSWER", response.Answers);
        Print("AUTHORITY", response.Authorities);
        Print("ADDITIONAL", response.Additionals);
        _output.WriteLine();
        _output.WriteLine(string.Create(CultureInfo.InvariantCulture, $";; Query time: {exchange.RoundTripTime.TotalMilliseconds:0} msec"));
        _output.WriteLine($";; SERVER: {exchange.Server.Address}#{exchange.Server.Port}({exchange.Server.Address}) ({(exchange.OverTcp ? "TCP" : "UDP")})");
        _output.WriteLine(string.Create(CultureInfo.InvariantCulture, $";; WHEN: {host.Loop.UtcNow:ddd MMM dd HH:mm:ss} UTC {host.Loop.UtcNow:yyyy}"));
        _output.WriteLine($";; MSG SIZE  rcvd: {exchange.Size}");
    }

    private void Print(string section, IReadOnlyList<DnsRecord> records)
    {
        if (records.Count == 0)
        {
            return;
        }

        _output.WriteLine();
        _output.WriteLine($";; {section} SECTION:");
        foreach (var record in records)
        {
            _output.WriteLine(Line(record));
        }
    }

    private static string Line(DnsRecord record) => $"{record.Name}\t\t{record.Ttl}\t{record.Class}\t{record.Type}\t{record.Data}";

    private static string Flags(DnsMessage response) => string.Join(' ', new[]
    {
        response.IsResponse ? "qr" : null,
        response.IsAuthoritative ? "aa" : null,
        response.IsTruncated ? "tc" : null,
        response.RecursionDesired ? "rd" : null,
        response.RecursionAvailable ? "ra" : null,
    }.Where(f => f is not null));
}
