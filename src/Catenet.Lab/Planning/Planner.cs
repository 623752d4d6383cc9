using Catenet.Core;
using Catenet.Lab.Checking;
using Catenet.Lab.Model;
using Catenet.Lab.Reading;

namespace Catenet.Lab.Planning;

/// <summary>Works out what a lab leaves open: addresses, routes, resolvers, what presets stand for.</summary>
internal static class Planner
{
    /// <summary>Plans a lab that the checks found no mistake in; null when pinned addresses turn out not to fit.</summary>
    public static LabPlan? Plan(LabModel written, MistakeList mistakes)
    {
        var lab = HomeSwitches.Add(written);
        var names = new LabNames(lab);
        var topology = new Topology(lab, names);
        var pools = new AddressPools();
        var clouds = new CloudPlanner(lab, topology, pools, mistakes);
        clouds.Place();
        new Addressing(lab, topology, pools, mistakes).Run();
        AssignMacs(topology);
        ReachChecks.Run(lab, topology, mistakes);
        if (mistakes.Count > 0)
        {
            return null;
        }

        var segments = MakeSegments(lab, topology, clouds);
        var skeleton = Assemble(written, lab, names, topology, clouds, segments, topology.Stations.Where(s => s.GatewayOf is null).Select(Bare).ToList());
        var routes = new RoutePlanner(skeleton, topology, mistakes);
        var rules = new RulePlanner(skeleton);
        var nodes = skeleton.Nodes.Select(n => Complete(n, topology.Find(n.Name)!, routes, rules)).ToList();
        var plan = Assemble(written, lab, names, topology, clouds, segments, nodes, routes);
        return mistakes.Count > 0 ? null : plan;
    }

    private static void AssignMacs(Topology topology)
    {
        var taken = topology.Stations.SelectMany(s => s.Ports).Select(p => p.PinnedMac).OfType<MacAddress>().ToHashSet();
        foreach (var port in topology.Stations.SelectMany(s => s.Ports))
        {
            ulong hash = StableHash.Of(port.ToString());
            var mac = port.PinnedMac ?? Derived(hash);
            while (port.PinnedMac is null && !taken.Add(mac))
            {
                hash = StableHash.Mix(hash);
                mac = Derived(hash);
            }

            port.Mac = mac;
        }
    }

    /// <summary>A locally administered address: 02:ca:7e and 24 bits of the port's name.</summary>
    private static MacAddress Derived(ulong hash) => new(0x02CA_7E00_0000 | (hash & 0xFF_FFFF));

    private static List<Segment> MakeSegments(LabModel lab, Topology topology, CloudPlanner clouds)
    {
        var wires = topology.Wires.Concat(lab.Clouds.SelectMany(c => c.Subnets.Select(s => clouds.WireOf(c, s.Name))));
        return [.. wires.Select(w => new Segment(w.Index, w.IPv4, w.IPv6, [.. w.Ports.Select(p => p.ToString())], w.Switches))];
    }

    private static PlannedNode Bare(Station station) => new()
    {
        Name = station.Name,
        IsRouter = station.Node?.Kind == NodeKind.Router,
        IsLinux = station.Node?.Kind == NodeKind.Linux,
        Cloud = station.Instance?.Cloud.Name,
        Interfaces = [.. station.Ports.Select(Planned)],
        Forwarding = station.Forwards,
        IsResolver = station.Node is { } n && (n.Resolver || n.Preset == RouterPreset.Isp),
        IsNameForwarder = station.Node?.Preset == RouterPreset.Home,
        Asn = station.Node?.Asn,
        Settings = station.Node?.Settings ?? station.Instance!.Value.Instance.Settings,
        Apps = station.Node?.Apps ?? station.Instance!.Value.Instance.Apps,
    };

    private static PlannedInterface Planned(Port port) =>
        new(port.Name, port.Mac, port.Mtu, [.. new[] { port.IPv4, port.IPv6 }.OfType<InterfaceAddress>()], port.Link, port.Wire.Index);

    private static PlannedNode Complete(PlannedNode node, Station station, RoutePlanner routes, RulePlanner rules) => node with
    {
        Routes = routes.RoutesOf(station),
        NameServers = routes.NameServersOf(station),
        Firewall = rules.FirewallOf(node, station.Node),
        Nat = rules.NatOf(node, station.Node),
    };

