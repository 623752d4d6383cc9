using Catenet.Core;
using Catenet.Wire.Internet;
using Catenet.Wire.Link;
using Catenet.Wire.Transport;

namespace Catenet.Lab.Journeys;

/// <summary>Between whom a packet travels, read from its headers.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
/// <param name="EtherType">What the frame carries.</param>
/// <param name="Protocol">The IP protocol number; zero if the frame is not IP.</param>
/// <param name="Source">The source address, with the port for TCP and UDP.</param>
/// <param name="Destination">The destination address, with the port for TCP and UDP.</param>
public sealed record PacketFlow(ushort EtherType, byte Protocol, InetEndpoint Source, InetEndpoint Destination)
{
    /// <summary>The TTL or hop limit; zero if the frame is not IP.</summary>
    public byte HopLimit { get; init; }

    /// <summary>TCP's flags; none for anything else.</summary>
    public TcpFlags TcpFlags { get; init; }

    /// <summary>Octets of transport payload.</summary>
    public int PayloadLength { get; init; }

    /// <summary>Whether this is neighbour discovery or ARP, which serve a link and not a conversation.</summary>
    public bool IsNeighbourTalk { get; init; }

    /// <summary>Whether the packets of both directions belong to this flow.</summary>
    public bool IsSameConversation(PacketFlow other) => Protocol == other.Protocol &&
        ((Source == other.Source && Destination == other.Destination) ||
         (Source == other.Destination && Destination == other.Source));

    /// <summary>Reads an Ethernet frame; never throws. Null if it is shorter than its link header.</summary>
    public static PacketFlow? OfFrame(ReadOnlySpan<byte> frame) =>
        EthernetView.TryParse(frame, out var ethernet)
            ? OfPacket(ethernet.EtherType, ethernet.Payload, ethernet.Payload.Length)
            : null;

    /// <summary>Reads what follows a link header; never throws.</summary>
    /// <param name="etherType">What it is.</param>
    /// <param name="packet">Its octets, as far as they are at hand: the headers at least.</param>
    /// <param name="length">How many octets it has in all.</param>
    public static PacketFlow OfPacket(ushort etherType, ReadOnlySpan<byte> packet, int length)
    {
        if (etherType == Wire.Link.EtherType.IPv4 && IPv4View.TryParse(packet, length, out var four))
        {
            return OfTransport(etherType, four.Protocol, four.Source, four.Destination,
                four.FragmentOffset == 0 ? four.Payload : default, four.PayloadLength, four.Ttl);
        }

        if (etherType == Wire.Link.EtherType.IPv6 && IPv6View.TryParse(packet, length, out var six) &&
            IPv6Upper.TryWalk(packet, out var upper))
        {
            return OfTransport(etherType, upper.Protocol, six.Source, six.Destination,
                upper.IsLaterFragment ? default : packet[upper.Offset..], six.TotalLength - upper.Offset, six.HopLimit);
        }

        return new PacketFlow(etherType, 0, default, default) { IsNeighbourTalk = etherType == Wire.Link.EtherType.Arp };
    }

    private static PacketFlow OfTransport(ushort etherType, byte protocol, InetAddress source, InetAddress destination,
        ReadOnlySpan<byte> transport, int length, byte hopLimit)
    {
        if (protocol == IpProtocol.Tcp && TcpView.TryParse(transport, out var tcp))
        {
            return new PacketFlow(etherType, protocol, new(source, tcp.SourcePort), new(destination, tcp.DestinationPort))
            {
                HopLimit = hopLimit,
                TcpFlags = tcp.Flags,
                PayloadLength = length - tcp.HeaderLength,
            };
        }

        if (protocol == IpProtocol.Udp && UdpView.TryParseQuoted(transport, out var udp))
        {
            return new PacketFlow(etherType, protocol, new(source, udp.SourcePort), new(destination, udp.DestinationPort))
            {
                HopLimit = hopLimit,
                PayloadLength = length - UdpView.Size,
            };
        }

        return new PacketFlow(etherType, protocol, new(source, 0), new(destination, 0))
        {
            HopLimit = hopLimit,
            PayloadLength = length,
            IsNeighbourTalk = protocol == IpProtocol.IcmpV6 && IsNeighbourDiscovery(transport),
        };
    }

    /// <summary>Router and neighbour solicitations, advertisements and redirects (RFC 4861 4) and listener reports (RFC 3810).</summary>
    private static bool IsNeighbourDiscovery(ReadOnlySpan<byte> message) =>
        !message.IsEmpty && message[0] is >= 133 and <= 137 or 143 or >= 130 and <= 132;
}
