using System.Text;
using Catenet.Kernel.Devices;

namespace Catenet.Kernel.Routing;

/// <summary>Where packets go: this host's own addresses, and the routes for everything else, both families.</summary>
/// <remarks>Every change gives the table a new <see cref="Generation"/>, by which cached destinations notice that they must look again.</remarks>
public sealed class RoutingTable
{
    private readonly PrefixTrie _ipv4 = new(ipv4: true);
    private readonly PrefixTrie _ipv6 = new(ipv4: false);
    private readonly Dictionary<InetAddress, RouteEntry> _own = [];

    internal RoutingTable(Host host) => Host = host;

    /// <summary>The host.</summary>
    public Host Host { get; }

    /// <summary>Goes up with every change of routes or addresses.</summary>
    public int Generation { get; private set; } = 1;

    /// <summary>How many prefixes have routes.</summary>
    public int Count => _ipv4.Count + _ipv6.Count;

    /// <summary>The routes in the order of their prefixes, IPv4 first: <c>ip route</c> and <c>ip -6 route</c>.</summary>
    public IEnumerable<RouteEntry> All => _ipv4.All().Concat(_ipv6.All());

    /// <summary>Adds a route behind those of a lower or the same metric for its prefix.</summary>
    /// <exception cref="ArgumentException">The route is in a table already, or has no device though it needs one, or its gateway is of the other family.</exception>
    public void Add(RouteEntry route)
    {
        if (route.IsInTable)
        {
            throw new ArgumentException($"The route '{route}' is in the table already.", nameof(route));
        }

        if (route.Device is null && route.Type is RouteType.Unicast or RouteType.Local or RouteType.Broadcast)
        {
            throw new ArgumentException($"The route '{route}' needs a device.", nameof(route));
        }

        if (route.Gateway is { } gateway && gateway.IsIPv4 != route.Prefix.IsIPv4)
        {
            throw new ArgumentException($"The gateway {gateway} is not of the family of {route.Prefix}.", nameof(route));
        }

        var trie = Trie(route.Prefix.IsIPv4);
        var first = trie.Find(route.Prefix);
        RouteEntry? before = null;
        for (var other = first; other is not null && other.Metric <= route.Metric; other = other.Next)
        {
            before = other;
        }

        if (before is null)
        {
            route.Next = first;
            trie.Set(route.Prefix, route);
        }
        else
        {
            route.Next = before.Next;
            before.Next = route;
        }

        route.IsInTable = true;
        Touch();
    }

    /// <summary>Adds a static route.</summary>
    /// <param name="prefix">The addresses it is for.</param>
    /// <param name="gateway">The next hop; null if they are neighbours.</param>
    /// <param name="device">The device; if null, the one by which the gateway is reached.</param>
    /// <param name="metric">Less is preferred.</param>
    /// <param name="protocol">Who adds it.</param>
    /// <exception cref="ArgumentException">No device is given and the gateway is not reachable.</exception>
    public RouteEntry Add(InetPrefix prefix, InetAddress? gateway, NetDevice? device = null, uint metric = 0, RouteProtocol protocol = RouteProtocol.Static)
    {
        if (device is null && gateway is { } hop)
        {
            var onLink = Lookup(hop);
            device = onLink is { Type: RouteType.Unicast, Gateway: null } ? onLink.Device
                : throw new ArgumentException($"{Host.Name} cannot reach the gateway {hop}: no network of one of its devices contains it.", nameof(gateway));
        }

        var route = new RouteEntry(prefix) { Gateway = gateway, Device = device, Metric = metric, Protocol = protocol };
        Add(route);
        return route;
    }

    /// <summary>Adds a default route.</summary>
    /// <exception cref="ArgumentException">No device is given and the gateway is not reachable.</exception>
    public RouteEntry AddDefault(InetAddress gateway, NetDevice? device = null, uint metric = 0) =>
        Add(gateway.IsIPv4 ? InetPrefix.AllIPv4 : InetPrefix.AllIPv6, gateway, device, metric);

    /// <summary>Removes a route; false if the table has not got it.</summary>
    public bool Remove(RouteEntry route)
    {
        if (!route.IsInTable)
        {
            return false;
        }

        var trie = Trie(route.Prefix.IsIPv4);
        var first = trie.Find(route.Prefix);
        if (first == route)
        {
            trie.Set(route.Prefix, route.Next);
        }
        else
        {
            var before = first!;
            while (before.Next != route)
            {
                before = before.Next!;
            }

            before.Next = route.Next;
        }

        route.Next = null;
        route.IsInTable = false;
        Touch();
        return true;
    }

