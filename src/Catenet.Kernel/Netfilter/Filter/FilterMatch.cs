using System.Globalization;
using System.Text;
using Catenet.Core;
using Catenet.Wire.Internet;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Netfilter;

/// <summary>What a rule asks of a packet; what is not set matches everything, and all that is set must hold.</summary>
public sealed record FilterMatch
{
    /// <summary>Matches every packet.</summary>
    public static FilterMatch All { get; } = new();

    /// <summary>The name of the device the packet came in by; a star at the end stands for any rest.</summary>
    public string? InInterface { get; init; }

    /// <summary>The name of the device the packet leaves by; a star at the end stands for any rest.</summary>
    public string? OutInterface { get; init; }

    /// <summary>Where the source address lies.</summary>
    public InetPrefix? Source { get; init; }

    /// <summary>Where the destination address lies.</summary>
    public InetPrefix? Destination { get; init; }

    /// <summary>Whether IPv6 (true) or IPv4 (false) alone matches.</summary>
    public bool? IPv6 { get; init; }

    /// <summary>The transport protocol (<see cref="IpProtocol"/>). ICMP means both families' when <see cref="Icmp"/> makes it.</summary>
    public byte? Protocol { get; init; }

    /// <summary>The source ports, of TCP and UDP.</summary>
    public PortRange? SourcePorts { get; init; }

    /// <summary>The destination ports, of TCP and UDP.</summary>
    public PortRange? DestinationPorts { get; init; }

    /// <summary>The ICMP type.</summary>
    public byte? IcmpType { get; init; }

    /// <summary>The ICMP code.</summary>
    public byte? IcmpCode { get; init; }

    /// <summary>The TCP flags that are looked at; those of them in <see cref="TcpFlagsSet"/> must be set and the others not.</summary>
    public TcpFlags TcpFlagsMask { get; init; }

    /// <summary>The TCP flags that must be set.</summary>
    public TcpFlags TcpFlagsSet { get; init; }

    /// <summary>How the packet may stand to tracked connections; none: not looked at, and nothing need be tracked.</summary>
    public ConnectionStates States { get; init; }

    /// <summary>Whether the connection's destination is translated (true) or not (false): what a port forwarding let in.</summary>
    public bool? DestinationTranslated { get; init; }

    /// <summary>The packet's mark.</summary>
    public uint? Mark { get; init; }

    /// <summary>Fragments other than the first, which have no ports (true), or all else (false).</summary>
    public bool? LaterFragment { get; init; }

    /// <summary>How often the rest may match.</summary>
    public RateLimit? Limit { get; init; }

    /// <summary>TCP to a port or ports.</summary>
    public static FilterMatch Tcp(PortRange? destinationPorts = null) => new() { Protocol = IpProtocol.Tcp, DestinationPorts = destinationPorts };

    /// <summary>UDP to a port or ports.</summary>
    public static FilterMatch Udp(PortRange? destinationPorts = null) => new() { Protocol = IpProtocol.Udp, DestinationPorts = destinationPorts };

    /// <summary>ICMP, of IPv4.</summary>
    public static FilterMatch Icmp(byte? type = null) => new() { Protocol = IpProtocol.Icmp, IPv6 = false, IcmpType = type };

    /// <summary>ICMPv6.</summary>
    public static FilterMatch IcmpV6(byte? type = null) => new() { Protocol = IpProtocol.IcmpV6, IPv6 = true, IcmpType = type };

    /// <summary>Packets of connections in these states.</summary>
    public static FilterMatch State(ConnectionStates states) => new() { States = states };

    /// <summary>Prints as nftables does: <c>iifname "wan" tcp dport 443 ct state new</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        Add(text, InInterface is null ? null : $"iifname \"{InInterface}\"");
        Add(text, OutInterface is null ? null : $"oifname \"{OutInterface}\"");
        Add(text, IPv6 is { } six && Protocol is null && Source is null && Destination is null ? six ? "meta nfproto ipv6" : "meta nfproto ipv4" : null);
        Add(text, Source is { } source ? $"{FamilyOf(source)} saddr {source}" : null);
        Add(text, Destination is { } destination ? $"{FamilyOf(destination)} daddr {destination}" : null);
        AddTransport(text);
        Add(text, LaterFragment is { } later ? later ? "ip frag-off != 0" : "ip frag-off 0" : null);
        Add(text, States == ConnectionStates.None ? null : "ct state " + States.ToString().ToLowerInvariant().Replace(", ", ",", StringComparison.Ordinal));
        Add(text, DestinationTranslated is { } translated ? translated ? "ct status dnat" : "ct status != dnat" : null);
        Add(text, Mark is { } mark ? string.Create(CultureInfo.InvariantCulture, $"meta mark 0x{mark:x8}") : null);
        Add(text, Limit?.ToString());
        return text.ToString();
    }

    private void AddTransport(StringBuilder text)
    {
        if (Protocol is not { } protocol)
        {
            return;
        }

        string name = protocol == IpProtocol.IcmpV6 ? "icmpv6" : IpProtocol.Name(protocol)?.ToLowerInvariant() ?? protocol.ToString(CultureInfo.InvariantCulture);
        int before = text.Length;
        Add(text, SourcePorts is { } sport ? $"{name} sport {sport}" : null);
        Add(text, DestinationPorts is { } dport ? $"{name} dport {dport}" : null);
        Add(text, IcmpType is { } type ? string.Create(CultureInfo.InvariantCulture, $"{name} type {type}") : null);
        Add(text, IcmpCode is { } code ? string.Create(CultureInfo.InvariantCulture, $"{name} code {code}") : null);
        Add(text, TcpFlagsMask == TcpFlags.None ? null : $"tcp flags & ({Names(TcpFlagsMask)}) == {Names(TcpFlagsSet)}");
        Add(text, text.Length == before ? $"meta l4proto {name}" : null);
    }

    private static string Names(TcpFlags flags) =>
        flags == TcpFlags.None ? "0" : flags.ToString().ToLowerInvariant().Replace(", ", " | ", StringComparison.Ordinal);

    private static string FamilyOf(InetPrefix prefix) => prefix.IsIPv4 ? "ip" : "ip6";

    private static void Add(StringBuilder text, string? part)
    {
        if (part is not null)
        {
            text.Append(text.Length == 0 ? "" : " ").Append(part);
        }
    }
}
