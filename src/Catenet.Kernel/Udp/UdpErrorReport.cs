using System.Net.Sockets;

namespace Catenet.Kernel.Udp;

/// <summary>An ICMP error about a datagram sent earlier, as IP_RECVERR reports it (Linux's sock_extended_err).</summary>
/// <param name="Reporter">The router or host that sent the ICMP message.</param>
/// <param name="Destination">Where the datagram was going; of an echo request, the port is its sequence number.</param>
/// <param name="Type">The ICMP (or ICMPv6) type.</param>
/// <param name="Code">The ICMP (or ICMPv6) code.</param>
/// <param name="Error">The same as a socket error.</param>
/// <param name="Mtu">The next hop's MTU in octets, where the message gives one; else 0.</param>
/// <param name="Timestamp">When the message arrived.</param>
public readonly record struct UdpErrorReport(
    InetAddress Reporter,
    InetEndpoint Destination,
    byte Type,
    byte Code,
    SocketError Error,
    int Mtu,
    Instant Timestamp);
