using System.Globalization;
using System.Text;
using Catenet.Core;
using Catenet.Wire.Http;
using Catenet.Wire.Internet;
using Catenet.Wire.Internet.Multicast;
using Catenet.Wire.Link;
using Catenet.Wire.Tls;
using Catenet.Wire.Transport;

namespace Catenet.Wire.Dissection;

/// <summary>Prints frames as tcpdump does, one line each.</summary>
/// <remarks>
/// Sequence numbers are shown from the start of each connection that it saw, for at most <see cref="MaxConnections"/> at a time
/// (the oldest are forgotten first); <see cref="Format(ReadOnlySpan{byte}, LinkType)"/> shows them as they are. Not thread-safe.
/// </remarks>
public sealed class PacketLine
{
    /// <summary>The most connection directions whose start is remembered.</summary>
    public const int MaxConnections = 4096;

    private readonly Dictionary<(InetEndpoint From, InetEndpoint To), uint> _starts = [];
    private readonly Queue<(InetEndpoint From, InetEndpoint To)> _order = new();

    /// <summary>Prints a frame with relative sequence numbers.</summary>
    public string Print(ReadOnlySpan<byte> frame, LinkType linkType = LinkType.Ethernet) => Format(frame, linkType, this);

    /// <summary>Prints a frame with the sequence numbers as they are.</summary>
    /// <param name="frame">The frame; any octets whatever.</param>
    /// <param name="linkType">What it begins with.</param>
    public static string Format(ReadOnlySpan<byte> frame, LinkType linkType = LinkType.Ethernet) => Format(frame, linkType, null);

    private static string Format(ReadOnlySpan<byte> frame, LinkType linkType, PacketLine? memory)
    {
        switch (linkType)
        {
            case LinkType.Ethernet:
                return Ethernet(frame, memory);
            case LinkType.RawIp or LinkType.IPv4 or LinkType.IPv6:
                return Ip(frame, memory);
            default:
                return string.Create(CultureInfo.InvariantCulture, $"link type {(int)linkType}, length {frame.Length}");
        }
    }

    private static string Ethernet(ReadOnlySpan<byte> frame, PacketLine? memory)
    {
        if (!EthernetView.TryParse(frame, out var eth))
        {
            return "[|ether]";
        }

        var prefix = new StringBuilder();
        ushort type = eth.EtherType;
        var payload = eth.Payload;
        while (EtherType.IsTag(type) && VlanView.TryParse(payload, out var vlan))
        {
            prefix.Append(CultureInfo.InvariantCulture, $"vlan {vlan.Tag.VlanId}, p {vlan.Tag.Priority}, ");
            type = vlan.EtherType;
            payload = vlan.Payload;
        }

        return prefix + type switch
        {
            EtherType.IPv4 or EtherType.IPv6 => Ip(payload, memory),
            EtherType.Arp => Arp(payload),
            < EtherType.FirstType => string.Create(CultureInfo.InvariantCulture, $"{eth.Source} > {eth.Destination}, 802.3, length {payload.Length}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{eth.Source} > {eth.Destination}, ethertype {EtherType.Name(type) ?? "Unknown"} (0x{type:x4}), length {frame.Length}"),
        };
    }

    private static string Arp(ReadOnlySpan<byte> packet)
    {
        if (!ArpView.TryParse(packet, out var arp))
        {
            return "[|ARP]";
        }

        string operation = arp.Operation switch { ArpView.Request => "Request ", ArpView.Reply => "Reply ", _ => "" };
        return string.Create(CultureInfo.InvariantCulture, $"ARP, {operation}{LinkDissector.Describe(arp)}, length {packet.Length}");
    }

    private static string Ip(ReadOnlySpan<byte> packet, PacketLine? memory)
    {
        if (IPv4View.TryParseQuoted(packet, out var ip))
        {
            bool isLater = ip.FragmentOffset != 0;
            string body = Upper(ip.Source, ip.Destination, ip.Protocol, ip.Payload, ip.PayloadLength, isLater, memory);
            string part = !ip.IsFragment ? "" : string.Create(CultureInfo.InvariantCulture, $" (frag {ip.Identification}:{ip.PayloadLength}@{ip.FragmentOffset}{(ip.MoreFragments ? "+" : "")})");
            return "IP " + body + part;
        }

        if (!IPv6View.TryParseQuoted(packet, out var ip6))
        {
            return "[|ip]";
        }

        if (!IPv6Upper.TryWalk(packet[..Math.Min(packet.Length, ip6.TotalLength)], out var upper))
        {
            return $"IP6 {ip6.Source} > {ip6.Destination}: [header chain: {upper.Result}]";
        }

        int length = ip6.TotalLength - upper.Offset;
        string fragment = !upper.IsFragment ? "" : string.Create(CultureInfo.InvariantCulture, $" (frag 0x{upper.FragmentId:x8}:{length}@{upper.FragmentOffset}{(upper.MoreFragments ? "+" : "")})");
        return "IP6 " + Upper(ip6.Source, ip6.Destination, upper.Protocol, ip6.Payload[(upper.Offset - IPv6View.Size)..], length, upper.IsLaterFragment, memory) + fragment;
    }

