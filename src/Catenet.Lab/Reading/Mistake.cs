using System.Globalization;
using System.Text;

namespace Catenet.Lab.Reading;

/// <summary>Something wrong in a lab: where, what, and how to put it right.</summary>
/// <param name="Source">The file as the user named it; empty for a lab that was built in code.</param>
/// <param name="Span">Where in the file; null for a lab that was built in code.</param>
/// <param name="Path">Where in the model: <c>nodes/alice/address</c>.</param>
/// <param name="Text">The line that is wrong; empty when there is none.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Suggestion">How to put it right; empty when there is nothing to say.</param>
public sealed record Mistake(string Source, TextSpan? Span, string Path, string Text, string Message, string Suggestion)
{
    private const int Indent = 4;
    private const int LongestExcerpt = 100;

    /// <summary>Prints <c>file:line:column: message</c>, the line with a caret under the mistake, and the suggestion.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        if (Span is { } span)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Source}:{span.Line}:{span.Column}: {Message}");
            AppendExcerpt(text, span);
        }
        else
        {
            text.Append(Source.Length > 0 ? $"{Source}: " : Path.Length > 0 ? $"{Path}: " : "").Append(Message);
        }

        if (Suggestion.Length > 0)
        {
            text.Append("\n  ").Append(Suggestion);
        }

        return text.ToString();
    }

    private void AppendExcerpt(StringBuilder text, TextSpan span)
    {
        if (Text.Length == 0 || span.Column > Text.Length + 1)
        {
            return;
        }

        // A long line is shown around the mistake only; what cannot be printed becomes a blank so that the caret stays below.
        int from = Math.Max(0, span.Column - 1 - LongestExcerpt / 2);
        int length = Math.Min(Text.Length - from, LongestExcerpt);
        text.Append('\n').Append(' ', Indent);
        foreach (char c in Text.AsSpan(from, length))
        {
            text.Append(char.IsControl(c) ? ' ' : c);
        }

        int caret = span.Column - 1 - from;
        text.Append('\n').Append(' ', Indent + caret).Append('^', Math.Clamp(span.Length, 1, Math.Max(1, length - caret)));
    }
}
