using Catenet.Core;
using Catenet.Lab.Model;
using Catenet.Lab.Reading;

namespace Catenet.Lab.Planning;

/// <summary>Gives clouds their IPv6 blocks, instances their addresses, and the world its routes to them.</summary>
internal sealed class CloudPlanner(LabModel lab, Topology topology, AddressPools pools, MistakeList mistakes)
{
    private readonly Dictionary<(Cloud, string), Wire> _wires = [];
    private readonly Dictionary<Instance, InetAddress> _public = [];
    private readonly Dictionary<Cloud, InetPrefix?> _six = [];

    private bool Four => lab.Ip != IpFamilies.V6;

    private bool Six => lab.Ip != IpFamilies.V4;

    /// <summary>Makes a wire for every subnet and a station for every instance; comes before the links' addresses are derived.</summary>
    public void Place()
    {
        foreach (var eip in lab.Clouds.SelectMany(c => c.Instances).Select(i => i.Eip?.Address).OfType<InetAddress>())
        {
            pools.Taken.Add(new InetPrefix(eip, 32));
        }

        foreach (var cloud in lab.Clouds)
        {
            pools.Taken.AddRange(cloud.Vpc);
            _six[cloud] = cloud.Vpc.Where(v => !v.IsIPv4).Select(v => (InetPrefix?)v).FirstOrDefault() ?? (Six ? pools.NextCloudIPv6() : null);
            for (int i = 0; i < cloud.Subnets.Count; i++)
            {
                MakeWire(cloud, i);
            }

            foreach (var instance in cloud.Instances)
            {
                PlaceInstance(cloud, instance);
            }

            if (topology.Find(cloud.Name) is { } gateway)
            {
                Announce(cloud, gateway);
            }
        }
    }

    public InetPrefix? IPv6Of(Cloud cloud) => Six ? _six[cloud] : null;

    public Wire WireOf(Cloud cloud, string subnet) => _wires[(cloud, subnet)];

    public InetAddress? PublicOf(Instance instance) => _public.TryGetValue(instance, out var address) ? address : null;

    private void MakeWire(Cloud cloud, int index)
    {
        var subnet = cloud.Subnets[index];
        var block = _six[cloud];
        InetPrefix? derived = block is { } b ? new InetPrefix(new InetAddress(b.Address.High + (ulong)index + 1, 0), 64) : null;
        var wire = new Wire
        {
            Index = topology.Wires.Count + _wires.Count,
            IPv4 = Four ? subnet.Cidr.First(c => c.IsIPv4) : null,
            IPv6 = Six ? subnet.Cidr.Where(c => !c.IsIPv4).Select(c => (InetPrefix?)c).FirstOrDefault() ?? derived : null,
        };
        _wires[(cloud, subnet.Name)] = wire;
    }

    private void PlaceInstance(Cloud cloud, Instance instance)
    {
        var wire = _wires[(cloud, instance.Subnet)];
        var path = LabPath.Root / "clouds" / cloud.Name / "instances" / instance.Name;
        var station = new Station { Name = instance.Name, Instance = (cloud, instance) };
        var port = new Port { Station = station, Name = "eth0", Link = -1, Path = path / "address", Wire = wire };
        station.Ports.Add(port);
        topology.Add(station);
        foreach (bool four in new[] { true, false })
        {
            if (wire.Subnet(four) is not { } subnet)
            {
                continue;
            }

            var pinned = instance.Addresses.Where(a => a.IsIPv4 == four).ToList();
            if (pinned.Count > 0 && wire.Ports.Find(p => p.Address(four) == pinned[0]) is { } owner)
            {
                mistakes.Add(path / "address", $"{pinned[0]} is the address of {owner} already", "every instance has its own");
            }

            var address = new InterfaceAddress(pinned.Count > 0 ? pinned[0] : Free(cloud, wire, subnet, four), subnet.Length);
            port.IPv4 = four ? address : port.IPv4;
            port.IPv6 = four ? port.IPv6 : address;
        }

        wire.Ports.Add(port);
        if (Four && instance.Eip is { } eip)
        {
            _public[instance] = eip.Address ?? pools.NextElastic()?.Address ?? InetAddress.AnyIPv4;
        }
    }

    /// <summary>The next address from the tenth on: the first four are the cloud's, and a gap leaves room for pinned ones.</summary>
    private static InetAddress Free(Cloud cloud, Wire wire, InetPrefix subnet, bool four)
    {
        var taken = wire.Ports.Select(p => p.Address(four)).OfType<InetAddress>().Concat(cloud.Instances.SelectMany(i => i.Addresses)).ToHashSet();
        ulong number = subnet.Address.Bits - subnet.Length <= 4 ? 4UL : 10UL;
        while (taken.Contains(subnet.At(number)))
        {
            number++;
        }

        return subnet.At(number);
    }

    private void Announce(Cloud cloud, Station gateway)
    {
        foreach (var instance in cloud.Instances)
        {
            if (PublicOf(instance) is { } address)
            {
                gateway.Announces.Add(new InetPrefix(address, 32));
            }
        }

        // IPv6 addresses of a cloud are public: the world has a route to each subnet that has one to the world.
        foreach (var subnet in cloud.Subnets.Where(s => s.Routes.Any(r => !r.Destination.IsIPv4)))
        {
            if (_wires[(cloud, subnet.Name)].IPv6 is { } six)
            {
                gateway.Announces.Add(six);
            }
        }
    }
}
