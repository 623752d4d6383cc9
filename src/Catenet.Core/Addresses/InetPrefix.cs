using System.Globalization;
using System.Net;

namespace Catenet.Core;

/// <summary>A block of addresses: an address whose host bits are zero and the number of bits that count.</summary>
/// <remarks>Immutable and thread-safe. The surface type is <see cref="IPNetwork"/>.</remarks>
public readonly struct InetPrefix : IEquatable<InetPrefix>
{
    private readonly InetAddress _address;
    private readonly byte _length;

    /// <summary>Makes a prefix; bits of <paramref name="address"/> past <paramref name="length"/> are cleared.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is not within 0..32 (IPv4) or 0..128 (IPv6).</exception>
    public InetPrefix(InetAddress address, int length)
    {
        if ((uint)length > (uint)address.Bits)
        {
            throw new ArgumentOutOfRangeException(nameof(length), length, $"A prefix of {address} has 0 to {address.Bits} bits.");
        }

        _length = (byte)length;
        _address = Mask(address, length);
    }

    /// <summary><c>0.0.0.0/0</c>.</summary>
    public static InetPrefix AllIPv4 => new(InetAddress.AnyIPv4, 0);

    /// <summary><c>::/0</c>.</summary>
    public static InetPrefix AllIPv6 => new(InetAddress.AnyIPv6, 0);

    /// <summary>The first address of the block.</summary>
    public InetAddress Address => _address;

    /// <summary>How many leading bits count.</summary>
    public int Length => _length;

    /// <summary>Whether this is a block of IPv4 addresses.</summary>
    public bool IsIPv4 => _address.IsIPv4;

    /// <summary>The last address of an IPv4 block, its directed broadcast (RFC 919).</summary>
    public InetAddress Broadcast => InetAddress.FromIPv4(_address.ToIPv4() | (uint)(0xFFFF_FFFFUL >> _length));

    /// <summary>Whether the address lies in the block; false across families.</summary>
    public bool Contains(InetAddress address) => address.IsIPv4 == _address.IsIPv4 && Mask(address, _length) == _address;

    /// <summary>Whether the other block lies in this one (or is it).</summary>
    public bool Contains(InetPrefix other) => other._length >= _length && Contains(other._address);

    /// <summary>Whether the two blocks share an address.</summary>
    public bool Overlaps(InetPrefix other) => Contains(other) || other.Contains(this);

    /// <summary>The <paramref name="index"/>-th address of the block, zero being <see cref="Address"/>.</summary>
    public InetAddress At(ulong index) => IsIPv4
        ? InetAddress.FromIPv4(_address.ToIPv4() + (uint)index)
        : new InetAddress(_address.High, _address.Low + index);

    /// <summary>Clears the bits of an address past the first <paramref name="length"/>.</summary>
    public static InetAddress Mask(InetAddress address, int length)
    {
        if (address.IsIPv4)
        {
            return InetAddress.FromIPv4(length == 0 ? 0 : address.ToIPv4() & uint.MaxValue << 32 - length);
        }

        ulong high = length >= 64 ? address.High : length == 0 ? 0 : address.High & ulong.MaxValue << 64 - length;
        ulong low = length >= 128 ? address.Low : length <= 64 ? 0 : address.Low & ulong.MaxValue << 128 - length;
        return new InetAddress(high, low);
    }

    /// <summary>Reads <c>10.0.0.0/8</c> or <c>2001:db8::/32</c>; host bits are cleared.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out InetPrefix prefix)
    {
        prefix = default;
        int slash = text.IndexOf('/');
        if (slash < 0 || !InetAddress.TryParse(text[..slash], out var address) ||
            !int.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int length) || length > address.Bits)
        {
            return false;
        }

        prefix = new InetPrefix(address, length);
        return true;
    }

    /// <summary>Reads a prefix.</summary>
    /// <exception cref="FormatException">The text is no prefix.</exception>
    public static InetPrefix Parse(string text) => TryParse(text, out var prefix)
        ? prefix
        : throw new FormatException($"'{text}' is not a prefix; write it as 10.0.0.0/8 or 2001:db8::/32.");

    /// <summary>Converts to the surface type.</summary>
    public IPNetwork ToIPNetwork() => new(_address.ToIPAddress(), _length);

    /// <inheritdoc/>
    public bool Equals(InetPrefix other) => _address == other._address && _length == other._length;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is InetPrefix other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _address.GetHashCode() * 31 + _length;

    /// <summary>Equal.</summary>
    public static bool operator ==(InetPrefix a, InetPrefix b) => a.Equals(b);

    /// <summary>Different.</summary>
    public static bool operator !=(InetPrefix a, InetPrefix b) => !a.Equals(b);

    /// <summary>Prints <c>10.0.0.0/8</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{_address}/{_length}");
}
