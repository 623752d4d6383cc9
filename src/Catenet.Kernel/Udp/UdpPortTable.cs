namespace Catenet.Kernel.Udp;

/// <summary>Who has which port: binding with its conflicts, and finding the endpoint of a datagram in at most three look-ups.</summary>
/// <remarks>
/// Endpoints that share an address and port (REUSEADDR, REUSEPORT) form a group, the newest first. A dual-stack wildcard
/// stands in the groups of both families.
/// </remarks>
internal sealed class UdpPortTable
{
    private readonly Dictionary<ushort, UdpEndpoint[]> _ports = [];
    private readonly Dictionary<InetEndpoint, UdpEndpoint[]> _bound = [];
    private readonly Dictionary<Flow, UdpEndpoint[]> _connected = [];

    /// <summary>The four values by which a connected endpoint is found.</summary>
    private readonly record struct Flow(InetEndpoint Local, InetEndpoint Remote)
    {
        public override int GetHashCode() => Local.GetHashCode() * 0x3B9ACA07 + Remote.GetHashCode();
    }

    /// <summary>Everyone on a port, the newest first: those among whom a multicast or broadcast datagram is shared.</summary>
    public ReadOnlySpan<UdpEndpoint> OnPort(ushort port) => _ports.TryGetValue(port, out var all) ? all : [];

    /// <summary>The endpoint that a unicast datagram is for.</summary>
    public UdpEndpoint? Find(InetEndpoint local, InetEndpoint remote, int device)
    {
        if (_connected.Count > 0 && _connected.TryGetValue(new Flow(local, remote), out var group) &&
            Choose(group, remote, device) is { } connected)
        {
            return connected;
        }

        if (_bound.TryGetValue(local, out group) && Choose(group, remote, device) is { } bound)
        {
            return bound;
        }

        return _bound.TryGetValue(local with { Address = Wildcard(local.Address) }, out group) ? Choose(group, remote, device) : null;
    }

    /// <summary>Whether the endpoint may take an address and port beside those who have them.</summary>
    public bool IsFree(UdpEndpoint endpoint, InetAddress address, ushort port, bool allowReuse)
    {
        foreach (var other in OnPort(port))
        {
            bool shared = allowReuse && ((endpoint.ReuseAddress && other.ReuseAddress) || (endpoint.ReusePort && other.ReusePort));
            bool apart = endpoint.BoundDevice is not null && other.BoundDevice is not null && endpoint.BoundDevice != other.BoundDevice;
            if (other != endpoint && !shared && !apart &&
                (Covers(address, endpoint.IsDualStack, other.Local.Address, other.IsDualStack) ||
                 Covers(other.Local.Address, other.IsDualStack, address, endpoint.IsDualStack)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Enters a bound endpoint, under its flow if it is connected and under its address otherwise.</summary>
    public void Add(UdpEndpoint endpoint)
    {
        Add(_ports, endpoint.Local.Port, endpoint);
        if (endpoint.IsConnected)
        {
            Add(_connected, new Flow(endpoint.Local, endpoint.Remote), endpoint);
            return;
        }

        Add(_bound, endpoint.Local, endpoint);
        if (IsDualWildcard(endpoint))
        {
            Add(_bound, new InetEndpoint(InetAddress.AnyIPv4, endpoint.Local.Port), endpoint);
        }
    }

    /// <summary>Takes an endpoint out; its local and remote address must still be those it was entered with.</summary>
    public void Remove(UdpEndpoint endpoint)
    {
        Remove(_ports, endpoint.Local.Port, endpoint);
        if (endpoint.IsConnected)
        {
            Remove(_connected, new Flow(endpoint.Local, endpoint.Remote), endpoint);
            return;
        }

        Remove(_bound, endpoint.Local, endpoint);
        if (IsDualWildcard(endpoint))
        {
            Remove(_bound, new InetEndpoint(InetAddress.AnyIPv4, endpoint.Local.Port), endpoint);
        }
    }

    private static bool IsDualWildcard(UdpEndpoint endpoint) =>
        endpoint.IsDualStack && endpoint.Local.Address == InetAddress.AnyIPv6;

    private static InetAddress Wildcard(InetAddress address) => address.IsIPv4 ? InetAddress.AnyIPv4 : InetAddress.AnyIPv6;

    /// <summary>Whether a wildcard takes in an address (or the very same address is meant).</summary>
    private static bool Covers(InetAddress a, bool aDual, InetAddress b, bool bDual)
    {
        if (a == b)
        {
            return true;
        }

        if (!a.IsUnspecified)
        {
            return false;
        }

        return a.IsIPv4 ? b.IsIPv4 || (b.IsUnspecified && bDual) : b.IsIPv6 || aDual;
    }

    /// <summary>One of a group: bound to the device rather than to none; among REUSEPORT's by the flow, else the newest.</summary>
    private static UdpEndpoint? Choose(UdpEndpoint[] group, InetEndpoint remote, int device)
    {
        var first = group[0];
        if (group.Length == 1)
        {
            return first.Accepts(device) ? first : null;
        }

        if (first.ReusePort)
        {
            uint hash = (uint)(StableHash.Mix((uint)remote.GetHashCode()) >> 32);
            var chosen = group[(int)((ulong)hash * (uint)group.Length >> 32)];
            if (chosen.ReusePort && chosen.Accepts(device))
            {
                return chosen;
            }
        }

        UdpEndpoint? best = null;
        foreach (var endpoint in group)
        {
            if (endpoint.Accepts(device) && (best is null || (best.BoundDevice is null && endpoint.BoundDevice is not null)))
            {
                best = endpoint;
            }
        }

        return best;
    }

    private static void Add<TKey>(Dictionary<TKey, UdpEndpoint[]> table, TKey key, UdpEndpoint endpoint)
        where TKey : notnull =>
        table[key] = table.TryGetValue(key, out var group) ? [endpoint, .. group] : [endpoint];

    private static void Remove<TKey>(Dictionary<TKey, UdpEndpoint[]> table, TKey key, UdpEndpoint endpoint)
        where TKey : notnull
    {
        if (!table.TryGetValue(key, out var group))
        {
            return;
        }

        if (group.Length == 1)
        {
            table.Remove(key);
        }
        else
        {
            table[key] = Array.FindAll(group, e => e != endpoint);
        }
    }
}
