using System.Buffers.Binary;
using Catenet.Wire.Internet;
using Catenet.Wire.Internet.Ndp;
using Catenet.Wire.Link;
using Catenet.Wire.Transport;

namespace Catenet.Interop.Oracle;

/// <summary>Makes the frames that peers send to the host: right ones, and those made wrong on purpose.</summary>
internal sealed class Frames(StimulusAddresses addresses)
{
    /// <summary>A peer asks for an address of the host.</summary>
    public byte[] ArpRequest(int peer, InetAddress target, int device = 0) =>
        Arp(peer, ArpView.Request, addresses.IPv4(peer, device), target, MacAddress.None, MacAddress.Broadcast);

    /// <summary>Any ARP packet of a peer's.</summary>
    public byte[] Arp(int peer, ushort operation, InetAddress sender, InetAddress target, MacAddress targetMac, MacAddress to, MacAddress? senderMac = null)
    {
        var packet = new byte[ArpView.Size];
        ArpView.Write(packet, operation, senderMac ?? addresses.Mac(peer), sender, targetMac, target);
        return Ethernet(packet, EtherType.Arp, to, peer);
    }

    /// <summary>A peer solicits an address of the host's, with its own link address.</summary>
    public byte[] Solicitation(InetAddress source, int peer, InetAddress target, int device = 0, byte hopLimit = 255, bool withLinkAddress = true, InetAddress? destination = null)
    {
        var message = new byte[NeighbourSolicitationView.Size + (withLinkAddress ? 8 : 0)];
        NeighbourSolicitationView.Write(message, target);
        if (withLinkAddress)
        {
            new NdpOptionWriter(message.AsSpan(NeighbourSolicitationView.Size)).AddSourceLinkAddress(addresses.Mac(peer));
        }

        var to = destination ?? target.SolicitedNode;
        return Ethernet(IcmpV6(message, source, to, hopLimit), EtherType.IPv6, to.IsMulticast ? MacAddress.ForMulticast(to) : Network.HostMac(device), peer);
    }

    /// <summary>An Ethernet frame of a peer's.</summary>
    public byte[] Ethernet(byte[] payload, ushort type, MacAddress to, int peer = 0)
    {
        var frame = new byte[EthernetView.Size + payload.Length];
        EthernetView.Write(frame, to, addresses.Mac(peer), type);
        payload.CopyTo(frame.AsSpan(EthernetView.Size));
        return frame;
    }

    /// <summary>A packet of either family in a frame to the host's interface, or to the group its destination is.</summary>
    public byte[] ToHost(byte[] packet, int device = 0, int peer = 0, MacAddress? to = null) =>
        Ethernet(packet, packet[0] >> 4 == 6 ? EtherType.IPv6 : EtherType.IPv4, to ?? Network.HostMac(device), peer);

    /// <summary>An IPv4 packet, from peer 0 to the host unless said otherwise.</summary>
    public byte[] IPv4(byte protocol, byte[] payload, InetAddress? source = null, InetAddress? destination = null, byte ttl = 64,
        ushort id = 7, ushort flagsAndOffset = 0, byte[]? options = null, byte tos = 0)
    {
        options ??= [];
        int header = IPv4View.MinSize + ((options.Length + 3) & ~3);
        var packet = new byte[header + payload.Length];
        IPv4View.Write(packet, packet.Length, id, flagsAndOffset, ttl, protocol, source ?? addresses.IPv4(0), destination ?? Network.HostIPv4(0), tos, options);
        payload.CopyTo(packet.AsSpan(header));
        return packet;
    }

