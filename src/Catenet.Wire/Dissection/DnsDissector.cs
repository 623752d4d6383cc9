using System.Globalization;
using System.Text;
using Catenet.Wire.Dns;

namespace Catenet.Wire.Dissection;

/// <summary>DNS messages.</summary>
internal static class DnsDissector
{
    private static readonly (string Name, string Abbreviation)[] s_sections = [("Question", "dns.qry"), ("Answer", "dns.resp"), ("Authority", "dns.resp"), ("Additional", "dns.resp")];

    /// <summary>A message.</summary>
    /// <param name="scope">The message, with the length in front over TCP.</param>
    /// <param name="prefix">The size of that length: 2 or 0.</param>
    public static Layer Dissect(Scope scope, int prefix)
    {
        var message = prefix == 0 ? scope : scope.Inner(prefix, Octets.U16(scope.Data, 0));
        var layer = new Layer(DnsFields.Table, scope, prefix + message.Data.Length, prefix) { Summary = Describe(message.Data), PayloadLength = 0 };
        if (prefix != 0)
        {
            layer.Add(scope.Field("Length", "dns.length", message.Data.Length.ToString(CultureInfo.InvariantCulture), 0, prefix, (ulong)message.Data.Length));
        }

        if (!DnsHeaderView.TryParse(message.Data, out var header))
        {
            layer.Malformed(Reason.TooShort(DnsHeaderView.Size, message.Data.Length));
            return layer;
        }

        var reader = new DnsReader(message.Data);
        for (int section = 0; section < 4; section++)
        {
            for (int i = header.Count(section); i > 0; i--)
            {
                int start = reader.Offset;
                if (!TryReadEntry(ref reader, section, message, out var value))
                {
                    if (!scope.IsCut)
                    {
                        layer.Malformed(string.Create(CultureInfo.InvariantCulture, $"the {s_sections[section].Name.ToLowerInvariant()} at octet {start} cannot be read"));
                    }

                    return layer;
                }

                layer.Add(value);
            }
        }

        return layer;
    }

    private static bool TryReadEntry(ref DnsReader reader, int section, Scope scope, out FieldValue value)
    {
        value = null!;
        int start = reader.Offset;
        var (name, abbreviation) = s_sections[section];
        if (section == 0)
        {
            if (!reader.TryReadQuestion(out var question))
            {
                return false;
            }

            value = scope.Field(name, abbreviation, question.ToString(), start, reader.Offset - start) with
            {
                Children =
                [
                    scope.Field("Name", "dns.qry.name", question.Name.HostName, start, reader.Offset - start - 4),
                    scope.Field("Type", "dns.qry.type", question.Type.ToString(), reader.Offset - 4, 2, (ulong)question.Type),
                    scope.Field("Class", "dns.qry.class", question.Class.ToString(), reader.Offset - 2, 2, (ulong)question.Class),
                ],
            };
            return true;
        }

        if (!reader.TryReadRecord(out var record))
        {
            return false;
        }

        int size = reader.Offset - start;
        string text = record.Type == DnsType.OPT
            ? string.Create(CultureInfo.InvariantCulture, $"OPT UDP payload {(ushort)record.Class}, version {record.Ttl >> 16 & 0xFF}{((record.Ttl & 0x8000) != 0 ? ", DO" : "")}")
            : record.ToString();
        value = scope.Field(name, abbreviation, text, start, size) with
        {
            Children =
            [
                scope.Field("Name", "dns.resp.name", record.Name.HostName, start, size),
                scope.Field("Type", "dns.resp.type", record.Type.ToString(), start, size, (ulong)record.Type),
                scope.Field("Time to live (s)", "dns.resp.ttl", record.Ttl.ToString(CultureInfo.InvariantCulture), start, size, record.Ttl),
                scope.Field("Data", DataName(record.Type), record.Data.ToString(), start, size),
            ],
        };
        return true;
    }

    private static string DataName(DnsType type) => type switch
    {
        DnsType.A => "dns.a",
        DnsType.AAAA => "dns.aaaa",
        DnsType.NS => "dns.ns",
        DnsType.CNAME => "dns.cname",
        DnsType.PTR => "dns.ptr.domain_name",
        DnsType.TXT => "dns.txt",
        _ => "dns.resp.data",
    };

    /// <summary>A message as tcpdump puts it: <c>4660+ A? www.bob.com. (29)</c>.</summary>
    public static string Describe(ReadOnlySpan<byte> data)
    {
        if (!DnsHeaderView.TryParse(data, out var header))
        {
            return "[cut]";
        }

        var culture = CultureInfo.InvariantCulture;
        var text = new StringBuilder().Append(culture, $"{header.Id}");
        if (header.IsResponse)
        {
            text.Append((header.Flags & 0x0400) != 0 ? "*" : "").Append((header.Flags & 0x0080) == 0 ? "-" : "").Append(header.IsTruncated ? "|" : "");
            text.Append(header.ResponseCode == DnsResponseCode.NoError ? "" : " " + header.ResponseCode);
            text.Append(culture, $" {header.Count(1)}/{header.Count(2)}/{header.Count(3)}");
        }
        else
        {
            text.Append((header.Flags & 0x0100) != 0 ? "+" : "");
        }

        var reader = new DnsReader(data);
        for (int i = header.Count(0); i > 0 && reader.TryReadQuestion(out var question); i--)
        {
            text.Append(header.IsResponse ? "" : $" {question.Type}? {question.Name}");
        }

        for (int i = 0; header.IsResponse && i < Math.Min(header.Count(1), 3) && reader.TryReadRecord(out var record); i++)
        {
            text.Append(i == 0 ? " " : ", ").Append(record.Type).Append(' ').Append(record.Data);
        }

        return text.Append(culture, $" ({data.Length})").ToString();
    }
}
