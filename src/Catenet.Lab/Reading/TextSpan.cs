namespace Catenet.Lab.Reading;

/// <summary>Where something stands in a text.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
/// <param name="Length">How many characters of that line it takes.</param>
public readonly record struct TextSpan(int Line, int Column, int Length)
{
    /// <summary>A part of this span, if it fits in.</summary>
    internal TextSpan Part(int offset, int length) =>
        offset >= 0 && length > 0 && offset + length <= Length ? new TextSpan(Line, Column + offset, length) : this;
}
