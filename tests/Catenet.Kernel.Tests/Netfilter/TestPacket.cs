using Catenet.Core;
using Catenet.Kernel.Netfilter;
using Catenet.Wire.Internet;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tests.Netfilter;

/// <summary>Makes IP packets with right checksums, as they come from a wire.</summary>
internal static class TestPacket
{
    public static readonly byte[] Payload = "catenet!x"u8.ToArray();

    public static byte[] Datagram(string from, string to, byte[]? payload = null, bool checksum = true)
    {
        var (source, destination) = (Endpoint(from), Endpoint(to));
        payload ??= Payload;
        var datagram = new byte[UdpView.Size + payload.Length];
        UdpView.Write(datagram, source.Port, destination.Port, datagram.Length);
        payload.CopyTo(datagram.AsSpan(UdpView.Size));
        if (checksum)
        {
            UdpView.UpdateChecksum(datagram, InternetChecksum.PseudoHeader(source.Address, destination.Address, IpProtocol.Udp, datagram.Length));
        }

        return Packet(source.Address, destination.Address, IpProtocol.Udp, datagram);
    }

    public static byte[] Segment(string from, string to, TcpFlags flags, uint seq = 1000, uint ack = 0, int payload = 0, ushort window = 65535)
    {
        var (source, destination) = (Endpoint(from), Endpoint(to));
        var segment = new byte[TcpView.MinSize + payload];
        TcpView.Write(segment, source.Port, destination.Port, new SeqNumber(seq), new SeqNumber(ack), flags, window);
        TcpView.UpdateChecksum(segment, InternetChecksum.PseudoHeader(source.Address, destination.Address, IpProtocol.Tcp, segment.Length));
        return Packet(source.Address, destination.Address, IpProtocol.Tcp, segment);
    }

    public static byte[] Echo(string from, string to, ushort id, bool reply = false)
    {
        var (source, destination) = (InetAddress.Parse(from), InetAddress.Parse(to));
        var message = new byte[IcmpView.Size + Payload.Length];
        Payload.CopyTo(message.AsSpan(IcmpView.Size));
        if (source.IsIPv4)
        {
            IcmpView.WriteEcho(message, reply ? IcmpType.EchoReply : IcmpType.EchoRequest, id, 1);
            IcmpView.UpdateChecksum(message);
            return Packet(source, destination, IpProtocol.Icmp, message);
        }

        IcmpV6View.WriteEcho(message, reply ? IcmpV6Type.EchoReply : IcmpV6Type.EchoRequest, id, 1);
        IcmpV6View.UpdateChecksum(message, InternetChecksum.PseudoHeader(source, destination, IpProtocol.IcmpV6, message.Length));
        return Packet(source, destination, IpProtocol.IcmpV6, message);
    }

    /// <summary>An ICMP error about a packet: time exceeded, or the type and code given.</summary>
    public static byte[] Error(string from, string to, byte[] about, byte? type = null, byte code = 0, int quote = int.MaxValue)
    {
        var (source, destination) = (InetAddress.Parse(from), InetAddress.Parse(to));
        var quoted = about.AsSpan(0, Math.Min(quote, about.Length));
        var message = new byte[IcmpView.Size + quoted.Length];
        quoted.CopyTo(message.AsSpan(IcmpView.Size));
        if (source.IsIPv4)
        {
            IcmpView.Write(message, type ?? IcmpType.TimeExceeded, code);
            IcmpView.UpdateChecksum(message);
            return Packet(source, destination, IpProtocol.Icmp, message);
        }

        IcmpV6View.Write(message, type ?? IcmpV6Type.TimeExceeded, code);
        IcmpV6View.UpdateChecksum(message, InternetChecksum.PseudoHeader(source, destination, IpProtocol.IcmpV6, message.Length));
        return Packet(source, destination, IpProtocol.IcmpV6, message);
    }

    public static byte[] Packet(InetAddress source, InetAddress destination, byte protocol, ReadOnlySpan<byte> payload)
    {
        int header = source.IsIPv4 ? IPv4View.MinSize : IPv6View.Size;
        var packet = new byte[header + payload.Length];
        if (source.IsIPv4)
        {
            IPv4View.Write(packet, packet.Length, 7, 0, 64, protocol, source, destination);
        }
        else
        {
            IPv6View.Write(packet, payload.Length, protocol, 64, source, destination);
        }

        payload.CopyTo(packet.AsSpan(header));
        return packet;
    }

    /// <summary>Checks every checksum of a packet, and those of a packet it quotes as far as that is whole.</summary>
    public static void AssertChecksums(ReadOnlySpan<byte> packet)
    {
        bool six = packet[0] >> 4 == 6;
        int at = six ? 40 : (packet[0] & 15) * 4;
        byte protocol = packet[six ? 6 : 9];
        if (!six)
        {
            Assert.True(InternetChecksum.Verify(packet[..at]), "IPv4 header checksum");
        }

        int length = six ? packet[4] << 8 | packet[5] : (packet[2] << 8 | packet[3]) - at;
        if (packet.Length < at + length || protocol is not (IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Icmp or IpProtocol.IcmpV6) || (protocol == IpProtocol.Udp && packet[at + 6] == 0 && packet[at + 7] == 0))
        {
            return;
        }

        var source = six ? InetAddress.ReadIPv6(packet[8..]) : InetAddress.ReadIPv4(packet[12..]);
        var destination = six ? InetAddress.ReadIPv6(packet[24..]) : InetAddress.ReadIPv4(packet[16..]);
        ulong sum = protocol == IpProtocol.Icmp ? 0 : InternetChecksum.PseudoHeader(source, destination, protocol, length);
        Assert.True(InternetChecksum.Verify(packet.Slice(at, length), sum), $"checksum of protocol {protocol}");
        bool error = six ? protocol == IpProtocol.IcmpV6 && packet[at] < 128 : protocol == IpProtocol.Icmp && packet[at] is 3 or 11;
        if (error)
        {
            AssertChecksums(packet[(at + 8)..]);
        }
    }

    /// <summary>What a packet says, in the form <c>udp 10.0.0.1:5 -> 10.0.0.2:6</c>; of an ICMP error with what it quotes.</summary>
    public static string Describe(ReadOnlySpan<byte> packet, bool quoted = false)
    {
        PacketFields f;
        if (quoted)
        {
            Assert.True(PacketFields.TryReadQuoted(packet, out f));
        }
        else
        {
            var loop = new EventLoop();
            var buffer = loop.Packets.Rent(packet);
            Assert.True(PacketFields.TryRead(buffer, out f));
            buffer.Release();
        }

        if (f.IsIcmpError)
        {
            return $"error {f.Source} -> {f.Destination} about {Describe(packet[(f.TransportOffset + 8)..], quoted: true)}";
        }

        return f.IsIcmp
            ? $"echo {f.Source} -> {f.Destination} id {f.SourcePort}"
            : f.HasTransport
                ? $"{IpProtocol.Name(f.Protocol)!.ToLowerInvariant()} {new InetEndpoint(f.Source, f.SourcePort)} -> {new InetEndpoint(f.Destination, f.DestinationPort)}"
                : $"{f.Source} -> {f.Destination}";
    }

    public static InetEndpoint Endpoint(string text)
    {
        int colon = text.LastIndexOf(':');
        return new InetEndpoint(InetAddress.Parse(text[..colon].Trim('[', ']')),
            ushort.Parse(text.AsSpan(colon + 1), System.Globalization.CultureInfo.InvariantCulture));
    }
}
