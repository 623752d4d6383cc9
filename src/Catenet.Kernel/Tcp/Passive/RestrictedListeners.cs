using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>Passive OPENs with a foreign socket specified, wholly or in part (RFC 9293 3.9.1.1): they go before those that take anybody.</summary>
/// <remarks>The most specific one takes a connection: address and port of the peer, its address, its port; of those alike, that on the narrower local address.</remarks>
internal sealed class RestrictedListeners
{
    private readonly Dictionary<(InetEndpoint Local, InetEndpoint Remote), TcpListener> _listeners = [];

    /// <summary>The listeners.</summary>
    public IReadOnlyCollection<TcpListener> All => _listeners.Values;

    /// <summary>Adds one.</summary>
    /// <returns>False if there is one for the same two ends.</returns>
    public bool Add(TcpListener listener) => _listeners.TryAdd((listener.LocalEndpoint, listener.RemoteEndpoint), listener);

    /// <summary>Takes one away.</summary>
    public void Remove(TcpListener listener) => _listeners.Remove((listener.LocalEndpoint, listener.RemoteEndpoint));

    /// <summary>The listener for a segment from a peer; null if none is restricted to it.</summary>
    public TcpListener? Find(InetEndpoint local, InetEndpoint remote)
    {
        if (_listeners.Count == 0)
        {
            return null;
        }

        InetAddress any = remote.Address.IsIPv4 ? InetAddress.AnyIPv4 : InetAddress.AnyIPv6;
        return OnAny(local, remote) ?? OnAny(local, remote with { Port = 0 }) ?? OnAny(local, new InetEndpoint(any, remote.Port));
    }

    private TcpListener? OnAny(InetEndpoint local, InetEndpoint remote)
    {
        if (_listeners.TryGetValue((local, remote), out var listener) ||
            (local.Address.IsIPv4 && _listeners.TryGetValue((local with { Address = InetAddress.AnyIPv4 }, remote), out listener)))
        {
            return listener;
        }

        return _listeners.TryGetValue((local with { Address = InetAddress.AnyIPv6 }, remote), out listener) && (local.Address.IsIPv6 || listener.IsDualMode)
            ? listener
            : null;
    }
}
