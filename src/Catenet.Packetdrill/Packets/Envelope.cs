using System.Buffers.Binary;
using Catenet.Wire.Internet;
using Catenet.Wire.Link;

namespace Catenet.Packetdrill.Packets;

/// <summary>Puts packets into packets and takes them out again.</summary>
internal static class Envelope
{
    private const byte HopLimit = 255;
    private const ushort ChecksumBit = 0x8000, RoutingBit = 0x4000, KeyBit = 0x2000, SequenceBit = 0x1000;
    private const int LabelSize = 4;

    /// <summary>MPLS in IP (RFC 4023 3).</summary>
    private const byte MplsInIp = 137;

    /// <summary>Puts headers around a packet.</summary>
    /// <param name="headers">The outermost first.</param>
    /// <param name="packet">The packet from its IP header on.</param>
    public static byte[] Wrap(IReadOnlyList<OuterHeader> headers, byte[] packet)
    {
        ushort type = packet[0] >> 4 == 4 ? EtherType.IPv4 : EtherType.IPv6;
        byte protocol = type == EtherType.IPv4 ? IpProtocol.IPv4 : IpProtocol.IPv6;
        foreach (var header in headers.Reverse())
        {
            (packet, type, protocol) = header switch
            {
                OuterGre gre => (Gre(gre, type, packet), (ushort)0, IpProtocol.Gre),
                OuterMpls mpls => (Mpls(mpls, packet), EtherType.Mpls, MplsInIp),
                OuterIp { Source.IsIPv4: true } ip => (IPv4(ip, protocol, packet), EtherType.IPv4, IpProtocol.IPv4),
                _ => (IPv6((OuterIp)header, protocol, packet), EtherType.IPv6, IpProtocol.IPv6),
            };
        }

        return packet;
    }

    /// <summary>Takes the headers off that lie around a packet.</summary>
    /// <param name="packet">From the first header on; from the innermost IP header on afterwards. Empty if that is none.</param>
    /// <returns>The headers, the outermost first.</returns>
    public static List<OuterHeader> Open(ref ReadOnlySpan<byte> packet)
    {
        var headers = new List<OuterHeader>();
        while (TryOpenIp(packet, out var ip, out byte protocol, out int length))
        {
            headers.Add(ip);
            packet = packet[length..];
            ushort type = protocol switch
            {
                IpProtocol.Gre => OpenGre(ref packet, headers),
                MplsInIp => EtherType.Mpls,
                IpProtocol.IPv4 => EtherType.IPv4,
                _ => EtherType.IPv6,
            };
            bool isIp = type is EtherType.IPv4 or EtherType.IPv6 || (type == EtherType.Mpls && TryOpenMpls(ref packet, headers));
            packet = isIp ? packet : default;
        }

        return headers;
    }

    private static byte[] IPv4(OuterIp ip, byte protocol, byte[] inner)
    {
        byte[] packet = InFront(IPv4View.MinSize, inner);
        IPv4View.Write(packet, packet.Length, 0, IPv4View.DontFragmentBit, HopLimit, protocol, ip.Source, ip.Destination);
        return packet;
    }

    private static byte[] IPv6(OuterIp ip, byte protocol, byte[] inner)
    {
        byte[] packet = InFront(IPv6View.Size, inner);
        IPv6View.Write(packet, inner.Length, protocol, HopLimit, ip.Source, ip.Destination);
        return packet;
    }

