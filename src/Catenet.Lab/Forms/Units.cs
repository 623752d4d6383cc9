using System.Globalization;
using Catenet.Core;

namespace Catenet.Lab.Forms;

/// <summary>Numbers with units, as lab files have them. Without a unit only 0 is accepted.</summary>
internal static class Units
{
    private static readonly (string Unit, decimal Factor)[] Durations =
        [("ns", 1m), ("us", 1e3m), ("ms", 1e6m), ("s", 1e9m), ("min", 60e9m), ("h", 3600e9m)];

    private static readonly (string Unit, decimal Factor)[] Rates =
        [("bit", 1m), ("kbit", 1e3m), ("Mbit", 1e6m), ("Gbit", 1e9m), ("Tbit", 1e12m)];

    private static readonly (string Unit, decimal Factor)[] Sizes =
        [("B", 1m), ("kB", 1e3m), ("KiB", 1024m), ("MB", 1e6m), ("MiB", 1048576m), ("GB", 1e9m), ("GiB", 1073741824m)];

    private static readonly (string Unit, decimal Factor)[] Percents = [("%", 0.01m)];

    /// <summary>A duration of up to ten years.</summary>
    public static readonly TextForm<Duration> Duration = new TextForm<Duration>("a duration such as 20 ms", ParseDuration, d => Print(d.Nanoseconds, Durations))
        .Type("string integer").Pattern(@"^([0-9]+(\.[0-9]+)?|\.[0-9]+) ?(ns|us|µs|ms|s|min|h)$|^0$");

    /// <summary>Bits per second.</summary>
    public static readonly TextForm<long> Rate = new TextForm<long>("a rate such as 100 Mbit", ParseRate, r => Print(r, Rates))
        .Pattern(@"^([0-9]+(\.[0-9]+)?|\.[0-9]+) ?[kMGT]?bit(/s)?$");

    /// <summary>Octets.</summary>
    public static readonly TextForm<long> Size = new TextForm<long>("a size such as 64 KiB", ParseSize, s => Print(s, Sizes))
        .Type("string integer").Pattern(@"^([0-9]+(\.[0-9]+)?|\.[0-9]+) ?(B|kB|KiB|MB|MiB|GB|GiB)$|^0$");

    /// <summary>A fraction, written in percent.</summary>
    public static readonly TextForm<double> Percent = new TextForm<double>("a percentage such as 0.1 %", ParsePercent,
            p => $"{((decimal)p * 100).ToString("0.############", CultureInfo.InvariantCulture)} %")
        .Type("string integer").Pattern(@"^([0-9]+(\.[0-9]+)?|\.[0-9]+) ?%$|^0$");

    private static Complaint? ParseDuration(string text, out Duration value)
    {
        var complaint = Parse(text, Durations, "a duration", "20 ms, 1.5 s, 2 min", 315_576_000m * 1e9m, out decimal number);
        value = new Duration((long)number);
        return complaint;
    }

    private static Complaint? ParseRate(string text, out long value)
    {
        string bare = text.EndsWith("bit/s", StringComparison.Ordinal) ? text[..^2] : text;
        var complaint = Parse(bare, Rates, "a rate", "20 Mbit, 1.5 Gbit, 56 kbit", 1e15m, out decimal number);
        value = (long)number;
        return complaint ?? (value < 1 ? new Complaint("a rate has to be at least 1 bit", "leave the key out for no limit") : null);
    }

    private static Complaint? ParseSize(string text, out long value)
    {
        var complaint = Parse(text, Sizes, "a size", "1200 B, 64 KiB, 100 MB", 1e15m, out decimal number);
        value = (long)number;
        return complaint;
    }

    private static Complaint? ParsePercent(string text, out double value)
    {
        var complaint = Parse(text, Percents, "a percentage", "0.1 %, 5 %", 1e20m, out decimal number);
        value = (double)number;
        return complaint ?? (number > 1 ? new Complaint($"{text} is more than everything", "a percentage is from 0 % to 100 %") : null);
    }

    private static Complaint? Parse(string text, (string Unit, decimal Factor)[] units, string what, string examples, decimal most, out decimal value)
    {
        value = 0;
        int end = 0;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == '.'))
        {
            end++;
        }

        if (text.StartsWith('-'))
        {
            return new Complaint($"{what} cannot be negative", $"write it as {examples}");
        }

        if (end is 0 or > 24 || !decimal.TryParse(text.AsSpan(0, end), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number))
        {
            return new Complaint($"'{Shorten(text)}' is not {what}", $"write it as {examples}");
        }

        string written = text[end..].Trim();
        string unit = written == "µs" ? "us" : written;
        int index = Array.FindIndex(units, u => u.Unit == unit);
        if (index < 0)
        {
            return unit.Length == 0 && number == 0 ? null : UnknownUnit(text, end, written, units, what);
        }

        decimal limit = most / units[index].Factor;
        if (number > limit)
        {
            return new Complaint($"{Shorten(text)} is too much", $"the most is {(most / units[^1].Factor).ToString("0.#", CultureInfo.InvariantCulture)} {units[^1].Unit}");
        }

        value = number * units[index].Factor;
        return null;
    }

    private static Complaint UnknownUnit(string text, int end, string written, (string Unit, decimal Factor)[] units, string what)
    {
        string list = string.Join(", ", units.Select(u => u.Unit));
        string number = text[..end];
        if (written.Length == 0)
        {
            return new Complaint($"{what} needs a unit", $"write {number} {units[units.Length / 2].Unit}, for example (units: {list})");
        }

        string? meant = Meant(written, units);
        string guess = meant is null ? "" : $"did you mean {number} {meant}? ";
        int offset = text.IndexOf(written, end, StringComparison.Ordinal);
        return new Complaint($"unknown unit '{Shorten(written)}' for {what}", $"{guess}(units: {list})", offset, written.Length);
    }

    /// <summary>The unit that people mean by what they write elsewhere.</summary>
    private static string? Meant(string written, (string Unit, decimal Factor)[] units)
    {
        string bare = written.Replace("ps", "", StringComparison.OrdinalIgnoreCase).Replace("/s", "", StringComparison.Ordinal);
        var near = units.Where(u => u.Unit.StartsWith(bare, StringComparison.OrdinalIgnoreCase) || bare.StartsWith(u.Unit, StringComparison.OrdinalIgnoreCase));
        string? exact = near.OrderByDescending(u => u.Unit.Length).Select(u => u.Unit).FirstOrDefault();
        return exact ?? Reading.Spelling.Nearest(written, units.Select(u => u.Unit));
    }

    private static string Shorten(string text) => text.Length > 40 ? text[..40] + "..." : text;

    /// <summary>Prints in the largest unit that leaves at most three decimals.</summary>
    private static string Print(long value, (string Unit, decimal Factor)[] units)
    {
        foreach (var (unit, factor) in units.Reverse())
        {
            decimal number = value / factor;
            if (number >= 1 && decimal.Round(number, 3) == number)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{number:0.###} {unit}");
            }
        }

        return $"{value} {units[0].Unit}";
    }
}
