using System.Buffers.Binary;
using Catenet.Core;

namespace Catenet.Wire.Internet;

/// <summary>An ICMP message for IPv4 (RFC 792).</summary>
/// <remarks>Every message begins with eight octets; which of the accessors below mean something depends on <see cref="Type"/>.</remarks>
public readonly ref struct IcmpView
{
    /// <summary>The header's size in octets.</summary>
    public const int Size = 8;

    /// <summary>The size in octets of a timestamp message.</summary>
    public const int TimestampSize = 20;

    private readonly ReadOnlySpan<byte> _data;

    private IcmpView(ReadOnlySpan<byte> data) => _data = data;

    /// <summary>Takes a message of at least eight octets. The checksum is not verified.</summary>
    public static bool TryParse(ReadOnlySpan<byte> data, out IcmpView view)
    {
        view = new IcmpView(data);
        return data.Length >= Size;
    }

    /// <summary>The type (<see cref="IcmpType"/>).</summary>
    public byte Type => Octets.U8(_data, 0);

    /// <summary>The code (<see cref="IcmpCode"/>).</summary>
    public byte Code => Octets.U8(_data, 1);

    /// <summary>The checksum as it stands in the message.</summary>
    public ushort Checksum => Octets.U16(_data, 2);

    /// <summary>The last four octets of the header.</summary>
    public uint Rest => Octets.U32(_data, 4);

    /// <summary>Echo, timestamp, information and mask messages: the identifier.</summary>
    public ushort Identifier => Octets.U16(_data, 4);

    /// <summary>The same messages: the sequence number.</summary>
    public ushort Sequence => Octets.U16(_data, 6);

    /// <summary>Fragmentation needed: the MTU of the next hop in octets (RFC 1191 4); zero from old gateways.</summary>
    public ushort Mtu => Octets.U16(_data, 6);

    /// <summary>Redirect: the gateway to use instead.</summary>
    public InetAddress Gateway => Octets.IPv4(_data, 4);

    /// <summary>Parameter problem: the octet of the quoted packet that is in error.</summary>
    public byte Pointer => Octets.U8(_data, 4);

    /// <summary>Whether the message is an error that quotes a packet.</summary>
    public bool IsError => IcmpType.IsError(Type);

    /// <summary>Errors: the start of the packet in error, from its IP header on (and perhaps extensions, RFC 4884). Echo: the data.</summary>
    public ReadOnlySpan<byte> Body => Octets.From(_data, Size);

    /// <summary>Whether this is a timestamp message with all three times.</summary>
    public bool HasTimestamps => Type is IcmpType.TimestampRequest or IcmpType.TimestampReply && _data.Length >= TimestampSize;

    /// <summary>Timestamp: when the sender last touched the request, milliseconds since midnight UT; zero if there are no times.</summary>
    public uint Originate => HasTimestamps ? Octets.U32(_data, 8) : 0;

    /// <summary>Timestamp: when the echoer first touched it; zero if there are no times.</summary>
    public uint Receive => HasTimestamps ? Octets.U32(_data, 12) : 0;

    /// <summary>Timestamp: when the echoer last touched it; zero if there are no times.</summary>
    public uint Transmit => HasTimestamps ? Octets.U32(_data, 16) : 0;

    /// <summary>Whether the message, wholly at hand, sums to all ones.</summary>
    public bool HasValidChecksum => InternetChecksum.Verify(_data);

    /// <summary>Writes an eight-octet header with checksum zero and returns its size; the body goes behind, then <see cref="UpdateChecksum"/>.</summary>
    /// <param name="message">Eight octets of room at least.</param>
    /// <param name="type">The type.</param>
    /// <param name="code">The code.</param>
    /// <param name="rest">The last four octets: identifier and sequence, MTU, gateway or pointer (see the other writers).</param>
    public static int Write(Span<byte> message, byte type, byte code, uint rest = 0)
    {
        BinaryPrimitives.WriteUInt64BigEndian(message, (ulong)type << 56 | (ulong)code << 48 | rest);
        return Size;
    }

    /// <summary>Writes the header of an echo request or reply with checksum zero and returns its size.</summary>
    public static int WriteEcho(Span<byte> message, byte type, ushort identifier, ushort sequence) =>
        Write(message, type, 0, (uint)identifier << 16 | sequence);

    /// <summary>Writes a timestamp message with checksum zero and returns its size.</summary>
    public static int WriteTimestamp(Span<byte> message, byte type, ushort identifier, ushort sequence, uint originate, uint receive, uint transmit)
    {
        BinaryPrimitives.WriteUInt32BigEndian(message[16..], transmit);
        BinaryPrimitives.WriteUInt32BigEndian(message[12..], receive);
        BinaryPrimitives.WriteUInt32BigEndian(message[8..], originate);
        WriteEcho(message, type, identifier, sequence);
        return TimestampSize;
    }

    /// <summary>The last four header octets of a fragmentation needed error.</summary>
    public static uint RestOfMtu(int mtu) => (ushort)mtu;

    /// <summary>The last four header octets of a redirect.</summary>
    public static uint RestOfGateway(InetAddress gateway) => gateway.ToIPv4();

    /// <summary>The last four header octets of a parameter problem.</summary>
    public static uint RestOfPointer(byte pointer) => (uint)pointer << 24;

    /// <summary>Computes the checksum of a whole message and puts it into the header.</summary>
    public static void UpdateChecksum(Span<byte> message)
    {
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], InternetChecksum.Compute(message));
    }

    /// <summary>Rewrites the identifier of an echo (NAT's "port") and repairs the checksum incrementally.</summary>
    public static void SetIdentifier(Span<byte> message, ushort value) => SetWord(message, 4, value);

    /// <summary>Turns an echo request into its reply in place and repairs the checksum incrementally.</summary>
    public static void MakeEchoReply(Span<byte> message) => SetWord(message, 0, (ushort)(IcmpType.EchoReply << 8 | message[1]));

    private static void SetWord(Span<byte> message, int offset, ushort value)
    {
        ushort before = BinaryPrimitives.ReadUInt16BigEndian(message[offset..]);
        ushort checksum = BinaryPrimitives.ReadUInt16BigEndian(message[2..]);
        BinaryPrimitives.WriteUInt16BigEndian(message[offset..], value);
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], InternetChecksum.Update(checksum, before, value));
    }
}
