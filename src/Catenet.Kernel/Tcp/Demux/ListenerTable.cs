namespace Catenet.Kernel.Tcp;

/// <summary>The listeners of a host: those that take connections from anybody, and those that were opened for some peers.</summary>
internal sealed class ListenerTable
{
    private readonly Dictionary<InetEndpoint, TcpListener> _open = [];
    private readonly RestrictedListeners _restricted = new();

    public int Count => _open.Count + _restricted.All.Count;

    public IReadOnlyCollection<TcpListener> All => _restricted.All.Count == 0 ? _open.Values : [.. _open.Values, .. _restricted.All];

    /// <summary>Adds one.</summary>
    /// <returns>False if another has the endpoint, or a wildcard over it.</returns>
    public bool TryAdd(TcpListener listener)
    {
        if (listener.IsRestricted)
        {
            return _restricted.Add(listener);
        }

        foreach (var other in _open.Values)
        {
            if (other.LocalEndpoint.Port == listener.LocalEndpoint.Port && Overlap(other, listener))
            {
                return false;
            }
        }

        _open.Add(listener.LocalEndpoint, listener);
        return true;
    }

    public void Remove(TcpListener listener)
    {
        if (listener.IsRestricted)
        {
            _restricted.Remove(listener);
        }
        else
        {
            _open.Remove(listener.LocalEndpoint);
        }
    }

    /// <summary>The listener that takes a segment; null if there is none.</summary>
    public TcpListener? Find(in Segment s) =>
        _restricted.Find(new InetEndpoint(s.Destination, s.DestinationPort), new InetEndpoint(s.Source, s.SourcePort)) ?? Find(s.Destination, s.DestinationPort);

    /// <summary>The listener for an address, whoever the peer is: on that address, on any of its family, or on any of both.</summary>
    public TcpListener? Find(InetAddress address, ushort port)
    {
        if (_open.Count == 0)
        {
            return null;
        }

        if (_open.TryGetValue(new InetEndpoint(address, port), out var listener) ||
            (address.IsIPv4 && _open.TryGetValue(new InetEndpoint(InetAddress.AnyIPv4, port), out listener)))
        {
            return listener;
        }

        return _open.TryGetValue(new InetEndpoint(InetAddress.AnyIPv6, port), out listener) && (address.IsIPv6 || listener.IsDualMode) ? listener : null;
    }

    private static bool Overlap(TcpListener one, TcpListener other)
    {
        var (a, b) = (one.LocalEndpoint.Address, other.LocalEndpoint.Address);
        return a == b ||
            (a == InetAddress.AnyIPv6 && (b.IsIPv6 || one.IsDualMode)) ||
            (b == InetAddress.AnyIPv6 && (a.IsIPv6 || other.IsDualMode)) ||
            (a.IsIPv4 && b.IsIPv4 && (a.IsUnspecified || b.IsUnspecified));
    }
}
