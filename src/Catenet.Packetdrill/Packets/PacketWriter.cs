using System.Buffers.Binary;
using Catenet.Wire.Internet;
using Catenet.Wire.Transport;

namespace Catenet.Packetdrill.Packets;

/// <summary>Makes packets from the peer (or from a router between) to the stack.</summary>
internal static class PacketWriter
{
    private const byte DefaultHopLimit = 255;

    /// <summary>The packet from its IP header on, with the numbers of the wire.</summary>
    public static byte[] Write(PacketSpec spec, Conversation conversation)
    {
        bool ipv4 = conversation.Local.Address.IsIPv4;
        return spec.Kind switch
        {
            PacketKindOf.Tcp => Wrap(spec, conversation, IpProtocol.Tcp, Tcp(spec, conversation)),
            PacketKindOf.Udp => Wrap(spec, conversation, IpProtocol.Udp, Udp(spec, conversation)),
            _ => Wrap(spec, conversation, ipv4 ? IpProtocol.Icmp : IpProtocol.IcmpV6, Icmp(spec, conversation, ipv4)),
        };
    }

    private static byte[] Tcp(PacketSpec spec, Conversation conversation)
    {
        Span<byte> room = stackalloc byte[256];
        int length = 0;
        foreach (var option in spec.Options)
        {
            length += OnWire(option, conversation).Write(room[length..]);
        }

        int header = TcpView.MinSize + ((length + 3) & ~3);
        var segment = new byte[header + spec.Length];
        room[..length].CopyTo(segment.AsSpan(TcpView.MinSize));
        uint acknowledgment = spec.Acknowledgment is { } ack ? ack + (spec.Has(TcpFlags.Ack) ? conversation.LocalOffset : 0) : 0;
        TcpView.Write(segment, conversation.Remote.Port, conversation.Local.Port, new SeqNumber(spec.Sequence), new SeqNumber(acknowledgment), spec.Flags, spec.Window ?? 0, header);
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(18), spec.Urgent ?? 0);
        TcpView.UpdateChecksum(segment, InternetChecksum.PseudoHeader(conversation.Remote.Address, conversation.Local.Address, IpProtocol.Tcp, segment.Length));
        return segment;
    }

    private static TcpOptionSpec OnWire(TcpOptionSpec option, Conversation conversation) => option.Kind switch
    {
        TcpOptionKind.Timestamps => option with { Echo = conversation.TimestampOnWire(option.Echo) },
        TcpOptionKind.Md5Signature when option.Data.Length == 0 => option with { Data = new byte[16] },
        TcpOptionKind.Sack => PacketComparer.Shift(option, conversation.LocalOffset),
        _ => option,
    };

    private static byte[] Udp(PacketSpec spec, Conversation conversation)
    {
        var datagram = new byte[UdpView.Size + spec.Length];
        UdpView.Write(datagram, conversation.Remote.Port, conversation.Local.Port, datagram.Length);
        UdpView.UpdateChecksum(datagram, InternetChecksum.PseudoHeader(conversation.Remote.Address, conversation.Local.Address, IpProtocol.Udp, datagram.Length));
        return datagram;
    }

    private static byte[] Icmp(PacketSpec spec, Conversation conversation, bool ipv4)
    {
        var (type, code) = IcmpNames.Resolve(spec.IcmpType!, spec.IcmpCode, ipv4);
        byte[] quoted = spec.Quote is { } quote ? Quoted(quote, conversation, ipv4) : [];
        var message = new byte[8 + quoted.Length];
        message[0] = type;
        message[1] = code;
        if (spec.Identifier is { } identifier)
        {
            BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(4), identifier);
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), spec.Mtu ?? 0);
        }

        quoted.CopyTo(message, 8);
        ulong pseudo = ipv4 ? 0 : InternetChecksum.PseudoHeader(conversation.Remote.Address, conversation.Local.Address, IpProtocol.IcmpV6, message.Length);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), InternetChecksum.Finish(InternetChecksum.Add(message, pseudo)));
        return message;
    }

    /// <summary>The beginning of a packet that the stack has sent: its IP header and eight octets more (RFC 792), or the TCP header.</summary>
    private static byte[] Quoted(QuotedPacket quote, Conversation conversation, bool ipv4)
    {
        byte protocol = quote.Kind switch { PacketKindOf.Tcp => IpProtocol.Tcp, PacketKindOf.Udp => IpProtocol.Udp, _ => (byte)255 };
        int transport = quote.Kind switch { PacketKindOf.Tcp => TcpView.MinSize, PacketKindOf.Udp => UdpView.Size, _ => 8 };
        var upper = new byte[transport];
        switch (quote.Kind)
        {
            case PacketKindOf.Tcp:
                TcpView.Write(upper, conversation.Local.Port, conversation.Remote.Port, new SeqNumber(quote.Sequence + conversation.LocalOffset), default, TcpFlags.Ack, 0, TcpView.MinSize);
                break;
            case PacketKindOf.Udp:
                UdpView.Write(upper, conversation.Local.Port, conversation.Remote.Port, UdpView.Size + quote.Length);
                break;
        }

        return Header(conversation.Local.Address, conversation.Remote.Address, protocol, upper, transport + quote.Length, 64, 0, 0, ipv4);
    }

    private static byte[] Wrap(PacketSpec spec, Conversation conversation, byte protocol, byte[] upper)
    {
        byte trafficClass = (byte)((spec.Ip.TrafficClass ?? 0) & (spec.Ip.Ecn is null ? 0xFF : 0xFC) | (int)(spec.Ip.Ecn ?? 0));
        return Header(conversation.Remote.Address, conversation.Local.Address, protocol, upper, upper.Length,
            spec.Ip.HopLimit ?? DefaultHopLimit, trafficClass, spec.Ip.FlowLabel ?? 0, conversation.Local.Address.IsIPv4);
    }

    private static byte[] Header(InetAddress source, InetAddress destination, byte protocol, byte[] upper, int upperLength, byte hopLimit, byte trafficClass, uint flowLabel, bool ipv4)
    {
        int size = ipv4 ? IPv4View.MinSize : IPv6View.Size;
        var packet = new byte[size + upper.Length];
        upper.CopyTo(packet, size);
        if (ipv4)
        {
            IPv4View.Write(packet, size + upperLength, 0, IPv4View.DontFragmentBit, hopLimit, protocol, source, destination, trafficClass);
        }
        else
        {
            IPv6View.Write(packet, upperLength, protocol, hopLimit, source, destination, trafficClass, flowLabel);
        }

        return packet;
    }
}
