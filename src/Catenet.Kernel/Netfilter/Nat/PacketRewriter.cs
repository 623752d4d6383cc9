using System.Buffers.Binary;
using Catenet.Core;
using Catenet.Wire.Internet;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Netfilter;

/// <summary>Writes translated addresses and ports into a packet and mends its checksums incrementally (RFC 1624, RFC 3022 4).</summary>
internal static class PacketRewriter
{
    /// <summary>Gives a packet the source or destination of a tuple.</summary>
    public static void Translate(PacketBuffer packet, in PacketFields fields, in ConnectionTuple target, bool source)
    {
        packet.EnsureWritable();
        Write(packet.Span, fields, target, source, packet.Checksum == ChecksumState.Partial);
    }

    /// <summary>Gives the packet that an ICMP error quotes the source or destination of a tuple, and mends the error's checksum.</summary>
    public static void TranslateQuoted(PacketBuffer packet, in PacketFields fields, in ConnectionTuple target, bool source)
    {
        packet.EnsureWritable();
        var message = packet.Span[fields.TransportOffset..];
        var quotedPacket = message[IcmpView.Size..];
        if (!PacketFields.TryReadQuoted(quotedPacket, out var quoted))
        {
            return;
        }

        // No field beyond the TCP checksum changes; an even region keeps the words of the sum in step.
        var region = quotedPacket[..(Math.Min(quotedPacket.Length, quoted.TransportOffset + TcpView.MinSize) & ~1)];
        ulong before = InternetChecksum.Add(region);
        Write(quotedPacket, quoted, target, source, partial: false);
        ulong after = InternetChecksum.Add(region);

        ushort checksum = BinaryPrimitives.ReadUInt16BigEndian(message[2..]);
        BinaryPrimitives.WriteUInt16BigEndian(message[2..],
            InternetChecksum.Update(checksum, (ushort)~InternetChecksum.Finish(before), (ushort)~InternetChecksum.Finish(after)));
    }

    private static void Write(Span<byte> packet, in PacketFields fields, in ConnectionTuple target, bool source, bool partial)
    {
        var before = source ? fields.Source : fields.Destination;
        var after = source ? target.Source : target.Destination;
        if (before != after)
        {
            WriteAddress(packet, after, source);
        }

        if (fields.HasTransport)
        {
            WriteTransport(packet[fields.TransportOffset..], fields, target, source, partial, before, after);
        }
    }

    private static void WriteAddress(Span<byte> packet, InetAddress address, bool source)
    {
        if (address.IsIPv4)
        {
            if (source)
            {
                IPv4View.SetSource(packet, address);
            }
            else
            {
                IPv4View.SetDestination(packet, address);
            }
        }
        else if (source)
        {
            IPv6View.SetSource(packet, address);
        }
        else
        {
            IPv6View.SetDestination(packet, address);
        }
    }

    private static void WriteTransport(Span<byte> header, in PacketFields fields, in ConnectionTuple target, bool source, bool partial,
        InetAddress before, InetAddress after)
    {
        int checksumAt = fields.Protocol switch
        {
            IpProtocol.Tcp => TcpView.ChecksumOffset,
            IpProtocol.Udp => UdpView.ChecksumOffset,
            _ => 2,
        };
        bool query = fields.IsIcmp && !fields.IsIcmpError;
        int portAt = fields.IsIcmp ? 4 : source ? 0 : 2;
        ushort oldPort = BinaryPrimitives.ReadUInt16BigEndian(header[portAt..]);
        ushort newPort = query || source ? target.SourcePort : target.DestinationPort;
        if (fields.IsIcmp && !query)
        {
            // An error has no port of its own; where a query has its identifier, it may have an MTU or pointer.
            newPort = oldPort;
        }

        BinaryPrimitives.WriteUInt16BigEndian(header[portAt..], newPort);
        if (header.Length < checksumAt + 2)
        {
            // A quoted TCP header is often cut short of its checksum (RFC 792 asks for eight octets).
            return;
        }

        ushort checksum = BinaryPrimitives.ReadUInt16BigEndian(header[checksumAt..]);
        if (fields.Protocol == IpProtocol.Udp && checksum == 0)
        {
            return;
        }

        if (partial)
        {
            // The device will add the rest: the field holds the sum of the pseudo-header alone, not complemented.
            checksum = (ushort)~InternetChecksum.Update((ushort)~checksum, before, after);
        }
        else
        {
            checksum = fields.Protocol == IpProtocol.Icmp ? checksum : InternetChecksum.Update(checksum, before, after);
            checksum = InternetChecksum.Update(checksum, oldPort, newPort);
            checksum = checksum == 0 && fields.Protocol == IpProtocol.Udp ? (ushort)0xFFFF : checksum;
        }

        BinaryPrimitives.WriteUInt16BigEndian(header[checksumAt..], checksum);
    }
}
