using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Catenet.Lab.Reading;

/// <summary>Reads YAML into nodes with places, within bounds: no aliases, no tags, one document, limited depth and size.</summary>
internal sealed class YamlTree
{
    /// <summary>The largest lab file, in characters.</summary>
    public const int LargestText = 2 << 20;

    private const int DeepestNesting = 24;
    private const int MostNodes = 200_000;

    private readonly MistakeList _mistakes;
    private readonly string _text;
    private readonly Parser _parser;
    private int _nodes;

    private YamlTree(string text, MistakeList mistakes)
    {
        _text = text;
        _mistakes = mistakes;
        _parser = new Parser(new StringReader(text));
    }

    /// <summary>Reads a document; null when it cannot be read, which the mistakes then say.</summary>
    public static YamlNode? Read(string text, MistakeList mistakes)
    {
        if (text.Length > LargestText)
        {
            mistakes.Add(new TextSpan(1, 1, 1), LabPath.Root, $"the file is too large: {text.Length} characters", $"a lab file has at most {LargestText}");
            return null;
        }

        int odd = text.AsSpan().IndexOfAnyInRange('\0', '\b');
        if (odd >= 0)
        {
            int line = text.AsSpan(0, odd).Count('\n') + 1;
            mistakes.Add(new TextSpan(line, odd - text.LastIndexOf('\n', odd), 1), LabPath.Root, "this is not text: a control character", "a lab file is YAML in UTF-8");
            return null;
        }

        var tree = new YamlTree(text, mistakes);
        try
        {
            return tree.ReadDocument();
        }
        catch (YamlException e)
        {
            tree.ReportSyntax(e.Start, e.Message);
        }
        catch (UnreadableException)
        {
            // Already reported where it was met.
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or FormatException or OverflowException)
        {
            // The parser lets a few malformed escapes out as these.
            tree.ReportSyntax(tree._parser.Current?.End ?? Mark.Empty, e.Message);
        }

        return null;
    }

    private YamlNode? ReadDocument()
    {
        _parser.MoveNext();
        _parser.MoveNext();
        if (_parser.Current is not DocumentStart)
        {
            _mistakes.Add(new TextSpan(1, 1, 1), LabPath.Root, "the file is empty", "begin with a name: 'name: my-lab', then 'nodes:' and 'links:'");
            return null;
        }

        _parser.MoveNext();
        var root = ReadNode(0);
        _parser.MoveNext();
        if (_parser.Current is DocumentStart more)
        {
            throw Unreadable(more, "a second document begins here", "a lab file holds one lab: put the other into a file of its own");
        }

        return root;
    }

    /// <summary>Reads the node the parser stands on and moves past it.</summary>
    private YamlNode ReadNode(int depth)
    {
        var current = _parser.Current!;
        if (++_nodes > MostNodes)
        {
            throw Unreadable(current, $"more than {MostNodes} values in one file", "split the lab");
        }

        if (depth > DeepestNesting)
        {
            throw Unreadable(current, $"nested deeper than {DeepestNesting} levels", "no part of a lab file goes that deep");
        }

        if (current is AnchorAlias)
        {
            throw Unreadable(current, "aliases (*name) are not part of lab files", "write the value out; a text that begins with '*' needs quotes");
        }

        if (current is NodeEvent node && !node.Anchor.IsEmpty)
        {
            throw Unreadable(current, "anchors (&name) are not part of lab files", "write the value out where it is needed; a text that begins with '&' needs quotes");
        }

        if (current is NodeEvent tagged && !tagged.Tag.IsEmpty)
        {
            throw Unreadable(current, "tags (!name) are not part of lab files", "a text that begins with '!' needs quotes");
        }

        return current switch
        {
            Scalar scalar => ReadScalar(scalar),
            SequenceStart => ReadList(current, depth),
            MappingStart => ReadMap(current, depth),
            _ => throw Unreadable(current, "this cannot be read", ""),
        };
    }

