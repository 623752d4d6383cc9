using Catenet.Core;
using Catenet.Kernel.Ip;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>Verifies a segment and reads its header and options (RFC 9293 3.1, 3.2).</summary>
internal static class SegmentReader
{
    /// <summary>Reads the header and takes it off the packet.</summary>
    /// <returns>Why the packet must be dropped, or NotDropped.</returns>
    public static DropReason Read(PacketBuffer packet, in IpReceiveInfo info, out Segment segment)
    {
        segment = default;
        int length = packet.Length;
        if (!packet.EnsureLinear(Math.Min(TcpView.MinSize, length)) || packet.LinearLength < TcpView.MinSize)
        {
            return DropReason.PacketTooSmall;
        }

        int header = (packet.Span[12] >> 4) * 4;
        if (header < TcpView.MinSize || header > length)
        {
            return DropReason.TcpHeader;
        }

        if (packet.Checksum == ChecksumState.None &&
            !InternetChecksum.IsValid(packet.Sum(0, InternetChecksum.PseudoHeader(info.Source, info.Destination, TcpLayer.ProtocolNumber, length))))
        {
            return DropReason.TcpChecksum;
        }

        packet.EnsureLinear(header);
        if (!TcpView.TryParse(packet.Span, out var tcp))
        {
            return DropReason.TcpHeader;
        }

        segment.Packet = packet;
        segment.Seq = tcp.Sequence;
        segment.Ack = tcp.Acknowledgment;
        segment.Flags = tcp.Flags;
        segment.Window = tcp.Window;
        segment.UrgentPointer = tcp.UrgentPointer;
        segment.SourcePort = tcp.SourcePort;
        segment.DestinationPort = tcp.DestinationPort;
        segment.Source = info.Source;
        segment.Destination = info.Destination;
        segment.TrafficClass = info.TrafficClass;

        // A malformed option ends the list; what came before it counts (RFC 9293 3.2, MUST-7).
        TcpOptions.TryParse(tcp.Options, out segment.Options);
        segment.Length = length - header;
        segment.WireLength = packet.GsoSize == 0 ? segment.Length : Math.Min(segment.Length, packet.GsoSize);
        segment.End = segment.Seq + segment.Length + (segment.Has(TcpFlags.Syn) ? 1 : 0) + (segment.Has(TcpFlags.Fin) ? 1 : 0);
        packet.MarkTransportHeader();
        packet.Pull(header);
        return DropReason.NotDropped;
    }
}