    private static string Upper(InetAddress source, InetAddress destination, byte protocol, ReadOnlySpan<byte> data, int length, bool isLater, PacketLine? memory)
    {
        string hosts = $"{source} > {destination}: ";
        if (isLater)
        {
            return hosts + IpDissector.ProtocolText(protocol).ToLowerInvariant();
        }

        switch (protocol)
        {
            case IpProtocol.Tcp when TcpView.TryParse(data, out var tcp):
                return Tcp(new(source, tcp.SourcePort), new(destination, tcp.DestinationPort), tcp, length - tcp.HeaderLength, memory);
            case IpProtocol.Udp when UdpView.TryParseQuoted(data, out var udp):
                string text = ApplicationDissector.IsDns(udp.SourcePort, udp.DestinationPort)
                    ? DnsDissector.Describe(udp.Payload)
                    : string.Create(CultureInfo.InvariantCulture, $"UDP, length {udp.Length - UdpView.Size}");
                return string.Create(CultureInfo.InvariantCulture, $"{source}.{udp.SourcePort} > {destination}.{udp.DestinationPort}: {text}");
            case IpProtocol.Icmp when IcmpView.TryParse(data, out var icmp):
                return string.Create(CultureInfo.InvariantCulture, $"{hosts}ICMP {IcmpDissector.Describe(icmp)}{Quoted(icmp.IsError, icmp.Body)}, length {length}");
            case IpProtocol.IcmpV6 when IcmpV6View.TryParse(data, out var icmp6):
                return string.Create(CultureInfo.InvariantCulture, $"{hosts}ICMP6, {IcmpV6Dissector.Describe(data)}{Quoted(icmp6.IsError, icmp6.Body)}, length {length}");
            case IpProtocol.Igmp when IgmpView.TryParse(data, out var igmp):
                return $"{hosts}igmp {IgmpDissector.Describe(igmp)}";
            case IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Icmp or IpProtocol.IcmpV6 or IpProtocol.Igmp:
                return $"{hosts}[|{IpDissector.ProtocolText(protocol).ToLowerInvariant()}]";
            default:
                return string.Create(CultureInfo.InvariantCulture, $"{hosts}{IpDissector.ProtocolText(protocol)}, length {length}");
        }
    }

    /// <summary>The packet that an error is about, without going further down.</summary>
    private static string Quoted(bool isError, ReadOnlySpan<byte> packet)
    {
        if (!isError)
        {
            return "";
        }

        if (IPv4View.TryParseQuoted(packet, out var ip))
        {
            return $" for {Endpoint(ip.Source, ip.Protocol, ip.Payload, 0)} > {Endpoint(ip.Destination, ip.Protocol, ip.Payload, 2)} {IpDissector.ProtocolText(ip.Protocol)}";
        }

        return IPv6View.TryParseQuoted(packet, out var ip6) && IPv6Upper.TryWalk(packet, out var upper)
            ? $" for {Endpoint(ip6.Source, upper.Protocol, packet[upper.Offset..], 0)} > {Endpoint(ip6.Destination, upper.Protocol, packet[upper.Offset..], 2)} {IpDissector.ProtocolText(upper.Protocol)}"
            : "";
    }

    private static string Endpoint(InetAddress address, byte protocol, ReadOnlySpan<byte> transport, int portOffset) =>
        protocol is IpProtocol.Tcp or IpProtocol.Udp && transport.Length >= 4
            ? string.Create(CultureInfo.InvariantCulture, $"{address}.{Octets.U16(transport, portOffset)}")
            : address.ToString();

    private static string Tcp(InetEndpoint source, InetEndpoint destination, in TcpView tcp, int length, PacketLine? memory)
    {
        uint sequence = tcp.Sequence.Value;
        uint acknowledgment = tcp.Acknowledgment.Value;
        if (memory is not null)
        {
            bool isSyn = (tcp.Flags & TcpFlags.Syn) != 0;
            uint start = memory.Start(source, destination, sequence, isSyn);
            sequence = isSyn ? sequence : sequence - start;
            if (memory._starts.TryGetValue((destination, source), out uint other))
            {
                acknowledgment -= other;
            }
        }

        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{source.Address}.{source.Port} > {destination.Address}.{destination.Port}: ");
        text.Append(TcpText.Describe(tcp, sequence, acknowledgment, Math.Max(0, length)));
        if (HttpStartLine.TryParse(tcp.Payload, out var line))
        {
            text.Append(": HTTP: ").Append(line.ToString());
        }
        else if (TlsRecordView.TryParse(tcp.Payload, out var record))
        {
            text.Append(": TLS: ").Append(TlsDissector.Describe(record));
        }

        return text.ToString();
    }

    /// <summary>The number from which a direction counts: that of its SYN, or of the first segment seen.</summary>
    private uint Start(InetEndpoint source, InetEndpoint destination, uint sequence, bool isSyn)
    {
        var key = (source, destination);
        bool isKnown = _starts.TryGetValue(key, out uint start);
        if (isKnown && !isSyn)
        {
            return start;
        }

        if (!isKnown)
        {
            if (_starts.Count == MaxConnections)
            {
                _starts.Remove(_order.Dequeue());
            }

            _order.Enqueue(key);
        }

        _starts[key] = sequence;
        return sequence;
    }
}
