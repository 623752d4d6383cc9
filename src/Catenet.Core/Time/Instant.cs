using System.Globalization;

namespace Catenet.Core;

/// <summary>A point on a loop's time line: whole nanoseconds since the loop began.</summary>
/// <remarks>Immutable and thread-safe. Virtual runs start at zero; the loop's epoch says which calendar time that is.</remarks>
public readonly record struct Instant(long Nanoseconds) : IComparable<Instant>
{
    /// <summary>The beginning of the run.</summary>
    public static Instant Zero => default;

    /// <summary>Later than anything: used for "not scheduled".</summary>
    public static Instant Never => new(long.MaxValue);

    /// <summary>Seconds since the loop began.</summary>
    public double TotalSeconds => Nanoseconds / 1e9;

    /// <summary>Time since the loop began.</summary>
    public Duration SinceStart => new(Nanoseconds);

    /// <inheritdoc/>
    public int CompareTo(Instant other) => Nanoseconds.CompareTo(other.Nanoseconds);

    /// <summary>The instant <paramref name="d"/> later; never past <see cref="Never"/>.</summary>
    public static Instant operator +(Instant t, Duration d)
    {
        long sum = t.Nanoseconds + d.Nanoseconds;
        return d.Nanoseconds > 0 && sum < t.Nanoseconds ? Never : new(sum);
    }

    /// <summary>The instant <paramref name="d"/> earlier.</summary>
    public static Instant operator -(Instant t, Duration d) => new(t.Nanoseconds - d.Nanoseconds);

    /// <summary>The time from <paramref name="b"/> to <paramref name="a"/>.</summary>
    public static Duration operator -(Instant a, Instant b) => new(a.Nanoseconds - b.Nanoseconds);

    /// <summary>Earlier than.</summary>
    public static bool operator <(Instant a, Instant b) => a.Nanoseconds < b.Nanoseconds;

    /// <summary>Later than.</summary>
    public static bool operator >(Instant a, Instant b) => a.Nanoseconds > b.Nanoseconds;

    /// <summary>Earlier than or at the same time.</summary>
    public static bool operator <=(Instant a, Instant b) => a.Nanoseconds <= b.Nanoseconds;

    /// <summary>Later than or at the same time.</summary>
    public static bool operator >=(Instant a, Instant b) => a.Nanoseconds >= b.Nanoseconds;

    /// <summary>The earlier of two.</summary>
    public static Instant Min(Instant a, Instant b) => a < b ? a : b;

    /// <summary>The later of two.</summary>
    public static Instant Max(Instant a, Instant b) => a > b ? a : b;

    /// <summary>Prints seconds with microseconds: <c>1.250000</c>.</summary>
    public override string ToString() => Nanoseconds == long.MaxValue
        ? "never"
        : (Nanoseconds / 1e9).ToString("0.000000", CultureInfo.InvariantCulture);
}
