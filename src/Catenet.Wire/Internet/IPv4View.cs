using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Catenet.Core;

namespace Catenet.Wire.Internet;

/// <summary>An IPv4 packet (RFC 791 3.1).</summary>
public readonly ref struct IPv4View
{
    /// <summary>The size in octets of a header without options.</summary>
    public const int MinSize = 20;

    /// <summary>The size in octets of the largest header.</summary>
    public const int MaxSize = 60;

    /// <summary>Flag bit of <see cref="FlagsAndOffset"/>: don't fragment.</summary>
    public const ushort DontFragmentBit = 0x4000;

    /// <summary>Flag bit of <see cref="FlagsAndOffset"/>: more fragments follow.</summary>
    public const ushort MoreFragmentsBit = 0x2000;

    private readonly ReadOnlySpan<byte> _data;

    private IPv4View(ReadOnlySpan<byte> data) => _data = data;

    /// <summary>
    /// Takes a whole packet: version 4, a header length of at least 20 and within the total length, a total length within the data.
    /// Octets past the total length (link padding) are left out. The checksum is not verified.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> data, out IPv4View view) => TryParse(data, data.Length, out view);

    /// <summary>Takes a packet of which only the first octets (with the whole header) are at hand.</summary>
    /// <param name="data">The first octets.</param>
    /// <param name="packetLength">The octets of the whole packet, padding included; at least the length of <paramref name="data"/>.</param>
    /// <param name="view">The view; its <see cref="Payload"/> is the part at hand.</param>
    public static bool TryParse(ReadOnlySpan<byte> data, int packetLength, out IPv4View view)
    {
        view = default;
        if (data.Length < MinSize)
        {
            return false;
        }

        int first = Octets.U8(data, 0);
        int header = (first & 0xF) * 4;
        int total = Octets.U16(data, 2);
        if (first >> 4 != 4 || header < MinSize || header > data.Length || total < header || total > packetLength)
        {
            return false;
        }

        view = new IPv4View(total < data.Length ? MemoryMarshal.CreateReadOnlySpan(ref MemoryMarshal.GetReference(data), total) : data);
        return true;
    }

    /// <summary>Takes a packet that may be cut after its header, as those quoted in ICMP errors are (RFC 792, RFC 1812 4.3.2.3).</summary>
    public static bool TryParseQuoted(ReadOnlySpan<byte> data, out IPv4View view) => TryParse(data, int.MaxValue, out view);

    /// <summary>The header's length in octets, 20 to 60.</summary>
    public int HeaderLength => (Octets.U8(_data, 0) & 0xF) * 4;

    /// <summary>Differentiated services code point and ECN bits (RFC 2474, RFC 3168).</summary>
    public byte TrafficClass => Octets.U8(_data, 1);

    /// <summary>The packet's length in octets, header included.</summary>
    public int TotalLength => Octets.U16(_data, 2);

    /// <summary>The identification shared by the fragments of one packet.</summary>
    public ushort Identification => Octets.U16(_data, 4);

    /// <summary>The raw word of flags and fragment offset.</summary>
    public ushort FlagsAndOffset => Octets.U16(_data, 6);

    /// <summary>Whether gateways may not fragment the packet.</summary>
    public bool DontFragment => (FlagsAndOffset & DontFragmentBit) != 0;

    /// <summary>Whether this is not the last fragment.</summary>
    public bool MoreFragments => (FlagsAndOffset & MoreFragmentsBit) != 0;

    /// <summary>Where the payload belongs in the whole packet's payload, in octets (a multiple of 8).</summary>
    public int FragmentOffset => (FlagsAndOffset & 0x1FFF) * 8;

    /// <summary>Whether this is a part of a packet, first and last included.</summary>
    public bool IsFragment => (FlagsAndOffset & 0x3FFF) != 0;

    /// <summary>How many gateways may still forward the packet.</summary>
    public byte Ttl => Octets.U8(_data, 8);

    /// <summary>The payload's protocol (<see cref="IpProtocol"/>).</summary>
    public byte Protocol => Octets.U8(_data, 9);

    /// <summary>The header checksum as it stands in the packet.</summary>
    public ushort Checksum => Octets.U16(_data, 10);

    /// <summary>The source address.</summary>
    public InetAddress Source => Octets.IPv4(_data, 12);

    /// <summary>The destination address.</summary>
    public InetAddress Destination => Octets.IPv4(_data, 16);

    /// <summary>Whether the header carries options.</summary>
    public bool HasOptions => (Octets.U8(_data, 0) & 0xF) > 5;

    /// <summary>The options' octets, none or up to 40; walk them with <see cref="IPv4OptionEnumerator"/>.</summary>
    public ReadOnlySpan<byte> Options => _data[MinSize..HeaderLength];

    /// <summary>The header's octets.</summary>
    public ReadOnlySpan<byte> Header => _data[..HeaderLength];

    /// <summary>The payload (the part at hand) without link padding.</summary>
    public ReadOnlySpan<byte> Payload => Octets.From(_data, HeaderLength);

    /// <summary>The payload's length in octets by the header, also where it is not all at hand.</summary>
    public int PayloadLength => TotalLength - HeaderLength;

    /// <summary>Whether the header sums to all ones (RFC 1071).</summary>
    public bool HasValidChecksum
    {
        get
        {
            if (HasOptions)
            {
                return InternetChecksum.Verify(_data[..HeaderLength]);
            }

            // Five loads are quicker than the general sum; the order of octets does not matter to all ones (RFC 1071 2(B)).
            return InternetChecksum.IsValid((ulong)Octets.U32(_data, 0) + Octets.U32(_data, 4) + Octets.U32(_data, 8) + Octets.U32(_data, 12) + Octets.U32(_data, 16));
        }
    }

    /// <summary>The sum over the pseudo-header for a transport of the given length (RFC 9293 3.1).</summary>
    public ulong PseudoHeaderSum(byte protocol, int length) =>
        InternetChecksum.AddWord((ushort)length, InternetChecksum.AddWord(protocol, InternetChecksum.Add(_data.Slice(12, 8))));

    /// <summary>Writes a header without options, checksum included, and returns its size.</summary>
    /// <param name="packet">Twenty octets of room at least.</param>
    /// <param name="totalLength">Header and payload in octets, 20 to 65535.</param>
    /// <param name="identification">The identification.</param>
    /// <param name="flagsAndOffset">The flag bits and the fragment offset in units of 8 octets.</param>
    /// <param name="ttl">The time to live.</param>
    /// <param name="protocol">The payload's protocol.</param>
    /// <param name="source">The source address.</param>
    /// <param name="destination">The destination address.</param>
    /// <param name="trafficClass">DSCP and ECN bits.</param>
    public static int Write(Span<byte> packet, int totalLength, ushort identification, ushort flagsAndOffset, byte ttl, byte protocol,
        InetAddress source, InetAddress destination, byte trafficClass = 0)
    {
        Debug.Assert(totalLength is >= MinSize and <= ushort.MaxValue, "the total length is 20 to 65535");
        packet = packet[..MinSize];
        uint first = 0x4500_0000u | (uint)trafficClass << 16 | (ushort)totalLength;
        uint second = (uint)identification << 16 | flagsAndOffset;
        uint third = (uint)ttl << 24 | (uint)protocol << 16;
        uint from = source.ToIPv4();
        uint to = destination.ToIPv4();
        // The sum is taken from the values: reading back what was just written would stall.
        ulong sum = (ulong)first + second + third + from + to;
        sum = (sum & 0xFFFF) + (sum >> 16 & 0xFFFF) + (sum >> 32);
        sum = (sum & 0xFFFF) + (sum >> 16);
        sum = (sum & 0xFFFF) + (sum >> 16);
        BinaryPrimitives.WriteUInt32BigEndian(packet, first);
        BinaryPrimitives.WriteUInt32BigEndian(packet[4..], second);
        BinaryPrimitives.WriteUInt32BigEndian(packet[8..], third | (ushort)~sum);
        BinaryPrimitives.WriteUInt32BigEndian(packet[12..], from);
        BinaryPrimitives.WriteUInt32BigEndian(packet[16..], to);
        return MinSize;
    }

    /// <summary>Writes a header with options (padded with end-of-list to four octets) and returns its size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than 40 octets of options, or too little room.</exception>
    public static int Write(Span<byte> packet, int totalLength, ushort identification, ushort flagsAndOffset, byte ttl, byte protocol,
        InetAddress source, InetAddress destination, byte trafficClass, ReadOnlySpan<byte> options)
    {
        int header = MinSize + ((options.Length + 3) & ~3);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(header, MaxSize, nameof(options));
        Write(packet, totalLength, identification, flagsAndOffset, ttl, protocol, source, destination, trafficClass);
        packet[MinSize..header].Clear();
        options.CopyTo(packet[MinSize..]);
        packet[0] = (byte)(0x40 | header / 4);
        UpdateChecksum(packet);
        return header;
    }

    /// <summary>Takes one off the TTL, which must not be zero, and repairs the checksum incrementally (RFC 1624).</summary>
    public static void DecrementTtl(Span<byte> packet)
    {
        Debug.Assert(packet[8] != 0, "a packet of TTL zero is not forwarded");
        packet[8]--;
        // The TTL is the high octet of its word: the word falls by 0x0100, so the checksum rises by as much, with end-around carry.
        uint sum = BinaryPrimitives.ReadUInt16BigEndian(packet[10..]) + 0x0100u;
        BinaryPrimitives.WriteUInt16BigEndian(packet[10..], (ushort)(sum + (sum >= 0xFFFF ? 1u : 0u)));
    }

    /// <summary>Sets the TTL and repairs the checksum incrementally.</summary>
    public static void SetTtl(Span<byte> packet, byte value) => SetWord(packet, 8, (ushort)(value << 8 | packet[9]));

    /// <summary>Sets DSCP and ECN bits and repairs the checksum incrementally.</summary>
    public static void SetTrafficClass(Span<byte> packet, byte value) => SetWord(packet, 0, (ushort)(packet[0] << 8 | value));

    /// <summary>Sets the total length and repairs the checksum incrementally.</summary>
    public static void SetTotalLength(Span<byte> packet, int value) => SetWord(packet, 2, (ushort)value);

    /// <summary>Sets the identification and repairs the checksum incrementally.</summary>
    public static void SetIdentification(Span<byte> packet, ushort value) => SetWord(packet, 4, value);

    /// <summary>Sets flags and fragment offset (in units of 8 octets) and repairs the checksum incrementally.</summary>
    public static void SetFlagsAndOffset(Span<byte> packet, ushort value) => SetWord(packet, 6, value);

    /// <summary>Rewrites the source and repairs the header checksum; the transport's is the caller's (<see cref="InternetChecksum"/>).</summary>
    public static void SetSource(Span<byte> packet, InetAddress value) => SetDoubleWord(packet, 12, value.ToIPv4());

    /// <summary>Rewrites the destination and repairs the header checksum; the transport's is the caller's.</summary>
    public static void SetDestination(Span<byte> packet, InetAddress value) => SetDoubleWord(packet, 16, value.ToIPv4());

    /// <summary>Computes the header checksum anew after any other change (options recorded on the way).</summary>
    public static void UpdateChecksum(Span<byte> packet)
    {
        packet[10] = 0;
        packet[11] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(packet[10..], InternetChecksum.Compute(packet[..((packet[0] & 0xF) * 4)]));
    }

    private static void SetWord(Span<byte> packet, int offset, ushort value)
    {
        ushort before = BinaryPrimitives.ReadUInt16BigEndian(packet[offset..]);
        ushort checksum = BinaryPrimitives.ReadUInt16BigEndian(packet[10..]);
        BinaryPrimitives.WriteUInt16BigEndian(packet[offset..], value);
        BinaryPrimitives.WriteUInt16BigEndian(packet[10..], InternetChecksum.Update(checksum, before, value));
    }

    private static void SetDoubleWord(Span<byte> packet, int offset, uint value)
    {
        uint before = BinaryPrimitives.ReadUInt32BigEndian(packet[offset..]);
        ushort checksum = BinaryPrimitives.ReadUInt16BigEndian(packet[10..]);
        BinaryPrimitives.WriteUInt32BigEndian(packet[offset..], value);
        BinaryPrimitives.WriteUInt16BigEndian(packet[10..], InternetChecksum.Update(checksum, before, value));
    }
}
