using Catenet.Core;
using Catenet.Kernel;
using Catenet.Wire.Dns;

namespace Catenet.Programs.Dns;

/// <summary>Answers for the zones it has, refers to whom it delegated to, and refuses everything else (RFC 1034 4.3.2).</summary>
public sealed class AuthoritativeServer : DnsServer
{
    private const int MaxAliases = 8;

    private readonly Dictionary<DnsName, DnsZone> _zones = [];

    /// <summary>Makes a server.</summary>
    /// <param name="host">The host it runs on.</param>
    /// <param name="zones">The zones it has.</param>
    public AuthoritativeServer(Host host, params IEnumerable<DnsZone> zones)
        : base(host)
    {
        foreach (var zone in zones)
        {
            Add(zone);
        }
    }

    /// <summary>Adds a zone, or puts a new version in its place.</summary>
    public void Add(DnsZone zone) => _zones[zone.Origin] = zone;

    /// <summary>Answers a question from the zones alone: what the server does without any network.</summary>
    public DnsMessage Answer(DnsMessage query)
    {
        var question = query.Questions[0];
        var zone = ZoneOf(question.Name);
        if (zone is null || question.Class is not (DnsClass.IN or DnsClass.ANY))
        {
            return query.Reply(DnsResponseCode.Refused);
        }

        var answers = new List<DnsRecord>();
        var name = question.Name;
        for (int i = 0; i <= MaxAliases; i++)
        {
            var cut = FindCut(zone, name);
            if (cut is not null)
            {
                return Referral(query, zone, cut, answers);
            }

            var owner = FindOwner(zone, name);
            if (owner is null)
            {
                // After an alias the code is that of the last name (RFC 2308 2.1).
                return Negative(query, zone, answers, DnsResponseCode.NXDomain);
            }

            var found = zone.Find(owner, question.Type).Select(r => r with { Name = name }).ToList();
            if (found.Count > 0)
            {
                answers.AddRange(found);
                return Positive(query, zone, answers);
            }

            if (zone.Find(owner, DnsType.CNAME).FirstOrDefault() is not { Data: DnsNameData alias } record)
            {
                return Negative(query, zone, answers, DnsResponseCode.NoError);
            }

            answers.Add(record with { Name = name });
            name = alias.Target;
            if (!name.IsAtOrBelow(zone.Origin))
            {
                break;
            }
        }

        // The alias leads out of the zone: the asker goes on by itself.
        return query.Reply() with { IsAuthoritative = true, Answers = answers };
    }

    /// <inheritdoc/>
    protected override ValueTask<DnsMessage> AnswerAsync(
        DnsMessage query, DnsQuestion question, InetEndpoint client, CancellationToken cancellationToken)
    {
        var response = Answer(query);
        if (DnsTrace.IsOn(Host))
        {
            DnsTrace.Step(Host, question, $"{question} from {client}: {Describe(response)}");
        }

        return new(response);
    }

    private static string Describe(DnsMessage response) => response switch
    {
        { ResponseCode: DnsResponseCode.NXDomain } => "no such name",
        { ResponseCode: not DnsResponseCode.NoError } => response.ResponseCode.ToString(),
        { Answers.Count: > 0 } => "answer " + string.Join(", ", response.Answers.Select(r => $"{r.Type} {r.Data}")),
        { IsAuthoritative: false } => $"referral to {response.Authorities[0].Name}",
        _ => "no data of that type",
    };

    /// <summary>The zone nearest above a name.</summary>
    private DnsZone? ZoneOf(DnsName name)
    {
        for (int labels = name.LabelCount; labels >= 0; labels--)
        {
            if (_zones.TryGetValue(name.Suffix(labels), out var zone))
            {
                return zone;
            }
        }

        return null;
    }

    /// <summary>Where the zone was delegated on the way from its apex down to a name; null if the zone has the name itself.</summary>
    private static DnsName? FindCut(DnsZone zone, DnsName name)
    {
        for (int labels = zone.Origin.LabelCount + 1; labels <= name.LabelCount; labels++)
        {
            var at = name.Suffix(labels);
            if (zone.Find(at, DnsType.NS).Any())
            {
                return at;
            }
        }

        return null;
    }

    /// <summary>The name whose records answer: the name itself, or the wildcard at the closest name that exists (RFC 4592 3.3.1).</summary>
    private static DnsName? FindOwner(DnsZone zone, DnsName name)
    {
        if (zone.Exists(name))
        {
            return name;
        }

        var encloser = name.Parent;
        while (!zone.Exists(encloser))
        {
            encloser = encloser.Parent;
        }

        var wildcard = encloser.Prepend("*");
        return zone.Exists(wildcard) ? wildcard : null;
    }

    private static DnsMessage Positive(DnsMessage query, DnsZone zone, List<DnsRecord> answers) => query.Reply() with
    {
        IsAuthoritative = true,
        Answers = answers,
        Additionals = AddressesOf(zone, answers),
    };

    private static DnsMessage Negative(DnsMessage query, DnsZone zone, List<DnsRecord> answers, DnsResponseCode code)
    {
        // The SOA's own TTL may not outlive what it is here to limit (RFC 2308 3).
        var soa = zone.Soa with { Ttl = Math.Min(zone.Soa.Ttl, ((DnsSoaData)zone.Soa.Data).Minimum) };
        return query.Reply(code) with { IsAuthoritative = true, Answers = answers, Authorities = [soa] };
    }

    private static DnsMessage Referral(DnsMessage query, DnsZone zone, DnsName cut, List<DnsRecord> answers)
    {
        var servers = zone.Find(cut, DnsType.NS).ToList();
        return query.Reply() with
        {
            // What came before by aliases was authoritative; the referral itself is not.
            IsAuthoritative = answers.Count > 0,
            Answers = answers,
            Authorities = servers,
            Additionals = AddressesOf(zone, servers),
        };
    }

    /// <summary>The addresses that the zone has of the hosts named by NS, MX and SRV records.</summary>
    private static List<DnsRecord> AddressesOf(DnsZone zone, List<DnsRecord> records)
    {
        var addresses = new List<DnsRecord>();
        foreach (var record in records)
        {
            var target = record.Data switch
            {
                DnsNameData name when record.Type == DnsType.NS => name.Target,
                DnsMxData mx => mx.Exchange,
                DnsSrvData srv => srv.Target,
                _ => null,
            };
            if (target is not null)
            {
                addresses.AddRange(zone.Find(target, DnsType.A));
                addresses.AddRange(zone.Find(target, DnsType.AAAA));
            }
        }

        return addresses;
    }
}
