using System.Globalization;

namespace Catenet.Packetdrill.Language;

/// <summary>A script is not in the language: where, and what is wrong.</summary>
public sealed class ScriptException : Exception
{
    /// <summary>Makes one for a place in the text.</summary>
    /// <param name="line">The line, from one on.</param>
    /// <param name="column">The column, from one on.</param>
    /// <param name="message">What is wrong.</param>
    public ScriptException(int line, int column, string message)
        : base(message)
    {
        Line = line;
        Column = column;
    }

    /// <summary>The line, from one on.</summary>
    public int Line { get; }

    /// <summary>The column, from one on.</summary>
    public int Column { get; }

    /// <summary>Place and message: <c>12:5: ...</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Line}:{Column}: {Message}");
}
