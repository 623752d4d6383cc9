using Catenet.Wire.Dissection;

namespace Catenet.Wire.Dns;

/// <summary>The field table of <see cref="DnsHeaderView"/>; questions and records come behind.</summary>
public static class DnsFields
{
    /// <summary>The table.</summary>
    public static readonly FieldTable Table = new("DNS", "Domain Name System", "dns", 7,
        Field.Hex("Transaction ID", "dns.id", 0, 16),
        Field.Flag("Response", "dns.flags.response", 16),
        Field.Code("Opcode", "dns.flags.opcode", 17, 4, static v => Enum.GetName((DnsOpcode)v)),
        Field.Flag("Authoritative", "dns.flags.authoritative", 21),
        Field.Flag("Truncated", "dns.flags.truncated", 22),
        Field.Flag("Recursion desired", "dns.flags.recdesired", 23),
        Field.Flag("Recursion available", "dns.flags.recavail", 24),
        Field.Flag("Authentic data", "dns.flags.authenticated", 26),
        Field.Flag("Checking disabled", "dns.flags.checkdisable", 27),
        Field.Code("Response code", "dns.flags.rcode", 28, 4, static v => Enum.GetName((DnsResponseCode)v)),
        Field.Decimal("Questions", "dns.count.queries", 32, 16),
        Field.Decimal("Answers", "dns.count.answers", 48, 16),
        Field.Decimal("Authorities", "dns.count.auth_rr", 64, 16),
        Field.Decimal("Additionals", "dns.count.add_rr", 80, 16));
}
