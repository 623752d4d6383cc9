using System.Buffers.Binary;
using Catenet.Wire.Internet;
using Catenet.Wire.Link;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Offload;

/// <summary>Where the headers of a TCP or UDP packet stand that somebody is to finish: positions count from the packet's present beginning.</summary>
/// <param name="Network">Where the IP header begins; negative if it has been pulled off.</param>
/// <param name="Transport">Where the TCP or UDP header begins.</param>
/// <param name="Protocol">TCP or UDP.</param>
public readonly record struct TransportPlace(int Network, int Transport, byte Protocol)
{
    /// <summary>Where the transport checksum stands.</summary>
    public int Checksum => Transport + (Protocol == IpProtocol.Tcp ? TcpView.ChecksumOffset : UdpView.ChecksumOffset);

    /// <summary>Finds the headers of a packet and sees to it that they are linear. A packet whose network header is not known begins at its Ethernet header.</summary>
    /// <returns>False if there is no whole TCP or UDP header behind an IP header, or the packet is a fragment.</returns>
    public static bool TryFind(PacketBuffer packet, out TransportPlace place)
    {
        place = default;
        int network;
        if (packet.NetworkOffset >= 0)
        {
            network = packet.NetworkOffset - packet.Offset;
        }
        else if (!TryPassLinkHeader(packet, out network))
        {
            return false;
        }

        if (!packet.EnsureLinear(network + IPv4View.MinSize))
        {
            return false;
        }

        var ip = packet.From(packet.Offset + network);
        int transport;
        byte protocol;
        if (ip[0] >> 4 == 4)
        {
            transport = network + (ip[0] & 0xF) * 4;
            protocol = ip[9];
            if (((ip[6] & 0x3F) | ip[7]) != 0 || transport < network + IPv4View.MinSize)
            {
                return false;
            }
        }
        else
        {
            if (!IPv6Upper.TryWalk(ip, out var upper) || upper.IsFragment)
            {
                return false;
            }

            transport = network + upper.Offset;
            protocol = upper.Protocol;
        }

        place = new TransportPlace(network, transport, protocol);
        return transport >= 0 && protocol switch
        {
            IpProtocol.Tcp => packet.EnsureLinear(transport + TcpView.MinSize) && packet.EnsureLinear(transport + TcpHeaderLength(packet, transport)) &&
                TcpHeaderLength(packet, transport) >= TcpView.MinSize,
            IpProtocol.Udp => packet.EnsureLinear(transport + UdpView.Size),
            _ => false,
        };
    }

    /// <summary>Finds the IP header behind the Ethernet header and up to two VLAN tags.</summary>
    private static bool TryPassLinkHeader(PacketBuffer packet, out int network)
    {
        network = EthernetView.Size;
        while (packet.EnsureLinear(network))
        {
            switch (BinaryPrimitives.ReadUInt16BigEndian(packet.Span[(network - 2)..]))
            {
                case EtherType.IPv4 or EtherType.IPv6:
                    return true;
                case EtherType.Vlan or EtherType.ServiceVlan when network < EthernetView.Size + 8:
                    network += 4;
                    break;
                default:
                    return false;
            }
        }

        return false;
    }

    /// <summary>The length of the TCP header, options included.</summary>
    public static int TcpHeaderLength(PacketBuffer packet, int transport) => (packet.Span[transport + 12] >> 4) * 4;
}
