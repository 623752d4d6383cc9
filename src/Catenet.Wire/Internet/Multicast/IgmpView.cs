using System.Buffers.Binary;
using Catenet.Core;

namespace Catenet.Wire.Internet.Multicast;

/// <summary>The types of IGMP messages (RFC 9776 4).</summary>
public static class IgmpType
{
    /// <summary>Membership query, all versions.</summary>
    public const byte Query = 0x11;

    /// <summary>Membership report, version 1.</summary>
    public const byte ReportV1 = 0x12;

    /// <summary>Membership report, version 2.</summary>
    public const byte ReportV2 = 0x16;

    /// <summary>Leave group, version 2.</summary>
    public const byte Leave = 0x17;

    /// <summary>Membership report, version 3.</summary>
    public const byte ReportV3 = 0x22;

    /// <summary>The type's name, or null where it has none here.</summary>
    public static string? Name(ulong type) => type switch
    {
        Query => "query",
        ReportV1 => "v1 report",
        ReportV2 => "v2 report",
        Leave => "leave",
        ReportV3 => "v3 report",
        _ => null,
    };
}

/// <summary>An IGMP message (RFC 2236, RFC 9776).</summary>
public readonly ref struct IgmpView
{
    /// <summary>The size in octets of a message of versions 1 and 2, and of a version 3 report without records.</summary>
    public const int Size = 8;

    /// <summary>The size in octets of a version 3 query without sources.</summary>
    public const int QueryV3Size = 12;

    private readonly ReadOnlySpan<byte> _data;

    private IgmpView(ReadOnlySpan<byte> data) => _data = data;

    /// <summary>Takes a message of at least eight octets whose sources or records are all at hand. The checksum is not verified.</summary>
    public static bool TryParse(ReadOnlySpan<byte> data, out IgmpView view)
    {
        view = new IgmpView(data);
        return data.Length >= Size && data[0] switch
        {
            IgmpType.Query when data.Length >= QueryV3Size => QueryV3Size + 4 * Octets.U16(data, 10) <= data.Length,
            IgmpType.Query => data.Length == Size,
            IgmpType.ReportV3 => GroupRecordEnumerator.AreWellFormed(data[Size..], Octets.U16(data, 6), 4),
            _ => true,
        };
    }

    /// <summary>The type (<see cref="IgmpType"/>).</summary>
    public byte Type => Octets.U8(_data, 0);

    /// <summary>The maximum response code of a query: tenths of a second, from 128 on as a float (RFC 9776 4.1.1); zero from version 1.</summary>
    public byte MaxResponseCode => Octets.U8(_data, 1);

    /// <summary>The checksum as it stands in the message.</summary>
    public ushort Checksum => Octets.U16(_data, 2);

    /// <summary>The group; unspecified in a general query. Not in a version 3 report.</summary>
    public InetAddress Group => Octets.IPv4(_data, 4);

    /// <summary>Whether this is a query of version 3.</summary>
    public bool IsQueryV3 => Type == IgmpType.Query && _data.Length >= QueryV3Size;

    /// <summary>The S flag of a version 3 query: routers do not update their timers.</summary>
    public bool SuppressRouterProcessing => IsQueryV3 && (_data[8] & 8) != 0;

    /// <summary>The querier's robustness variable of a version 3 query, 0 to 7.</summary>
    public int Robustness => IsQueryV3 ? _data[8] & 7 : 0;

    /// <summary>The querier's query interval code of a version 3 query: seconds, from 128 on as a float.</summary>
    public byte QueryIntervalCode => IsQueryV3 ? _data[9] : (byte)0;

    /// <summary>How many sources a version 3 query lists.</summary>
    public int SourceCount => IsQueryV3 ? Octets.U16(_data, 10) : 0;

    /// <summary>A source of a version 3 query.</summary>
    /// <param name="index">0 up to <see cref="SourceCount"/>.</param>
    public InetAddress Source(int index) => InetAddress.ReadIPv4(_data.Slice(QueryV3Size + 4 * index, 4));

    /// <summary>The records of a version 3 report; none of other messages.</summary>
    public GroupRecordEnumerator Records => Type == IgmpType.ReportV3 ? new(_data[Size..], Octets.U16(_data, 6), 4) : default;

    /// <summary>Whether the message, wholly at hand, sums to all ones.</summary>
    public bool HasValidChecksum => InternetChecksum.Verify(_data);

    /// <summary>A response or interval code as the count it stands for: mantissa and exponent from 128 on (RFC 9776 4.1.1).</summary>
    public static int DecodeCode(byte code) => code < 128 ? code : ((code & 0xF) | 0x10) << ((code >> 4 & 7) + 3);

    /// <summary>Writes a version 2 message, checksum included, and returns its size.</summary>
    public static int Write(Span<byte> message, byte type, byte maxResponseCode, InetAddress group)
    {
        BinaryPrimitives.WriteUInt64BigEndian(message, (ulong)type << 56 | (ulong)maxResponseCode << 48 | group.ToIPv4());
        UpdateChecksum(message[..Size]);
        return Size;
    }

    /// <summary>Writes a version 3 query without sources, checksum included, and returns its size.</summary>
    public static int WriteQueryV3(Span<byte> message, byte maxResponseCode, InetAddress group, byte robustness, byte queryIntervalCode, bool suppress = false)
    {
        BinaryPrimitives.WriteUInt32BigEndian(message[8..], (uint)((suppress ? 8 : 0) | (robustness & 7)) << 24 | (uint)queryIntervalCode << 16);
        BinaryPrimitives.WriteUInt64BigEndian(message, (ulong)IgmpType.Query << 56 | (ulong)maxResponseCode << 48 | group.ToIPv4());
        UpdateChecksum(message[..QueryV3Size]);
        return QueryV3Size;
    }

    /// <summary>Writes the header of a version 3 report with checksum zero and returns its size; records come behind, then <see cref="UpdateChecksum"/>.</summary>
    public static int WriteReportV3(Span<byte> message, int records)
    {
        BinaryPrimitives.WriteUInt64BigEndian(message, (ulong)IgmpType.ReportV3 << 56 | (ushort)records);
        return Size;
    }

    /// <summary>Computes the checksum of a whole message and puts it into the header.</summary>
    public static void UpdateChecksum(Span<byte> message)
    {
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], InternetChecksum.Compute(message));
    }
}
