using System.Buffers.Binary;
using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>A whole segment as it is signed or verified: addresses, header with options, and where its payload is.</summary>
internal readonly ref struct SegmentImage
{
    private readonly PacketBuffer? _packet;
    private readonly int _payloadAt;

    /// <summary>A segment to be sent, from its header on.</summary>
    public SegmentImage(InetAddress source, InetAddress destination, PacketBuffer packet, int header)
    {
        Source = source;
        Destination = destination;
        Header = packet.Span[..header];
        _packet = packet;
        _payloadAt = header;
        PayloadLength = packet.Length - header;
    }

    /// <summary>A segment without payload to be sent.</summary>
    public SegmentImage(InetAddress source, InetAddress destination, Span<byte> header)
    {
        Source = source;
        Destination = destination;
        Header = header;
    }

    /// <summary>A segment that came, its header taken off the packet.</summary>
    public SegmentImage(in Segment segment)
    {
        var packet = segment.Packet!;
        Source = segment.Source;
        Destination = segment.Destination;
        Header = packet.From(packet.TransportOffset)[..(packet.Offset - packet.TransportOffset)];
        _packet = packet;
        PayloadLength = segment.Length;
    }

    /// <summary>The sender.</summary>
    public InetAddress Source { get; }

    /// <summary>The receiver.</summary>
    public InetAddress Destination { get; }

    /// <summary>The header with its options.</summary>
    public Span<byte> Header { get; }

    /// <summary>Octets behind the header.</summary>
    public int PayloadLength { get; }

    /// <summary>SEG.SEQ.</summary>
    public SeqNumber Sequence => new(BinaryPrimitives.ReadUInt32BigEndian(Header[4..]));

    /// <summary>The control bits.</summary>
    public TcpFlags Flags => (TcpFlags)Header[13];

    /// <summary>The sender's port and the receiver's, as they stand in the header.</summary>
    public ReadOnlySpan<byte> Ports => Header[..4];

    /// <summary>Where the body of an option begins in the header; zero if there is no such option.</summary>
    public int Locate(byte kind, out int length)
    {
        var walk = new TcpOptionEnumerator(Header[TcpView.MinSize..]);
        while (walk.MoveNext())
        {
            if (walk.Current.Kind == kind)
            {
                length = walk.Current.Data.Length;
                return TcpView.MinSize + walk.Offset + 2;
            }
        }

        length = 0;
        return 0;
    }

    /// <summary>The body of an option; empty if it is not there.</summary>
    public Span<byte> Find(byte kind) => Locate(kind, out int length) is > 0 and var at ? Header.Slice(at, length) : default;

    /// <summary>Adds the pseudo-header.</summary>
    public void AppendPseudoHeader(DigestInput input) => input.AppendPseudoHeader(Source, Destination, Header.Length + PayloadLength);

    /// <summary>Adds the beginning of the header with a checksum of zero.</summary>
    /// <returns>What was added.</returns>
    public Span<byte> AppendHeader(DigestInput input, int length)
    {
        var copy = input.Append(length);
        Header[..length].CopyTo(copy);
        TcpView.SetChecksum(copy, 0);
        return copy;
    }

    /// <summary>Adds the payload.</summary>
    public void AppendPayload(DigestInput input)
    {
        if (PayloadLength > 0)
        {
            _packet!.CopyTo(_payloadAt, input.Append(PayloadLength));
        }
    }
}
