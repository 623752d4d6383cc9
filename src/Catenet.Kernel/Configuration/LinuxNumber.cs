using System.Globalization;

namespace Catenet.Kernel.Configuration;

/// <summary>Numbers as Linux reads what is written under /proc/sys: decimal, 0x for hexadecimal, 0 for octal; more than are wanted are passed over.</summary>
internal static class LinuxNumber
{
    /// <summary>Reads the first number.</summary>
    public static bool TryParseFirst(string text, out long value)
    {
        long[] values = [0];
        bool valid = TryParseAll(text, values);
        value = values[0];
        return valid;
    }

    /// <summary>Reads as many numbers as there are, and as are wanted; there has to be one.</summary>
    public static bool TryParseAll(string text, Span<long> values)
    {
        string[] parts = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < Math.Min(parts.Length, values.Length); i++)
        {
            if (!TryParse(parts[i], out values[i]))
            {
                return false;
            }
        }

        return parts.Length > 0;
    }

    private static bool TryParse(ReadOnlySpan<char> text, out long value)
    {
        bool negative = text is ['-', ..];
        text = negative ? text[1..] : text;
        bool valid = text switch
        {
            ['0', 'x' or 'X', .. var digits] => long.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value),
            ['0', .. { Length: > 0 } digits] => TryParseOctal(digits, out value),
            _ => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value),
        };
        value = negative ? -value : value;
        return valid;
    }

    private static bool TryParseOctal(ReadOnlySpan<char> digits, out long value)
    {
        value = 0;
        foreach (char digit in digits)
        {
            if (digit is < '0' or > '7' || value > long.MaxValue >> 3)
            {
                return false;
            }

            value = value << 3 | (long)(digit - '0');
        }

        return true;
    }
}
