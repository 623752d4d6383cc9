using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Catenet.Core;

namespace Catenet.Wire.Internet;

/// <summary>An IPv6 packet (RFC 8200 3); its extension headers are walked by <see cref="IPv6Upper"/>.</summary>
public readonly ref struct IPv6View
{
    /// <summary>The header's size in octets.</summary>
    public const int Size = 40;

    /// <summary>The least MTU of a link (RFC 8200 5).</summary>
    public const int MinMtu = 1280;

    private readonly ReadOnlySpan<byte> _data;

    private IPv6View(ReadOnlySpan<byte> data) => _data = data;

    /// <summary>Takes a whole packet: version 6, a payload length within the data. Octets past it (link padding) are left out.</summary>
    public static bool TryParse(ReadOnlySpan<byte> data, out IPv6View view) => TryParse(data, data.Length, out view);

    /// <summary>Takes a packet of which only the first octets (with the whole fixed header) are at hand.</summary>
    /// <param name="data">The first octets.</param>
    /// <param name="packetLength">The octets of the whole packet, padding included; at least the length of <paramref name="data"/>.</param>
    /// <param name="view">The view; its <see cref="Payload"/> is the part at hand.</param>
    public static bool TryParse(ReadOnlySpan<byte> data, int packetLength, out IPv6View view)
    {
        view = default;
        if (data.Length < Size || Octets.U8(data, 0) >> 4 != 6)
        {
            return false;
        }

        int total = Size + Octets.U16(data, 4);
        if (total > packetLength)
        {
            return false;
        }

        view = new IPv6View(total < data.Length ? MemoryMarshal.CreateReadOnlySpan(ref MemoryMarshal.GetReference(data), total) : data);
        return true;
    }

    /// <summary>Takes a packet that may be cut after its fixed header, as those quoted in ICMPv6 errors are (RFC 4443 2.4).</summary>
    public static bool TryParseQuoted(ReadOnlySpan<byte> data, out IPv6View view) => TryParse(data, int.MaxValue, out view);

    /// <summary>Differentiated services code point and ECN bits.</summary>
    public byte TrafficClass => (byte)(Octets.U16(_data, 0) >> 4);

    /// <summary>The flow label, 20 bits (RFC 6437).</summary>
    public uint FlowLabel => Octets.U32(_data, 0) & 0xF_FFFF;

    /// <summary>The length in octets of what follows the fixed header, extension headers included.</summary>
    public int PayloadLength => Octets.U16(_data, 4);

    /// <summary>The packet's length in octets.</summary>
    public int TotalLength => Size + PayloadLength;

    /// <summary>The protocol of what follows the fixed header: an extension header or the upper layer.</summary>
    public byte NextHeader => Octets.U8(_data, 6);

    /// <summary>How many routers may still forward the packet.</summary>
    public byte HopLimit => Octets.U8(_data, 7);

    /// <summary>The source address.</summary>
    /// <remarks>A mapped address (<c>::ffff:0:0/96</c>) reads as IPv4 and never belongs on a wire: see <see cref="HasMappedAddress"/>.</remarks>
    public InetAddress Source => Octets.IPv6(_data, 8);

    /// <summary>The destination address.</summary>
    public InetAddress Destination => Octets.IPv6(_data, 24);

    /// <summary>Whether source or destination is a mapped IPv4 address: such a packet is to be dropped (RFC 6890, draft-itojun-v6ops-v4mapped-harmful).</summary>
    public bool HasMappedAddress => Source.IsIPv4 || Destination.IsIPv4;

    /// <summary>The fixed header's octets.</summary>
    public ReadOnlySpan<byte> Header => _data[..Size];

    /// <summary>What follows the fixed header (the part at hand), without link padding.</summary>
    public ReadOnlySpan<byte> Payload => Octets.From(_data, Size);

    /// <summary>The sum over the pseudo-header for an upper layer of the given length (RFC 8200 8.1).</summary>
    public ulong PseudoHeaderSum(byte protocol, int length) =>
        InternetChecksum.AddWord((ushort)(length >> 16), InternetChecksum.AddWord((ushort)length, InternetChecksum.AddWord(protocol, InternetChecksum.Add(_data.Slice(8, 32)))));

    /// <summary>Writes a fixed header and returns its size.</summary>
    /// <param name="packet">Forty octets of room at least.</param>
    /// <param name="payloadLength">The length in octets of what follows, 0 to 65535.</param>
    /// <param name="nextHeader">The protocol of what follows.</param>
    /// <param name="hopLimit">The hop limit.</param>
    /// <param name="source">The source address.</param>
    /// <param name="destination">The destination address.</param>
    /// <param name="trafficClass">DSCP and ECN bits.</param>
    /// <param name="flowLabel">The flow label, 20 bits.</param>
    public static int Write(Span<byte> packet, int payloadLength, byte nextHeader, byte hopLimit, InetAddress source, InetAddress destination,
        byte trafficClass = 0, uint flowLabel = 0)
    {
        Debug.Assert((uint)payloadLength <= ushort.MaxValue, "the payload length is 0 to 65535");
        packet = packet[..Size];
        BinaryPrimitives.WriteUInt32BigEndian(packet, 0x6000_0000u | (uint)trafficClass << 20 | (flowLabel & 0xF_FFFF));
        BinaryPrimitives.WriteUInt32BigEndian(packet[4..], (uint)payloadLength << 16 | (uint)nextHeader << 8 | hopLimit);
        source.CopyTo16(packet[8..]);
        destination.CopyTo16(packet[24..]);
        return Size;
    }

    /// <summary>Takes one off the hop limit, which must not be zero.</summary>
    public static void DecrementHopLimit(Span<byte> packet)
    {
        Debug.Assert(packet[7] != 0, "a packet of hop limit zero is not forwarded");
        packet[7]--;
    }

    /// <summary>Sets the hop limit.</summary>
    public static void SetHopLimit(Span<byte> packet, byte value) => packet[7] = value;

    /// <summary>Sets DSCP and ECN bits.</summary>
    public static void SetTrafficClass(Span<byte> packet, byte value)
    {
        packet[0] = (byte)(0x60 | value >> 4);
        packet[1] = (byte)(value << 4 | (packet[1] & 0xF));
    }

    /// <summary>Sets the payload length.</summary>
    public static void SetPayloadLength(Span<byte> packet, int value) => BinaryPrimitives.WriteUInt16BigEndian(packet[4..], (ushort)value);

    /// <summary>Sets the next header.</summary>
    public static void SetNextHeader(Span<byte> packet, byte value) => packet[6] = value;

    /// <summary>Rewrites the source; the transport checksum is the caller's.</summary>
    public static void SetSource(Span<byte> packet, InetAddress value) => value.CopyTo16(packet[8..]);

    /// <summary>Rewrites the destination; the transport checksum is the caller's.</summary>
    public static void SetDestination(Span<byte> packet, InetAddress value) => value.CopyTo16(packet[24..]);
}
