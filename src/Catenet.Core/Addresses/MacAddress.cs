using System.Globalization;

namespace Catenet.Core;

/// <summary>A 48-bit IEEE 802 hardware address.</summary>
/// <remarks>Immutable and thread-safe; compares as one integer.</remarks>
public readonly struct MacAddress : IEquatable<MacAddress>, IComparable<MacAddress>
{
    private readonly ulong _value;

    /// <summary>Makes an address from its value, the first octet being the most significant of the low 48 bits.</summary>
    public MacAddress(ulong value) => _value = value & 0xFFFF_FFFF_FFFF;

    /// <summary>Reads an address from six octets in network order.</summary>
    /// <exception cref="ArgumentException">Fewer than six octets.</exception>
    public MacAddress(ReadOnlySpan<byte> octets)
    {
        if (octets.Length < 6)
        {
            throw new ArgumentException("A MAC address has six octets.", nameof(octets));
        }

        _value = (ulong)octets[0] << 40 | (ulong)octets[1] << 32 | (ulong)octets[2] << 24 |
                 (ulong)octets[3] << 16 | (ulong)octets[4] << 8 | octets[5];
    }

    /// <summary>The size of the address on the wire, in octets.</summary>
    public const int Size = 6;

    /// <summary><c>ff:ff:ff:ff:ff:ff</c>, every station of a broadcast domain.</summary>
    public static MacAddress Broadcast => new(0xFFFF_FFFF_FFFF);

    /// <summary><c>00:00:00:00:00:00</c>, no address.</summary>
    public static MacAddress None => default;

    /// <summary>The 48 bits as an integer.</summary>
    public ulong Value => _value;

    /// <summary>Whether this is <see cref="Broadcast"/>.</summary>
    public bool IsBroadcast => _value == 0xFFFF_FFFF_FFFF;

    /// <summary>Whether the group bit is set (multicast, and broadcast too).</summary>
    public bool IsMulticast => (_value >> 40 & 1) != 0;

    /// <summary>Whether this is the all-zero address.</summary>
    public bool IsNone => _value == 0;

    /// <summary>A locally administered unicast address that depends on nothing but <paramref name="hash"/>.</summary>
    public static MacAddress LocallyAdministered(ulong hash) => new((hash & 0xFCFF_FFFF_FFFF) | 0x0200_0000_0000);

    /// <summary>The group address of an IP multicast group: 01:00:5e + 23 bits (RFC 1112 6.4) or 33:33 + 32 bits (RFC 2464 7).</summary>
    public static MacAddress ForMulticast(InetAddress group) => group.IsIPv4
        ? new(0x0100_5E00_0000UL | (group.ToIPv4() & 0x7F_FFFFu))
        : new(0x3333_0000_0000UL | (group.Low & 0xFFFF_FFFF));

    /// <summary>Writes six octets in network order.</summary>
    public void CopyTo(Span<byte> destination)
    {
        destination[5] = (byte)_value;
        destination[4] = (byte)(_value >> 8);
        destination[3] = (byte)(_value >> 16);
        destination[2] = (byte)(_value >> 24);
        destination[1] = (byte)(_value >> 32);
        destination[0] = (byte)(_value >> 40);
    }

    /// <summary>Reads <c>02:00:00:00:00:01</c> or the same with dashes.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out MacAddress address)
    {
        address = default;
        if (text.Length != 17)
        {
            return false;
        }

        ulong value = 0;
        for (int i = 0; i < 17; i += 3)
        {
            if (!byte.TryParse(text.Slice(i, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte octet) ||
                (i < 15 && text[i + 2] is not (':' or '-')))
            {
                return false;
            }

            value = value << 8 | octet;
        }

        address = new MacAddress(value);
        return true;
    }

    /// <summary>Reads an address.</summary>
    /// <exception cref="FormatException">The text is not six colon-separated octets.</exception>
    public static MacAddress Parse(string text) => TryParse(text, out var address)
        ? address
        : throw new FormatException($"'{text}' is not a MAC address; write it as 02:00:00:00:00:01.");

    /// <inheritdoc/>
    public bool Equals(MacAddress other) => _value == other._value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MacAddress other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => (int)(_value * 0x9E37_79B9_7F4A_7C15 >> 32);

    /// <inheritdoc/>
    public int CompareTo(MacAddress other) => _value.CompareTo(other._value);

    /// <summary>Equal.</summary>
    public static bool operator ==(MacAddress a, MacAddress b) => a._value == b._value;

    /// <summary>Different.</summary>
    public static bool operator !=(MacAddress a, MacAddress b) => a._value != b._value;

    /// <summary>Prints as Linux does: <c>02:00:00:00:00:01</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{_value >> 40 & 0xFF:x2}:{_value >> 32 & 0xFF:x2}:{_value >> 24 & 0xFF:x2}:{_value >> 16 & 0xFF:x2}:{_value >> 8 & 0xFF:x2}:{_value & 0xFF:x2}");
}
