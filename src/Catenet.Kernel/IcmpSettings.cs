namespace Catenet.Kernel;

/// <summary>ICMP's knobs (net.ipv4.icmp_*, net.ipv6.icmp.*).</summary>
public sealed class IcmpSettings
{
    /// <summary>net.ipv4.icmp_echo_ignore_all and its IPv6 twin: whether echo requests go unanswered.</summary>
    public bool EchoIgnoreAll { get; set; }

    /// <summary>net.ipv4.icmp_echo_ignore_broadcasts: whether echo requests to broadcast and multicast addresses go unanswered (IPv4).</summary>
    public bool EchoIgnoreBroadcasts { get; set; } = true;

    /// <summary>net.ipv4.icmp_ratelimit and net.ipv6.icmp.ratelimit: the least time between two errors to one destination, after a burst of six; zero: no limit.</summary>
    public Duration RateLimit { get; set; } = Duration.FromSeconds(1);

    /// <summary>net.ipv4.icmp_ratemask: the ICMPv4 types that are limited, a bit each: unreachable, quench, time exceeded, parameter problem.</summary>
    public uint RateMask { get; set; } = 0x1818;

    /// <summary>net.ipv4.icmp_msgs_per_sec: the most limited messages a second from the whole host.</summary>
    public int MessagesPerSecond { get; set; } = 1000;

    /// <summary>net.ipv4.icmp_msgs_burst: how many may go at once.</summary>
    public int MessagesBurst { get; set; } = 50;

    /// <summary>net.ipv4.icmp_errors_use_inbound_ifaddr: whether errors come from the address of the device the packet came in by.</summary>
    public bool ErrorsUseInboundAddress { get; set; }
}
