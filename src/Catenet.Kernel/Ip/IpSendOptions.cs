namespace Catenet.Kernel.Ip;

/// <summary>How a packet is to be sent; <c>default</c> is the usual way.</summary>
public readonly struct IpSendOptions
{
    /// <summary>The source address; <c>default</c>: the destination's preferred one.</summary>
    public InetAddress Source { get; init; }

    /// <summary>The TTL or hop limit; zero: the host's default, one for groups.</summary>
    public byte HopLimit { get; init; }

    /// <summary>DSCP and ECN bits.</summary>
    public byte TrafficClass { get; init; }

    /// <summary>Whether the packet may not be fragmented, by routers or here.</summary>
    public bool DontFragment { get; init; }

    /// <summary>Whether an IPv4 packet is numbered even if it may not be fragmented; otherwise its identification is zero, as nobody will ask for it (RFC 6864 4.1).</summary>
    public bool Numbered { get; init; }

    /// <summary>Whether this host's own members of the destination group get no copy (IP_MULTICAST_LOOP off).</summary>
    public bool NoMulticastLoop { get; init; }

    /// <summary>The IPv6 flow label, 20 bits.</summary>
    public uint FlowLabel { get; init; }

    /// <summary>Which of a flow's labels its packets carry where the host chooses them: another number most likely leads over another path.</summary>
    public ushort FlowLabelTurn { get; init; }

    /// <summary>IPv4: options (up to 40 octets). IPv6: a whole hop-by-hop options header, whose next header is filled in.</summary>
    public byte[]? Options { get; init; }
}
