namespace Catenet.Packetdrill.Code;

/// <summary>What a piece of Python is.</summary>
internal enum CodeTokenKind
{
    Name,
    Number,
    Text,
    Operator,
    NewLine,
    Indent,
    Dedent,
    End,
}

/// <summary>A piece of Python.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">How it reads.</param>
/// <param name="Line">Where, counted from the beginning of the block.</param>
/// <param name="Value">The value of a number or text.</param>
internal readonly record struct CodeToken(CodeTokenKind Kind, string Text, int Line, object? Value = null);
