using System.Globalization;
using System.Text;
using Catenet.Core;
using Catenet.Wire.Link;

namespace Catenet.Wire.Capture;

/// <summary>Writes a capture in the pcapng format: one section, little-endian, times in nanoseconds (draft-ietf-opsawg-pcapng).</summary>
/// <remarks>
/// The octets depend on nothing but the calls, so that equal runs give equal files. Each call writes one block at once.
/// The stream stays the caller's. Not thread-safe.
/// </remarks>
public sealed class PcapngWriter
{
    private const uint SectionHeader = 0x0A0D_0D0A;
    private const uint InterfaceDescription = 1;
    private const uint NameResolution = 4;
    private const uint EnhancedPacket = 6;
    private const uint DecryptionSecrets = 10;
    private const uint ByteOrderMagic = 0x1A2B_3C4D;
    private const uint TlsKeyLog = 0x544C_534B;
    private const ushort Comment = 1;

    private readonly Stream _stream;
    private readonly ulong _epoch;
    private readonly PcapngBlock _block = new();
    private int _interfaces;

    /// <summary>Begins a capture with its section header.</summary>
    /// <param name="stream">Where it goes.</param>
    /// <param name="epoch">The calendar time of <see cref="Instant.Zero"/>; by default 1970-01-01 UTC. Not before that.</param>
    /// <param name="application">The program that captured.</param>
    /// <param name="comment">A comment on the whole.</param>
    public PcapngWriter(Stream stream, DateTimeOffset epoch = default, string application = "Catenet", string? comment = null)
    {
        _stream = stream;
        long ticks = epoch == default ? 0 : (epoch - DateTimeOffset.UnixEpoch).Ticks;
        ArgumentOutOfRangeException.ThrowIfNegative(ticks, nameof(epoch));
        _epoch = (ulong)ticks * 100;
        _block.Begin(SectionHeader);
        _block.AddUInt32(ByteOrderMagic);
        _block.AddUInt16(1);
        _block.AddUInt16(0);
        // The section's length is not known in a stream.
        _block.AddUInt64(ulong.MaxValue);
        _block.AddOption(Comment, comment);
        _block.AddOption(4, application);
        Flush();
    }

    /// <summary>How many interfaces were described.</summary>
    public int InterfaceCount => _interfaces;

    /// <summary>Describes an interface; packets name it by the number returned, from zero on.</summary>
    /// <param name="name">Its name: <c>alice.eth0</c>.</param>
    /// <param name="linkType">What its frames begin with.</param>
    /// <param name="description">What it is, or null.</param>
    /// <param name="mac">Its hardware address, or none.</param>
    /// <param name="bitsPerSecond">Its speed, or zero if not known.</param>
    /// <param name="snapLength">The most octets kept of a packet; zero means all.</param>
    public int AddInterface(string name, LinkType linkType = LinkType.Ethernet, string? description = null, MacAddress mac = default,
        ulong bitsPerSecond = 0, uint snapLength = 0)
    {
        _block.Begin(InterfaceDescription);
        _block.AddUInt16((ushort)linkType);
        _block.AddUInt16(0);
        _block.AddUInt32(snapLength);
        _block.AddOption(2, name);
        _block.AddOption(3, description);
        if (!mac.IsNone)
        {
            Span<byte> octets = stackalloc byte[MacAddress.Size];
            mac.CopyTo(octets);
            _block.AddOption(6, octets);
        }

        if (bitsPerSecond != 0)
        {
            _block.AddOption(8, bitsPerSecond);
        }

        // if_tsresol: times count 10^-9 seconds.
        _block.AddOption(9, [9]);
        Flush();
        return _interfaces++;
    }

    /// <summary>Writes a packet.</summary>
    /// <param name="interfaceId">The interface it was seen on.</param>
    /// <param name="time">When.</param>
    /// <param name="frame">The octets kept of it.</param>
    /// <param name="originalLength">Its length on the wire in octets; if below the frame's, that is taken.</param>
    /// <param name="direction">Which way it went.</param>
    /// <param name="packetId">A number by which the same packet is known on every interface; zero for none.</param>
    /// <param name="comment">A comment, or null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The interface was not described.</exception>
    public void WritePacket(int interfaceId, Instant time, ReadOnlySpan<byte> frame, int originalLength = 0,
        PacketDirection direction = PacketDirection.Unknown, ulong packetId = 0, string? comment = null)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)interfaceId, (uint)_interfaces, nameof(interfaceId));
        ulong stamp = _epoch + (ulong)Math.Max(0, time.Nanoseconds);
        _block.Begin(EnhancedPacket);
        _block.AddUInt32((uint)interfaceId);
        _block.AddUInt32((uint)(stamp >> 32));
        _block.AddUInt32((uint)stamp);
        _block.AddUInt32((uint)frame.Length);
        _block.AddUInt32((uint)Math.Max(frame.Length, originalLength));
        _block.AddPadded(frame);
        _block.AddOption(Comment, comment);
        if (direction != PacketDirection.Unknown)
        {
            _block.AddOption(2, (uint)direction);
        }

        if (packetId != 0)
        {
            _block.AddOption(5, packetId);
        }

        Flush();
    }

    /// <summary>Writes TLS secrets, so that readers decrypt; they have to come before the packets they open.</summary>
    /// <param name="keyLog">Lines in the format of SSLKEYLOGFILE (RFC 9850).</param>
    public void WriteTlsSecrets(ReadOnlySpan<char> keyLog)
    {
        byte[] octets = new byte[Encoding.UTF8.GetByteCount(keyLog)];
        Encoding.UTF8.GetBytes(keyLog, octets);
        _block.Begin(DecryptionSecrets);
        _block.AddUInt32(TlsKeyLog);
        _block.AddUInt32((uint)octets.Length);
        _block.AddPadded(octets);
        Flush();
    }

    /// <summary>Writes names of addresses, so that readers show them.</summary>
    /// <exception cref="ArgumentException">A name has more than 255 octets.</exception>
    public void WriteNames(IEnumerable<(InetAddress Address, string Name)> names)
    {
        _block.Begin(NameResolution);
        Span<byte> record = stackalloc byte[16 + 256];
        foreach (var (address, name) in names)
        {
            int size = address.CopyTo(record);
            if (Encoding.UTF8.GetByteCount(name) > 255)
            {
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"The name of {address} has more than 255 octets."), nameof(names));
            }

            size += Encoding.UTF8.GetBytes(name, record[size..]);
            record[size++] = 0;
            _block.AddUInt16(address.IsIPv4 ? (ushort)1 : (ushort)2);
            _block.AddUInt16((ushort)size);
            _block.AddPadded(record[..size]);
        }

        _block.AddUInt32(0);
        Flush();
    }

    private void Flush() => _stream.Write(_block.End());
}
