using Catenet.Wire.Dns;

namespace Catenet.Programs.Dns;

/// <summary>What a server may speak of: names in the zone it was asked for. The rest could be anybody's claim (RFC 5452 6).</summary>
internal static class Bailiwick
{
    /// <summary>The response without records outside the zone.</summary>
    public static DnsMessage Keep(DnsMessage response, DnsName zone) => response with
    {
        Answers = Within(response.Answers, zone),
        Authorities = Within(response.Authorities, zone),
        Additionals = Within(response.Additionals, zone),
    };

    private static List<DnsRecord> Within(IReadOnlyList<DnsRecord> records, DnsName zone) =>
        [.. records.Where(r => r.Class == DnsClass.IN && r.Name.IsAtOrBelow(zone))];
}
