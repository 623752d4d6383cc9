using System.Buffers.Binary;
using Catenet.Core;

namespace Catenet.Wire.Internet.Multicast;

/// <summary>A multicast listener message: an ICMPv6 message of type 130 to 132 or 143 (RFC 2710, RFC 9777).</summary>
public readonly ref struct MldView
{
    /// <summary>The size in octets of a version 1 message.</summary>
    public const int Size = 24;

    /// <summary>The size in octets of a version 2 query without sources.</summary>
    public const int QueryV2Size = 28;

    /// <summary>The size in octets of a version 2 report without records.</summary>
    public const int ReportV2Size = 8;

    private readonly ReadOnlySpan<byte> _data;

    private MldView(ReadOnlySpan<byte> data) => _data = data;

    /// <summary>Takes a message of one of the types whose sources or records are all at hand. Hop limit, router alert and checksum are the receiver's to check.</summary>
    public static bool TryParse(ReadOnlySpan<byte> data, out MldView view)
    {
        view = new MldView(data);
        return data.Length >= ReportV2Size && data[0] switch
        {
            IcmpV6Type.ListenerQuery when data.Length >= QueryV2Size => QueryV2Size + 16 * Octets.U16(data, 26) <= data.Length,
            IcmpV6Type.ListenerQuery => data.Length == Size,
            IcmpV6Type.ListenerReportV1 or IcmpV6Type.ListenerDone => data.Length >= Size,
            IcmpV6Type.ListenerReportV2 => GroupRecordEnumerator.AreWellFormed(data[ReportV2Size..], Octets.U16(data, 6), 16),
            _ => false,
        };
    }

    /// <summary>The type (<see cref="IcmpV6Type"/>).</summary>
    public byte Type => Octets.U8(_data, 0);

    /// <summary>The maximum response code of a query: milliseconds, from 32768 on as a float in version 2 (RFC 9777 5.1.3).</summary>
    public ushort MaxResponseCode => Octets.U16(_data, 4);

    /// <summary>The group; unspecified in a general query and in a version 2 report.</summary>
    public InetAddress Group => Type == IcmpV6Type.ListenerReportV2 ? InetAddress.AnyIPv6 : Octets.IPv6(_data, 8);

    /// <summary>Whether this is a query of version 2.</summary>
    public bool IsQueryV2 => Type == IcmpV6Type.ListenerQuery && _data.Length >= QueryV2Size;

    /// <summary>The S flag of a version 2 query: routers do not update their timers.</summary>
    public bool SuppressRouterProcessing => IsQueryV2 && (_data[24] & 8) != 0;

    /// <summary>The querier's robustness variable of a version 2 query, 0 to 7.</summary>
    public int Robustness => IsQueryV2 ? _data[24] & 7 : 0;

    /// <summary>The querier's query interval code of a version 2 query: seconds, from 128 on as a float.</summary>
    public byte QueryIntervalCode => IsQueryV2 ? _data[25] : (byte)0;

    /// <summary>How many sources a version 2 query lists.</summary>
    public int SourceCount => IsQueryV2 ? Octets.U16(_data, 26) : 0;

    /// <summary>A source of a version 2 query.</summary>
    /// <param name="index">0 up to <see cref="SourceCount"/>.</param>
    public InetAddress Source(int index) => InetAddress.ReadIPv6(_data.Slice(QueryV2Size + 16 * index, 16));

    /// <summary>The records of a version 2 report; none of other messages.</summary>
    public GroupRecordEnumerator Records => Type == IcmpV6Type.ListenerReportV2 ? new(_data[ReportV2Size..], Octets.U16(_data, 6), 16) : default;

    /// <summary>A version 2 response code in milliseconds (RFC 9777 5.1.3).</summary>
    public static int DecodeCode(ushort code) => code < 32768 ? code : ((code & 0xFFF) | 0x1000) << ((code >> 12 & 7) + 3);

    /// <summary>Writes a version 2 query without sources with checksum zero and returns its size.</summary>
    public static int WriteQueryV2(Span<byte> message, ushort maxResponseCode, InetAddress group, byte robustness, byte queryIntervalCode, bool suppress = false)
    {
        BinaryPrimitives.WriteUInt32BigEndian(message[24..], (uint)((suppress ? 8 : 0) | (robustness & 7)) << 24 | (uint)queryIntervalCode << 16);
        BinaryPrimitives.WriteUInt64BigEndian(message, (ulong)IcmpV6Type.ListenerQuery << 56 | (ulong)maxResponseCode << 16);
        group.CopyTo16(message[8..]);
        return QueryV2Size;
    }

    /// <summary>Writes the header of a version 2 report with checksum zero and returns its size; records come behind.</summary>
    public static int WriteReportV2(Span<byte> message, int records)
    {
        BinaryPrimitives.WriteUInt64BigEndian(message, (ulong)IcmpV6Type.ListenerReportV2 << 56 | (ushort)records);
        return ReportV2Size;
    }
}
