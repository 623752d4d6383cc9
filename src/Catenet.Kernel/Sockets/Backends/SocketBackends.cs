using System.Net.Sockets;

namespace Catenet.Kernel.Sockets.Backends;

/// <summary>Chooses the protocol for a new socket, as socket(2) does from its three arguments.</summary>
internal static class SocketBackends
{
    /// <exception cref="SocketException">There is no such combination.</exception>
    public static SocketBackend Create(Host host, AddressFamily family, SocketType type, ProtocolType protocol, bool dualMode)
    {
        if (family is not (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6))
        {
            throw new SocketException((int)SocketError.AddressFamilyNotSupported);
        }

        bool six = family == AddressFamily.InterNetworkV6;
        return (type, protocol) switch
        {
            (SocketType.Stream, ProtocolType.Tcp or ProtocolType.Unspecified) => new TcpBackend(host, family, dualMode),
            (SocketType.Dgram, ProtocolType.Icmp) when !six => new EchoBackend(host, family),
            (SocketType.Dgram, ProtocolType.IcmpV6) when six => new EchoBackend(host, family),
            (SocketType.Dgram, ProtocolType.Udp or ProtocolType.Unspecified) => new UdpBackend(host, family, dualMode),
            (SocketType.Stream or SocketType.Dgram, _) => throw new SocketException((int)SocketError.ProtocolNotSupported),
            _ => throw new SocketException((int)SocketError.SocketNotSupported),
        };
    }
}
