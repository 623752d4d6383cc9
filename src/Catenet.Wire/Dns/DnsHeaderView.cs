using System.Buffers.Binary;

namespace Catenet.Wire.Dns;

/// <summary>The header of a DNS message (RFC 1035 4.1.1), for who needs no more than that.</summary>
public readonly ref struct DnsHeaderView
{
    /// <summary>The header's size in octets.</summary>
    public const int Size = 12;

    private readonly ReadOnlySpan<byte> _data;

    private DnsHeaderView(ReadOnlySpan<byte> data) => _data = data;

    /// <summary>Takes a message of at least twelve octets.</summary>
    public static bool TryParse(ReadOnlySpan<byte> data, out DnsHeaderView view)
    {
        view = new DnsHeaderView(data);
        return data.Length >= Size;
    }

    /// <summary>The identifier that ties a response to its query.</summary>
    public ushort Id => Octets.U16(_data, 0);

    /// <summary>The word of flags.</summary>
    public ushort Flags => Octets.U16(_data, 2);

    /// <summary>QR: whether this is a response.</summary>
    public bool IsResponse => (Flags & 0x8000) != 0;

    /// <summary>The kind of query.</summary>
    public DnsOpcode Opcode => (DnsOpcode)(Flags >> 11 & 0xF);

    /// <summary>TC: whether the message was cut.</summary>
    public bool IsTruncated => (Flags & 0x0200) != 0;

    /// <summary>The lower four bits of the response code.</summary>
    public DnsResponseCode ResponseCode => (DnsResponseCode)(Flags & 0xF);

    /// <summary>The count of one of the sections: 0 questions, 1 answers, 2 authorities, 3 additionals.</summary>
    public int Count(int section) => Octets.U16(_data, 4 + 2 * (section & 3));

    /// <summary>Writes a header and returns its size.</summary>
    internal static int Write(Span<byte> message, ushort id, ushort flags, int questions, int answers, int authorities, int additionals)
    {
        BinaryPrimitives.WriteUInt16BigEndian(message, id);
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], flags);
        BinaryPrimitives.WriteUInt16BigEndian(message[4..], (ushort)questions);
        BinaryPrimitives.WriteUInt16BigEndian(message[6..], (ushort)answers);
        BinaryPrimitives.WriteUInt16BigEndian(message[8..], (ushort)authorities);
        BinaryPrimitives.WriteUInt16BigEndian(message[10..], (ushort)additionals);
        return Size;
    }
}
