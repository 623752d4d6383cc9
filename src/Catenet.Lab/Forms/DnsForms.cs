using Catenet.Core;
using Catenet.Lab.Model;
using Catenet.Lab.Reading;

namespace Catenet.Lab.Forms;

/// <summary>Zones and records of the name system.</summary>
internal static class DnsForms
{
    private const string Example = "A 192.0.2.1, A @bob.eip, CNAME www, MX 10 mail.bob.com., TXT some words";

    private static readonly (string Word, DnsRecordType Type)[] Types =
        [.. Enum.GetValues<DnsRecordType>().Select(t => (t.ToString().ToUpperInvariant(), t))];

    public static readonly TextForm<DnsRecordType> Type = new TextForm<DnsRecordType>("a record type", ParseType, t => t.ToString().ToUpperInvariant())
        .Words([.. Types.Select(t => t.Word)]);

    public static readonly TextForm<string> DomainName = new("a domain name such as www.bob.com", ParseDomain, n => n);

    public static readonly TextForm<DnsRecord> Record = new($"a record such as {Example}", ParseRecord, r => r.ToString());

    private static readonly TextForm<string> ZoneName = new("a zone's name such as \"com.\"", ParseZoneName, n => n);

    private static readonly TextForm<string> RecordName = new("a name in the zone, or @ for the zone itself", ParseRecordName, n => n);

    private static readonly Form<DnsName> Records = new RecordsForm();

    private static readonly RecordForm<DnsZone> Zone = new RecordForm<DnsZone>("a zone", new DnsZone())
        .Key("ns", new ListForm<string>(Scalars.Name, single: true), z => z.Servers, (z, v) => z with { Servers = v }, "the nodes that serve the zone", required: true)
        .Key("ttl", Units.Duration, z => z.Ttl, (z, v) => z with { Ttl = v }, "how long answers may be cached; 3600 s unless given")
        .Key("records", new NamedForm<DnsName, string>("records", Records, RecordName, n => n.Name, (n, v) => n with { Name = v }),
            z => z.Records, (z, v) => z with { Records = v }, "names in the zone: { www: A @bob.eip }");

    public static readonly Form<ValueList<DnsZone>> Zones = new NamedForm<DnsZone, string>("a zone", Zone, ZoneName, z => z.Name, (z, v) => z with { Name = v });

    private static Complaint? ParseType(string text, out DnsRecordType type)
    {
        var found = Array.Find(Types, t => t.Word == text.ToUpperInvariant());
        type = found.Type;
        return found.Word is not null ? null
            : new Complaint($"unknown record type '{Scalars.Shorten(text)}'", Spelling.Choose(text.ToUpperInvariant(), [.. Types.Select(t => t.Word)], "known"));
    }

    private static Complaint? ParseRecord(string text, out DnsRecord record)
    {
        record = new DnsRecord(default, null, null);
        int blank = text.IndexOf(' ');
        string word = blank < 0 ? text : text[..blank];
        string data = blank < 0 ? "" : text[(blank + 1)..].Trim();
        if (ParseType(word, out var type) is { } unknown)
        {
            return unknown with { Length = word.Length };
        }

        if (data.Length == 0)
        {
            return new Complaint($"the record has no data after {word}", $"write it as {Example}");
        }

        if (type is DnsRecordType.A or DnsRecordType.Aaaa)
        {
            return ParseAddress(type, data, blank + 1, out record);
        }

        record = new DnsRecord(type, null, data);
        var complaint = type switch
        {
            DnsRecordType.Cname or DnsRecordType.Ptr => ParseDomain(data, out _),
            DnsRecordType.Mx => ParseExchange(data),
            _ => data.Length > 255 ? new Complaint("a text record has at most 255 characters") : null,
        };
        return complaint is null ? null : complaint with { Offset = blank + 1, Length = text.Length - blank - 1 };
    }

    private static Complaint? ParseAddress(DnsRecordType type, string data, int offset, out DnsRecord record)
    {
        Complaint? complaint;
        AddressRef? address;
        if (data.StartsWith('@'))
        {
            complaint = Scalars.AddressRef.Parse(data[1..], out address);
        }
        else
        {
            complaint = Scalars.Address.Parse(data, out var literal);
            address = AddressRef.Of(literal);
            if (complaint is null && literal.IsIPv4 != (type == DnsRecordType.A))
            {
                complaint = new Complaint($"{data} does not belong in {(type == DnsRecordType.A ? "an A" : "an AAAA")} record", "A is for IPv4, AAAA for IPv6");
            }
            else if (complaint is not null)
            {
                complaint = complaint with { Suggestion = "write an address, or @node for a node's address (@bob.eip for an instance's public one)" };
            }
        }

        record = new DnsRecord(type, address, null);
        return complaint is null ? null : complaint with { Offset = offset, Length = data.Length };
    }

    private static Complaint? ParseExchange(string data)
    {
        var parts = data.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 2 && ushort.TryParse(parts[0], out _) ? ParseDomain(parts[1], out _)
            : new Complaint($"'{Scalars.Shorten(data)}' is not a mail exchanger", "write a preference and a name: MX 10 mail.bob.com.");
    }

    public static Complaint? ParseDomain(string text, out string value)
    {
        value = text;
        bool valid = text.Length is > 0 and <= 253 && text.TrimEnd('.').Split('.').All(IsLabel) && !text.EndsWith("..", StringComparison.Ordinal);
        return valid || text == "." ? null : new Complaint($"'{Scalars.Shorten(text)}' is not a domain name", "labels of letters, digits and '-', up to 63 each, with dots between: www.bob.com");
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= 63 && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') && label[0] != '-';

    private static Complaint? ParseZoneName(string text, out string value)
    {
        value = text;
        return text == "." ? null :
            ParseDomain(text, out _) ?? (text.EndsWith('.') ? null : new Complaint($"the zone '{Scalars.Shorten(text)}' lacks its final dot", $"write \"{text}.\""));
    }

    private static Complaint? ParseRecordName(string text, out string value)
    {
        value = text;
        return text is "@" or "*" ? null :
            text.EndsWith('.') ? new Complaint($"'{Scalars.Shorten(text)}' is written as a full name", "names of records are relative to their zone: www") :
            ParseDomain(text, out _);
    }

    private sealed class RecordsForm : Form<DnsName>
    {
        private static readonly ListForm<DnsRecord> List = new(Record, single: true);

        public override string Expected => List.Expected;

        public override bool TryRead(YamlNode node, LabPath path, MistakeList mistakes, out DnsName value)
        {
            bool ok = List.TryRead(node, path, mistakes, out var records);
            value = new DnsName { Records = records };
            return ok;
        }

        public override YamlNode Write(DnsName value) => List.Write(value.Records);

        public override System.Text.Json.Nodes.JsonObject Schema(SchemaDefinitions definitions) => List.Schema(definitions);
    }
}
