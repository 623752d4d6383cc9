using System.Net.Sockets;
using Catenet.Kernel.Devices;
using Catenet.Kernel.Routing;

namespace Catenet.Kernel.Ip;

/// <summary>Makes destinations out of routes, and keeps the latest ones.</summary>
/// <remarks>The cache is direct-mapped and grows up to <see cref="LargestCache"/> places; a stale answer is noticed by its generation.</remarks>
internal sealed class RouteSelector(Host host)
{
    private const int LargestCache = 1024;

    private CacheEntry[] _cache = [];
    private int _misses;

    private struct CacheEntry
    {
        public InetAddress Asked, Source;
        public NetDevice? Bound;
        public Destination? Destination;
    }

    public Destination? Route(InetAddress destination, InetAddress source, NetDevice? bound, out SocketError error)
    {
        error = SocketError.Success;
        int hash = destination.GetHashCode() + source.GetHashCode() * 31 + (bound?.Index ?? 0);
        if (_cache.Length != 0)
        {
            ref CacheEntry entry = ref _cache[hash & (_cache.Length - 1)];
            if (entry.Destination is { IsValid: true } known && entry.Asked == destination && entry.Source == source && entry.Bound == bound)
            {
                return known;
            }
        }

        var found = Find(destination, source, bound, out error);
        if (found is not null)
        {
            Grow();
            _cache[hash & (_cache.Length - 1)] = new CacheEntry { Asked = destination, Source = source, Bound = bound, Destination = found };
        }

        return found;
    }

    private void Grow()
    {
        // Misses in a small cache are most often collisions; the old answers are found again soon enough.
        if (_cache.Length < LargestCache && _misses++ >= _cache.Length)
        {
            _misses = 0;
            _cache = new CacheEntry[Math.Max(4, _cache.Length * 2)];
        }
    }

    private Destination? Find(InetAddress destination, InetAddress source, NetDevice? bound, out SocketError error)
    {
        var table = host.Routes;
        error = SocketError.Success;
        if (destination.IsUnspecified)
        {
            destination = destination.IsIPv4 ? InetAddress.LoopbackIPv4 : InetAddress.LoopbackIPv6;
        }

        bool direct = destination.IsMulticast || destination.IsLimitedBroadcast;
        var route = direct ? DirectRoute(destination, source, bound) : table.Lookup(destination, bound);
        switch (route?.Type)
        {
            case null:
                error = SocketError.NetworkUnreachable;
                return null;
            case RouteType.Blackhole:
                error = SocketError.InvalidArgument;
                return null;
            case RouteType.Unreachable:
                error = SocketError.HostUnreachable;
                return null;
            case RouteType.Prohibit:
                error = SocketError.AccessDenied;
                return null;
        }

        bool local = route.Type == RouteType.Local;
        var device = local ? host.Devices.Loopback : route.Device!;
        if (source.IsUnspecified)
        {
            source = route.PreferredSource is { } preferred && host.Routes.IsLocal(preferred)
                ? preferred
                : SourceAddress.Select(host, destination, local ? route.Device! : device);
            if (source.IsUnspecified && destination.IsIPv6 && !direct)
            {
                error = SocketError.AddressNotAvailable;
                return null;
            }
        }

        return new Destination(table, route, destination, source, direct ? destination : route.Gateway ?? destination, device)
        {
            IsLocal = local,
            IsBroadcast = destination.IsLimitedBroadcast || route.Type == RouteType.Broadcast,
        };
    }

    /// <summary>The route for a group or for everybody: by the device asked for, that of the source address, or that of the route.</summary>
    private RouteEntry? DirectRoute(InetAddress destination, InetAddress source, NetDevice? bound)
    {
        var device = bound;
        if (device is null && !source.IsUnspecified)
        {
            device = host.Routes.Own(source)?.Device;
        }

        var route = host.Routes.Lookup(destination, device);
        if (route is { Device: not null, Type: RouteType.Unicast })
        {
            device ??= route.Device;
        }

        device ??= FirstWith(destination.IsIPv4);
        return device is null || !device.IsUp ? route : new RouteEntry(new InetPrefix(destination, destination.Bits))
        {
            Type = destination.IsMulticast ? RouteType.Unicast : RouteType.Broadcast,
            Device = device,
            Protocol = RouteProtocol.Kernel,
        };
    }

    private NetDevice? FirstWith(bool ipv4)
    {
        foreach (var device in host.Devices.All)
        {
            if (!device.IsLoopback && device.IsUp && device.Addresses.Primary(ipv4) is not null)
            {
                return device;
            }
        }

        return null;
    }
}
