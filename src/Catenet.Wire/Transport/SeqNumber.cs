using System.Globalization;

namespace Catenet.Wire.Transport;

/// <summary>A TCP sequence number: 32 bits that wrap, compared by serial arithmetic (RFC 9293 3.4, RFC 1982).</summary>
/// <remarks>
/// <c>a &lt; b</c> holds when b is less than 2^31 ahead of a. At a distance of exactly 2^31, where RFC 1982 leaves the order
/// undefined, each of the two is less than the other; no window is that large (RFC 7323 2.3).
/// </remarks>
/// <param name="Value">The 32 bits.</param>
public readonly record struct SeqNumber(uint Value)
{
    /// <summary>Moves forward, wrapping.</summary>
    public static SeqNumber operator +(SeqNumber a, int distance) => new(a.Value + (uint)distance);

    /// <summary>Moves forward, wrapping.</summary>
    public static SeqNumber operator +(SeqNumber a, uint distance) => new(a.Value + distance);

    /// <summary>Moves back, wrapping.</summary>
    public static SeqNumber operator -(SeqNumber a, int distance) => new(a.Value - (uint)distance);

    /// <summary>Moves back, wrapping.</summary>
    public static SeqNumber operator -(SeqNumber a, uint distance) => new(a.Value - distance);

    /// <summary>The signed distance from <paramref name="b"/> to <paramref name="a"/>, in octets.</summary>
    public static int operator -(SeqNumber a, SeqNumber b) => (int)(a.Value - b.Value);

    /// <summary>The next number.</summary>
    public static SeqNumber operator ++(SeqNumber a) => new(a.Value + 1);

    /// <summary>Before.</summary>
    public static bool operator <(SeqNumber a, SeqNumber b) => (int)(a.Value - b.Value) < 0;

    /// <summary>After.</summary>
    public static bool operator >(SeqNumber a, SeqNumber b) => (int)(b.Value - a.Value) < 0;

    /// <summary>Not after.</summary>
    public static bool operator <=(SeqNumber a, SeqNumber b) => !(a > b);

    /// <summary>Not before.</summary>
    public static bool operator >=(SeqNumber a, SeqNumber b) => !(a < b);

    /// <summary>Whether the number lies in the window of <paramref name="length"/> octets (up to 2^32-1) that begins at <paramref name="first"/>.</summary>
    public bool IsIn(SeqNumber first, uint length) => Value - first.Value < length;

    /// <summary>Whether low &lt;= this &lt;= high, going forward from low (RFC 9293 3.4).</summary>
    public bool IsBetween(SeqNumber low, SeqNumber high) => Value - low.Value <= high.Value - low.Value;

    /// <summary>The later of two.</summary>
    public static SeqNumber Max(SeqNumber a, SeqNumber b) => a < b ? b : a;

    /// <summary>The earlier of two.</summary>
    public static SeqNumber Min(SeqNumber a, SeqNumber b) => a < b ? a : b;

    /// <summary>The same in every run.</summary>
    public override int GetHashCode() => (int)Value;

    /// <summary>The 32 bits in decimal.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
