using Catenet.Core;
using Catenet.Kernel;
using Catenet.Wire.Dns;

namespace Catenet.Programs.Dns;

/// <summary>Passes questions on to other resolvers and remembers the answers: the DNS proxy of a home router (RFC 5625).</summary>
public sealed class DnsForwarder : DnsServer
{
    private readonly IReadOnlyList<InetEndpoint> _upstreams;
    private readonly DnsClient _client;
    private readonly Duration _timeout;
    private int _first;

    /// <summary>Makes a forwarder.</summary>
    /// <param name="host">The host it runs on.</param>
    /// <param name="upstreams">Whom to ask; empty: the servers the host was told of.</param>
    /// <param name="timeout">How long to wait for one of them; 2 s if not given.</param>
    /// <param name="cacheCapacity">The most record sets kept.</param>
    public DnsForwarder(Host host, IReadOnlyList<InetEndpoint> upstreams, Duration? timeout = null, int cacheCapacity = 1000)
        : base(host)
    {
        _upstreams = upstreams;
        _timeout = timeout ?? Duration.FromSeconds(2);
        _client = new DnsClient(host, "dns/forwarder");
        Cache = new DnsCache(host.Loop, cacheCapacity);
    }

    /// <summary>What was learned and is still good.</summary>
    public DnsCache Cache { get; }

    /// <inheritdoc/>
    protected override async ValueTask<DnsMessage> AnswerAsync(
        DnsMessage query, DnsQuestion question, InetEndpoint client, CancellationToken cancellationToken)
    {
        if (FromCache(query, question) is { } cached)
        {
            return cached;
        }

        var servers = _upstreams.Count > 0
            ? _upstreams
            : [.. Host.NameServers.Current(Host.Loop.Now).Select(a => new InetEndpoint(a, 53))];
        for (int i = 0; i < servers.Count; i++)
        {
            int at = (_first + i) % servers.Count;
            Step(question, $"forwarded to {servers[at]}");
            var exchange = await _client.QueryAsync(servers[at], question.Name, question.Type, true, _timeout, cancellationToken);
            if (exchange.Response is { ResponseCode: DnsResponseCode.NoError or DnsResponseCode.NXDomain } response)
            {
                // Stay with the server that works.
                _first = at;
                DnsResponseReader.Keep(Cache, response, question, DnsTrust.Answer);
                Step(question, $"answer from {servers[at]}: {DnsResponseReader.Describe(response)}");
                return query.Reply(response.ResponseCode) with
                {
                    RecursionAvailable = true,
                    Answers = response.Answers,
                    Authorities = response.Authorities,
                };
            }
        }

        return query.Reply(DnsResponseCode.ServFail) with { RecursionAvailable = true };
    }

    private DnsMessage? FromCache(DnsMessage query, DnsQuestion question)
    {
        var now = Host.Loop.Now;
        var answers = new List<DnsRecord>();
        var name = question.Name;
        while (answers.Count < 16)
        {
            if (Cache.TryGet(name, question.Type, DnsTrust.Answer, out var entry))
            {
                answers.AddRange(entry.Aged(now));
                Step(question, $"cache: {(entry.IsAbsence ? "nothing there" : string.Join(", ", entry.Records.Select(r => r.Data)))}, {entry.Remaining(now)} s left");
                return query.Reply(entry.Code) with
                {
                    RecursionAvailable = true,
                    Answers = answers,
                    Authorities = [.. entry.AgedSoa(now)],
                };
            }

            if (!Cache.TryGet(name, DnsType.CNAME, DnsTrust.Answer, out var alias) || alias.Records is not [{ Data: DnsNameData target }, ..])
            {
                return null;
            }

            answers.AddRange(alias.Aged(now));
            name = target.Target;
        }

        return null;
    }

    private void Step(DnsQuestion question, string detail)
    {
        if (DnsTrace.IsOn(Host))
        {
            DnsTrace.Step(Host, question, $"{question}: {detail}");
        }
    }
}
