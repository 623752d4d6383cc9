using System.Net.Sockets;

namespace Catenet.Kernel.Sockets;

/// <summary>Linux's names of socket options, as strace prints them.</summary>
internal static class SocketOptionText
{
    public static string Level(SocketOptionLevel level) => level switch
    {
        SocketOptionLevel.Socket => "SOL_SOCKET",
        SocketOptionLevel.IP => "SOL_IP",
        SocketOptionLevel.IPv6 => "SOL_IPV6",
        SocketOptionLevel.Tcp => "SOL_TCP",
        SocketOptionLevel.Udp => "SOL_UDP",
        _ => level.ToString(),
    };

    public static string Name(SocketOptionLevel level, SocketOptionName name) => (level, name) switch
    {
        (SocketOptionLevel.Socket, SocketOptionName.ReuseAddress) => "SO_REUSEADDR",
        (SocketOptionLevel.Socket, SocketOptionName.Broadcast) => "SO_BROADCAST",
        (SocketOptionLevel.Socket, SocketOptionName.KeepAlive) => "SO_KEEPALIVE",
        (SocketOptionLevel.Socket, SocketOptionName.SendBuffer) => "SO_SNDBUF",
        (SocketOptionLevel.Socket, SocketOptionName.ReceiveBuffer) => "SO_RCVBUF",
        (SocketOptionLevel.Socket, SocketOptionName.Linger) => "SO_LINGER",
        (SocketOptionLevel.IP, SocketOptionName.IpTimeToLive) => "IP_TTL",
        (SocketOptionLevel.IP, SocketOptionName.TypeOfService) => "IP_TOS",
        (SocketOptionLevel.IP, SocketOptionName.DontFragment) => "IP_MTU_DISCOVER",
        (SocketOptionLevel.IP, SocketOptionName.MulticastTimeToLive) => "IP_MULTICAST_TTL",
        (SocketOptionLevel.IP, SocketOptionName.MulticastLoopback) => "IP_MULTICAST_LOOP",
        (SocketOptionLevel.IP, SocketOptionName.AddMembership) => "IP_ADD_MEMBERSHIP",
        (SocketOptionLevel.IP, SocketOptionName.DropMembership) => "IP_DROP_MEMBERSHIP",
        (SocketOptionLevel.IPv6, SocketOptionName.HopLimit) => "IPV6_UNICAST_HOPS",
        (SocketOptionLevel.IPv6, SocketOptionName.IPv6Only) => "IPV6_V6ONLY",
        (SocketOptionLevel.IPv6, SocketOptionName.AddMembership) => "IPV6_ADD_MEMBERSHIP",
        (SocketOptionLevel.IPv6, SocketOptionName.DropMembership) => "IPV6_DROP_MEMBERSHIP",
        (SocketOptionLevel.Tcp, SocketOptionName.NoDelay) => "TCP_NODELAY",
        (SocketOptionLevel.Tcp, SocketOptionSet.MaxSegmentName) => "TCP_MAXSEG",
        (SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime) => "TCP_KEEPIDLE",
        (SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval) => "TCP_KEEPINTVL",
        (SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount) => "TCP_KEEPCNT",
        _ => name.ToString(),
    };
}
