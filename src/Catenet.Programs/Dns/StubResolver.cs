using System.Net.Sockets;
using Catenet.Core;
using Catenet.Kernel;
using Catenet.Kernel.Sockets;
using Catenet.Wire.Dns;

namespace Catenet.Programs.Dns;

/// <summary>What getaddrinfo does: hosts file, search list, A and AAAA queries to the configured servers, and a cache (RFC 1123 6.1.3).</summary>
/// <remarks>Timing and order are glibc's; the cache is what nscd or systemd-resolved would add. Runs on the host's loop.</remarks>
public sealed class StubResolver : INameResolver
{
    private const int MaxServers = 3;
    private const int MaxAliases = 16;

    private readonly Host _host;
    private readonly StubResolverOptions _options;
    private readonly DnsClient _client;
    private readonly Dictionary<DnsName, IReadOnlyList<InetAddress>> _hosts = [];
    private int _next;

    /// <summary>Makes a resolver; give it to <see cref="Host.Resolver"/> to have sockets use it.</summary>
    public StubResolver(Host host, StubResolverOptions? options = null)
    {
        _host = host;
        _options = options ?? new StubResolverOptions();
        _client = new DnsClient(host, "dns/stub");
        Cache = new DnsCache(host.Loop, _options.CacheCapacity);
        _hosts[DnsName.Parse("localhost")] = [InetAddress.LoopbackIPv6, InetAddress.LoopbackIPv4];
        foreach (var (name, addresses) in _options.Hosts)
        {
            _hosts[DnsName.Parse(name)] = addresses;
        }
    }

    /// <summary>What was learned and is still good.</summary>
    public DnsCache Cache { get; }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<InetAddress>> ResolveAsync(string name, AddressFamily family, CancellationToken cancellationToken = default)
    {
        if (InetAddress.TryParse(name, out var literal))
        {
            return family == AddressFamily.Unspecified || literal.Family == family
                ? [literal]
                : throw new SocketException((int)SocketError.HostNotFound);
        }

        if (!DnsName.TryParse(name, out var first))
        {
            throw new SocketException((int)SocketError.HostNotFound);
        }

        if (_hosts.TryGetValue(first, out var known) && known.Where(a => Fits(a, family)).ToList() is { Count: > 0 } listed)
        {
            Trace(new DnsQuestion(first, DnsType.ANY), "hosts file: " + string.Join(", ", listed));
            return listed;
        }

        var worst = SocketError.HostNotFound;
        foreach (var candidate in Candidates(name, first))
        {
            var (addresses, error) = await ResolveOneAsync(candidate, family, cancellationToken);
            if (addresses.Count > 0)
            {
                return await SortAsync(addresses, cancellationToken);
            }

            if (error is SocketError.TryAgain)
            {
                throw new SocketException((int)error);
            }

            worst = error == SocketError.NoData ? error : worst;
        }

        throw new SocketException((int)worst);
    }

    /// <summary>Asks for records of one name and type, by way of the cache: what res_query does.</summary>
    /// <returns>The records, aliases first; a response code and none; or <see cref="DnsResponseCode.ServFail"/> if no server answered.</returns>
    public async Task<(DnsResponseCode Code, IReadOnlyList<DnsRecord> Records)> QueryAsync(
        DnsName name, DnsType type, CancellationToken cancellationToken = default)
    {
        var question = new DnsQuestion(name, type);
        if (FromCache(question) is { } cached)
        {
            return cached;
        }

        var response = await AskServersAsync(question, cancellationToken);
        if (response is null)
        {
            return (DnsResponseCode.ServFail, []);
        }

        if (response.ResponseCode is DnsResponseCode.NoError or DnsResponseCode.NXDomain)
        {
            DnsResponseReader.Keep(Cache, response, question, DnsTrust.Answer);
        }

        var chain = DnsResponseReader.Chain(response.Answers, name, type);
        return (response.ResponseCode, chain);
    }

    private static bool Fits(InetAddress address, AddressFamily family) =>
        family == AddressFamily.Unspecified || address.Family == family;

    /// <summary>The names to try, in glibc's order: absolute ones alone, those with enough dots as they are first, others with the search list first.</summary>
    private IEnumerable<DnsName> Candidates(string text, DnsName name)
    {
        bool absolute = text.EndsWith('.');
        bool asIsFirst = text.Count(c => c == '.') >= _options.Dots;
        if (absolute || asIsFirst)
        {
            yield return name;
        }

        if (absolute)
        {
            yield break;
        }

        foreach (string domain in _options.Search)
        {
            if (DnsName.TryParse($"{text}.{domain}", out var joined))
            {
                yield return joined;
            }
        }

        if (!asIsFirst)
        {
            yield return name;
        }
    }

