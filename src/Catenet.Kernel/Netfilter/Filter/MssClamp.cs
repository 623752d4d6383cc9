using System.Buffers.Binary;
using Catenet.Core;
using Catenet.Kernel.Offload;
using Catenet.Wire.Internet;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Netfilter;

/// <summary>Lowers the MSS that a SYN announces, so that neither side sends what does not fit (Linux's TCPMSS): for paths whose errors get lost.</summary>
/// <remarks>It is never raised. A SYN without the option gets one: without it the other side would take 536 or 1220 octets for granted (RFC 9293 3.7.1).</remarks>
internal static class MssClamp
{
    private const int OptionSize = 4;
    private const int LargestHeader = 60;

    /// <summary>Rewrites a SYN; everything else is left alone.</summary>
    /// <param name="context">The packet at its hook point.</param>
    /// <param name="fields">Its headers.</param>
    /// <param name="size">The most octets of payload; zero: by the MTU of the path, both ways.</param>
    public static void Apply(ref HookContext context, in PacketFields fields, int size)
    {
        if (fields.Protocol != IpProtocol.Tcp || !fields.HasTransport || fields.IsFragment || (fields.TcpFlags & (TcpFlags.Syn | TcpFlags.Rst)) != TcpFlags.Syn)
        {
            return;
        }

        var packet = context.Packet;
        int header = (packet.Span[fields.TransportOffset + 12] >> 4) * 4;
        int most = size > 0 ? size : ByPath(ref context, in fields);
        if (header < TcpView.MinSize || header > fields.TransportLength || most <= 0 || !packet.EnsureLinear(fields.TransportOffset + header))
        {
            return;
        }

        var walk = new TcpOptionEnumerator(packet.Span.Slice(fields.TransportOffset + TcpView.MinSize, header - TcpView.MinSize));
        while (walk.MoveNext())
        {
            if (walk.Current is { Kind: TcpOptionKind.MaximumSegmentSize, Data.Length: 2 })
            {
                Lower(packet, fields.TransportOffset, TcpView.MinSize + walk.Offset + 2, most);
                return;
            }
        }

        // Data behind the header would have to move, and might not fit any more.
        if (header < LargestHeader && fields.TransportLength == header)
        {
            Add(packet, in fields, Math.Min(most, fields.IsIPv6 ? 1220 : 536));
            context.Rewritten();
        }
    }

    private static int ByPath(ref HookContext context, in PacketFields fields)
    {
        var ip = context.Host.Ip;
        int least = Math.Min(context.In?.Mtu ?? int.MaxValue, context.Out?.Mtu ?? int.MaxValue);
        least = Math.Min(least, ip.Route(fields.Destination, default, null, context.Packet.Mark, out _)?.Mtu ?? int.MaxValue);
        least = Math.Min(least, ip.Route(fields.Source, default, null, context.Packet.Mark, out _)?.Mtu ?? int.MaxValue);
        return Math.Min(least, ushort.MaxValue) - (fields.IsIPv6 ? IPv6View.Size : IPv4View.MinSize) - TcpView.MinSize;
    }

    private static void Lower(PacketBuffer packet, int transport, int at, int most)
    {
        ushort before = BinaryPrimitives.ReadUInt16BigEndian(packet.Span[(transport + at)..]);
        if (before <= most)
        {
            return;
        }

        packet.EnsureWritable();
        var segment = packet.Span[transport..];
        BinaryPrimitives.WriteUInt16BigEndian(segment[at..], (ushort)most);
        if (packet.Checksum != ChecksumState.Partial)
        {
            // At an odd place the two octets belong to two words of the sum.
            bool odd = (at & 1) != 0;
            Mend(segment, odd ? Swap(before) : before, odd ? Swap((ushort)most) : (ushort)most);
        }
    }

    private static void Add(PacketBuffer packet, in PacketFields fields, int most)
    {
        packet.EnsureWritable();
        int fixedPart = fields.TransportOffset + TcpView.MinSize;
        packet.Push(OptionSize);
        var span = packet.Span;
        span.Slice(OptionSize, fixedPart).CopyTo(span);
        packet.MarkNetworkHeader();
        if (fields.IsIPv6)
        {
            IPv6View.SetPayloadLength(span, packet.Length - IPv6View.Size);
        }
        else
        {
            IPv4View.SetTotalLength(span, packet.Length);
        }

        var segment = span[fields.TransportOffset..];
        uint option = (uint)TcpOptionKind.MaximumSegmentSize << 24 | OptionSize << 16 | (uint)most;
        BinaryPrimitives.WriteUInt32BigEndian(segment[TcpView.MinSize..], option);
        ushort offset = BinaryPrimitives.ReadUInt16BigEndian(segment[12..]);
        BinaryPrimitives.WriteUInt16BigEndian(segment[12..], (ushort)(offset + 0x1000));
        ushort length = (ushort)fields.TransportLength;
        if (packet.Checksum == ChecksumState.Partial)
        {
            TcpView.SetChecksum(segment, PartialChecksum.Begin(InternetChecksum.PseudoHeader(fields.Source, fields.Destination, IpProtocol.Tcp, length + OptionSize)));
            return;
        }

        Mend(segment, length, (ushort)(length + OptionSize));
        Mend(segment, offset, (ushort)(offset + 0x1000));
        Mend(segment, 0, (ushort)(option >> 16));
        Mend(segment, 0, (ushort)option);
    }

    private static void Mend(Span<byte> segment, ushort before, ushort after)
    {
        ushort checksum = BinaryPrimitives.ReadUInt16BigEndian(segment[TcpView.ChecksumOffset..]);
        TcpView.SetChecksum(segment, InternetChecksum.Update(checksum, before, after));
    }

    private static ushort Swap(ushort value) => BinaryPrimitives.ReverseEndianness(value);
}
