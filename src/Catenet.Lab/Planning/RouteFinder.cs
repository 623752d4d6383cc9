using Catenet.Core;

namespace Catenet.Lab.Planning;

/// <summary>Finds the way from one station to all subnets it can see: fewest hops, the order of the lab file among equals.</summary>
/// <remarks>IPv4 stops at translators: from their outside nothing behind them is seen. IPv6 does not.</remarks>
internal sealed class RouteFinder
{
    private readonly bool _four;
    private readonly Dictionary<Station, (Port By, Port Next, int Hops)> _reached = [];
    private readonly List<(InetPrefix Prefix, Port By, Port Next)> _ways = [];
    private readonly HashSet<InetPrefix> _known = [];
    private readonly Dictionary<Station, int> _distance = [];

    public RouteFinder(Station from, bool four)
    {
        _four = four;
        foreach (var port in from.Ports)
        {
            Know(port.Wire.Subnet(four), null, null);
        }

        var todo = new Queue<Station>();
        foreach (var port in from.Ports)
        {
            Visit(port.Wire, port, null, 1, todo);
        }

        while (todo.TryDequeue(out var station))
        {
            var (by, next, hops) = _reached[station];
            foreach (var port in station.Ports)
            {
                Visit(port.Wire, by, next, hops + 1, todo);
            }
        }
    }

    /// <summary>Every subnet that a neighbour leads to, with the port towards it and the neighbour's port.</summary>
    public IReadOnlyList<(InetPrefix Prefix, Port By, Port Next)> Ways => _ways;

    /// <summary>How many wires away a station is; null when it cannot be seen.</summary>
    public int? HopsTo(Station station) => _distance.TryGetValue(station, out int hops) ? hops : null;

    /// <summary>Whether the station sees a subnet, being on it or having a way to it.</summary>
    public bool Sees(InetPrefix? prefix) => prefix is { } p && _known.Contains(p);

    private void Visit(Wire wire, Port by, Port? next, int hops, Queue<Station> todo)
    {
        Know(wire.Subnet(_four), by, next);
        foreach (var port in wire.Ports)
        {
            var station = port.Station;
            if (station == by.Station || port.Address(_four) is null)
            {
                continue;
            }

            _distance.TryAdd(station, hops);
            if (!station.Forwards)
            {
                continue;
            }

            foreach (var announced in station.Announces)
            {
                Know(announced, by, next ?? port);
            }

            bool shut = _four && station.Outside.Contains(port.Name);
            if (!shut && _reached.TryAdd(station, (by, next ?? port, hops)))
            {
                todo.Enqueue(station);
            }
        }
    }

    private void Know(InetPrefix? prefix, Port? by, Port? next)
    {
        if (prefix is { } p && p.IsIPv4 == _four && _known.Add(p) && by is not null && next is not null)
        {
            _ways.Add((p, by, next));
        }
    }
}