    private async Task<(List<InetAddress> Addresses, SocketError Error)> ResolveOneAsync(DnsName name, AddressFamily family, CancellationToken token)
    {
        // Both questions at once, as glibc asks them.
        var four = family == AddressFamily.InterNetworkV6 ? null : QueryAsync(name, DnsType.A, token);
        var six = family == AddressFamily.InterNetwork ? null : QueryAsync(name, DnsType.AAAA, token);
        var addresses = new List<InetAddress>();
        bool failed = false;
        bool exists = false;
        foreach (var query in new[] { four, six })
        {
            if (query is not null)
            {
                var (code, records) = await query;
                failed |= code is not (DnsResponseCode.NoError or DnsResponseCode.NXDomain);
                exists |= code == DnsResponseCode.NoError;
                addresses.AddRange(records.Select(r => r.Data).OfType<DnsAddressData>().Select(d => d.Address));
            }
        }

        return (addresses, failed ? SocketError.TryAgain : exists ? SocketError.NoData : SocketError.HostNotFound);
    }

    /// <summary>Usable destinations first, then IPv6 before IPv4 (RFC 6724 6, rules 1 and 6); otherwise as the server gave them.</summary>
    private async Task<IReadOnlyList<InetAddress>> SortAsync(List<InetAddress> addresses, CancellationToken token)
    {
        if (addresses.Count == 1)
        {
            return addresses;
        }

        var ranked = new List<(InetAddress Address, int Rank)>();
        foreach (var address in addresses)
        {
            ranked.Add((address, (await IsUsableAsync(address, token) ? 0 : 2) + (address.IsIPv6 ? 0 : 1)));
        }

        return [.. ranked.OrderBy(r => r.Rank).Select(r => r.Address)];
    }

    /// <summary>Whether there is a way to an address: connecting a datagram socket tells, and sends nothing.</summary>
    private async Task<bool> IsUsableAsync(InetAddress address, CancellationToken token)
    {
        using var socket = new NetSocket(_host, address.Family, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            await socket.ConnectAsync(address.ToIPAddress(), 53, token);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private (DnsResponseCode Code, IReadOnlyList<DnsRecord> Records)? FromCache(DnsQuestion question)
    {
        var now = _host.Loop.Now;
        var records = new List<DnsRecord>();
        var name = question.Name;
        for (int i = 0; i < MaxAliases; i++)
        {
            if (Cache.TryGet(name, question.Type, DnsTrust.Answer, out var entry))
            {
                records.AddRange(entry.Aged(now));
                Trace(question, entry.IsAbsence
                    ? $"cache: {(entry.Code == DnsResponseCode.NXDomain ? "no such name" : "no data")}, {entry.Remaining(now)} s left"
                    : $"cache: {string.Join(", ", entry.Records.Select(r => r.Data))}, {entry.Remaining(now)} s left");
                return (entry.Code, records);
            }

            if (!Cache.TryGet(name, DnsType.CNAME, DnsTrust.Answer, out var alias) || alias.Records is not [{ Data: DnsNameData target }])
            {
                return null;
            }

            records.AddRange(alias.Aged(now));
            name = target.Target;
        }

        return null;
    }

    private async Task<DnsMessage?> AskServersAsync(DnsQuestion question, CancellationToken token)
    {
        var servers = _options.Servers.Count > 0
            ? _options.Servers
            : [.. _host.NameServers.Current(_host.Loop.Now).Select(a => new InetEndpoint(a, 53))];
        int count = Math.Min(servers.Count, MaxServers);
        int begin = _options.Rotate && count > 0 ? _next++ % count : 0;
        for (int i = 0; i < _options.Attempts * count; i++)
        {
            var server = servers[(begin + i) % count];
            Trace(question, $"query to {server}");
            var exchange = await _client.QueryAsync(server, question.Name, question.Type, true, _options.Timeout, token);
            if (exchange.Response is { ResponseCode: DnsResponseCode.NoError or DnsResponseCode.NXDomain } response)
            {
                Trace(question, $"answer from {server}: {DnsResponseReader.Describe(response)}");
                return response;
            }

            Trace(question, $"{server}: {exchange.Response?.ResponseCode.ToString() ?? exchange.Error.ToString()}");
        }

        return null;
    }

    private void Trace(DnsQuestion question, string detail)
    {
        if (DnsTrace.IsOn(_host))
        {
            DnsTrace.Step(_host, question, $"{question}: {detail}");
        }
    }
}
