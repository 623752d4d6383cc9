namespace Catenet.Lab.Model;

/// <summary>How a run's time passes: in virtual time, or at <paramref name="Pace"/> times the wall clock's speed.</summary>
/// <param name="Pace">Virtual seconds per real second: 1 is real time, 0.1 ten times slower, 0 means virtual (as fast as it goes).</param>
public readonly record struct TimeMode(double Pace)
{
    /// <summary>As fast as the machine can, skipping idle time; repeats exactly for one seed.</summary>
    public static TimeMode Virtual => default;

    /// <summary>One second takes one second.</summary>
    public static TimeMode Real => new(1);

    /// <summary>Whether time is virtual.</summary>
    public bool IsVirtual => Pace == 0;

    /// <summary>Reads <c>virtual</c>, <c>real</c> or <c>x0.1</c> (a factor above 0 and up to 1000).</summary>
    public static bool TryParse(string text, out TimeMode mode)
    {
        mode = default;
        if (text is "virtual" or "real")
        {
            mode = text == "real" ? Real : Virtual;
            return true;
        }

        if (text.Length < 2 || text[0] != 'x' || !decimal.TryParse(text.AsSpan(1), System.Globalization.NumberStyles.AllowDecimalPoint,
            System.Globalization.CultureInfo.InvariantCulture, out decimal pace) || pace <= 0 || pace > 1000)
        {
            return false;
        }

        mode = new TimeMode((double)pace);
        return true;
    }

    /// <summary>Prints as a lab file has it.</summary>
    public override string ToString() => Pace switch
    {
        0 => "virtual",
        1 => "real",
        _ => "x" + ((decimal)Pace).ToString(System.Globalization.CultureInfo.InvariantCulture),
    };
}
