using Catenet.Core;
using Catenet.Lab.Checking;
using Catenet.Lab.Model;

namespace Catenet.Lab.Planning;

/// <summary>An interface while the plan is being made.</summary>
internal sealed class Port
{
    public required Station Station { get; init; }

    public required string Name { get; init; }

    /// <summary>The link's index, or -1.</summary>
    public required int Link { get; init; }

    public int Mtu { get; init; } = 1500;

    public MacAddress? PinnedMac { get; init; }

    public ValueList<InterfaceAddress> Pinned { get; init; } = [];

    /// <summary>Where its pinned addresses are written.</summary>
    public required Reading.LabPath Path { get; init; }

    public Wire Wire { get; set; } = null!;

    public MacAddress Mac { get; set; }

    public InterfaceAddress? IPv4 { get; set; }

    public InterfaceAddress? IPv6 { get; set; }

    public InetAddress? Address(bool four) => (four ? IPv4 : IPv6)?.Address;

    public override string ToString() => $"{Station.Name}.{Name}";
}

/// <summary>Something with addresses while the plan is being made: a host, a router, an internet gateway, an instance.</summary>
internal sealed class Station
{
    public required string Name { get; init; }

    public Node? Node { get; init; }

    public (Cloud Cloud, Instance Instance)? Instance { get; init; }

    /// <summary>The cloud whose internet gateway this is.</summary>
    public Cloud? GatewayOf { get; init; }

    public bool Forwards { get; init; }

    public List<Port> Ports { get; } = [];

    /// <summary>Ports beyond which IPv4 addresses are translated; what lies behind the others is not seen from there.</summary>
    public HashSet<string> Outside { get; } = [];

    /// <summary>Blocks that it answers for beside those of its ports.</summary>
    public List<InetPrefix> Announces { get; } = [];
}

/// <summary>A broadcast domain while the plan is being made.</summary>
internal sealed class Wire
{
    public required int Index { get; init; }

    public List<Port> Ports { get; } = [];

    public List<string> Switches { get; } = [];

    public List<int> Links { get; } = [];

    public InetPrefix? IPv4 { get; set; }

    public InetPrefix? IPv6 { get; set; }

    public InetPrefix? Subnet(bool four) => four ? IPv4 : IPv6;
}

/// <summary>Who is connected to whom: stations, their ports, and the broadcast domains that links and switches make of them.</summary>
internal sealed class Topology
{
    private readonly Dictionary<string, Station> _byName = [];

    public Topology(LabModel lab, LabNames names)
    {
        foreach (var node in lab.Nodes.Where(n => n.Kind != NodeKind.Switch))
        {
            Add(MakeStation(node, lab, names));
        }

        foreach (var cloud in lab.Clouds.Where(c => c.Igw is not null))
        {
            AddGateway(cloud, lab.Links.Count + Gateways.Count);
        }

        MakeWires(lab, names);
    }

    /// <summary>Nodes and internet gateways, in the order written; instances come later.</summary>
    public List<Station> Stations { get; } = [];

    public List<Wire> Wires { get; } = [];

    /// <summary>Internet gateways in the order of the clouds that have one.</summary>
    public List<Station> Gateways { get; } = [];

    public Station? Find(string name) => _byName.GetValueOrDefault(name);

    public void Add(Station station)
    {
        Stations.Add(station);
        _byName.TryAdd(station.Name, station);
    }

    private static Station MakeStation(Node node, LabModel lab, LabNames names)
    {
        var station = new Station { Name = node.Name, Node = node, Forwards = node.Forwarding ?? node.Kind == NodeKind.Router };
        var path = Reading.LabPath.Root / "nodes" / node.Name;
        foreach (var port in names.PortsOf(node.Name))
        {
            var own = node.Interfaces.FirstOrDefault(i => i.Name == port.Port);
            bool pinnedHere = own is null || own.Addresses.Count == 0;
            station.Ports.Add(new Port
            {
                Station = station,
                Name = port.Port,
                Link = port.Link,
                Mtu = own?.Mtu ?? node.Mtu ?? lab.Links[port.Link].Mtu ?? 1500,
                PinnedMac = own?.Mac ?? node.Mac,
                Pinned = pinnedHere ? node.Addresses : own!.Addresses,
                Path = pinnedHere ? path / "address" : path / "interfaces" / port.Port / "address",
            });
        }

        if (node.Preset is RouterPreset.Home or RouterPreset.Nat)
        {
            station.Outside.Add("wan");
        }

        foreach (var rule in node.Nat)
        {
            if (rule.Kind == NatKind.Masquerade && rule.Match.Out is { } port)
            {
                station.Outside.Add(port);
            }

            if (rule.Outside is { } address)
            {
                station.Announces.Add(new InetPrefix(address, address.Bits));
            }
        }

        return station;
    }

    private void AddGateway(Cloud cloud, int link)
    {
        var gateway = new Station { Name = cloud.Name, GatewayOf = cloud, Forwards = true };
        gateway.Outside.Add("igw");
        var path = Reading.LabPath.Root / "clouds" / cloud.Name / "igw";
        gateway.Ports.Add(new Port { Station = gateway, Name = "igw", Link = link, Path = path });
        var router = Find(cloud.Igw!)!;
        router.Ports.Add(new Port { Station = router, Name = cloud.Name, Link = link, Path = path });
        Gateways.Add(gateway);
        Add(gateway);
    }

    /// <summary>Joins what a link joins; switches are transparent to broadcasts.</summary>
    private void MakeWires(LabModel lab, LabNames names)
    {
        int links = lab.Links.Count + Gateways.Count;
        var parent = Enumerable.Range(0, links).ToArray();
        int Root(int i) => parent[i] == i ? i : parent[i] = Root(parent[i]);
        foreach (var node in lab.Nodes.Where(n => n.Kind == NodeKind.Switch))
        {
            var ports = names.PortsOf(node.Name);
            for (int i = 1; i < ports.Count; i++)
            {
                int a = Root(ports[0].Link);
                int b = Root(ports[i].Link);
                parent[Math.Max(a, b)] = Math.Min(a, b);
            }
        }

        var wires = new Wire?[links];
        for (int i = 0; i < links; i++)
        {
            int root = Root(i);
            if (wires[root] is null)
            {
                wires[root] = new Wire { Index = Wires.Count };
                Wires.Add(wires[root]!);
            }

            wires[root]!.Links.Add(i);
        }

        foreach (var port in Stations.SelectMany(s => s.Ports))
        {
            port.Wire = wires[Root(port.Link)]!;
        }

        foreach (var node in lab.Nodes.Where(n => n.Kind == NodeKind.Switch && names.PortsOf(n.Name).Count > 0))
        {
            wires[Root(names.PortsOf(node.Name)[0].Link)]!.Switches.Add(node.Name);
        }

        // The order of a wire's ports is that of the links, first ends first: that is how people number them.
        var ordered = Stations.SelectMany(s => s.Ports).OrderBy(p => p.Link).ThenBy(p => IsFirstEnd(names, p) ? 0 : 1);
        foreach (var port in ordered)
        {
            port.Wire.Ports.Add(port);
        }
    }

    private static bool IsFirstEnd(LabNames names, Port port) =>
        port.Station.GatewayOf is null && names.PortsOf(port.Station.Name).FirstOrDefault(p => p.Port == port.Name)?.IsA != false;
}
