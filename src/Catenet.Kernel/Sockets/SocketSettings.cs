namespace Catenet.Kernel.Sockets;

/// <summary>The knobs of sockets (sysctl net.core and the port range).</summary>
public sealed class SocketSettings
{
    /// <summary>net.core.rmem_default: the receive buffer of a datagram socket, in octets as charged.</summary>
    public int ReceiveMemoryDefault { get; set; } = 212992;

    /// <summary>net.core.rmem_max: the most that SO_RCVBUF may ask for, in octets; twice as much is charged.</summary>
    public int ReceiveMemoryMax { get; set; } = 4194304;

    /// <summary>net.core.wmem_default: the send buffer of a datagram socket, in octets as charged.</summary>
    public int SendMemoryDefault { get; set; } = 212992;

    /// <summary>net.core.wmem_max: the most that SO_SNDBUF may ask for, in octets; twice as much is charged.</summary>
    public int SendMemoryMax { get; set; } = 4194304;

    /// <summary>net.ipv4.igmp_max_memberships: the most groups that one socket may join.</summary>
    public int MaxMemberships { get; set; } = 20;

    /// <summary>RLIMIT_NOFILE: the most open sockets of the host.</summary>
    public int MaxOpenFiles { get; set; } = 65536;

    /// <summary>net.ipv4.ip_local_port_range: the first ephemeral port.</summary>
    public ushort LocalPortLow { get; set; } = 32768;

    /// <summary>net.ipv4.ip_local_port_range: the last ephemeral port.</summary>
    public ushort LocalPortHigh { get; set; } = 60999;
}
