using System.Buffers.Binary;
using System.Diagnostics;
using Catenet.Core;

namespace Catenet.Wire.Transport;

/// <summary>A TCP segment (RFC 9293 3.1).</summary>
public readonly ref struct TcpView
{
    /// <summary>The size in octets of a header without options.</summary>
    public const int MinSize = 20;

    /// <summary>The size in octets of the largest header.</summary>
    public const int MaxSize = 60;

    /// <summary>Where the checksum stands in the header.</summary>
    public const int ChecksumOffset = 16;

    private readonly ReadOnlySpan<byte> _data;

    private TcpView(ReadOnlySpan<byte> data) => _data = data;

    /// <summary>Takes a segment whose header, by its data offset, has at least 20 octets and is wholly at hand. The checksum is not verified.</summary>
    public static bool TryParse(ReadOnlySpan<byte> data, out TcpView view)
    {
        view = new TcpView(data);
        if (data.Length < MinSize)
        {
            return false;
        }

        int header = Octets.U8(data, 12) >> 4 << 2;
        return header >= MinSize && header <= data.Length;
    }

    /// <summary>The source port.</summary>
    public ushort SourcePort => Octets.U16(_data, 0);

    /// <summary>The destination port.</summary>
    public ushort DestinationPort => Octets.U16(_data, 2);

    /// <summary>Both ports in one read, the source's being the upper half.</summary>
    public uint Ports => Octets.U32(_data, 0);

    /// <summary>SEG.SEQ: the number of the first octet, or of the SYN.</summary>
    public SeqNumber Sequence => new(Octets.U32(_data, 4));

    /// <summary>SEG.ACK: the next number the sender expects, if ACK is set.</summary>
    public SeqNumber Acknowledgment => new(Octets.U32(_data, 8));

    /// <summary>The header's length in octets, 20 to 60.</summary>
    public int HeaderLength => Octets.U8(_data, 12) >> 4 << 2;

    /// <summary>The control bits.</summary>
    public TcpFlags Flags => (TcpFlags)(Octets.U16(_data, 12) & 0x1FF);

    /// <summary>SEG.WND as it stands in the header, unscaled.</summary>
    public ushort Window => Octets.U16(_data, 14);

    /// <summary>The checksum as it stands in the header.</summary>
    public ushort Checksum => Octets.U16(_data, 16);

    /// <summary>The urgent pointer, an offset from the sequence number, if URG is set.</summary>
    public ushort UrgentPointer => Octets.U16(_data, 18);

    /// <summary>The options' octets, none or up to 40; read them with <see cref="TcpOptions"/>.</summary>
    public ReadOnlySpan<byte> Options => _data[MinSize..HeaderLength];

    /// <summary>The data (the part at hand).</summary>
    public ReadOnlySpan<byte> Payload => Octets.From(_data, HeaderLength);

    /// <summary>Whether the segment, wholly at hand, sums to all ones with its pseudo-header.</summary>
    /// <param name="pseudoHeader">The pseudo-header's sum with the segment's length.</param>
    public bool HasValidChecksum(ulong pseudoHeader) => InternetChecksum.Verify(_data, pseudoHeader);

    /// <summary>Writes a header with checksum zero; options come after it by <see cref="TcpOptionsWriter"/>. Returns 20.</summary>
    /// <param name="segment">Twenty octets of room at least.</param>
    /// <param name="sourcePort">The source port.</param>
    /// <param name="destinationPort">The destination port.</param>
    /// <param name="sequence">SEG.SEQ.</param>
    /// <param name="acknowledgment">SEG.ACK; zero where ACK is not set.</param>
    /// <param name="flags">The control bits.</param>
    /// <param name="window">SEG.WND, already scaled down.</param>
    /// <param name="headerLength">Header and options in octets: a multiple of 4, 20 to 60.</param>
    /// <param name="urgentPointer">The urgent pointer.</param>
    public static int Write(Span<byte> segment, ushort sourcePort, ushort destinationPort, SeqNumber sequence, SeqNumber acknowledgment,
        TcpFlags flags, ushort window, int headerLength = MinSize, ushort urgentPointer = 0)
    {
        Debug.Assert(headerLength is >= MinSize and <= MaxSize && headerLength % 4 == 0, "a TCP header has 20 to 60 octets, in fours");
        segment = segment[..MinSize];
        BinaryPrimitives.WriteUInt32BigEndian(segment, (uint)sourcePort << 16 | destinationPort);
        BinaryPrimitives.WriteUInt32BigEndian(segment[4..], sequence.Value);
        BinaryPrimitives.WriteUInt32BigEndian(segment[8..], acknowledgment.Value);
        BinaryPrimitives.WriteUInt32BigEndian(segment[12..], (uint)headerLength << 26 | (uint)flags << 16 | window);
        BinaryPrimitives.WriteUInt32BigEndian(segment[16..], urgentPointer);
        return MinSize;
    }

    /// <summary>Puts a checksum into the header.</summary>
    public static void SetChecksum(Span<byte> segment, ushort value) => BinaryPrimitives.WriteUInt16BigEndian(segment[ChecksumOffset..], value);

    /// <summary>Computes the checksum of a whole segment and puts it into the header.</summary>
    /// <param name="segment">Header and data; what stands in the checksum field is ignored.</param>
    /// <param name="pseudoHeader">The pseudo-header's sum with the segment's length.</param>
    public static void UpdateChecksum(Span<byte> segment, ulong pseudoHeader)
    {
        SetChecksum(segment, 0);
        SetChecksum(segment, InternetChecksum.Finish(InternetChecksum.Add(segment, pseudoHeader)));
    }

    /// <summary>Rewrites the source port and repairs the checksum incrementally (RFC 1624).</summary>
    public static void SetSourcePort(Span<byte> segment, ushort value) => SetPort(segment, 0, value);

    /// <summary>Rewrites the destination port and repairs the checksum incrementally (RFC 1624).</summary>
    public static void SetDestinationPort(Span<byte> segment, ushort value) => SetPort(segment, 2, value);

    /// <summary>Repairs the checksum after an address of the pseudo-header changed (RFC 3022 4.2).</summary>
    public static void OnAddressChanged(Span<byte> segment, InetAddress before, InetAddress after) =>
        SetChecksum(segment, InternetChecksum.Update(BinaryPrimitives.ReadUInt16BigEndian(segment[ChecksumOffset..]), before, after));

    private static void SetPort(Span<byte> segment, int offset, ushort value)
    {
        ushort before = BinaryPrimitives.ReadUInt16BigEndian(segment[offset..]);
        ushort checksum = BinaryPrimitives.ReadUInt16BigEndian(segment[ChecksumOffset..]);
        BinaryPrimitives.WriteUInt16BigEndian(segment[offset..], value);
        SetChecksum(segment, InternetChecksum.Update(checksum, before, value));
    }
}
