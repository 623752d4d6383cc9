using System.Globalization;
using System.Text;

namespace Catenet.Wire.Dns;

/// <summary>An absolute domain name: labels of 1 to 63 octets, 255 octets in all on the wire (RFC 1035 3.1).</summary>
/// <remarks>Immutable and thread-safe. Keeps the case it was given and compares without it (RFC 4343).</remarks>
public sealed class DnsName : IEquatable<DnsName>, IComparable<DnsName>
{
    /// <summary>The most octets of a name on the wire, length octets and root included.</summary>
    public const int MaxLength = 255;

    /// <summary>The most octets of one label.</summary>
    public const int MaxLabel = 63;

    private readonly byte[] _wire;

    private DnsName(byte[] wire, int labels)
    {
        _wire = wire;
        LabelCount = labels;
    }

    /// <summary>The name of no labels, <c>.</c>.</summary>
    public static DnsName Root { get; } = new([0], 0);

    /// <summary>The name as on the wire, uncompressed, the root's zero octet included.</summary>
    public ReadOnlySpan<byte> Wire => _wire;

    /// <summary>How many labels there are, without the root's.</summary>
    public int LabelCount { get; }

    /// <summary>Whether this is <see cref="Root"/>.</summary>
    public bool IsRoot => LabelCount == 0;

    /// <summary>The name without its first label; the root's is the root.</summary>
    public DnsName Parent => IsRoot ? this : new DnsName(_wire[(_wire[0] + 1)..], LabelCount - 1);

    /// <summary>The octets of the first label; empty for the root.</summary>
    public ReadOnlySpan<byte> FirstLabel => _wire.AsSpan(1, _wire[0]);

    /// <summary>The name as people write host names: without the final dot (the root stays <c>.</c>).</summary>
    public string HostName => IsRoot ? "." : ToString()[..^1];

