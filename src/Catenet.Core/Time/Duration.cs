using System.Globalization;

namespace Catenet.Core;

/// <summary>A span of time in whole nanoseconds, 64 bits signed: about 292 years either way.</summary>
/// <remarks>Immutable and thread-safe. Arithmetic wraps as <see cref="long"/> does; <see cref="Infinite"/> is the largest value.</remarks>
public readonly record struct Duration(long Nanoseconds) : IComparable<Duration>
{
    /// <summary>No time at all.</summary>
    public static Duration Zero => default;

    /// <summary>Longer than any run: used for "never".</summary>
    public static Duration Infinite => new(long.MaxValue);

    /// <summary>Makes a duration of <paramref name="value"/> microseconds.</summary>
    public static Duration FromMicroseconds(double value) => new((long)(value * 1e3));

    /// <summary>Makes a duration of <paramref name="value"/> milliseconds.</summary>
    public static Duration FromMilliseconds(double value) => new((long)(value * 1e6));

    /// <summary>Makes a duration of <paramref name="value"/> seconds.</summary>
    public static Duration FromSeconds(double value) => new((long)(value * 1e9));

    /// <summary>Makes a duration of <paramref name="value"/> minutes.</summary>
    public static Duration FromMinutes(double value) => new((long)(value * 60e9));

    /// <summary>Converts from .NET's 100 ns ticks; <see cref="Timeout.InfiniteTimeSpan"/> becomes <see cref="Infinite"/>.</summary>
    public static Duration From(TimeSpan value) =>
        value == Timeout.InfiniteTimeSpan ? Infinite : new(value.Ticks * 100);

    /// <summary>The same in microseconds.</summary>
    public double TotalMicroseconds => Nanoseconds / 1e3;

    /// <summary>The same in milliseconds.</summary>
    public double TotalMilliseconds => Nanoseconds / 1e6;

    /// <summary>The same in seconds.</summary>
    public double TotalSeconds => Nanoseconds / 1e9;

    /// <summary>The same as a <see cref="TimeSpan"/>, cut to 100 ns.</summary>
    public TimeSpan ToTimeSpan() => new(Nanoseconds / 100);

    /// <inheritdoc/>
    public int CompareTo(Duration other) => Nanoseconds.CompareTo(other.Nanoseconds);

    /// <summary>Adds two durations.</summary>
    public static Duration operator +(Duration a, Duration b) => new(a.Nanoseconds + b.Nanoseconds);

    /// <summary>Subtracts one duration from another.</summary>
    public static Duration operator -(Duration a, Duration b) => new(a.Nanoseconds - b.Nanoseconds);

    /// <summary>Negates a duration.</summary>
    public static Duration operator -(Duration a) => new(-a.Nanoseconds);

    /// <summary>Scales a duration.</summary>
    public static Duration operator *(Duration a, long k) => new(a.Nanoseconds * k);

    /// <summary>Scales a duration.</summary>
    public static Duration operator *(Duration a, double k) => new((long)(a.Nanoseconds * k));

    /// <summary>Divides a duration.</summary>
    public static Duration operator /(Duration a, long k) => new(a.Nanoseconds / k);

    /// <summary>Shorter than.</summary>
    public static bool operator <(Duration a, Duration b) => a.Nanoseconds < b.Nanoseconds;

    /// <summary>Longer than.</summary>
    public static bool operator >(Duration a, Duration b) => a.Nanoseconds > b.Nanoseconds;

    /// <summary>Shorter than or equal.</summary>
    public static bool operator <=(Duration a, Duration b) => a.Nanoseconds <= b.Nanoseconds;

    /// <summary>Longer than or equal.</summary>
    public static bool operator >=(Duration a, Duration b) => a.Nanoseconds >= b.Nanoseconds;

    /// <summary>The shorter of two.</summary>
    public static Duration Min(Duration a, Duration b) => a < b ? a : b;

    /// <summary>The longer of two.</summary>
    public static Duration Max(Duration a, Duration b) => a > b ? a : b;

    /// <summary>Prints with the unit that fits: <c>150 ns</c>, <c>20 us</c>, <c>12.5 ms</c>, <c>3 s</c>.</summary>
    public override string ToString()
    {
        if (Nanoseconds == long.MaxValue)
        {
            return "forever";
        }

        double n = Nanoseconds;
        double magnitude = Math.Abs(n);
        return magnitude switch
        {
            < 1e3 => string.Create(CultureInfo.InvariantCulture, $"{n:0} ns"),
            < 1e6 => string.Create(CultureInfo.InvariantCulture, $"{n / 1e3:0.###} us"),
            < 1e9 => string.Create(CultureInfo.InvariantCulture, $"{n / 1e6:0.###} ms"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{n / 1e9:0.###} s"),
        };
    }
}
