using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Catenet.Core;

/// <summary>An Internet address of either family in 16 bytes; IPv4 is held as the mapped form <c>::ffff:a.b.c.d</c> (RFC 4291 2.5.5.2).</summary>
/// <remarks>
/// The compact value type used inside Catenet; <see cref="IPAddress"/> is the type at the surface. It carries no scope:
/// link-local addresses are told apart by the device they are used on. Immutable and thread-safe.
/// <c>default</c> is the unspecified IPv6 address <c>::</c>.
/// </remarks>
public readonly struct InetAddress : IEquatable<InetAddress>, IComparable<InetAddress>
{
    private const ulong MappedPrefix = 0x0000_FFFF_0000_0000;

    private readonly ulong _high;
    private readonly ulong _low;

    /// <summary>Makes an IPv6 address (or a mapped IPv4 one) from its two halves in host integer order.</summary>
    public InetAddress(ulong high, ulong low)
    {
        _high = high;
        _low = low;
    }

    /// <summary>Makes an IPv4 address from its value, the first octet being the most significant.</summary>
    public static InetAddress FromIPv4(uint value) => new(0, MappedPrefix | value);

    /// <summary>Makes an IPv4 address from its four octets.</summary>
    public static InetAddress FromIPv4(byte a, byte b, byte c, byte d) =>
        FromIPv4((uint)a << 24 | (uint)b << 16 | (uint)c << 8 | d);

    /// <summary>Reads an IPv4 address from four octets in network order.</summary>
    public static InetAddress ReadIPv4(ReadOnlySpan<byte> octets) => FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(octets));

    /// <summary>Reads an IPv6 address from sixteen octets in network order.</summary>
    public static InetAddress ReadIPv6(ReadOnlySpan<byte> octets) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(octets), BinaryPrimitives.ReadUInt64BigEndian(octets[8..]));

    /// <summary>Converts from the surface type; a scope is left behind.</summary>
    public static InetAddress From(IPAddress address)
    {
        Span<byte> octets = stackalloc byte[16];
        address.TryWriteBytes(octets, out int written);
        return written == 4 ? ReadIPv4(octets) : ReadIPv6(octets);
    }

    /// <summary><c>0.0.0.0</c>.</summary>
    public static InetAddress AnyIPv4 => FromIPv4(0);

    /// <summary><c>::</c>.</summary>
    public static InetAddress AnyIPv6 => default;

    /// <summary><c>127.0.0.1</c>.</summary>
    public static InetAddress LoopbackIPv4 => FromIPv4(0x7F00_0001);

    /// <summary><c>::1</c>.</summary>
    public static InetAddress LoopbackIPv6 => new(0, 1);

    /// <summary><c>255.255.255.255</c>.</summary>
    public static InetAddress BroadcastIPv4 => FromIPv4(0xFFFF_FFFF);

    /// <summary><c>ff02::1</c>, every node of the link (RFC 4291 2.7.1).</summary>
    public static InetAddress AllNodes => new(0xFF02_0000_0000_0000, 1);

    /// <summary><c>ff02::2</c>, every router of the link (RFC 4291 2.7.1).</summary>
    public static InetAddress AllRouters => new(0xFF02_0000_0000_0000, 2);

    /// <summary>The first 64 bits (zero for IPv4).</summary>
    public ulong High => _high;

    /// <summary>The last 64 bits.</summary>
    public ulong Low => _low;

    /// <summary>Whether this is an IPv4 address.</summary>
    public bool IsIPv4 => _high == 0 && _low >> 32 == 0xFFFF;

    /// <summary>Whether this is an IPv6 address (and not a mapped IPv4 one).</summary>
    public bool IsIPv6 => !IsIPv4;

    /// <summary>The family as .NET names it.</summary>
    public AddressFamily Family => IsIPv4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;

    /// <summary>The address length in octets: 4 or 16.</summary>
    public int Size => IsIPv4 ? 4 : 16;

    /// <summary>The address length in bits: 32 or 128.</summary>
    public int Bits => IsIPv4 ? 32 : 128;

    /// <summary>The IPv4 value (the low 32 bits), the first octet being the most significant.</summary>
    public uint ToIPv4() => (uint)_low;

    /// <summary><c>0.0.0.0</c> or <c>::</c>.</summary>
    public bool IsUnspecified => _high == 0 && (_low == 0 || _low == MappedPrefix);

    /// <summary><c>127.0.0.0/8</c> or <c>::1</c>.</summary>
    public bool IsLoopback => IsIPv4 ? (uint)_low >> 24 == 127 : _high == 0 && _low == 1;

    /// <summary><c>224.0.0.0/4</c> or <c>ff00::/8</c>.</summary>
    public bool IsMulticast => IsIPv4 ? (uint)_low >> 28 == 0xE : _high >> 56 == 0xFF;

    /// <summary><c>169.254.0.0/16</c> or <c>fe80::/10</c>.</summary>
    public bool IsLinkLocal => IsIPv4 ? (uint)_low >> 16 == 0xA9FE : _high >> 54 == 0x3FA;

    /// <summary><c>255.255.255.255</c>.</summary>
    public bool IsLimitedBroadcast => _high == 0 && _low == (MappedPrefix | 0xFFFF_FFFF);

    /// <summary>Multicast of link-local scope: <c>224.0.0.0/24</c> or <c>ff02::/16</c>.</summary>
    public bool IsLinkLocalMulticast => IsIPv4 ? (uint)_low >> 8 == 0xE0_0000 : _high >> 48 == 0xFF02;

    /// <summary>The solicited-node group of an IPv6 address, <c>ff02::1:ffxx:xxxx</c> (RFC 4291 2.7.1).</summary>
    public InetAddress SolicitedNode => new(0xFF02_0000_0000_0000, 0x0000_0001_FF00_0000 | (_low & 0xFF_FFFF));

    /// <summary>Writes four or sixteen octets in network order and returns how many.</summary>
    public int CopyTo(Span<byte> destination)
    {
        if (IsIPv4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)_low);
            return 4;
        }

        CopyTo16(destination);
        return 16;
    }

    /// <summary>Writes the sixteen octets of the IPv6 (or mapped) form in network order.</summary>
    public void CopyTo16(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _high);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _low);
    }

    /// <summary>Converts to the surface type, with a scope for link-local IPv6 if given.</summary>
    public IPAddress ToIPAddress(long scopeId = 0)
    {
        Span<byte> octets = stackalloc byte[16];
        int size = CopyTo(octets);
        return size == 4 || scopeId == 0 ? new IPAddress(octets[..size]) : new IPAddress(octets, scopeId);
    }

    /// <summary>Reads <c>192.0.2.1</c> or <c>2001:db8::1</c>; IPv4 needs all four parts; a scope is refused.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out InetAddress address)
    {
        address = default;
        bool six = text.Contains(':');
        if ((!six && text.Count('.') != 3) || text.Contains('%') || text.Contains('[') || !IPAddress.TryParse(text, out var parsed))
        {
            return false;
        }

        address = From(parsed);
        return true;
    }

    /// <summary>Reads an address of either family.</summary>
    /// <exception cref="FormatException">The text is no address.</exception>
    public static InetAddress Parse(string text) => TryParse(text, out var address)
        ? address
        : throw new FormatException($"'{text}' is not an IP address; write it as 192.0.2.1 or 2001:db8::1.");

    /// <inheritdoc/>
    public bool Equals(InetAddress other) => _low == other._low && _high == other._high;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is InetAddress other && Equals(other);

    /// <summary>The same in every run, so that hashed tables behave the same.</summary>
    public override int GetHashCode() => (int)((_low ^ _high * 0xC2B2_AE3D_27D4_EB4F) * 0x9E37_79B9_7F4A_7C15 >> 32);

    /// <summary>Orders IPv4 among IPv6 by the mapped value.</summary>
    public int CompareTo(InetAddress other) => _high != other._high ? _high.CompareTo(other._high) : _low.CompareTo(other._low);

    /// <summary>Equal.</summary>
    public static bool operator ==(InetAddress a, InetAddress b) => a.Equals(b);

    /// <summary>Different.</summary>
    public static bool operator !=(InetAddress a, InetAddress b) => !a.Equals(b);

    /// <summary>Prints in the usual form; IPv6 as RFC 5952 wants it.</summary>
    public override string ToString() => ToIPAddress().ToString();
}
