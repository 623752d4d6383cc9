using System.Net.Sockets;
using Catenet.Kernel.Udp;

namespace Catenet.Kernel.Sockets.Backends;

/// <summary>The outcome of a receive call.</summary>
/// <param name="Count">Octets put into the buffer; 0 at the end of a stream.</param>
/// <param name="Info">Whence and how it came; for a stream, only the peer.</param>
/// <param name="Flags"><see cref="SocketFlags.Truncated"/> where it applies.</param>
internal readonly record struct Received(int Count, UdpReceiveInfo Info, SocketFlags Flags = SocketFlags.None)
{
    /// <summary>Who sent it.</summary>
    public InetEndpoint Source => Info.Source;
}
