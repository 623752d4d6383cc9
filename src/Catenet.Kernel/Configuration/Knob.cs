using System.Globalization;

namespace Catenet.Kernel.Configuration;

/// <summary>One setting as text.</summary>
/// <param name="Name">Its name in sysctl.</param>
/// <param name="Allowed">What it takes, in words: "a whole number from 1 to 127".</param>
/// <param name="Set">Sets it from text without blanks around it; false, and nothing changed, if that is no value for it.</param>
/// <param name="Tell">Its value as Linux prints it.</param>
internal sealed record Knob(string Name, string Allowed, Func<Settings, string, bool> Set, Func<Settings, string> Tell)
{
    /// <summary>The most that Linux keeps in an octet.</summary>
    public const int Octet = byte.MaxValue;

    /// <summary>The most seconds of a time that Linux keeps in jiffies, of which there are 250 to a second.</summary>
    private const int MostSeconds = int.MaxValue / 250;

    /// <summary>A switch. Where Linux takes more than 0 and 1, all but 0 is on.</summary>
    public static Knob Flag(string name, Func<Settings, bool> get, Action<Settings, bool> set, int most = 1) =>
        Number(name, 0, most, s => get(s) ? 1 : 0, (s, v) => set(s, v != 0)) with { Allowed = "0 or 1" };

    /// <summary>A whole number.</summary>
    public static Knob Whole(string name, int least, int most, Func<Settings, int> get, Action<Settings, int> set) =>
        Number(name, least, most, s => get(s), (s, v) => set(s, (int)v));

    /// <summary>A whole number, which may be larger.</summary>
    public static Knob Number(string name, long least, long most, Func<Settings, long> get, Action<Settings, long> set) => new(
        name, $"a whole number from {Text(least)} to {Text(most)}",
        (settings, text) =>
        {
            bool valid = LinuxNumber.TryParseFirst(text, out long value) && value >= least && value <= most;
            if (valid)
            {
                set(settings, value);
            }

            return valid;
        },
        s => Text(get(s)));

    /// <summary>A time in whole seconds.</summary>
    public static Knob Seconds(string name, Func<Settings, Duration> get, Action<Settings, Duration> set, int most = MostSeconds) =>
        Time(name, "seconds", 1_000_000_000, 0, most, get, set);

    /// <summary>A time in whole milliseconds.</summary>
    public static Knob Milliseconds(string name, Func<Settings, Duration> get, Action<Settings, Duration> set, int least = 0, int most = int.MaxValue) =>
        Time(name, "milliseconds", 1_000_000, least, most, get, set);

    /// <summary>A time in a unit of so many nanoseconds.</summary>
    public static Knob Time(string name, string units, long unit, long least, long most, Func<Settings, Duration> get, Action<Settings, Duration> set)
    {
        var knob = Number(name, least, most, s => get(s).Nanoseconds / unit, (s, v) => set(s, new Duration(v * unit)));
        return knob with { Allowed = $"whole {units} from {Text(least)} to {Text(most)}" };
    }

    /// <summary>Three sizes: the least, the usual and the most. As in Linux those that are not given stay as they are.</summary>
    public static Knob Sizes(
        string name, int least, Func<Settings, (int Least, int Usual, int Most)> get, Action<Settings, (int Least, int Usual, int Most)> set) => new(
        name, $"three sizes, each a whole number from {Text(least)} to {Text(int.MaxValue)}",
        (settings, text) =>
        {
            var (first, second, third) = get(settings);
            long[] values = [first, second, third];
            bool valid = LinuxNumber.TryParseAll(text, values) && values.All(v => v >= least && v <= int.MaxValue);
            if (valid)
            {
                set(settings, ((int)values[0], (int)values[1], (int)values[2]));
            }

            return valid;
        },
        s => get(s) is var v ? $"{Text(v.Least)}\t{Text(v.Usual)}\t{Text(v.Most)}" : "");

    /// <summary>One of some words.</summary>
    public static Knob Choice(string name, IReadOnlyList<string> words, Func<Settings, string> get, Action<Settings, string> set) => new(
        name, $"one of {string.Join(", ", words)}",
        (settings, text) =>
        {
            bool valid = words.Contains(text);
            if (valid)
            {
                set(settings, text);
            }

            return valid;
        },
        get);

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
