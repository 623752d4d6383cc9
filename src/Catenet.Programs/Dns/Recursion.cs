using Catenet.Core;
using Catenet.Kernel;
using Catenet.Wire.Dns;

namespace Catenet.Programs.Dns;

/// <summary>The search for the answer to one question, from the nearest servers known down to the authority (RFC 1034 5.3.3).</summary>
/// <remarks>
/// What a server says is believed only within the zone it was asked for (bailiwick), and referrals must lead down towards
/// the name. Queries, aliases and depth are limited, so that no zone can keep a resolver busy.
/// </remarks>
internal sealed class Recursion(
    Host host, DnsCache cache, DnsClient client, ServerTimes times, IReadOnlyList<RootHint> hints, RecursiveResolverOptions options)
{
    private int _queriesLeft = options.MaxQueries;

    /// <summary>The outcome: a code, the answers (aliases first), and for an absence the SOA record.</summary>
    internal readonly record struct Outcome(DnsResponseCode Code, IReadOnlyList<DnsRecord> Answers, IReadOnlyList<DnsRecord> Authority);

    private static Outcome Failure => new(DnsResponseCode.ServFail, [], []);

    /// <summary>Answers a question from the cache or the network, following aliases.</summary>
    public async Task<Outcome> ResolveAsync(DnsQuestion question, int depth, CancellationToken token)
    {
        var answers = new List<DnsRecord>();
        var name = question.Name;
        for (int aliases = 0; aliases <= options.MaxAliases; aliases++)
        {
            var current = question with { Name = name };
            if (!IsKnown(current) && !await FetchAsync(current, depth, token))
            {
                return Failure;
            }

            if (cache.TryGet(name, question.Type, DnsTrust.Answer, out var entry))
            {
                var now = host.Loop.Now;
                answers.AddRange(entry.Aged(now));
                return new Outcome(entry.Code, answers, [.. entry.AgedSoa(now)]);
            }

            if (_uncached is { } direct && direct.Question == current)
            {
                answers.AddRange(direct.Outcome.Answers);
                var end = DnsResponseReader.EndOf(direct.Outcome.Answers, name);
                if (end == name || direct.Outcome.Answers.Any(r => r.Type == question.Type))
                {
                    return direct.Outcome with { Answers = answers };
                }

                name = end;
                continue;
            }

            if (!cache.TryGet(name, DnsType.CNAME, DnsTrust.Answer, out var alias) || alias.Records is not [{ Data: DnsNameData target }, ..])
            {
                return Failure;
            }

            answers.AddRange(alias.Aged(host.Loop.Now));
            name = target.Target;
            if (answers.Any(r => r.Type == DnsType.CNAME && r.Name == name))
            {
                Step(current, "an alias leads back to itself");
                return Failure;
            }
        }

        Step(question, "too many aliases");
        return Failure;
    }

    /// <summary>An answer that may not be kept (a TTL of zero, an absence without SOA), good for this search alone.</summary>
    private (DnsQuestion Question, Outcome Outcome)? _uncached;

    private bool IsKnown(DnsQuestion question)
    {
        bool known = cache.TryGet(question.Name, question.Type, DnsTrust.Answer, out var entry) ||
            cache.TryGet(question.Name, DnsType.CNAME, DnsTrust.Answer, out entry);
        if (known && DnsTrace.IsOn(host))
        {
            var now = host.Loop.Now;
            string what = entry!.IsAbsence ? (entry.Code == DnsResponseCode.NXDomain ? "no such name" : "no data")
                : string.Join(", ", entry.Records.Select(r => $"{r.Type} {r.Data}"));
            Step(question, $"cache: {what}, {entry.Remaining(now)} s left");
        }

        return known;
    }

    /// <summary>Walks down the zones until a server answers for the name; the answer is then in the cache or in <see cref="_uncached"/>.</summary>
    private async Task<bool> FetchAsync(DnsQuestion question, int depth, CancellationToken token)
    {
        var zone = NearestZone(question.Name);
        while (true)
        {
            var below = await AskZoneAsync(zone, question, depth, token);
            if (below is null)
            {
                return false;
            }

            if (below == zone)
            {
                return true;
            }

            zone = below;
        }
    }

    /// <summary>The nearest zone above a name whose servers are known; the root, by the hints, in the end.</summary>
    private DnsName NearestZone(DnsName name)
    {
        for (int labels = name.LabelCount; labels > 0; labels--)
        {
            if (cache.TryGet(name.Suffix(labels), DnsType.NS, DnsTrust.Referral, out var servers) && !servers.IsAbsence)
            {
                return name.Suffix(labels);
            }
        }

        return DnsName.Root;
    }

    /// <summary>Asks the servers of a zone, one after the other.</summary>
    /// <returns>The zone itself if one answered, the zone below if one referred to it, null if none was of use.</returns>
    private async Task<DnsName?> AskZoneAsync(DnsName zone, DnsQuestion question, int depth, CancellationToken token)
    {
        var names = ServersOf(zone);
        var tried = new HashSet<InetAddress>();
        for (int round = 0; round < 2; round++)
        {
            // First those whose addresses are known; addresses of the others are looked up only if need be.
            foreach (var server in times.Order(names.SelectMany(KnownAddresses).Distinct()).ToList())
            {
                if (tried.Add(server) && await AskServerAsync(zone, server, question, token) is { } outcome)
                {
                    return outcome;
                }
            }

            foreach (var name in round == 0 ? names.Where(n => !KnownAddresses(n).Any()).ToList() : [])
            {
                foreach (var server in await FindAddressesAsync(name, zone, depth, token))
                {
                    if (tried.Add(server) && await AskServerAsync(zone, server, question, token) is { } outcome)
                    {
                        return outcome;
                    }
                }
            }

            tried.Clear();
        }

        Step(question, $"no server of {zone} is of use");
        return null;
    }

    private List<DnsName> ServersOf(DnsName zone)
    {
        if (!zone.IsRoot && cache.TryGet(zone, DnsType.NS, DnsTrust.Referral, out var entry))
        {
            return [.. entry.Records.Select(r => r.Data).OfType<DnsNameData>().Select(d => d.Target)];
        }

        return zone.IsRoot ? [.. hints.Select(h => h.Name)] : [];
    }

    private IEnumerable<InetAddress> KnownAddresses(DnsName server)
    {
        var known = new List<InetAddress>();
        foreach (var type in options.UseIPv6 ? new[] { DnsType.AAAA, DnsType.A } : [DnsType.A])
        {
            if (cache.TryGet(server, type, DnsTrust.Glue, out var entry))
            {
                known.AddRange(entry.Records.Select(r => r.Data).OfType<DnsAddressData>().Select(d => d.Address));
            }
        }

        return known.Count > 0
            ? known
            : hints.FirstOrDefault(h => h.Name == server)?.Addresses.Where(a => options.UseIPv6 || a.IsIPv4) ?? [];
    }

    /// <summary>Looks for the address of a server that came without glue. A server below its own zone without glue cannot be found.</summary>
    private async Task<IReadOnlyList<InetAddress>> FindAddressesAsync(DnsName server, DnsName zone, int depth, CancellationToken token)
    {
        if (depth >= options.MaxDepth || (!zone.IsRoot && server.IsAtOrBelow(zone)))
        {
            return [];
        }

        var found = new List<InetAddress>();
        foreach (var type in options.UseIPv6 ? new[] { DnsType.A, DnsType.AAAA } : [DnsType.A])
        {
            Step(new DnsQuestion(server, type), $"address of a server of {zone} wanted");
            var outcome = await ResolveAsync(new DnsQuestion(server, type), depth + 1, token);
            found.AddRange(outcome.Answers.Select(r => r.Data).OfType<DnsAddressData>().Select(d => d.Address));
            if (found.Count > 0)
            {
                break;
            }
        }

        return found;
    }

    /// <summary>Asks one server and learns what it may teach.</summary>
    /// <returns>As <see cref="AskZoneAsync"/>; null if it did not answer or not to the point.</returns>
    private async Task<DnsName?> AskServerAsync(DnsName zone, InetAddress server, DnsQuestion question, CancellationToken token)
    {
        if (_queriesLeft-- <= 0)
        {
            Step(question, "too many queries");
            return null;
        }

        Step(question, $"query to {server} (zone {zone})");
        var exchange = await client.QueryAsync(
            new InetEndpoint(server, 53), question.Name, question.Type, recursionDesired: false, times.TimeoutFor(server), token);
        if (exchange.Response is not { ResponseCode: DnsResponseCode.NoError or DnsResponseCode.NXDomain } response)
        {
            times.OnFailure(server);
            Step(question, $"{server}: {exchange.Response?.ResponseCode.ToString() ?? exchange.Error.ToString()}");
            return null;
        }

        times.OnAnswer(server, exchange.RoundTripTime);
        response = Bailiwick.Keep(response, zone);
        if (Referral(response, zone, question.Name) is { } below)
        {
            LearnReferral(response, below);
            Step(question, $"{server}: referral to {below} ({string.Join(", ", ServersOf(below))})");
            return below;
        }

        if (response.Answers.Count == 0 && !response.IsAuthoritative)
        {
            times.OnFailure(server);
            Step(question, $"{server}: lame, neither answer nor referral");
            return null;
        }

        Learn(response, question);
        Step(question, $"{server}: {DnsResponseReader.Describe(response)}{(exchange.OverTcp ? " (over TCP)" : "")}");
        return zone;
    }

    /// <summary>The zone a response refers to: below the one asked, at or above the name.</summary>
    private static DnsName? Referral(DnsMessage response, DnsName zone, DnsName name)
    {
        if (response.Answers.Count > 0 || response.ResponseCode != DnsResponseCode.NoError || response.IsAuthoritative)
        {
            return null;
        }

        return response.Authorities.FirstOrDefault(r =>
            r.Type == DnsType.NS && r.Name.LabelCount > zone.LabelCount && name.IsAtOrBelow(r.Name))?.Name;
    }

    private void LearnReferral(DnsMessage response, DnsName below)
    {
        var servers = response.Authorities.Where(r => r.Type == DnsType.NS && r.Name == below).ToList();
        cache.Add(servers, DnsTrust.Referral);
        var targets = servers.Select(r => r.Data).OfType<DnsNameData>().Select(d => d.Target).ToHashSet();
        foreach (var glue in response.Additionals
            .Where(r => r.Type is DnsType.A or DnsType.AAAA && targets.Contains(r.Name)).GroupBy(r => (r.Name, r.Type)))
        {
            cache.Add([.. glue], DnsTrust.Glue);
        }
    }

    private void Learn(DnsMessage response, DnsQuestion question)
    {
        var trust = response.IsAuthoritative ? DnsTrust.Authority : DnsTrust.Answer;
        DnsResponseReader.Keep(cache, response, question, trust);
        if (!cache.TryGet(question.Name, question.Type, DnsTrust.Answer, out _) &&
            !cache.TryGet(question.Name, DnsType.CNAME, DnsTrust.Answer, out _))
        {
            var chain = DnsResponseReader.Chain(response.Answers, question.Name, question.Type);
            var soa = response.Authorities.Where(r => r.Type == DnsType.SOA).ToList();
            _uncached = (question, new Outcome(response.ResponseCode, chain, soa));
        }
    }

    private void Step(DnsQuestion question, string detail)
    {
        if (DnsTrace.IsOn(host))
        {
            DnsTrace.Step(host, question, $"{question}: {detail}");
        }
    }
}
