using System.Globalization;
using System.Numerics;
using System.Text;
using Catenet.Packetdrill.Language;

namespace Catenet.Packetdrill.Code;

/// <summary>Takes Python apart, its indentation included.</summary>
internal sealed class CodeLexer(string text)
{
    private static readonly string[] Operators =
        ["**=", "//=", "<<=", ">>=", "==", "!=", "<>", "<=", ">=", "//", "**", "<<", ">>", "+=", "-=", "*=", "/=", "%=", "|=", "&=", "^="];

    private readonly List<CodeToken> _tokens = [];
    private readonly Stack<int> _indents = new([0]);
    private int _at;
    private int _line = 1;
    private int _depth;
    private int _firstIndent = -1;

    /// <summary>All pieces.</summary>
    public List<CodeToken> Read()
    {
        bool lineBegins = true;
        while (_at < text.Length)
        {
            if (lineBegins && _depth == 0 && !Indentation())
            {
                continue;
            }

            lineBegins = false;
            char c = text[_at];
            if (c == '\n')
            {
                _at++;
                lineBegins = _depth == 0;
                if (lineBegins)
                {
                    Add(CodeTokenKind.NewLine, "\n");
                }

                _line++;
            }
            else if (c == '\\' && _at + 1 < text.Length && text[_at + 1] == '\n')
            {
                _at += 2;
                _line++;
            }
            else if (char.IsWhiteSpace(c))
            {
                _at++;
            }
            else if (c == '#')
            {
                SkipComment();
            }
            else
            {
                Piece(c);
            }
        }

        Add(CodeTokenKind.NewLine, "\n");
        while (_indents.Pop() > 0)
        {
            Add(CodeTokenKind.Dedent, "");
        }

        Add(CodeTokenKind.End, "");
        return _tokens;
    }

    private void Add(CodeTokenKind kind, string piece, object? value = null) => _tokens.Add(new CodeToken(kind, piece, _line, value));

    private void SkipComment()
    {
        int end = text.IndexOf('\n', _at);
        _at = end < 0 ? text.Length : end;
    }

    /// <summary>What stands before the first piece of a line; false if the line is empty. The first line's indentation is the block's own.</summary>
    private bool Indentation()
    {
        int begin = _at;
        int width = 0;
        while (_at < text.Length && text[_at] is ' ' or '\t' or '\r')
        {
            width = text[_at] == '\t' ? (width | 7) + 1 : width + 1;
            _at++;
        }

        if (_at >= text.Length || text[_at] is '\n' or '#')
        {
            if (_at < text.Length && text[_at] == '#')
            {
                SkipComment();
            }

            if (_at < text.Length)
            {
                _at++;
                _line++;
            }

            return false;
        }

        // What follows the opening bracket on its line tells nothing of the indentation of the others.
        if (begin == 0)
        {
            return true;
        }

        if (_firstIndent < 0)
        {
            bool follows = _tokens.Count > 1 && _tokens[^2].Text == ":";
            _firstIndent = follows ? 0 : width;
        }

        width = Math.Max(0, width - _firstIndent);
        if (width > _indents.Peek())
        {
            _indents.Push(width);
            Add(CodeTokenKind.Indent, "");
        }

        while (width < _indents.Peek())
        {
            _indents.Pop();
            Add(CodeTokenKind.Dedent, "");
            if (_indents.Count == 1 && width > 0)
            {
                // Only now is it clear how far the block itself is indented.
                _firstIndent += width;
                width = 0;
            }
        }

        return true;
    }

    private void Piece(char c)
    {
        if (char.IsAsciiLetter(c) || c == '_')
        {
            int begin = _at;
            while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] == '_'))
            {
                _at++;
            }

            string word = text[begin.._at];
            if (_at < text.Length && text[_at] is '"' or '\'' && word is "f" or "r" or "b" or "u")
            {
                if (word == "f")
                {
                    throw new UnsupportedException("Python: formatted texts");
                }

                Text(text[_at]);
                return;
            }

            Add(CodeTokenKind.Name, word);
        }
        else if (char.IsAsciiDigit(c) || (c == '.' && _at + 1 < text.Length && char.IsAsciiDigit(text[_at + 1])))
        {
            Number();
        }
        else if (c is '"' or '\'')
        {
            Text(c);
        }
        else
        {
            string piece = Operators.FirstOrDefault(o => string.CompareOrdinal(text, _at, o, 0, o.Length) == 0) ?? c.ToString();
            _depth += c is '(' or '[' or '{' ? 1 : c is ')' or ']' or '}' ? -1 : 0;
            _at += piece.Length;
            Add(CodeTokenKind.Operator, piece);
        }
    }

    private void Number()
    {
        int begin = _at;
        bool hex = string.CompareOrdinal(text, _at, "0x", 0, 2) == 0 || string.CompareOrdinal(text, _at, "0X", 0, 2) == 0;
        _at += hex ? 2 : 0;
        while (_at < text.Length && (hex ? char.IsAsciiHexDigit(text[_at])
            : char.IsAsciiDigit(text[_at]) || text[_at] is '.' or 'e' or 'E' or '_' || (text[_at] is '-' or '+' && text[_at - 1] is 'e' or 'E')))
        {
            _at++;
        }

        string digits = text[begin.._at].Replace("_", "", StringComparison.Ordinal);
        if (_at < text.Length && text[_at] is 'L' or 'l')
        {
            _at++;
        }

        object? value = hex ? BigInteger.Parse("0" + digits[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
            : digits.AsSpan().IndexOfAny(".eE") < 0 ? BigInteger.Parse(digits, CultureInfo.InvariantCulture)
            : double.TryParse(digits, CultureInfo.InvariantCulture, out double real) ? real
            : null;
        Add(CodeTokenKind.Number, digits, value ?? throw new UnsupportedException($"Python: the number {digits}"));
    }

    private void Text(char quote)
    {
        int size = string.CompareOrdinal(text, _at, new string(quote, 3), 0, 3) == 0 ? 3 : 1;
        string ending = new(quote, size);
        int line = _line;
        _at += size;
        var value = new StringBuilder();
        while (_at < text.Length && string.CompareOrdinal(text, _at, ending, 0, size) != 0)
        {
            if (text[_at] == '\\' && _at + 1 < text.Length)
            {
                _at++;
                value.Append(text[_at] switch { 'n' => '\n', 't' => '\t', var other => other });
            }
            else
            {
                value.Append(text[_at]);
            }

            _line += text[_at] == '\n' ? 1 : 0;
            _at++;
        }

        _at += size;
        _tokens.Add(new CodeToken(CodeTokenKind.Text, value.ToString(), line, value.ToString()));
    }
}
