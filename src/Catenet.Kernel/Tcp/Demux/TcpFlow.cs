using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>What a pair of endpoints leads to if there is a connection: its own timer, and its own link in the table. See <see cref="FlowRecord"/> for what is less.</summary>
public abstract class TcpFlow : LoopTimer
{
    internal ushort LocalPort;
    internal ushort RemotePort;
    internal InetAddress LocalAddress;
    internal InetAddress RemoteAddress;
    internal readonly TcpLayer Layer;
    internal TcpFlow? NextInBucket;

    private protected TcpFlow(TcpLayer layer) => Layer = layer;

    /// <summary>Our end.</summary>
    public InetEndpoint LocalEndpoint => new(LocalAddress, LocalPort);

    /// <summary>The peer's end.</summary>
    public InetEndpoint RemoteEndpoint => new(RemoteAddress, RemotePort);

    /// <summary>Deals with a segment. The packet stays the caller's unless the segment's was taken.</summary>
    internal abstract void Receive(ref Segment segment);
}
