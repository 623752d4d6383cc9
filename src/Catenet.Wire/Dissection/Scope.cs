using Catenet.Core;

namespace Catenet.Wire.Dissection;

/// <summary>The stretch of a frame that a protocol is to read, and what the layers around it told.</summary>
internal readonly ref struct Scope
{
    /// <summary>Tunnels in tunnels and quotes in quotes end here.</summary>
    public const int MaxDepth = 24;

    public Scope(ReadOnlySpan<byte> data, int offset, int depth = 0, bool isCut = false, bool isQuoted = false, IpScope? ip = null)
    {
        Data = data;
        Offset = offset;
        Depth = depth;
        IsCut = isCut;
        IsQuoted = isQuoted;
        Ip = ip;
    }

    public ReadOnlySpan<byte> Data { get; }

    /// <summary>Where the stretch begins in the frame, in octets.</summary>
    public int Offset { get; }

    public int Depth { get; }

    /// <summary>Whether the stretch lies in a first fragment or a quoted packet: that it ends early is no fault.</summary>
    public bool IsCut { get; }

    /// <summary>Whether the stretch lies in a packet quoted in an error.</summary>
    public bool IsQuoted { get; }

    /// <summary>The innermost IP header around.</summary>
    public IpScope? Ip { get; }

    /// <summary>A stretch within this one.</summary>
    public Scope Inner(int start, int length) => new(Data.Slice(start, length), Offset + start, Depth + 1, IsCut, IsQuoted, Ip);

    /// <summary>The stretch from here to the end.</summary>
    public Scope Inner(int start) => Inner(start, Data.Length - start);

    /// <summary>The stretch within the payload of an IP header.</summary>
    public Scope InnerOf(IpScope ip, int start, int length, bool isCut) => new(Data.Slice(start, length), Offset + start, Depth + 1, isCut, IsQuoted, ip);

    /// <summary>A packet quoted in an error message.</summary>
    public Scope Quoted(int start, int length) => new(Data.Slice(start, length), Offset + start, Depth + 1, true, true);

    /// <summary>A field that stands at an offset of the stretch.</summary>
    public FieldValue Field(string name, string abbreviation, string value, int start, int length, ulong? number = null) =>
        new(name, abbreviation, value, (Offset + start) * 8, length * 8, number);
}

/// <summary>What an IP header tells the layers above it.</summary>
/// <param name="IsIPv6">The version.</param>
/// <param name="Source">The source as text.</param>
/// <param name="Destination">The destination as text.</param>
/// <param name="AddressSum">The ones' complement sum of both addresses.</param>
/// <param name="IsWhole">Whether the whole payload is at hand: neither a fragment nor cut.</param>
internal sealed record IpScope(bool IsIPv6, string Source, string Destination, ulong AddressSum, bool IsWhole)
{
    /// <summary>The sum over the pseudo-header; both versions' add up alike.</summary>
    public ulong PseudoHeaderSum(byte protocol, int length) =>
        InternetChecksum.AddWord((ushort)length, InternetChecksum.AddWord(protocol, AddressSum));

    /// <summary>Judges the checksum of a transport whose octets, wholly at hand, are given.</summary>
    public ChecksumStatus Verify(byte protocol, ReadOnlySpan<byte> segment) => !IsWhole
        ? ChecksumStatus.Unverified
        : InternetChecksum.Verify(segment, PseudoHeaderSum(protocol, segment.Length)) ? ChecksumStatus.Good : ChecksumStatus.Bad;
}
