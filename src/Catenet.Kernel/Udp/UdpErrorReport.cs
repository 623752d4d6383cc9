using System.Net.Sockets;

namespace Catenet.Kernel.Udp;

/// <summary>An ICMP error about something sent earlier (a datagram, an echo request, the SYN of a connection), as IP_RECVERR reports it (Linux's sock_extended_err).</summary>
/// <param name="Reporter">The router or host that sent the ICMP message.</param>
/// <param name="Destination">Where the datagram was going; of an echo request, the port is its sequence number.</param>
/// <param name="Type">The ICMP (or ICMPv6) type.</param>
/// <param name="Code">The ICMP (or ICMPv6) code.</param>
/// <param name="Error">The same as a socket error.</param>
/// <param name="Mtu">The next hop's MTU in octets, where the message gives one; else 0.</param>
/// <param name="Timestamp">When the message arrived.</param>
/// <param name="HopLimit">The TTL or hop limit that the message arrived with (IP_RECVTTL).</param>
public readonly record struct UdpErrorReport(
    InetAddress Reporter,
    InetEndpoint Destination,
    byte Type,
    byte Code,
    SocketError Error,
    int Mtu,
    Instant Timestamp,
    byte HopLimit);
