using System.Text.Json.Nodes;
using Catenet.Lab.Reading;

namespace Catenet.Lab.Forms;

/// <summary>A value that is written as one text.</summary>
internal sealed class TextForm<T>(string expected, TextParser<T> parse, Func<T, string> print) : Form<T>
{
    private string? _pattern;
    private IReadOnlyList<string>? _words;
    private string _type = "string";

    public override string Expected => expected;

    /// <summary>The words it can be.</summary>
    public TextForm<T> Words(IReadOnlyList<string> words)
    {
        _words = words;
        return this;
    }

    /// <summary>A regular expression that every valid text fulfils, for editors.</summary>
    public TextForm<T> Pattern(string pattern)
    {
        _pattern = pattern;
        return this;
    }

    /// <summary>The YAML types of it, when it may be read as something other than a string: <c>integer</c>, <c>number</c>, <c>boolean</c>.</summary>
    public TextForm<T> Type(string type)
    {
        _type = type;
        return this;
    }

    /// <summary>Prints a value.</summary>
    public string Print(T value) => print(value);

    /// <summary>Reads a text that is part of a larger one.</summary>
    public Complaint? Parse(string text, out T value) => parse(text, out value);

    public override bool TryRead(YamlNode node, LabPath path, MistakeList mistakes, out T value)
    {
        if (node is not YamlScalar scalar || scalar.IsMissing)
        {
            return Refuse(node, path, mistakes, out value);
        }

        if (parse(scalar.Text, out value) is not { } complaint)
        {
            return true;
        }

        var span = complaint.Length > 0 ? scalar.Part(complaint.Offset, complaint.Length) : scalar.Span;
        mistakes.Add(span, path, complaint.Message, complaint.Suggestion);
        return false;
    }

    public override YamlNode Write(T value) => Text(print(value));

    public override JsonObject Schema(SchemaDefinitions definitions)
    {
        var schema = new JsonObject();
        if (_words is not null)
        {
            schema["enum"] = new JsonArray([.. _words.Select(w => (JsonNode)w)]);
            return schema;
        }

        schema["type"] = _type.Contains(' ') ? new JsonArray([.. _type.Split(' ').Select(t => (JsonNode)t)]) : _type;
        if (_pattern is not null)
        {
            schema["pattern"] = _pattern;
        }

        schema["description"] = expected;
        return schema;
    }
}
