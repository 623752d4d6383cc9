using System.Globalization;

namespace Catenet.Packetdrill.Language;

/// <summary>Walks through a script's text. What a character means depends on where it stands (a dot is a flag, a fraction or a part of an address), so parsers ask for what they need.</summary>
internal sealed class Scanner(string text)
{
    private int _at;

    /// <summary>The present position.</summary>
    public int Position
    {
        get => _at;
        set => _at = value;
    }

    /// <summary>The line of the present position, from one on.</summary>
    public int Line => LineOf(_at);

    /// <summary>The character at the present position; zero at the end.</summary>
    public char Current => _at < text.Length ? text[_at] : '\0';

    /// <summary>Whether only blanks are left; skips them.</summary>
    public bool AtEnd
    {
        get
        {
            SkipBlanks();
            return _at >= text.Length;
        }
    }

    /// <summary>The line of a position, from one on.</summary>
    public int LineOf(int position) => text.AsSpan(0, Math.Min(position, text.Length)).Count('\n') + 1;

    /// <summary>The text between two positions.</summary>
    public string Text(int from, int to) => text[from..to];

    /// <summary>Skips whitespace and comments (<c>// ...</c>, <c>/* ... */</c>, and <c>#</c> at the beginning of a line).</summary>
    public void SkipBlanks()
    {
        while (_at < text.Length)
        {
            if (char.IsWhiteSpace(text[_at]))
            {
                _at++;
            }
            else if (Looking("//") || (text[_at] == '#' && (_at == 0 || text[_at - 1] == '\n')))
            {
                int end = text.IndexOf('\n', _at);
                _at = end < 0 ? text.Length : end;
            }
            else if (Looking("/*"))
            {
                int end = text.IndexOf("*/", _at + 2, StringComparison.Ordinal);
                _at = end < 0 ? throw Mistake("a comment begins here and does not end") : end + 2;
            }
            else
            {
                return;
            }
        }
    }

    /// <summary>Whether exactly this stands here.</summary>
    public bool Looking(string what) => string.CompareOrdinal(text, _at, what, 0, what.Length) == 0;

    /// <summary>Takes a piece of punctuation if it is next.</summary>
    public bool Take(string what)
    {
        SkipBlanks();
        if (!Looking(what))
        {
            return false;
        }

        _at += what.Length;
        return true;
    }

    /// <summary>Takes a word if it is next and whole.</summary>
    public bool TakeWord(string word)
    {
        SkipBlanks();
        int after = _at + word.Length;
        if (!Looking(word) || (after < text.Length && IsWordCharacter(text[after])))
        {
            return false;
        }

        _at = after;
        return true;
    }

    /// <summary>Takes a piece of punctuation that must be next.</summary>
    public void Expect(string what, string where)
    {
        if (!Take(what))
        {
            throw Mistake($"'{what}' is missing {where}; here stands {Here()}");
        }
    }

    /// <summary>The word that is next (letters, digits, underscores; not beginning with a digit), without taking it; null if there is none.</summary>
    public string? PeekWord()
    {
        SkipBlanks();
        int end = _at;
        while (end < text.Length && IsWordCharacter(text[end]))
        {
            end++;
        }

        return end == _at || char.IsAsciiDigit(text[_at]) ? null : text[_at..end];
    }

    /// <summary>Takes the word that must be next.</summary>
    public string Word(string what)
    {
        string word = PeekWord() ?? throw Mistake($"{what} is missing; here stands {Here()}");
        _at += word.Length;
        return word;
    }

    /// <summary>Takes characters as long as they are wanted.</summary>
    public string Run(Func<char, bool> wanted)
    {
        SkipBlanks();
        int begin = _at;
        while (_at < text.Length && wanted(text[_at]))
        {
            _at++;
        }

        return text[begin.._at];
    }

    /// <summary>Whether a number is next.</summary>
    public bool AtNumber()
    {
        SkipBlanks();
        return char.IsAsciiDigit(Current) || (Current == '.' && _at + 1 < text.Length && char.IsAsciiDigit(text[_at + 1]));
    }

