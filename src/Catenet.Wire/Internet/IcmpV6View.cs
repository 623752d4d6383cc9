using System.Buffers.Binary;
using Catenet.Core;

namespace Catenet.Wire.Internet;

/// <summary>An ICMPv6 message (RFC 4443 2.1) of at least eight octets; which accessors mean something depends on <see cref="Type"/>.</summary>
public readonly ref struct IcmpV6View
{
    /// <summary>The header's size in octets.</summary>
    public const int Size = 8;

    private readonly ReadOnlySpan<byte> _data;

    private IcmpV6View(ReadOnlySpan<byte> data) => _data = data;

    /// <summary>Takes a message of at least eight octets (all that are defined have them). The checksum is not verified.</summary>
    public static bool TryParse(ReadOnlySpan<byte> data, out IcmpV6View view)
    {
        view = new IcmpV6View(data);
        return data.Length >= Size;
    }

    /// <summary>The type (<see cref="IcmpV6Type"/>).</summary>
    public byte Type => Octets.U8(_data, 0);

    /// <summary>The code (<see cref="IcmpV6Code"/>).</summary>
    public byte Code => Octets.U8(_data, 1);

    /// <summary>The checksum as it stands in the message.</summary>
    public ushort Checksum => Octets.U16(_data, 2);

    /// <summary>The last four octets of the header.</summary>
    public uint Rest => Octets.U32(_data, 4);

    /// <summary>Echo: the identifier.</summary>
    public ushort Identifier => Octets.U16(_data, 4);

    /// <summary>Echo: the sequence number.</summary>
    public ushort Sequence => Octets.U16(_data, 6);

    /// <summary>Packet too big: the MTU of the next hop in octets.</summary>
    public uint Mtu => Octets.U32(_data, 4);

    /// <summary>Parameter problem: the octet of the quoted packet that is in error.</summary>
    public uint Pointer => Octets.U32(_data, 4);

    /// <summary>Whether the message is an error that quotes a packet.</summary>
    public bool IsError => IcmpV6Type.IsError(Type);

    /// <summary>Errors: the start of the packet in error, from its IPv6 header on. Echo: the data.</summary>
    public ReadOnlySpan<byte> Body => Octets.From(_data, Size);

    /// <summary>Whether the message, wholly at hand, sums to all ones with its pseudo-header.</summary>
    /// <param name="pseudoHeader">The pseudo-header's sum with the message's length.</param>
    public bool HasValidChecksum(ulong pseudoHeader) => InternetChecksum.Verify(_data, pseudoHeader);

    /// <summary>Writes an eight-octet header with checksum zero and returns its size; the body goes behind, then <see cref="UpdateChecksum"/>.</summary>
    /// <param name="message">Eight octets of room at least.</param>
    /// <param name="type">The type.</param>
    /// <param name="code">The code.</param>
    /// <param name="rest">The last four octets: identifier and sequence, MTU or pointer.</param>
    public static int Write(Span<byte> message, byte type, byte code, uint rest = 0)
    {
        BinaryPrimitives.WriteUInt64BigEndian(message, (ulong)type << 56 | (ulong)code << 48 | rest);
        return Size;
    }

    /// <summary>Writes the header of an echo request or reply with checksum zero and returns its size.</summary>
    public static int WriteEcho(Span<byte> message, byte type, ushort identifier, ushort sequence) =>
        Write(message, type, 0, (uint)identifier << 16 | sequence);

    /// <summary>Computes the checksum of a whole message and puts it into the header.</summary>
    /// <param name="message">The message.</param>
    /// <param name="pseudoHeader">The pseudo-header's sum with the message's length.</param>
    public static void UpdateChecksum(Span<byte> message, ulong pseudoHeader)
    {
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], InternetChecksum.Finish(InternetChecksum.Add(message, pseudoHeader)));
    }

    /// <summary>Rewrites the identifier of an echo and repairs the checksum incrementally.</summary>
    public static void SetIdentifier(Span<byte> message, ushort value) => SetWord(message, 4, value);

    /// <summary>Turns an echo request into its reply in place and repairs the checksum incrementally (the swapped addresses leave it as it is).</summary>
    public static void MakeEchoReply(Span<byte> message) => SetWord(message, 0, (ushort)(IcmpV6Type.EchoReply << 8 | message[1]));

    /// <summary>Repairs the checksum after an address of the pseudo-header changed.</summary>
    public static void OnAddressChanged(Span<byte> message, InetAddress before, InetAddress after) =>
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], InternetChecksum.Update(BinaryPrimitives.ReadUInt16BigEndian(message[2..]), before, after));

    private static void SetWord(Span<byte> message, int offset, ushort value)
    {
        ushort before = BinaryPrimitives.ReadUInt16BigEndian(message[offset..]);
        ushort checksum = BinaryPrimitives.ReadUInt16BigEndian(message[2..]);
        BinaryPrimitives.WriteUInt16BigEndian(message[offset..], value);
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], InternetChecksum.Update(checksum, before, value));
    }
}
