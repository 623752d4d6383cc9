using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>An address of the host as its records know it: one object for all records that have it, so that each need only refer to it.</summary>
internal class OwnAddress(TcpLayer layer, InetAddress address)
{
    public readonly TcpLayer Layer = layer;
    public readonly InetAddress Address = address;
}

/// <summary>An address at which connections to a listener arrive.</summary>
internal sealed class ListeningAddress(TcpListener listener, TcpLayer layer, InetAddress address) : OwnAddress(layer, address)
{
    public readonly TcpListener Listener = listener;
}
