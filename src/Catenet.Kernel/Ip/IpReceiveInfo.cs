using Catenet.Kernel.Devices;

namespace Catenet.Kernel.Ip;

/// <summary>What the IP header of a received packet said.</summary>
public readonly struct IpReceiveInfo
{
    /// <summary>The source address.</summary>
    public InetAddress Source { get; init; }

    /// <summary>The destination address: this host's, a group's or a broadcast address.</summary>
    public InetAddress Destination { get; init; }

    /// <summary>The protocol number.</summary>
    public byte Protocol { get; init; }

    /// <summary>The TTL or hop limit it arrived with.</summary>
    public byte HopLimit { get; init; }

    /// <summary>DSCP and ECN bits.</summary>
    public byte TrafficClass { get; init; }

    /// <summary>The device it came in by.</summary>
    public NetDevice Device { get; init; }
}
