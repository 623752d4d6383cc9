using Catenet.Wire.Dns;

namespace Catenet.Programs.Dns;

/// <summary>Takes apart what servers answer.</summary>
internal static class DnsResponseReader
{
    private const int MaxAliases = 16;

    /// <summary>The answers that lead from a name, by aliases, to records of a type; anything else in the section is left out.</summary>
    public static List<DnsRecord> Chain(IReadOnlyList<DnsRecord> answers, DnsName name, DnsType type)
    {
        var chain = new List<DnsRecord>();
        for (int i = 0; i < MaxAliases; i++)
        {
            int before = chain.Count;
            chain.AddRange(answers.Where(r => r.Name == name && (r.Type == type || type == DnsType.ANY)));
            if (chain.Count > before)
            {
                break;
            }

            var alias = answers.FirstOrDefault(r => r.Name == name && r.Type == DnsType.CNAME);
            if (alias?.Data is not DnsNameData target || chain.Contains(alias))
            {
                break;
            }

            chain.Add(alias);
            name = target.Target;
        }

        return chain;
    }

    /// <summary>The name at which a chain of aliases ends.</summary>
    public static DnsName EndOf(IReadOnlyList<DnsRecord> chain, DnsName name) =>
        chain.LastOrDefault(r => r.Type == DnsType.CNAME)?.Data is DnsNameData target ? target.Target : name;

    /// <summary>Keeps the record sets of a chain, or the absence at its end.</summary>
    public static void Keep(DnsCache cache, DnsMessage response, DnsQuestion question, DnsTrust trust)
    {
        var chain = Chain(response.Answers, question.Name, question.Type);
        foreach (var set in chain.GroupBy(r => (r.Name, r.Type)))
        {
            cache.Add([.. set], trust);
        }

        bool answered = chain.Any(r => r.Type == question.Type || question.Type == DnsType.ANY);
        if (!answered)
        {
            var end = EndOf(chain, question.Name);
            var soa = response.Authorities.FirstOrDefault(r => r.Type == DnsType.SOA && end.IsAtOrBelow(r.Name));
            cache.AddAbsence(end, question.Type, response.ResponseCode, soa, trust);
        }
    }

    /// <summary>An answer in a few words.</summary>
    public static string Describe(DnsMessage response) => response.ResponseCode switch
    {
        DnsResponseCode.NXDomain => "no such name",
        DnsResponseCode.NoError when response.Answers.Count > 0 =>
            string.Join(", ", response.Answers.Select(r => $"{r.Type} {r.Data} ttl {r.Ttl}")),
        DnsResponseCode.NoError => "no data",
        var code => code.ToString(),
    };
}
