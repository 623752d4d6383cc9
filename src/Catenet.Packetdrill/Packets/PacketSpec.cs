using Catenet.Wire.Transport;

namespace Catenet.Packetdrill.Packets;

/// <summary>Which way a packet goes.</summary>
public enum PacketDirection
{
    /// <summary>Into the stack.</summary>
    In,

    /// <summary>Out of the stack.</summary>
    Out,
}

/// <summary>What a packet is.</summary>
public enum PacketKindOf
{
    /// <summary>A TCP segment.</summary>
    Tcp,

    /// <summary>A UDP datagram.</summary>
    Udp,

    /// <summary>An ICMP or ICMPv6 message.</summary>
    Icmp,
}

/// <summary>The two bits of explicit congestion notification (RFC 3168 5).</summary>
public enum EcnMark
{
    /// <summary>Not capable.</summary>
    None = 0,

    /// <summary>Capable, ECT(1).</summary>
    Ect1 = 1,

    /// <summary>Capable, ECT(0).</summary>
    Ect0 = 2,

    /// <summary>Congestion was experienced.</summary>
    Ce = 3,

    /// <summary>ECT(0) or ECT(1): for packets from the stack.</summary>
    AnyEct = 4,
}

/// <summary>What a script says of the IP header; null where it says nothing.</summary>
public sealed record IpInfo
{
    /// <summary>The ECN bits.</summary>
    public EcnMark? Ecn { get; init; }

    /// <summary>The whole type of service or traffic class.</summary>
    public byte? TrafficClass { get; init; }

    /// <summary>The TTL or hop limit.</summary>
    public byte? HopLimit { get; init; }

    /// <summary>The flow label of IPv6.</summary>
    public uint? FlowLabel { get; init; }
}

/// <summary>The packet that an ICMP error speaks of.</summary>
/// <param name="Kind">Its protocol; ICMP stands for octets without meaning.</param>
/// <param name="Sequence">The first sequence number, of a TCP segment.</param>
/// <param name="Length">The octets of its data.</param>
public sealed record QuotedPacket(PacketKindOf Kind, uint Sequence, int Length);

/// <summary>A packet as a script has it: numbers are the script's, what is null was not given.</summary>
public sealed record PacketSpec
{
    /// <summary>Which way it goes.</summary>
    public required PacketDirection Direction { get; init; }

    /// <summary>The headers around it, the outermost first.</summary>
    public IReadOnlyList<OuterHeader> Envelope { get; init; } = [];

    /// <summary>What is said of the IP header.</summary>
    public IpInfo Ip { get; init; } = new();

    /// <summary>What it is.</summary>
    public PacketKindOf Kind { get; init; }

    /// <summary>The source port.</summary>
    public ushort? SourcePort { get; init; }

    /// <summary>The destination port.</summary>
    public ushort? DestinationPort { get; init; }

    /// <summary>The octets of the data.</summary>
    public int Length { get; init; }

    /// <summary>TCP's flags.</summary>
    public TcpFlags Flags { get; init; }

    /// <summary>The count of CE marks that the flags carry (RFC 9768); -1 if it was not given as a digit.</summary>
    public int AceCount { get; init; } = -1;

    /// <summary>The sequence number.</summary>
    public uint Sequence { get; init; }

    /// <summary>The acknowledgment number.</summary>
    public uint? Acknowledgment { get; init; }

    /// <summary>The window as it stands in the header.</summary>
    public ushort? Window { get; init; }

    /// <summary>The urgent pointer.</summary>
    public ushort? Urgent { get; init; }

    /// <summary>TCP's options in order.</summary>
    public IReadOnlyList<TcpOptionSpec> Options { get; init; } = [];

    /// <summary>Whether the options do not matter.</summary>
    public bool AnyOptions { get; init; }

    /// <summary>ICMP's type: a name or a number.</summary>
    public string? IcmpType { get; init; }

    /// <summary>ICMP's code: a name or a number.</summary>
    public string? IcmpCode { get; init; }

    /// <summary>The MTU that an ICMP error tells.</summary>
    public uint? Mtu { get; init; }

    /// <summary>The identifier of an echo message.</summary>
    public ushort? Identifier { get; init; }

    /// <summary>The packet that an ICMP error speaks of.</summary>
    public QuotedPacket? Quote { get; init; }

    /// <summary>Whether it has a flag.</summary>
    public bool Has(TcpFlags flag) => (Flags & flag) != 0;
}
