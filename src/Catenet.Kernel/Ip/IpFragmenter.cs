using System.Buffers.Binary;
using Catenet.Kernel.Devices;
using Catenet.Kernel.Neighbours;
using Catenet.Kernel.Offload;
using Catenet.Wire.Internet;

namespace Catenet.Kernel.Ip;

/// <summary>Cuts packets that are longer than the link takes: IPv4 here and on the way (RFC 791 3.2), IPv6 only where the packet was made (RFC 8200 4.5).</summary>
/// <remarks>The payload is not copied: fragments share it.</remarks>
internal sealed class IpFragmenter(Host host, IpOutput output)
{
    /// <summary>Sends a packet in fragments and ends it.</summary>
    public void Send(PacketBuffer packet, NetDevice device, Neighbour? neighbour, InetAddress nextHop, int mtu)
    {
        if (packet.Checksum == ChecksumState.Partial)
        {
            // No device could complete it from a fragment.
            PartialChecksum.Complete(packet);
        }

        if (packet.FragmentSize != 0)
        {
            // What came in fragments leaves in fragments no larger than those.
            mtu = Math.Min(mtu, packet.FragmentSize);
        }

        int count = packet.Span[0] >> 4 == 4
            ? SendIPv4(packet, device, neighbour, nextHop, mtu)
            : SendIPv6(packet, device, neighbour, nextHop, mtu);
        if (count == 0)
        {
            host.Drop(packet, DropReason.FragmentationNeeded, device);
            return;
        }

        if (host.Loop.Tracer.Enabled)
        {
            host.Trace(TraceKind.Fragment, packet, device, null, null, count);
        }

        packet.Release();
    }

    private int SendIPv4(PacketBuffer packet, NetDevice device, Neighbour? neighbour, InetAddress nextHop, int mtu)
    {
        IPv4View.TryParse(packet.Span, packet.Length, out var ip);
        if (ip.DontFragment && packet.FragmentSize == 0)
        {
            host.Icmp.SendTooBig(packet, mtu);
            return 0;
        }

        int header = ip.HeaderLength;
        int room = mtu - header & ~7;
        if (room < 8)
        {
            return 0;
        }

        Span<byte> first = stackalloc byte[IPv4View.MaxSize];
        ip.Header.CopyTo(first);
        Span<byte> later = stackalloc byte[IPv4View.MaxSize];
        int laterSize = LaterHeader(in ip, later);
        // A fragment may be cut again: its own offset and "more" go on.
        int baseOffset = ip.FragmentOffset;
        bool moreBehind = ip.MoreFragments;
        ushort keep = (ushort)(ip.FlagsAndOffset & IPv4View.DontFragmentBit);
        int total = packet.Length - header;
        int count = 0;
        for (int at = 0; at < total; at += room, count++)
        {
            int length = Math.Min(room, total - at);
            bool more = moreBehind || at + length < total;
            Span<byte> own = at == 0 ? first[..header] : later[..laterSize];
            IPv4View.SetTotalLength(own, own.Length + length);
            IPv4View.SetFlagsAndOffset(own, (ushort)(keep | (more ? IPv4View.MoreFragmentsBit : 0) | (baseOffset + at) / 8));
            IPv4View.UpdateChecksum(own);
            var fragment = Cut(packet, header + at, length, own.Length);
            own.CopyTo(fragment.Span);
            output.ToNeighbour(fragment, device, neighbour, nextHop);
        }

        return count;
    }

    private int SendIPv6(PacketBuffer packet, NetDevice device, Neighbour? neighbour, InetAddress nextHop, int mtu)
    {
        // Only hop-by-hop options stay in front of the fragment header here.
        int fixedPart = IPv6View.Size;
        int nextAt = 6;
        if (packet.Span[6] == IpProtocol.HopByHop)
        {
            nextAt = IPv6View.Size;
            fixedPart += (packet.Span[IPv6View.Size + 1] + 1) * 8;
        }

        int header = fixedPart + IPv6FragmentView.Size;
        int room = mtu - header & ~7;
        if (room < 8 || fixedPart > packet.LinearLength)
        {
            return 0;
        }

        var source = InetAddress.ReadIPv6(packet.Span[8..]);
        var destination = InetAddress.ReadIPv6(packet.Span[24..]);
        uint id = output.NextId(source, destination);
        byte next = packet.Span[nextAt];
        int total = packet.Length - fixedPart;
        int count = 0;
        for (int at = 0; at < total; at += room, count++)
        {
            int length = Math.Min(room, total - at);
            var fragment = Cut(packet, fixedPart + at, length, header);
            var span = fragment.Span;
            packet.Span[..fixedPart].CopyTo(span);
            span[nextAt] = IpProtocol.Fragment;
            BinaryPrimitives.WriteUInt16BigEndian(span[4..], (ushort)(header - IPv6View.Size + length));
            IPv6FragmentView.Write(span[fixedPart..], next, at, at + length < total, id);
            output.ToNeighbour(fragment, device, neighbour, nextHop);
        }

        return count;
    }

    /// <summary>A packet of a header to be written and a part of another's octets, which it shares.</summary>
    private PacketBuffer Cut(PacketBuffer packet, int from, int length, int header)
    {
        var part = packet.Clone();
        part.Pull(from);
        part.TrimTo(length);
        var fragment = host.Loop.Packets.Rent(0);
        fragment.CopyMetadata(packet);
        fragment.LinkOffset = fragment.TransportOffset = -1;
        fragment.FragmentSize = 0;
        fragment.AppendPacket(part);
        part.Release();
        fragment.Push(header);
        fragment.MarkNetworkHeader();
        return fragment;
    }

    /// <summary>The header of all fragments but the first: it carries only the options that are to be copied (RFC 791 3.1).</summary>
    private static int LaterHeader(in IPv4View ip, Span<byte> header)
    {
        ip.Header.CopyTo(header);
        int size = IPv4View.MinSize;
        foreach (var option in new IPv4OptionEnumerator(ip.Options))
        {
            if (option.IsCopied)
            {
                ip.Options.Slice(OffsetOf(in ip, option.Type), option.Length).CopyTo(header[size..]);
                size += option.Length;
            }
        }

        while ((size & 3) != 0)
        {
            header[size++] = IPv4OptionType.EndOfList;
        }

        header[0] = (byte)(0x40 | size / 4);
        return size;
    }

    private static int OffsetOf(in IPv4View ip, byte type)
    {
        var options = new IPv4OptionEnumerator(ip.Options);
        while (options.MoveNext())
        {
            if (options.Current.Type == type)
            {
                return options.Offset;
            }
        }

        return 0;
    }
}