    /// <summary>Takes a whole number, decimal or hexadecimal (0x...), perhaps with a minus sign.</summary>
    public long Integer(string what)
    {
        SkipBlanks();
        int begin = _at;
        bool negative = Current == '-';
        if (negative)
        {
            _at++;
        }

        bool hex = Looking("0x") || Looking("0X");
        if (hex)
        {
            _at += 2;
        }

        int digits = _at;
        while (hex ? char.IsAsciiHexDigit(Current) : char.IsAsciiDigit(Current))
        {
            _at++;
        }

        var style = hex ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
        if (digits == _at || !ulong.TryParse(text.AsSpan(digits, _at - digits), style, CultureInfo.InvariantCulture, out ulong value))
        {
            _at = begin;
            throw Mistake($"{what} is missing; here stands {Here()}");
        }

        return negative ? -(long)value : (long)value;
    }

    /// <summary>Takes an unsigned number of 32 bits.</summary>
    public uint Unsigned(string what)
    {
        int begin = _at;
        long value = Integer(what);
        if (value is < 0 or > uint.MaxValue)
        {
            _at = begin;
            throw Mistake($"{what} is no number of 32 bits");
        }

        return (uint)value;
    }

    /// <summary>Takes a decimal number of seconds. Two dots in a row do not belong to it.</summary>
    public Duration Seconds(string what)
    {
        SkipBlanks();
        int begin = _at;
        bool point = false;
        while (char.IsAsciiDigit(Current) || (Current == '.' && !point && !Looking("..")))
        {
            point |= Current == '.';
            _at++;
        }

        if (!decimal.TryParse(text.AsSpan(begin, _at - begin), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal seconds) || seconds > 1e9m)
        {
            _at = begin;
            throw Mistake($"{what} is missing; here stands {Here()}");
        }

        return new Duration((long)(seconds * 1_000_000_000m));
    }

    /// <summary>Takes a text in double quotes, with C's usual escapes.</summary>
    public string QuotedText()
    {
        Expect("\"", "before a text");
        int begin = _at - 1;
        var value = new System.Text.StringBuilder();
        while (Current != '"')
        {
            if (_at >= text.Length || Current == '\n')
            {
                _at = begin;
                throw Mistake("a text begins here and does not end on the line");
            }

            value.Append(Current == '\\' ? Escape() : Current);
            _at++;
        }

        _at++;
        return value.ToString();
    }

    /// <summary>Takes everything up to an ending, which is taken too.</summary>
    public string Until(string ending, string what)
    {
        int end = text.IndexOf(ending, _at, StringComparison.Ordinal);
        if (end < 0)
        {
            throw Mistake($"{what} begins here and does not end: '{ending}' is missing");
        }

        string found = text[_at..end];
        _at = end + ending.Length;
        return found;
    }

    /// <summary>A mistake at the present position.</summary>
    public ScriptException Mistake(string message) => Mistake(_at, message);

    /// <summary>A mistake at a position.</summary>
    public ScriptException Mistake(int position, string message)
    {
        int begin = position == 0 ? 0 : text.LastIndexOf('\n', Math.Min(position, text.Length) - 1) + 1;
        return new ScriptException(LineOf(position), position - begin + 1, message);
    }

    /// <summary>What stands here, for messages.</summary>
    public string Here()
    {
        SkipBlanks();
        if (_at >= text.Length)
        {
            return "the end of the script";
        }

        int end = text.AsSpan(_at).IndexOfAny('\n', '\r');
        return $"'{text.Substring(_at, Math.Min(end < 0 ? text.Length - _at : end, 30)).TrimEnd()}'";
    }

    private static bool IsWordCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    private char Escape()
    {
        _at++;
        switch (Current)
        {
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case '0':
                return '\0';
            case 'x' when _at + 2 < text.Length && byte.TryParse(text.AsSpan(_at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value):
                _at += 2;
                return (char)value;
            default:
                return Current;
        }
    }
}
