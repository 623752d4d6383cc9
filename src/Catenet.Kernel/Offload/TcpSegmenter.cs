using System.Buffers.Binary;
using Catenet.Wire.Internet;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Offload;

/// <summary>Cuts a TCP super-packet into the packets that go onto the wire (Linux's tcp_gso_segment). The payload is not copied: they share it.</summary>
public static class TcpSegmenter
{
    /// <summary>Segments smaller than this are nobody's: a super-packet that asks for them would become thousands of packets.</summary>
    internal const int LeastSize = 8;

    private const int FlagsAt = 13;
    private const byte OnlyOnLast = (byte)(TcpFlags.Fin | TcpFlags.Psh);
    private const byte OnlyOnFirst = (byte)TcpFlags.Cwr;

    /// <summary>Cuts a super-packet.</summary>
    /// <param name="packet">A TCP packet whose <see cref="PacketBuffer.GsoSize"/> is set and whose checksum is partial, from its Ethernet or IP header on. It stays the caller's.</param>
    /// <param name="pool">Where packets come from.</param>
    /// <param name="segments">Where the segments go, in order, with the packet's identity and metadata.</param>
    /// <param name="completeChecksums">Whether to complete the checksums too; otherwise they are partial.</param>
    /// <returns>False if it is not a TCP packet: nothing was made of it.</returns>
    public static bool TryCut(PacketBuffer packet, PacketPool pool, ref PacketQueue segments, bool completeChecksums)
    {
        int size = packet.GsoSize;
        if (size < LeastSize || !TransportPlace.TryFind(packet, out var place) || place.Protocol != IpProtocol.Tcp || place.Network < 0)
        {
            return false;
        }

        int headers = place.Transport + TransportPlace.TcpHeaderLength(packet, place.Transport);
        int payload = packet.Length - headers;
        int offset = 0;
        ushort index = 0;
        do
        {
            int length = Math.Min(size, payload - offset);
            var segment = Take(packet, pool, headers, offset, length);
            WriteNetwork(segment.Span[place.Network..], segment.Length - place.Network, index++);
            WriteTransport(segment.Span[place.Transport..], packet.Length - place.Transport, segment.Length - place.Transport, offset, offset + length == payload);
            if (completeChecksums)
            {
                PartialChecksum.Finish(segment, in place);
            }

            segments.Enqueue(segment);
            offset += length;
        }
        while (offset < payload);

        return true;
    }

    /// <summary>A packet of a copy of the headers and a part of the payload.</summary>
    private static PacketBuffer Take(PacketBuffer packet, PacketPool pool, int headers, int offset, int length)
    {
        var segment = pool.Rent(headers);
        int shift = segment.Offset - packet.Offset;
        segment.CopyMetadata(packet);
        segment.GsoSize = 0;
        segment.LinkOffset = packet.LinkOffset < 0 ? -1 : packet.LinkOffset + shift;
        segment.NetworkOffset = packet.NetworkOffset < 0 ? -1 : packet.NetworkOffset + shift;
        segment.TransportOffset = packet.TransportOffset < 0 ? -1 : packet.TransportOffset + shift;
        segment.Append(packet.Span[..headers]);
        segment.AppendPart(packet, headers + offset, length);
        return segment;
    }

    private static void WriteNetwork(Span<byte> ip, int length, ushort index)
    {
        if (ip[0] >> 4 == 4)
        {
            BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)length);
            BinaryPrimitives.WriteUInt16BigEndian(ip[4..], (ushort)(BinaryPrimitives.ReadUInt16BigEndian(ip[4..]) + index));
            IPv4View.UpdateChecksum(ip);
        }
        else
        {
            IPv6View.SetPayloadLength(ip, length - IPv6View.Size);
        }
    }

    private static void WriteTransport(Span<byte> tcp, int before, int length, int offset, bool isLast)
    {
        BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], BinaryPrimitives.ReadUInt32BigEndian(tcp[4..]) + (uint)offset);
        if (!isLast)
        {
            tcp[FlagsAt] &= unchecked((byte)~OnlyOnLast);
        }

        if (offset != 0)
        {
            tcp[FlagsAt] &= unchecked((byte)~OnlyOnFirst);
        }

        PartialChecksum.ChangeLength(tcp[TcpView.ChecksumOffset..], before, length);
    }
}
