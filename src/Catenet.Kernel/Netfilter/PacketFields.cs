using System.Buffers.Binary;
using Catenet.Core;
using Catenet.Wire.Internet;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Netfilter;

/// <summary>What filters, the connection tracker and NAT read from a packet's network and transport headers.</summary>
public struct PacketFields
{
    /// <summary>The source address.</summary>
    public InetAddress Source;

    /// <summary>The destination address.</summary>
    public InetAddress Destination;

    /// <summary>TCP's or UDP's source port; the identifier of an ICMP query; otherwise zero.</summary>
    public ushort SourcePort;

    /// <summary>TCP's or UDP's destination port; otherwise zero.</summary>
    public ushort DestinationPort;

    /// <summary>The transport protocol.</summary>
    public byte Protocol;

    /// <summary>ICMP's type.</summary>
    public byte IcmpType;

    /// <summary>ICMP's code.</summary>
    public byte IcmpCode;

    /// <summary>TCP's flags.</summary>
    public TcpFlags TcpFlags;

    /// <summary>Where the transport header begins, counted from the IP header, in octets.</summary>
    public int TransportOffset;

    /// <summary>The octets from the transport header on.</summary>
    public int TransportLength;

    /// <summary>Whether the transport header was there to be read: not so in later fragments and unknown protocols.</summary>
    public bool HasTransport;

    /// <summary>Whether the packet is one fragment of several.</summary>
    public bool IsFragment;

    /// <summary>Whether the packet is a fragment other than the first, which has no transport header.</summary>
    public bool IsLaterFragment;

    /// <summary>Whether the packet is one of IPv6.</summary>
    public bool IsIPv6;

    /// <summary>Whether the transport is ICMP or ICMPv6, whichever belongs to the family.</summary>
    public readonly bool IsIcmp => Protocol == (IsIPv6 ? IpProtocol.IcmpV6 : IpProtocol.Icmp);

    /// <summary>Whether this is an ICMP message about another packet.</summary>
    public readonly bool IsIcmpError => HasTransport && IsIcmp &&
        (IsIPv6 ? IcmpV6Type.IsError(IcmpType) : Catenet.Wire.Internet.IcmpType.IsError(IcmpType));

    /// <summary>Reads a packet that begins at its IP header; makes the headers linear. False if they are malformed or cut short.</summary>
    public static bool TryRead(PacketBuffer packet, out PacketFields fields)
    {
        int length = packet.Length;
        if (!packet.EnsureLinear(IPv4View.MinSize) || !packet.EnsureLinear(Math.Min(length, NetworkHeaderSize(packet.Span))) || !TryReadNetwork(packet.Span, length, out fields))
        {
            fields = default;
            return false;
        }

        int wanted = TransportHeaderSize(fields.Protocol);
        if (wanted == 0 || fields.IsLaterFragment)
        {
            return true;
        }

        return fields.TransportLength >= wanted && packet.EnsureLinear(fields.TransportOffset + wanted) &&
               fields.ReadTransport(packet.Span);
    }

    /// <summary>Reads the packet that an ICMP error quotes, of which eight transport octets suffice. False if there is less.</summary>
    public static bool TryReadQuoted(ReadOnlySpan<byte> quoted, out PacketFields fields)
    {
        if (!TryReadNetwork(quoted, int.MaxValue, out fields) || fields.IsLaterFragment)
        {
            return false;
        }

        fields.TransportLength = quoted.Length - fields.TransportOffset;
        return TransportHeaderSize(fields.Protocol) == 0 || (fields.TransportLength >= 8 && fields.ReadTransport(quoted));
    }

    private static bool TryReadNetwork(ReadOnlySpan<byte> header, int length, out PacketFields fields)
    {
        fields = default;
        return header.Length >= 20 && (header[0] >> 4 == 4
            ? fields.ReadIPv4(header, length)
            : fields.ReadIPv6(header, length));
    }

    private bool ReadIPv4(ReadOnlySpan<byte> header, int length)
    {
        if (!IPv4View.TryParse(header, length, out var ip))
        {
            return false;
        }

        Source = ip.Source;
        Destination = ip.Destination;
        Protocol = ip.Protocol;
        TransportOffset = ip.HeaderLength;
        TransportLength = ip.PayloadLength;
        IsFragment = ip.IsFragment;
        IsLaterFragment = ip.FragmentOffset != 0;
        return true;
    }

    private bool ReadIPv6(ReadOnlySpan<byte> header, int length)
    {
        if (!IPv6View.TryParse(header, length, out var ip) || ip.HasMappedAddress || !IPv6Upper.TryWalk(header, out var upper))
        {
            return false;
        }

        IsIPv6 = true;
        Source = ip.Source;
        Destination = ip.Destination;
        Protocol = upper.Protocol;
        TransportOffset = upper.Offset;
        TransportLength = ip.TotalLength - upper.Offset;
        IsFragment = upper.IsFragment && !upper.IsAtomicFragment;
        IsLaterFragment = upper.IsLaterFragment;
        return TransportLength >= 0;
    }

    private bool ReadTransport(ReadOnlySpan<byte> packet)
    {
        var header = packet[TransportOffset..];
        HasTransport = true;
        if (Protocol is IpProtocol.Tcp or IpProtocol.Udp)
        {
            SourcePort = BinaryPrimitives.ReadUInt16BigEndian(header);
            DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(header[2..]);
            if (Protocol == IpProtocol.Tcp && header.Length >= 14)
            {
                TcpFlags = (TcpFlags)(BinaryPrimitives.ReadUInt16BigEndian(header[12..]) & 0x1FF);
            }

            return true;
        }

        HasTransport = IsIcmp;
        IcmpType = header[0];
        IcmpCode = header[1];
        SourcePort = BinaryPrimitives.ReadUInt16BigEndian(header[4..]);
        return true;
    }

    /// <summary>How much must be linear: no more than the headers, or the payload would be copied.</summary>
    private static int NetworkHeaderSize(ReadOnlySpan<byte> header) =>
        header[0] >> 4 == 4 ? (header[0] & 0xF) * 4
        : header[6] is IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.IcmpV6 ? IPv6View.Size
        : 60;

    private static int TransportHeaderSize(byte protocol) => protocol switch
    {
        IpProtocol.Tcp => 20,
        IpProtocol.Udp or IpProtocol.Icmp or IpProtocol.IcmpV6 => 8,
        _ => 0,
    };
}