    private static byte[] Gre(OuterGre gre, ushort type, byte[] inner)
    {
        bool hasWord = gre.HasChecksum || gre.HasRouting;
        byte[] packet = InFront(4 + (hasWord ? 4 : 0) + (gre.Key is null ? 0 : 4) + (gre.Sequence is null ? 0 : 4), inner);
        int flags = (gre.HasChecksum ? ChecksumBit : 0) | (gre.HasRouting ? RoutingBit : 0) | (gre.Key is null ? 0 : KeyBit) | (gre.Sequence is null ? 0 : SequenceBit);
        BinaryPrimitives.WriteUInt16BigEndian(packet, (ushort)flags);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), type);
        int at = 4;
        if (hasWord)
        {
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), gre.Checksum ?? 0);
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(6), gre.Offset);
            at += 4;
        }

        foreach (uint? field in new[] { gre.Key, gre.Sequence })
        {
            if (field is { } value)
            {
                BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(at), value);
                at += 4;
            }
        }

        if (gre is { HasChecksum: true, Checksum: null })
        {
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), InternetChecksum.Compute(packet));
        }

        return packet;
    }

    private static byte[] Mpls(OuterMpls mpls, byte[] inner)
    {
        byte[] packet = InFront(LabelSize * mpls.Labels.Count, inner);
        for (int i = 0; i < mpls.Labels.Count; i++)
        {
            var entry = mpls.Labels[i];
            BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(LabelSize * i), entry.Label << 12 | (uint)entry.TrafficClass << 9 | (entry.IsBottom ? 1u << 8 : 0) | entry.Ttl);
        }

        return packet;
    }

    private static byte[] InFront(int size, byte[] inner)
    {
        var packet = new byte[size + inner.Length];
        inner.CopyTo(packet, size);
        return packet;
    }

    private static bool TryOpenIp(ReadOnlySpan<byte> packet, out OuterIp header, out byte protocol, out int length)
    {
        header = null!;
        (protocol, length) = (0, 0);
        if (IPv4View.TryParse(packet, out var ip) && ip.FragmentOffset == 0)
        {
            header = new OuterIp(ip.Source, ip.Destination);
            (protocol, length) = (ip.Protocol, packet.Length - ip.Payload.Length);
            length = Math.Min(length, packet.Length);
        }
        else if (IPv6View.TryParse(packet, out var ip6) && IPv6Upper.TryWalk(packet, out var upper))
        {
            header = new OuterIp(ip6.Source, ip6.Destination);
            (protocol, length) = (upper.Protocol, upper.Offset);
        }

        return protocol is IpProtocol.IPv4 or IpProtocol.IPv6 or IpProtocol.Gre or MplsInIp && length > 0;
    }

    /// <returns>The type of what is inside; zero if it is no such header.</returns>
    private static ushort OpenGre(ref ReadOnlySpan<byte> packet, List<OuterHeader> headers)
    {
        if (packet.Length < 4)
        {
            return 0;
        }

        int flags = BinaryPrimitives.ReadUInt16BigEndian(packet);
        ushort type = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        bool hasWord = (flags & (ChecksumBit | RoutingBit)) != 0;
        int size = 4 + (hasWord ? 4 : 0) + ((flags & KeyBit) != 0 ? 4 : 0) + ((flags & SequenceBit) != 0 ? 4 : 0);
        if (packet.Length < size)
        {
            return 0;
        }

        int at = hasWord ? 8 : 4;
        bool hasChecksum = (flags & ChecksumBit) != 0;
        headers.Add(new OuterGre
        {
            HasChecksum = hasChecksum,
            HasRouting = (flags & RoutingBit) != 0,
            Checksum = hasChecksum ? BinaryPrimitives.ReadUInt16BigEndian(packet[4..]) : null,
            Offset = hasWord ? BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) : (ushort)0,
            Key = (flags & KeyBit) != 0 ? BinaryPrimitives.ReadUInt32BigEndian(packet[at..]) : null,
            Sequence = (flags & SequenceBit) != 0 ? BinaryPrimitives.ReadUInt32BigEndian(packet[(size - 4)..]) : null,
            IsDamaged = hasChecksum && InternetChecksum.Compute(packet) != 0,
        });
        packet = packet[size..];
        return type;
    }

    /// <returns>False if the stack has no bottom.</returns>
    private static bool TryOpenMpls(ref ReadOnlySpan<byte> packet, List<OuterHeader> headers)
    {
        var labels = new List<MplsLabel>();
        while (packet.Length >= LabelSize && labels is not [.., { IsBottom: true }])
        {
            uint entry = BinaryPrimitives.ReadUInt32BigEndian(packet);
            labels.Add(new MplsLabel(entry >> 12, (byte)(entry >> 9 & 7), (entry >> 8 & 1) != 0, (byte)entry));
            packet = packet[LabelSize..];
        }

        headers.Add(new OuterMpls(labels));
        return labels is [.., { IsBottom: true }];
    }
}
