using Catenet.Wire.Internet;
using Catenet.Wire.Transport;

namespace Catenet.Packetdrill.Packets;

/// <summary>A packet that was on the wire, taken apart.</summary>
public sealed record LivePacket
{
    /// <summary>When.</summary>
    public required Instant Time { get; init; }

    /// <summary>Which way.</summary>
    public required PacketDirection Direction { get; init; }

    /// <summary>The headers around it, the outermost first.</summary>
    public IReadOnlyList<OuterHeader> Envelope { get; init; } = [];

    /// <summary>The source; the port is zero for ICMP.</summary>
    public InetEndpoint Source { get; init; }

    /// <summary>The destination; the port is zero for ICMP.</summary>
    public InetEndpoint Destination { get; init; }

    /// <summary>The type of service or traffic class.</summary>
    public byte TrafficClass { get; init; }

    /// <summary>The TTL or hop limit.</summary>
    public byte HopLimit { get; init; }

    /// <summary>The flow label; zero for IPv4.</summary>
    public uint FlowLabel { get; init; }

    /// <summary>What it is.</summary>
    public PacketKindOf Kind { get; init; }

    /// <summary>TCP's flags.</summary>
    public TcpFlags Flags { get; init; }

    /// <summary>The sequence number on the wire.</summary>
    public SeqNumber Sequence { get; init; }

    /// <summary>The acknowledgment number on the wire.</summary>
    public SeqNumber Acknowledgment { get; init; }

    /// <summary>The window as it stands in the header.</summary>
    public ushort Window { get; init; }

    /// <summary>The urgent pointer.</summary>
    public ushort Urgent { get; init; }

    /// <summary>TCP's options.</summary>
    public IReadOnlyList<TcpOptionSpec> Options { get; init; } = [];

    /// <summary>The whole packet, if it is signed (RFC 2385).</summary>
    public byte[]? Signed { get; init; }

    /// <summary>The octets of the data.</summary>
    public int Length { get; init; }

    /// <summary>ICMP's type.</summary>
    public byte IcmpType { get; init; }

    /// <summary>ICMP's code.</summary>
    public byte IcmpCode { get; init; }

    /// <summary>The four octets behind ICMP's checksum.</summary>
    public uint IcmpRest { get; init; }

    /// <summary>How many segments of the wire were put together to this.</summary>
    public int Segments { get; init; } = 1;

    /// <summary>Whether it is of neighbour discovery or group memberships, which are no part of any script.</summary>
    public bool IsHousekeeping => Kind == PacketKindOf.Icmp && Source.Address.IsIPv6 && IcmpType is >= 130 and <= 137 or 143;

    /// <summary>Whether it has a flag.</summary>
    public bool Has(TcpFlags flag) => (Flags & flag) != 0;

    /// <summary>Takes a packet apart, from its outermost IP header on; null if it is neither TCP nor UDP nor ICMP, or damaged.</summary>
    public static LivePacket? Parse(ReadOnlySpan<byte> packet, Instant time, PacketDirection direction)
    {
        var envelope = Packets.Envelope.Open(ref packet);
        if (IPv4View.TryParse(packet, out var ip))
        {
            var parsed = new LivePacket { Time = time, Direction = direction, Envelope = envelope, TrafficClass = ip.TrafficClass, HopLimit = ip.Ttl };
            return ip.FragmentOffset != 0 ? null : WithOctets(parsed.Upper(ip.Protocol, ip.Payload, ip.Source, ip.Destination), packet[..Math.Min(packet.Length, ip.TotalLength)]);
        }

        if (!IPv6View.TryParse(packet, out var ip6) || !IPv6Upper.TryWalk(packet, out var upper))
        {
            return null;
        }

        var parsed6 = new LivePacket { Time = time, Direction = direction, Envelope = envelope, TrafficClass = ip6.TrafficClass, HopLimit = ip6.HopLimit, FlowLabel = ip6.FlowLabel };
        return WithOctets(parsed6.Upper(upper.Protocol, packet[upper.Offset..], ip6.Source, ip6.Destination), packet);
    }

    private static LivePacket? WithOctets(LivePacket? parsed, ReadOnlySpan<byte> packet) =>
        parsed is not null && parsed.Options.Any(o => o.Kind == TcpOptionKind.Md5Signature) ? parsed with { Signed = packet.ToArray() } : parsed;

    private LivePacket? Upper(byte protocol, ReadOnlySpan<byte> data, InetAddress source, InetAddress destination)
    {
        switch (protocol)
        {
            case IpProtocol.Tcp when TcpView.TryParse(data, out var tcp):
                return this with
                {
                    Kind = PacketKindOf.Tcp,
                    Source = new InetEndpoint(source, tcp.SourcePort),
                    Destination = new InetEndpoint(destination, tcp.DestinationPort),
                    Flags = tcp.Flags,
                    Sequence = tcp.Sequence,
                    Acknowledgment = tcp.Acknowledgment,
                    Window = tcp.Window,
                    Urgent = tcp.UrgentPointer,
                    Options = OptionsOf(tcp.Options),
                    Length = tcp.Payload.Length,
                };
            case IpProtocol.Udp when UdpView.TryParse(data, out var udp):
                return this with
                {
                    Kind = PacketKindOf.Udp,
                    Source = new InetEndpoint(source, udp.SourcePort),
                    Destination = new InetEndpoint(destination, udp.DestinationPort),
                    Length = udp.Payload.Length,
                };
            case IpProtocol.Icmp or IpProtocol.IcmpV6 when data.Length >= 8:
                return this with
                {
                    Kind = PacketKindOf.Icmp,
                    Source = new InetEndpoint(source, 0),
                    Destination = new InetEndpoint(destination, 0),
                    IcmpType = data[0],
                    IcmpCode = data[1],
                    IcmpRest = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(data[4..]),
                    Length = data.Length - 8,
                };
            default:
                return null;
        }
    }

    private static List<TcpOptionSpec> OptionsOf(ReadOnlySpan<byte> options)
    {
        var list = new List<TcpOptionSpec>();
        foreach (var option in new TcpOptionEnumerator(options))
        {
            list.Add(TcpOptionSpec.From(option));
        }

        return list;
    }
}