    private YamlScalar ReadScalar(Scalar scalar)
    {
        _parser.MoveNext();
        return new YamlScalar(scalar.Value, SpanOf(scalar), scalar.Style != ScalarStyle.Plain);
    }

    private YamlList ReadList(ParsingEvent start, int depth)
    {
        var items = new List<YamlNode>();
        _parser.MoveNext();
        while (_parser.Current is not SequenceEnd)
        {
            items.Add(ReadNode(depth + 1));
        }

        _parser.MoveNext();
        return new YamlList(items, SpanOf(start));
    }

    private YamlMap ReadMap(ParsingEvent start, int depth)
    {
        var entries = new List<YamlEntry>();
        var seen = new Dictionary<string, TextSpan>();
        _parser.MoveNext();
        while (_parser.Current is not MappingEnd)
        {
            var key = ReadNode(depth + 1);
            var value = ReadNode(depth + 1);
            if (key is not YamlScalar name)
            {
                _mistakes.Add(key.Span, LabPath.Root, $"a key is a word, not {key.Kind}");
            }
            else if (!seen.TryAdd(name.Text, name.Span))
            {
                _mistakes.Add(name.Span, LabPath.Root, $"'{name.Text}' stands here twice", $"the first is in line {seen[name.Text].Line}: remove or rename one");
            }
            else
            {
                entries.Add(new YamlEntry(name, value));
            }
        }

        _parser.MoveNext();
        return new YamlMap(entries, SpanOf(start));
    }

    private static TextSpan SpanOf(ParsingEvent e)
    {
        int length = e.End.Line == e.Start.Line ? (int)(e.End.Column - e.Start.Column) : 1;
        return new TextSpan((int)e.Start.Line, (int)e.Start.Column, Math.Max(1, length));
    }

    private UnreadableException Unreadable(ParsingEvent at, string message, string suggestion)
    {
        _mistakes.Add(SpanOf(at), LabPath.Root, message, suggestion);
        return new UnreadableException();
    }

    private void ReportSyntax(Mark at, string message)
    {
        var lines = _text.ReplaceLineEndings("\n").Split('\n');
        int line = Math.Clamp((int)at.Line, 1, Math.Max(1, lines.Length));
        int last = message.Contains("tab", StringComparison.Ordinal) ? lines.Length : line;
        for (int i = 0; i < last; i++)
        {
            int tab = lines[i].IndexOf('\t');
            if (tab >= 0 && string.IsNullOrWhiteSpace(lines[i][..tab]))
            {
                _mistakes.Add(new TextSpan(i + 1, tab + 1, 1), LabPath.Root, "a tab is used to indent", "YAML is indented by spaces: two per level");
                return;
            }
        }

        // The parser's own words, without the position that it puts in front.
        int colon = message.StartsWith('(') ? message.IndexOf("): ", StringComparison.Ordinal) : -1;
        string words = colon > 0 ? message[(colon + 3)..] : message;
        int column = Math.Clamp((int)at.Column, 1, lines[line - 1].Length + 1);
        _mistakes.Add(new TextSpan(line, column, 1), LabPath.Root, $"not valid YAML: {words.TrimEnd('.').ReplaceLineEndings(" ")}", Advice(words));
    }

    private static string Advice(string words) =>
        words.Contains("flow", StringComparison.OrdinalIgnoreCase) ? "look for a missing '}', ']' or ','" :
        words.Contains("quoted", StringComparison.OrdinalIgnoreCase) ? "look for a missing quotation mark" :
        words.Contains("Mapping values", StringComparison.OrdinalIgnoreCase) || words.Contains("simple key", StringComparison.OrdinalIgnoreCase)
            ? "a text that contains ': ' needs quotes; or a line is indented otherwise than its neighbours"
            : "check the indentation, and put texts with any of : # { } [ ] , & * ! | > ' \" % @ in quotes";

    private sealed class UnreadableException : Exception;
}