    /// <summary>Writes a field of an IPv4 header anew and repairs its checksum.</summary>
    public static byte[] PatchIPv4(byte[] packet, int offset, byte value, bool repair = true)
    {
        packet[offset] = value;
        if (repair)
        {
            int header = Math.Min((packet[0] & 0xF) * 4, packet.Length);
            packet[10] = packet[11] = 0;
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), InternetChecksum.Compute(packet.AsSpan(0, Math.Max(header, 12))));
        }

        return packet;
    }

    /// <summary>An IPv6 packet, from peer 0 to the host unless said otherwise.</summary>
    public byte[] IPv6(byte next, byte[] payload, InetAddress? source = null, InetAddress? destination = null, byte hopLimit = 64, byte trafficClass = 0)
    {
        var packet = new byte[IPv6View.Size + payload.Length];
        IPv6View.Write(packet, payload.Length, next, hopLimit, source ?? addresses.IPv6(0), destination ?? Network.HostIPv6(0), trafficClass);
        payload.CopyTo(packet.AsSpan(IPv6View.Size));
        return packet;
    }

    /// <summary>An ICMPv6 message in its packet, checksum filled in.</summary>
    public byte[] IcmpV6(byte[] message, InetAddress? source = null, InetAddress? destination = null, byte hopLimit = 64) =>
        IPv6(IpProtocol.IcmpV6, SumIcmpV6(message, source, destination), source, destination, hopLimit);

    /// <summary>Fills in an ICMPv6 message's checksum.</summary>
    public byte[] SumIcmpV6(byte[] message, InetAddress? source = null, InetAddress? destination = null)
    {
        IcmpV6View.UpdateChecksum(message, InternetChecksum.PseudoHeader(source ?? addresses.IPv6(0), destination ?? Network.HostIPv6(0), IpProtocol.IcmpV6, message.Length));
        return message;
    }

    /// <summary>Fills in an ICMP message's checksum.</summary>
    public static byte[] SumIcmp(byte[] message)
    {
        IcmpView.UpdateChecksum(message);
        return message;
    }

    /// <summary>An ICMP echo request with data of so many octets.</summary>
    public static byte[] Echo(int data = 8, ushort sequence = 1, byte type = IcmpType.EchoRequest, byte code = 0)
    {
        var message = new byte[8 + data];
        for (int i = 0; i < data; i++)
        {
            message[8 + i] = (byte)i;
        }

        IcmpView.WriteEcho(message, type, 77, sequence);
        message[1] = code;
        return SumIcmp(message);
    }

    /// <summary>An ICMPv6 echo request with data of so many octets.</summary>
    public byte[] EchoV6(int data = 8, ushort sequence = 1, InetAddress? source = null, InetAddress? destination = null, byte code = 0)
    {
        var message = new byte[8 + data];
        for (int i = 0; i < data; i++)
        {
            message[8 + i] = (byte)i;
        }

        IcmpV6View.WriteEcho(message, IcmpV6Type.EchoRequest, 77, sequence);
        message[1] = code;
        return SumIcmpV6(message, source, destination);
    }

    /// <summary>A UDP datagram; the checksum fits the addresses.</summary>
    public byte[] Udp(InetAddress source, InetAddress destination, ushort to, byte[] data, ushort from = Network.PeerPort)
    {
        var datagram = new byte[UdpView.Size + data.Length];
        data.CopyTo(datagram.AsSpan(UdpView.Size));
        UdpView.Write(datagram, from, to, datagram.Length);
        UdpView.UpdateChecksum(datagram, InternetChecksum.PseudoHeader(source, destination, IpProtocol.Udp, datagram.Length));
        return datagram;
    }

    /// <summary>A UDP datagram of peer 0 to the host over IPv4.</summary>
    public byte[] Udp4(ushort to, byte[] data) => Udp(addresses.IPv4(0), Network.HostIPv4(0), to, data);

    /// <summary>A UDP datagram of peer 0 to the host over IPv6.</summary>
    public byte[] Udp6(ushort to, byte[] data) => Udp(addresses.IPv6(0), Network.HostIPv6(0), to, data);

    /// <summary>A TCP segment.</summary>
    public static byte[] Tcp(InetAddress source, InetAddress destination, ushort from, ushort to, TcpFlags flags, uint seq, uint ack, ushort window, byte[]? options = null, byte[]? data = null, ushort urgent = 0)
    {
        options ??= [];
        data ??= [];
        int header = TcpView.MinSize + ((options.Length + 3) & ~3);
        var segment = new byte[header + data.Length];
        BinaryPrimitives.WriteUInt16BigEndian(segment, from);
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), to);
        BinaryPrimitives.WriteUInt32BigEndian(segment.AsSpan(4), seq);
        BinaryPrimitives.WriteUInt32BigEndian(segment.AsSpan(8), ack);
        segment[12] = (byte)(header / 4 << 4 | ((int)flags >> 8 & 1));
        segment[13] = (byte)flags;
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(14), window);
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(18), urgent);
        options.CopyTo(segment.AsSpan(TcpView.MinSize));
        data.CopyTo(segment.AsSpan(header));
        return SumTcp(segment, source, destination);
    }

    /// <summary>Fills in a segment's checksum.</summary>
    public static byte[] SumTcp(byte[] segment, InetAddress source, InetAddress destination)
    {
        segment[16] = segment[17] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(16),
            InternetChecksum.Finish(InternetChecksum.Add(segment, InternetChecksum.PseudoHeader(source, destination, IpProtocol.Tcp, segment.Length))));
        return segment;
    }

    /// <summary>Octets in sequence, so that a missing or doubled one shows.</summary>
    public static byte[] Octets(int count) => [.. Enumerable.Range(0, count).Select(i => (byte)(i * 7))];

    /// <summary>The characters' octets.</summary>
    public static byte[] Text(string text) => System.Text.Encoding.Latin1.GetBytes(text);

    /// <summary>Octets put together.</summary>
    public static byte[] Join(params byte[][] parts) => [.. parts.SelectMany(p => p)];
}
