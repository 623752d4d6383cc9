using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Catenet.Core;

namespace Catenet.Wire.Transport;

/// <summary>A UDP datagram (RFC 768).</summary>
public readonly ref struct UdpView
{
    /// <summary>The header's size in octets.</summary>
    public const int Size = 8;

    /// <summary>Where the checksum stands in the header.</summary>
    public const int ChecksumOffset = 6;

    private readonly ReadOnlySpan<byte> _data;

    private UdpView(ReadOnlySpan<byte> data) => _data = data;

    /// <summary>Takes a whole datagram: a length of at least 8 and within the data. Octets past it are left out. The checksum is not verified.</summary>
    public static bool TryParse(ReadOnlySpan<byte> data, out UdpView view) => TryParse(data, data.Length, out view);

    /// <summary>Takes a datagram of which only the first octets (with the whole header) are at hand.</summary>
    /// <param name="data">The first octets.</param>
    /// <param name="datagramLength">The octets that IP delivered in all.</param>
    /// <param name="view">The view; its <see cref="Payload"/> is the part at hand.</param>
    public static bool TryParse(ReadOnlySpan<byte> data, int datagramLength, out UdpView view)
    {
        view = default;
        if (data.Length < Size)
        {
            return false;
        }

        int length = Octets.U16(data, 4);
        if (length < Size || length > datagramLength)
        {
            return false;
        }

        view = new UdpView(length < data.Length ? MemoryMarshal.CreateReadOnlySpan(ref MemoryMarshal.GetReference(data), length) : data);
        return true;
    }

    /// <summary>Takes a datagram that may be cut after its header, as those quoted in ICMP errors are.</summary>
    public static bool TryParseQuoted(ReadOnlySpan<byte> data, out UdpView view) => TryParse(data, int.MaxValue, out view);

    /// <summary>The source port; zero if none.</summary>
    public ushort SourcePort => Octets.U16(_data, 0);

    /// <summary>The destination port.</summary>
    public ushort DestinationPort => Octets.U16(_data, 2);

    /// <summary>The datagram's length in octets, header included.</summary>
    public int Length => Octets.U16(_data, 4);

    /// <summary>The checksum as it stands in the header; zero if the sender computed none (IPv4 only).</summary>
    public ushort Checksum => Octets.U16(_data, 6);

    /// <summary>The data (the part at hand).</summary>
    public ReadOnlySpan<byte> Payload => Octets.From(_data, Size);

    /// <summary>Whether the datagram, wholly at hand, sums to all ones with its pseudo-header; no checksum does not count as valid.</summary>
    /// <param name="pseudoHeader">The pseudo-header's sum with the datagram's length.</param>
    public bool HasValidChecksum(ulong pseudoHeader) => Checksum != 0 && InternetChecksum.Verify(_data, pseudoHeader);

    /// <summary>Writes a header with checksum zero and returns its size.</summary>
    /// <param name="datagram">Eight octets of room at least.</param>
    /// <param name="sourcePort">The source port.</param>
    /// <param name="destinationPort">The destination port.</param>
    /// <param name="length">Header and data in octets, 8 to 65535.</param>
    public static int Write(Span<byte> datagram, ushort sourcePort, ushort destinationPort, int length)
    {
        BinaryPrimitives.WriteUInt64BigEndian(datagram, (ulong)sourcePort << 48 | (ulong)destinationPort << 32 | (ulong)(ushort)length << 16);
        return Size;
    }

    /// <summary>Puts a computed checksum into the header: zero becomes all ones, as zero means none (RFC 768).</summary>
    public static void SetChecksum(Span<byte> datagram, ushort value) =>
        BinaryPrimitives.WriteUInt16BigEndian(datagram[ChecksumOffset..], value == 0 ? (ushort)0xFFFF : value);

    /// <summary>Computes the checksum of a whole datagram and puts it into the header.</summary>
    /// <param name="datagram">Header and data; what stands in the checksum field is ignored.</param>
    /// <param name="pseudoHeader">The pseudo-header's sum with the datagram's length.</param>
    public static void UpdateChecksum(Span<byte> datagram, ulong pseudoHeader)
    {
        datagram[ChecksumOffset] = 0;
        datagram[ChecksumOffset + 1] = 0;
        SetChecksum(datagram, InternetChecksum.Finish(InternetChecksum.Add(datagram, pseudoHeader)));
    }

    /// <summary>Rewrites the source port and repairs the checksum incrementally (RFC 1624).</summary>
    public static void SetSourcePort(Span<byte> datagram, ushort value) => SetPort(datagram, 0, value);

    /// <summary>Rewrites the destination port and repairs the checksum incrementally (RFC 1624).</summary>
    public static void SetDestinationPort(Span<byte> datagram, ushort value) => SetPort(datagram, 2, value);

    /// <summary>Repairs the checksum, if there is one, after an address of the pseudo-header changed (RFC 3022 4.2).</summary>
    public static void OnAddressChanged(Span<byte> datagram, InetAddress before, InetAddress after)
    {
        ushort checksum = BinaryPrimitives.ReadUInt16BigEndian(datagram[ChecksumOffset..]);
        if (checksum != 0)
        {
            SetChecksum(datagram, InternetChecksum.Update(checksum, before, after));
        }
    }

    private static void SetPort(Span<byte> datagram, int offset, ushort value)
    {
        ushort before = BinaryPrimitives.ReadUInt16BigEndian(datagram[offset..]);
        ushort checksum = BinaryPrimitives.ReadUInt16BigEndian(datagram[ChecksumOffset..]);
        BinaryPrimitives.WriteUInt16BigEndian(datagram[offset..], value);
        if (checksum != 0)
        {
            SetChecksum(datagram, InternetChecksum.Update(checksum, before, value));
        }
    }
}
