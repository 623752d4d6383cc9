using System.Globalization;
using Catenet.Core;

namespace Catenet.Wire.Dissection;

/// <summary>Prints a field's value out of the octets of its header, which are known to hold it.</summary>
public delegate string FieldPrinter(ReadOnlySpan<byte> header, Field field);

/// <summary>One field of a header: its names, its place and how it prints. Immutable.</summary>
public sealed class Field
{
    private readonly FieldPrinter _print;
    private readonly int _scale;

    private Field(string name, string abbreviation, int bitOffset, int bitWidth, FieldPrinter print, int scale = 1)
    {
        Name = name;
        Abbreviation = abbreviation;
        BitOffset = bitOffset;
        BitWidth = bitWidth;
        _print = print;
        _scale = scale;
    }

    /// <summary>The name for people.</summary>
    public string Name { get; }

    /// <summary>The name for filters, Wireshark's where it has one: <c>ip.ttl</c>. Fragment offsets count octets here, eights there.</summary>
    public string Abbreviation { get; }

    /// <summary>Where the field begins in its header, in bits.</summary>
    public int BitOffset { get; }

    /// <summary>How many bits it has.</summary>
    public int BitWidth { get; }

    /// <summary>Whether a header of so many octets holds the field.</summary>
    public bool FitsIn(int octets) => BitOffset + BitWidth <= octets * 8;

    /// <summary>The field as text.</summary>
    public string Print(ReadOnlySpan<byte> header) => _print(header, this);

    /// <summary>The field as a number, scaled to the unit it prints in; null if it has more than 64 bits.</summary>
    public ulong? Number(ReadOnlySpan<byte> header) => BitWidth > 64 ? null : Bits(header) * (ulong)_scale;

    /// <summary>A number in decimal.</summary>
    /// <param name="name">The name for people.</param>
    /// <param name="abbreviation">The name for filters.</param>
    /// <param name="bit">Where it begins, in bits.</param>
    /// <param name="width">How many bits.</param>
    /// <param name="scale">What one counts: a header length in 32-bit words prints octets with 4.</param>
    public static Field Decimal(string name, string abbreviation, int bit, int width, int scale = 1) =>
        new(name, abbreviation, bit, width, static (h, f) => f.Number(h)!.Value.ToString(CultureInfo.InvariantCulture), scale);

    /// <summary>A number in hexadecimal with leading zeros.</summary>
    public static Field Hex(string name, string abbreviation, int bit, int width) =>
        new(name, abbreviation, bit, width, static (h, f) => "0x" + f.Bits(h).ToString("x" + (f.BitWidth + 3) / 4, CultureInfo.InvariantCulture));

    /// <summary>A flag of one bit: <c>set</c> or <c>not set</c>.</summary>
    public static Field Flag(string name, string abbreviation, int bit) =>
        new(name, abbreviation, bit, 1, static (h, f) => f.Bits(h) != 0 ? "set" : "not set");

    /// <summary>A number with a name: <c>6 (TCP)</c>.</summary>
    public static Field Code(string name, string abbreviation, int bit, int width, Func<ulong, string?> names) =>
        new(name, abbreviation, bit, width, (h, f) => Named(f.Bits(h).ToString(CultureInfo.InvariantCulture), names(f.Bits(h))));

    /// <summary>A hexadecimal number with a name: <c>0x0800 (IPv4)</c>.</summary>
    public static Field HexCode(string name, string abbreviation, int bit, int width, Func<ulong, string?> names) =>
        new(name, abbreviation, bit, width, (h, f) => Named("0x" + f.Bits(h).ToString("x" + (f.BitWidth + 3) / 4, CultureInfo.InvariantCulture), names(f.Bits(h))));

    /// <summary>A hardware address.</summary>
    public static Field Mac(string name, string abbreviation, int bit) =>
        new(name, abbreviation, bit, 48, static (h, f) => new MacAddress(h.Slice(f.BitOffset / 8, 6)).ToString());

    /// <summary>An IPv4 address.</summary>
    public static Field IPv4(string name, string abbreviation, int bit) =>
        new(name, abbreviation, bit, 32, static (h, f) => InetAddress.ReadIPv4(h.Slice(f.BitOffset / 8, 4)).ToString());

    /// <summary>An IPv6 address.</summary>
    public static Field IPv6(string name, string abbreviation, int bit) =>
        new(name, abbreviation, bit, 128, static (h, f) => new System.Net.IPAddress(h.Slice(f.BitOffset / 8, 16)).ToString());

    /// <summary>Octets in hexadecimal.</summary>
    public static Field Octets(string name, string abbreviation, int bit, int width) =>
        new(name, abbreviation, bit, width, static (h, f) => Convert.ToHexStringLower(h.Slice(f.BitOffset / 8, f.BitWidth / 8)));

    /// <summary>A field that prints in a way of its own.</summary>
    public static Field Custom(string name, string abbreviation, int bit, int width, FieldPrinter print) => new(name, abbreviation, bit, width, print);

    private static string Named(string number, string? name) => name is null ? number : number + " (" + name + ")";

    private ulong Bits(ReadOnlySpan<byte> header)
    {
        ulong value = 0;
        int first = BitOffset / 8;
        int last = (BitOffset + BitWidth - 1) / 8;
        // Fields of up to 64 bits that begin within an octet do not occur with more than 57 bits.
        for (int i = first; i <= last; i++)
        {
            value = value << 8 | header[i];
        }

        value >>= (last + 1) * 8 - (BitOffset + BitWidth);
        return BitWidth == 64 ? value : value & (1UL << BitWidth) - 1;
    }
}
