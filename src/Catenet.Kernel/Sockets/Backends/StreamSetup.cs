using Catenet.Kernel.Tcp;
using TcpListener = Catenet.Kernel.Tcp.TcpListener;

namespace Catenet.Kernel.Sockets.Backends;

/// <summary>What a stream socket has besides a connection. Those that were accepted, or just connected, have nothing of it, and they are the most.</summary>
internal sealed class StreamSetup
{
    /// <summary>What was set before there was a connection or listener; those have options of their own.</summary>
    public TcpSocketOptions Options { get; set; } = TcpSocketOptions.Default;

    /// <summary>Where the socket is bound; null: nowhere.</summary>
    public InetEndpoint? Bound { get; set; }

    public TcpListener? Listener { get; set; }
}