    /// <summary>Finds the route for an address: the longest prefix, of that the least metric, of a device that is up.</summary>
    /// <param name="destination">The address; unicast, or to be sent to a group or everybody.</param>
    /// <param name="bound">If given, only routes by this device.</param>
    public RouteEntry? Lookup(InetAddress destination, NetDevice? bound = null)
    {
        if (_own.TryGetValue(destination, out var own) && Serves(own, bound))
        {
            return own;
        }

        var trie = Trie(destination.IsIPv4);
        var route = trie.Lookup(destination);
        while (route is not null)
        {
            for (var candidate = route; candidate is not null; candidate = candidate.Next)
            {
                if (Serves(candidate, bound))
                {
                    return candidate;
                }
            }

            route = trie.LookupShorter(destination, route.Prefix.Length);
        }

        return null;
    }

    /// <summary>The routes of exactly a prefix, in order of metric.</summary>
    public IEnumerable<RouteEntry> Of(InetPrefix prefix)
    {
        for (var route = Trie(prefix.IsIPv4).Find(prefix); route is not null; route = route.Next)
        {
            yield return route;
        }
    }

    /// <summary>Whether an address is this host's own.</summary>
    public bool IsLocal(InetAddress address) =>
        (_own.TryGetValue(address, out var own) && own.Type == RouteType.Local) || (address.IsIPv4 && address.IsLoopback);

    /// <summary>Whether an address is the broadcast address of one of this host's networks.</summary>
    public bool IsBroadcast(InetAddress address) => address.IsLimitedBroadcast || (_own.TryGetValue(address, out var own) && own.Type == RouteType.Broadcast);

    /// <summary>Removes all routes by a device.</summary>
    public void Flush(NetDevice device)
    {
        foreach (var route in All.Where(r => r.Device == device).ToList())
        {
            Remove(route);
        }
    }

    /// <summary>The table as <c>ip route</c> shows it, a line each.</summary>
    public override string ToString() => All.Aggregate(new StringBuilder(), (text, route) => text.Append(route).Append('\n')).ToString();

    /// <summary>Makes cached destinations look again.</summary>
    internal void Touch() => Generation++;

    /// <summary>The own-address entry for an address (local or broadcast); null if it is neither.</summary>
    internal RouteEntry? Own(InetAddress address) => _own.GetValueOrDefault(address);

    internal void AddLocal(InetAddress address, NetDevice device) => AddOwn(address, RouteType.Local, device);

    internal void RemoveLocal(InetAddress address, NetDevice device) => RemoveOwn(address, RouteType.Local, device);

    internal void AddBroadcast(InetAddress address, NetDevice device) => AddOwn(address, RouteType.Broadcast, device);

    internal void RemoveBroadcast(InetAddress address, NetDevice device) => RemoveOwn(address, RouteType.Broadcast, device);

    /// <summary>Adds a route unless there is one for the same prefix and device from the same source.</summary>
    internal void AddUnlessThere(RouteEntry route)
    {
        if (!Of(route.Prefix).Any(r => r.Device == route.Device && r.Protocol == route.Protocol && r.Gateway == route.Gateway))
        {
            Add(route);
        }
    }

    internal void RemoveConnected(InetPrefix prefix, NetDevice device)
    {
        if (Of(prefix).FirstOrDefault(r => r.Device == device && r.Protocol == RouteProtocol.Kernel && r.Gateway is null) is { } route)
        {
            Remove(route);
        }
    }

    private bool Serves(RouteEntry route, NetDevice? bound) =>
        (route.Expires == Instant.Never || route.Expires > Host.Loop.Now) && (route.Device is not { } device || (device.IsUp && (bound is null || device == bound || route.Type == RouteType.Local)));

    private void AddOwn(InetAddress address, RouteType type, NetDevice device)
    {
        // An address that two devices have is entered for the first; it is this host's by either.
        if (!_own.ContainsKey(address))
        {
            _own.Add(address, new RouteEntry(new InetPrefix(address, address.Bits))
            {
                Type = type,
                Device = device,
                PreferredSource = type == RouteType.Local ? address : device.Addresses.Primary(ipv4: true)?.Address,
                Protocol = RouteProtocol.Kernel,
                IsInTable = true,
            });
            Touch();
        }
    }

    private void RemoveOwn(InetAddress address, RouteType type, NetDevice device)
    {
        if (_own.TryGetValue(address, out var own) && own.Device == device && own.Type == type)
        {
            _own.Remove(address);
            var other = Host.Devices.All.FirstOrDefault(d => d != device && d.IsUp && d.Addresses.Find(address) is { IsUsable: true });
            if (other is not null && type == RouteType.Local)
            {
                AddOwn(address, type, other);
            }

            Touch();
        }
    }

    private PrefixTrie Trie(bool ipv4) => ipv4 ? _ipv4 : _ipv6;
}
