using Catenet.Core;
using Catenet.Kernel;
using Catenet.Wire.Dns;

namespace Catenet.Programs.Dns;

/// <summary>Finds answers for its clients by walking from the root, and remembers what it learned on the way (RFC 1034 5.3.3).</summary>
public sealed class RecursiveResolver : DnsServer
{
    private readonly IReadOnlyList<RootHint> _hints;
    private readonly RecursiveResolverOptions _options;
    private readonly DnsClient _client;
    private readonly ServerTimes _times;

    /// <summary>Makes a resolver.</summary>
    /// <param name="host">The host it runs on.</param>
    /// <param name="hints">The root servers to begin with; one at least.</param>
    /// <param name="options">How far it goes.</param>
    public RecursiveResolver(Host host, IReadOnlyList<RootHint> hints, RecursiveResolverOptions? options = null)
        : base(host)
    {
        ArgumentOutOfRangeException.ThrowIfZero(hints.Count);
        _hints = hints;
        _options = options ?? new RecursiveResolverOptions();
        _client = new DnsClient(host, "dns/recursive");
        _times = new ServerTimes(host.Loop, _options.InitialTimeout, _options.MaxTimeout);
        Cache = new DnsCache(host.Loop, _options.CacheCapacity);
    }

    /// <summary>What was learned and is still good.</summary>
    public DnsCache Cache { get; }

    /// <summary>Finds the answer to a question, as for a client.</summary>
    public async Task<DnsMessage> ResolveAsync(DnsMessage query, CancellationToken cancellationToken = default)
    {
        var recursion = new Recursion(Host, Cache, _client, _times, _hints, _options);
        var outcome = await recursion.ResolveAsync(query.Questions[0], 0, cancellationToken);
        return query.Reply(outcome.Code) with
        {
            RecursionAvailable = true,
            Answers = outcome.Answers,
            Authorities = outcome.Authority,
        };
    }

    /// <inheritdoc/>
    protected override async ValueTask<DnsMessage> AnswerAsync(
        DnsMessage query, DnsQuestion question, InetEndpoint client, CancellationToken cancellationToken)
    {
        if (!query.RecursionDesired || question.Class != DnsClass.IN || question.Type is DnsType.AXFR or DnsType.ANY)
        {
            return query.Reply(DnsResponseCode.Refused) with { RecursionAvailable = true };
        }

        if (DnsTrace.IsOn(Host))
        {
            DnsTrace.Step(Host, question, $"{question}: asked by {client}");
        }

        return await ResolveAsync(query, cancellationToken);
    }
}