    /// <summary>The last labels of the name.</summary>
    /// <param name="labels">How many, 0 to <see cref="LabelCount"/>.</param>
    public DnsName Suffix(int labels)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)labels, (uint)LabelCount, nameof(labels));
        int at = 0;
        for (int skip = LabelCount - labels; skip > 0; skip--)
        {
            at += _wire[at] + 1;
        }

        return at == 0 ? this : new DnsName(_wire[at..], labels);
    }

    /// <summary>Whether this name is the other one or below it.</summary>
    public bool IsAtOrBelow(DnsName other) => LabelCount >= other.LabelCount && Suffix(other.LabelCount).Equals(other);

    /// <summary>The name with one more label in front.</summary>
    /// <exception cref="FormatException">The label or the name becomes too long.</exception>
    public DnsName Prepend(string label) => Parse(IsRoot ? label + "." : label + "." + ToString());

    /// <summary>Takes a name in wire form without compression that fills the octets.</summary>
    public static bool TryFromWire(ReadOnlySpan<byte> wire, out DnsName name)
    {
        name = Root;
        int at = 0;
        int labels = 0;
        while (at < wire.Length && wire[at] != 0)
        {
            if (wire[at] > MaxLabel)
            {
                return false;
            }

            at += wire[at] + 1;
            labels++;
        }

        if (wire.Length > MaxLength || at != wire.Length - 1)
        {
            return false;
        }

        name = labels == 0 ? Root : new DnsName(wire.ToArray(), labels);
        return true;
    }

    /// <summary>Reads <c>www.example.com</c>, with or without the final dot; <c>\.</c> and <c>\DDD</c> escape (RFC 1035 5.1).</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out DnsName name)
    {
        name = Root;
        if (text is "." or "@")
        {
            return text[0] == '.';
        }

        Span<byte> wire = stackalloc byte[MaxLength];
        int length = 1;
        int label = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '.')
            {
                if (length - label - 1 is 0 or > MaxLabel || length >= MaxLength)
                {
                    return false;
                }

                wire[label] = (byte)(length - label - 1);
                label = length++;
                continue;
            }

            // Room is kept for the root's octet.
            if (!TryTakeOctet(text, ref i, out byte octet) || length >= MaxLength - 1)
            {
                return false;
            }

            wire[length++] = octet;
        }

        if (length - label - 1 is int last && (last > MaxLabel || text.IsEmpty))
        {
            return false;
        }

        // A name that ended in a dot has its empty last label in place; any other gets one.
        wire[label] = (byte)last;
        length = last == 0 ? label + 1 : length + 1;
        wire[length - 1] = 0;
        return TryFromWire(wire[..length], out name);
    }

    /// <summary>Reads a name.</summary>
    /// <exception cref="FormatException">The text is no domain name.</exception>
    public static DnsName Parse(string text) => TryParse(text, out var name)
        ? name
        : throw new FormatException($"'{text}' is not a domain name: labels have 1 to 63 characters, the whole at most 253.");

    private static bool TryTakeOctet(ReadOnlySpan<char> text, ref int i, out byte octet)
    {
        octet = (byte)text[i];
        if (text[i] is <= ' ' or > '~')
        {
            return false;
        }

        if (text[i] != '\\')
        {
            return true;
        }

        if (i + 3 < text.Length && char.IsAsciiDigit(text[i + 1]))
        {
            bool isOctet = byte.TryParse(text.Slice(i + 1, 3), NumberStyles.None, CultureInfo.InvariantCulture, out octet);
            i += 3;
            return isOctet;
        }

        if (++i >= text.Length || text[i] is <= ' ' or > '~' || char.IsAsciiDigit(text[i]))
        {
            return false;
        }

        octet = (byte)text[i];
        return true;
    }

    /// <inheritdoc/>
    public bool Equals(DnsName? other) => other is not null && EqualsIgnoreCase(_wire, other._wire);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DnsName);

    /// <summary>The same in every run and for every case.</summary>
    public override int GetHashCode()
    {
        uint hash = 2166136261;
        foreach (byte octet in _wire)
        {
            hash = (hash ^ Lower(octet)) * 16777619;
        }

        return (int)hash;
    }

    /// <summary>The canonical order: by the last label first (RFC 4034 6.1).</summary>
    public int CompareTo(DnsName? other)
    {
        if (other is null)
        {
            return 1;
        }

        for (int i = 1; i <= Math.Min(LabelCount, other.LabelCount); i++)
        {
            int order = CompareLabels(Suffix(i).FirstLabel, other.Suffix(i).FirstLabel);
            if (order != 0)
            {
                return order;
            }
        }

        return LabelCount.CompareTo(other.LabelCount);
    }

    private static int CompareLabels(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        for (int i = 0; i < Math.Min(a.Length, b.Length); i++)
        {
            if (Lower(a[i]) != Lower(b[i]))
            {
                return Lower(a[i]).CompareTo(Lower(b[i]));
            }
        }

        return a.Length.CompareTo(b.Length);
    }

    // Length octets are below every letter, so that the whole wire form may be compared at once; labels need not be ASCII.
    private static bool EqualsIgnoreCase(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        if (a.Length != b.Length)
        {
            return false;
        }

        for (int i = 0; i < a.Length; i++)
        {
            if (a[i] != b[i] && Lower(a[i]) != Lower(b[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static byte Lower(byte octet) => octet is >= (byte)'A' and <= (byte)'Z' ? (byte)(octet | 0x20) : octet;

    /// <summary>Equal but for case.</summary>
    public static bool operator ==(DnsName? a, DnsName? b) => a is null ? b is null : a.Equals(b);

    /// <summary>Different.</summary>
    public static bool operator !=(DnsName? a, DnsName? b) => !(a == b);

    /// <summary>Before, in canonical order.</summary>
    public static bool operator <(DnsName a, DnsName b) => a.CompareTo(b) < 0;

    /// <summary>After, in canonical order.</summary>
    public static bool operator >(DnsName a, DnsName b) => a.CompareTo(b) > 0;

    /// <summary>Not after, in canonical order.</summary>
    public static bool operator <=(DnsName a, DnsName b) => a.CompareTo(b) <= 0;

    /// <summary>Not before, in canonical order.</summary>
    public static bool operator >=(DnsName a, DnsName b) => a.CompareTo(b) >= 0;

    /// <summary>Prints with the final dot: <c>www.example.com.</c>; octets that would mislead are escaped.</summary>
    public override string ToString()
    {
        if (IsRoot)
        {
            return ".";
        }

        var text = new StringBuilder(_wire.Length);
        for (int at = 0; _wire[at] != 0; at += _wire[at] + 1)
        {
            foreach (byte octet in _wire.AsSpan(at + 1, _wire[at]))
            {
                AppendOctet(text, octet);
            }

            text.Append('.');
        }

        return text.ToString();
    }

    private static void AppendOctet(StringBuilder text, byte octet)
    {
        switch (octet)
        {
            case (byte)'.' or (byte)'\\' or (byte)'"' or (byte)';' or (byte)'(' or (byte)')' or (byte)'@' or (byte)'$':
                text.Append('\\').Append((char)octet);
                break;
            case <= (byte)' ' or > (byte)'~':
                text.Append('\\').Append(octet.ToString("D3", CultureInfo.InvariantCulture));
                break;
            default:
                text.Append((char)octet);
                break;
        }
    }
}
