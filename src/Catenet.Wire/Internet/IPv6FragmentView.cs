using System.Buffers.Binary;

namespace Catenet.Wire.Internet;

/// <summary>An IPv6 fragment header (RFC 8200 4.5).</summary>
public readonly ref struct IPv6FragmentView
{
    /// <summary>The header's size in octets.</summary>
    public const int Size = 8;

    private readonly ReadOnlySpan<byte> _data;

    private IPv6FragmentView(ReadOnlySpan<byte> data) => _data = data;

    /// <summary>Takes a header of eight octets and what follows.</summary>
    public static bool TryParse(ReadOnlySpan<byte> data, out IPv6FragmentView view)
    {
        view = new IPv6FragmentView(data);
        return data.Length >= Size;
    }

    /// <summary>The protocol of the fragmentable part's first header.</summary>
    public byte NextHeader => Octets.U8(_data, 0);

    /// <summary>Where the payload belongs in the fragmentable part, in octets (a multiple of 8).</summary>
    public int FragmentOffset => Octets.U16(_data, 2) & 0xFFF8;

    /// <summary>Whether this is not the last fragment.</summary>
    public bool MoreFragments => (Octets.U8(_data, 3) & 1) != 0;

    /// <summary>The identification shared by the fragments of one packet.</summary>
    public uint Identification => Octets.U32(_data, 4);

    /// <summary>The fragment's part of the payload.</summary>
    public ReadOnlySpan<byte> Payload => Octets.From(_data, Size);

    /// <summary>Writes a header and returns its size.</summary>
    /// <param name="header">Eight octets of room at least.</param>
    /// <param name="nextHeader">The protocol of the fragmentable part's first header.</param>
    /// <param name="offset">Where the payload belongs, in octets: a multiple of 8.</param>
    /// <param name="more">Whether more fragments follow.</param>
    /// <param name="identification">The identification.</param>
    public static int Write(Span<byte> header, byte nextHeader, int offset, bool more, uint identification)
    {
        BinaryPrimitives.WriteUInt64BigEndian(header, (ulong)nextHeader << 56 | (ulong)(uint)(offset & 0xFFF8) << 32 | (more ? 1UL << 32 : 0) | identification);
        return Size;
    }
}
