using System.Globalization;
using System.Text;

namespace Catenet.Lab.Reading;

/// <summary>Writes nodes as YAML the way a person would: blocks outside, braces for what fits on a line.</summary>
internal static class YamlText
{
    private const int Width = 110;

    public static string Write(YamlNode root)
    {
        var text = new StringBuilder();
        WriteBlock(text, root, 0);
        return text.ToString();
    }

    private static void WriteBlock(StringBuilder text, YamlNode node, int indent)
    {
        if (node is YamlMap map)
        {
            foreach (var entry in map.Entries)
            {
                text.Append(' ', indent);
                WriteEntry(text, entry, indent);
            }
        }
        else if (node is YamlList list)
        {
            foreach (var item in list.Items)
            {
                text.Append(' ', indent).Append("- ");
                WriteItem(text, item, indent + 2);
            }
        }
    }

    private static void WriteEntry(StringBuilder text, YamlEntry entry, int indent)
    {
        string key = Scalar(entry.Key);
        text.Append(key).Append(':');
        string flow = Flow(entry.Value);
        bool inline = entry.Value is YamlScalar || flow.Length <= 2 || (indent > 0 && indent + key.Length + flow.Length < Width);
        if (inline)
        {
            text.Append(' ').Append(flow).Append('\n');
        }
        else
        {
            text.Append('\n');
            WriteBlock(text, entry.Value, indent + 2);
        }
    }

    private static void WriteItem(StringBuilder text, YamlNode item, int indent)
    {
        string flow = Flow(item);
        bool titled = item is YamlMap { Entries: [{ Value: not YamlScalar }] };
        if (item is not YamlMap map || map.Entries.Count == 0 || (!titled && indent + flow.Length < Width))
        {
            text.Append(flow).Append('\n');
            return;
        }

        // The first key stands behind the dash, the others below it.
        WriteEntry(text, map.Entries[0], indent);
        WriteBlock(text, map with { Entries = map.Entries[1..] }, indent);
    }

    private static string Flow(YamlNode node) => node switch
    {
        YamlMap { Entries.Count: 0 } => "{}",
        YamlMap map => "{ " + string.Join(", ", map.Entries.Select(e => $"{Scalar(e.Key)}: {Flow(e.Value)}")) + " }",
        YamlList list => "[" + string.Join(", ", list.Items.Select(Flow)) + "]",
        _ => Scalar((YamlScalar)node),
    };

    private static string Scalar(YamlScalar scalar) => IsPlain(scalar.Text) ? scalar.Text : Quote(scalar.Text);

    private static bool IsPlain(string text) =>
        text.Length > 0 && text is not ("null" or "~") && (char.IsAsciiLetterOrDigit(text[0]) || text[0] is '.' or '/' or '_') &&
        !text.EndsWith(' ') && text.All(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '.' or '/' or '_' or '%' or '+' or '-' or '=' or '@' or '(' or ')');

    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (char c in text)
        {
            quoted.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\t' => "\\t",
                '\r' => "\\r",
                < ' ' or (>= '\u007F' and < '\u00A0') or '\u2028' or '\u2029' or '\uFEFF' => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}"),
                _ => c.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }
}
