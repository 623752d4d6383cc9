namespace Catenet.Lab.Reading;

/// <summary>A piece of a YAML document with its place.</summary>
internal abstract record YamlNode(TextSpan Span)
{
    /// <summary>What it is, for messages.</summary>
    public abstract string Kind { get; }
}

/// <summary>A single value.</summary>
internal sealed record YamlScalar(string Text, TextSpan Span, bool Quoted = false) : YamlNode(Span)
{
    /// <summary>Whether nothing was written where a value belongs.</summary>
    public bool IsMissing => !Quoted && Text is "" or "~" or "null";

    public override string Kind => IsMissing ? "nothing" : $"'{(Text.Length > 40 ? Text[..40] + "..." : Text)}'";

    /// <summary>The span of a part of the text; quotes shift it by one.</summary>
    public TextSpan Part(int offset, int length) => Quoted
        ? Span.Length == Text.Length + 2 ? Span.Part(offset + 1, length) : Span
        : Span.Length == Text.Length ? Span.Part(offset, length) : Span;
}

/// <summary>A list.</summary>
internal sealed record YamlList(List<YamlNode> Items, TextSpan Span) : YamlNode(Span)
{
    public override string Kind => "a list";
}

/// <summary>A mapping; keys are scalars, in the order written.</summary>
internal sealed record YamlMap(List<YamlEntry> Entries, TextSpan Span) : YamlNode(Span)
{
    public override string Kind => "a mapping";
}

/// <summary>A key and its value.</summary>
internal sealed record YamlEntry(YamlScalar Key, YamlNode Value);
