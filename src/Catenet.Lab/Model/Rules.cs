using Catenet.Core;

namespace Catenet.Lab.Model;

/// <summary>The protocol a rule is about.</summary>
public enum RuleProtocol
{
    /// <summary>Every protocol.</summary>
    All,

    /// <summary>TCP.</summary>
    Tcp,

    /// <summary>UDP.</summary>
    Udp,

    /// <summary>ICMP for IPv4 and ICMPv6 for IPv6.</summary>
    Icmp,
}

/// <summary>Ports from one to another, both included.</summary>
public readonly record struct PortRange(int First, int Last)
{
    /// <summary>Whether the port lies in the range.</summary>
    public bool Contains(int port) => port >= First && port <= Last;

    /// <summary>Prints <c>443</c> or <c>1024-65535</c>.</summary>
    public override string ToString() => First == Last ? $"{First}" : $"{First}-{Last}";
}

/// <summary>Whom a rule is about: a block of addresses, or a name (a node's, a security group's); neither means anybody.</summary>
public sealed record RulePeer(InetPrefix? Prefix, string? Name)
{
    /// <summary>Anybody.</summary>
    public static RulePeer Any { get; } = new(null, null);

    /// <summary>Whether this is <see cref="Any"/>.</summary>
    public bool IsAny => Prefix is null && Name is null;

    /// <summary>Prints as written.</summary>
    public override string ToString() => Name ?? (Prefix is { } p ? (p.Length == p.Address.Bits ? p.Address.ToString() : p.ToString()) : "any");
}

/// <summary>What a rule looks at.</summary>
public sealed record PacketMatch
{
    /// <summary>The protocol.</summary>
    public RuleProtocol Protocol { get; init; }

    /// <summary>Destination ports of TCP and UDP; null for all.</summary>
    public PortRange? Ports { get; init; }

    /// <summary>The sender.</summary>
    public RulePeer From { get; init; } = RulePeer.Any;

    /// <summary>The receiver.</summary>
    public RulePeer To { get; init; } = RulePeer.Any;

    /// <summary>The interface the packet came in by; null for any.</summary>
    public string? In { get; init; }

    /// <summary>The interface the packet leaves by; null for any.</summary>
    public string? Out { get; init; }

    /// <summary>Prints as a lab file has it: <c>tcp 443 from 10.0.0.0/8 in lan</c>.</summary>
    public override string ToString()
    {
        string text = Protocol.ToString().ToLowerInvariant();
        text += Ports is { } ports ? $" {ports}" : "";
        text += From.IsAny ? "" : $" from {From}";
        text += To.IsAny ? "" : $" to {To}";
        text += In is null ? "" : $" in {In}";
        return text + (Out is null ? "" : $" out {Out}");
    }
}

/// <summary>What a filter does with a packet.</summary>
public enum FilterVerdict
{
    /// <summary>Lets it pass.</summary>
    Allow,

    /// <summary>Discards it in silence.</summary>
    Drop,

    /// <summary>Discards it and says so: a reset for TCP, ICMP's "administratively prohibited" for all else.</summary>
    Reject,
}

/// <summary>One filter rule of a node: <c>allow tcp 80 from any</c>.</summary>
public sealed record FilterRule(FilterVerdict Verdict, PacketMatch Match)
{
    /// <summary>Prints as a lab file has it.</summary>
    public override string ToString() => $"{Verdict.ToString().ToLowerInvariant()} {Match}";
}

/// <summary>The rules of one of the three places a node filters at.</summary>
public sealed record FilterChain
{
    /// <summary>What happens to packets that no rule speaks of; they pass unless given.</summary>
    public FilterVerdict Policy { get; init; }

    /// <summary>Whether answers to allowed packets pass without a rule (connection tracking).</summary>
    public bool Stateful { get; init; }

    /// <summary>Whether SYNs announce no larger segments than fit the path's MTU both ways (TCPMSS --clamp-mss-to-pmtu).</summary>
    public bool ClampMss { get; init; }

    /// <summary>The rules; the first that matches decides.</summary>
    public ValueList<FilterRule> Rules { get; init; } = [];
}

/// <summary>A node's filter.</summary>
public sealed record Firewall
{
    /// <summary>Packets for the node itself.</summary>
    public FilterChain? In { get; init; }

    /// <summary>Packets from the node itself.</summary>
    public FilterChain? Out { get; init; }

    /// <summary>Packets that it forwards.</summary>
    public FilterChain? Forward { get; init; }
}

/// <summary>What an address translation rule does.</summary>
public enum NatKind
{
    /// <summary>Gives what leaves by an interface that interface's address.</summary>
    Masquerade,

    /// <summary>Sends what arrives for a port to another host.</summary>
    Forward,

    /// <summary>Maps one outside address to one inside address, both ways.</summary>
    Map,
}

/// <summary>One address translation rule.</summary>
public sealed record NatRule
{
    /// <summary>What the rule does.</summary>
    public NatKind Kind { get; init; }

    /// <summary>The packets it is about: <c>out</c> and <c>from</c> for masquerade, protocol, ports and <c>in</c> for forward.</summary>
    public PacketMatch Match { get; init; } = new();

    /// <summary>Where forward sends it, or map's inside address.</summary>
    public AddressRef? Target { get; init; }

    /// <summary>The port forward sends it to; null for the same.</summary>
    public int? TargetPort { get; init; }

    /// <summary>Map's outside address.</summary>
    public InetAddress? Outside { get; init; }

    /// <summary>Prints as a lab file has it.</summary>
    public override string ToString() => Kind switch
    {
        NatKind.Masquerade => $"masquerade out {Match.Out}" + (Match.From.IsAny ? "" : $" from {Match.From}"),
        NatKind.Forward => $"forward {Match.Protocol.ToString().ToLowerInvariant()} {Match.Ports}" + (Match.In is null ? "" : $" in {Match.In}") +
            $" to {(TargetPort is { } port ? new EndpointRef(Target!.ToString(), port).ToString() : Target!.ToString())}",
        _ => $"map {Outside} to {Target}",
    };
}
