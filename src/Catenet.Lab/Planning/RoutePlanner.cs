using Catenet.Core;
using Catenet.Lab.Model;
using Catenet.Lab.Reading;

namespace Catenet.Lab.Planning;

/// <summary>Turns ways into routing tables, and finds each station's resolver.</summary>
internal sealed class RoutePlanner(LabPlan skeleton, Topology topology, MistakeList mistakes)
{
    private readonly Dictionary<(Station, bool), RouteFinder> _finders = [];

    /// <summary>A station's routes, longest prefix first, pinned ones in place of derived.</summary>
    public IReadOnlyList<PlannedRoute> RoutesOf(Station station)
    {
        if (station.Instance is { } instance)
        {
            return InstanceRoutes(station, instance.Cloud);
        }

        var routes = PinnedRoutes(station);
        var pinned = routes.Select(r => r.Destination).ToHashSet();
        foreach (bool four in new[] { true, false })
        {
            routes.AddRange(Derived(station, four).Where(r => !pinned.Contains(r.Destination)));
        }

        return [.. routes.OrderBy(r => r.Destination.IsIPv4 ? 0 : 1).ThenByDescending(r => r.Destination.Length)];
    }

    /// <summary>The resolvers that a station's programs ask.</summary>
    public IReadOnlyList<InetAddress> NameServersOf(Station station)
    {
        bool four = skeleton.Model.Ip != IpFamilies.V6;
        if (station.Node?.Dns is { } given)
        {
            return (given.Address ?? skeleton.AddressOf(given.Name!, from: station.Name)) is { } address ? [address] : [];
        }

        if (IsResolver(station))
        {
            return [four ? InetAddress.LoopbackIPv4 : InetAddress.LoopbackIPv6];
        }

        var home = station.Ports.SelectMany(p => p.Wire.Ports)
            .FirstOrDefault(p => p.Station != station && p.Station.Node?.Preset == RouterPreset.Home && !p.Station.Outside.Contains(p.Name));
        return (home?.Address(four) ?? NearestResolver(station, four)) is { } server ? [server] : [];
    }

    private static bool IsResolver(Station station) => station.Node is { } node && (node.Resolver || node.Preset == RouterPreset.Isp);

    private InetAddress? NearestResolver(Station station, bool four)
    {
        // An instance looks at the world through its cloud's gateway.
        var viewer = station.Instance is { } instance ? topology.Find(instance.Cloud.Name) : station;
        if (viewer is null)
        {
            return null;
        }

        var finder = FinderFor(viewer, four);
        var nearest = topology.Stations.Where(s => IsResolver(s) && finder.HopsTo(s) is not null).MinBy(s => finder.HopsTo(s));
        return nearest?.Ports.Find(p => finder.Sees(p.Wire.Subnet(four)))?.Address(four);
    }

    private RouteFinder FinderFor(Station station, bool four)
    {
        if (!_finders.TryGetValue((station, four), out var finder))
        {
            _finders[(station, four)] = finder = new RouteFinder(station, four);
        }

        return finder;
    }

    /// <summary>Routers know every subnet; hosts and translators have a default route and what differs from it.</summary>
    private IEnumerable<PlannedRoute> Derived(Station station, bool four)
    {
        var ways = FinderFor(station, four).Ways;
        Port? usual = null;
        Port? by = null;
        if (!station.Forwards || station.Outside.Count > 0)
        {
            var best = ways.Where(w => station.Outside.Count == 0 || station.Outside.Contains(w.By.Name))
                .GroupBy(w => w.Next).MaxBy(g => g.Count());
            usual = best?.Key;
            by = best?.First().By;
        }

        if (usual?.Address(four) is { } gateway)
        {
            yield return new PlannedRoute(four ? InetPrefix.AllIPv4 : InetPrefix.AllIPv6, gateway, by!.Name);
        }

        foreach (var way in ways.Where(w => w.Next != usual))
        {
            if (way.Next.Address(four) is { } next)
            {
                yield return new PlannedRoute(way.Prefix, next, way.By.Name);
            }
        }
    }

    private List<PlannedRoute> PinnedRoutes(Station station)
    {
        var routes = new List<PlannedRoute>();
        foreach (var route in station.Node?.Routes ?? [])
        {
            bool four = route.Destination.IsIPv4;
            var path = LabPath.Root / "nodes" / station.Name / "routes" / route.Destination.ToString();
            var via = route.Via.Address ?? skeleton.AddressOf(route.Via.Name!, four, station.Name);
            var port = station.Ports.Find(p => via is { } v && p.Wire.Subnet(four)?.Contains(v) == true);
            if (port is null)
            {
                mistakes.Add(path, $"'{station.Name}' is on no network with {route.Via}", "a next hop is a direct neighbour");
            }
            else
            {
                routes.Add(new PlannedRoute(route.Destination, via!.Value, port.Name, Pinned: true));
            }
        }

        return routes;
    }

    private List<PlannedRoute> InstanceRoutes(Station station, Cloud cloud)
    {
        var subnet = skeleton.Clouds.First(c => c.Name == cloud.Name).Subnets.First(s => s.Segment.Index == station.Ports[0].Wire.Index);
        return [.. subnet.Router.Select(r => new PlannedRoute(r.Address.IsIPv4 ? InetPrefix.AllIPv4 : InetPrefix.AllIPv6, r.Address, "eth0"))];
    }
}
