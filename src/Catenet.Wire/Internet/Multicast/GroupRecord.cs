using Catenet.Core;

namespace Catenet.Wire.Internet.Multicast;

/// <summary>The types of group records (RFC 9776 4.2.13, RFC 9777 5.2.12).</summary>
public enum GroupRecordType : byte
{
    /// <summary>Current state: only the sources listed are wanted.</summary>
    ModeIsInclude = 1,

    /// <summary>Current state: all but the sources listed are wanted.</summary>
    ModeIsExclude = 2,

    /// <summary>Changed to wanting only the sources listed; with none: leaves the group.</summary>
    ChangeToInclude = 3,

    /// <summary>Changed to wanting all but the sources listed; with none: joins the group.</summary>
    ChangeToExclude = 4,

    /// <summary>The sources listed are wanted as well.</summary>
    AllowNewSources = 5,

    /// <summary>The sources listed are no longer wanted.</summary>
    BlockOldSources = 6,
}

/// <summary>What a host wants of one group, in an IGMPv3 or MLDv2 report.</summary>
public readonly ref struct GroupRecord
{
    private readonly ReadOnlySpan<byte> _data;
    private readonly int _addressSize;

    internal GroupRecord(ReadOnlySpan<byte> data, int addressSize)
    {
        _data = data;
        _addressSize = addressSize;
    }

    /// <summary>The type.</summary>
    public GroupRecordType Type => (GroupRecordType)Octets.U8(_data, 0);

    /// <summary>How many sources are listed.</summary>
    public int SourceCount => Octets.U16(_data, 2);

    /// <summary>The group.</summary>
    public InetAddress Group => Address(4);

    /// <summary>A source.</summary>
    /// <param name="index">0 up to <see cref="SourceCount"/>.</param>
    public InetAddress Source(int index) => Address(4 + _addressSize * (1 + index));

    /// <summary>The record's length in octets.</summary>
    public int Length => _data.Length;

    private InetAddress Address(int at) => _addressSize == 4 ? InetAddress.ReadIPv4(_data[at..]) : InetAddress.ReadIPv6(_data[at..]);

    /// <summary>The length of the record at the start of the data, or zero if it does not fit.</summary>
    internal static int Measure(ReadOnlySpan<byte> data, int addressSize)
    {
        if (data.Length < 4 + addressSize)
        {
            return 0;
        }

        int length = 4 + addressSize * (1 + Octets.U16(data, 2)) + data[1] * 4;
        return length <= data.Length ? length : 0;
    }
}

/// <summary>Walks the records of a report that a view found well formed.</summary>
public ref struct GroupRecordEnumerator
{
    private readonly int _addressSize;
    private ReadOnlySpan<byte> _rest;
    private int _left;
    private int _length;

    internal GroupRecordEnumerator(ReadOnlySpan<byte> records, int count, int addressSize)
    {
        _rest = records;
        _left = count;
        _addressSize = addressSize;
    }

    /// <summary>The current record.</summary>
    public readonly GroupRecord Current => new(_rest[.._length], _addressSize);

    /// <summary>Goes to the next record.</summary>
    public bool MoveNext()
    {
        _rest = _rest[_length..];
        _length = _left-- > 0 ? GroupRecord.Measure(_rest, _addressSize) : 0;
        return _length != 0;
    }

    /// <summary>The enumerator itself.</summary>
    public readonly GroupRecordEnumerator GetEnumerator() => this;

    internal static bool AreWellFormed(ReadOnlySpan<byte> records, int count, int addressSize)
    {
        for (; count > 0; count--)
        {
            int length = GroupRecord.Measure(records, addressSize);
            if (length == 0)
            {
                return false;
            }

            records = records[length..];
        }

        return true;
    }
}

/// <summary>Writes group records one after another, as reports hold them.</summary>
public static class GroupRecordWriter
{
    /// <summary>Writes a record and returns its length.</summary>
    /// <param name="room">The room.</param>
    /// <param name="type">The type.</param>
    /// <param name="group">The group; its family is the sources'.</param>
    /// <param name="sources">The sources.</param>
    public static int Write(Span<byte> room, GroupRecordType type, InetAddress group, ReadOnlySpan<InetAddress> sources)
    {
        room[0] = (byte)type;
        room[1] = 0;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(room[2..], (ushort)sources.Length);
        int length = 4 + group.CopyTo(room[4..]);
        foreach (var source in sources)
        {
            length += source.CopyTo(room[length..]);
        }

        return length;
    }
}