    private static LabPlan Assemble(
        LabModel written, LabModel lab, LabNames names, Topology topology, CloudPlanner clouds, List<Segment> segments, List<PlannedNode> nodes, RoutePlanner? routes = null)
    {
        var plan = new LabPlan(written, nodes)
        {
            Switches = [.. lab.Nodes.Where(n => n.Kind == NodeKind.Switch).Select(n =>
                new PlannedSwitch(n.Name, [.. names.PortsOf(n.Name).Select(p => (p.Port, p.Link))], n.Ageing ?? Duration.FromSeconds(300)))],
            Links = MakeLinks(written, lab, names, topology),
            Segments = segments,
            Clouds = [.. lab.Clouds.Select(c => MakeCloud(c, topology, clouds, segments, routes))],
            Zones = [],
        };
        return routes is null ? plan : plan.With(ZonePlanner.Plan(plan));
    }

    private static List<PlannedLink> MakeLinks(LabModel written, LabModel lab, LabNames names, Topology topology)
    {
        var wires = topology.Wires.SelectMany(w => w.Links.Select(l => (Link: l, Wire: w))).ToDictionary(x => x.Link, x => x.Wire);
        int SegmentOf(int link) => wires[link].Ports.Count > 0 ? wires[link].Index : -1;
        var links = lab.Links.Select((link, i) => new PlannedLink(
            i < written.Links.Count ? written.Links[i].Name : link.Name, names.End(i, true)!.Node, names.End(i, true)!.Port, names.End(i, false)!.Node, names.End(i, false)!.Port,
            link.Preset, link.Up.Over(link.Both), link.Down.Over(link.Both), SegmentOf(i))).ToList();
        foreach (var gateway in topology.Gateways)
        {
            string cloud = gateway.Name;
            string router = gateway.GatewayOf!.Igw!;
            links.Add(new PlannedLink($"{cloud}.igw - {router}.{cloud}", cloud, "igw", router, cloud, LinkPreset.Fibre, new Impairment(), new Impairment(), SegmentOf(links.Count)));
        }

        return links;
    }

    private static PlannedCloud MakeCloud(Cloud cloud, Topology topology, CloudPlanner clouds, List<Segment> segments, RoutePlanner? routes)
    {
        var gateway = topology.Find(cloud.Name);
        var instances = cloud.Instances.ToDictionary(i => i.Name, i => topology.Find(i.Name)!.Ports[0]);
        return new PlannedCloud
        {
            Name = cloud.Name,
            IPv4 = cloud.Vpc.First(v => v.IsIPv4),
            IPv6 = clouds.IPv6Of(cloud),
            Gateway = gateway is null ? null : Planned(gateway.Ports[0]),
            GatewayRoutes = gateway is null || routes is null ? [] : routes.RoutesOf(gateway),
            Subnets = [.. cloud.Subnets.Select(s => MakeSubnet(cloud, s, segments[clouds.WireOf(cloud, s.Name).Index]))],
            Instances = [.. cloud.Instances.Select(i => new PlannedInstance(
                i.Name, i.Subnet, instances[i.Name].Address(true), clouds.PublicOf(i), RulePlanner.GroupsOf(cloud, i, instances)))],
        };
    }

    private static PlannedSubnet MakeSubnet(Cloud cloud, CloudSubnet subnet, Segment segment)
    {
        var nacl = cloud.Nacls.FirstOrDefault(n => n.Name == subnet.Nacl);
        return new PlannedSubnet
        {
            Name = subnet.Name,
            Segment = segment,
            Cidr = subnet.Cidr.First(c => c.IsIPv4),
            Router = [.. new[] { segment.IPv4, segment.IPv6 }.OfType<InetPrefix>().Select(p => new InterfaceAddress(p.At(1), p.Length))],
            ToGateway = [.. subnet.Routes.Select(r => r.Destination)],
            Nacl = subnet.Nacl,
            In = RulePlanner.NaclRules(nacl?.In),
            Out = RulePlanner.NaclRules(nacl?.Out),
        };
    }
}
