using Catenet.Core;
using Catenet.Lab.Model;
using Catenet.Lab.Reading;

namespace Catenet.Lab.Planning;

/// <summary>Gives every wire its subnets and every port its addresses: what is pinned first, the rest from the pools.</summary>
internal sealed class Addressing(LabModel lab, Topology topology, AddressPools pools, MistakeList mistakes)
{
    private readonly Dictionary<Wire, int> _zones = [];

    public void Run()
    {
        FindZones();
        foreach (bool four in new[] { true, false })
        {
            if (lab.Ip == (four ? IpFamilies.V6 : IpFamilies.V4))
            {
                continue;
            }

            foreach (var wire in topology.Wires)
            {
                PinSubnet(wire, four);
            }

            CheckOverlaps(four);
            foreach (var wire in topology.Wires.Where(w => w.Ports.Count > 0))
            {
                DeriveSubnet(wire, four);
                Number(wire, four);
            }
        }
    }

    /// <summary>Joins wires that see each other's IPv4 addresses: all but those with a translator in between.</summary>
    private void FindZones()
    {
        int zone = 0;
        foreach (var wire in topology.Wires)
        {
            if (_zones.TryAdd(wire, zone))
            {
                var todo = new Queue<Wire>([wire]);
                while (todo.TryDequeue(out var next))
                {
                    var reached = next.Ports.Where(p => p.Station.Forwards && !p.Station.Outside.Contains(p.Name))
                        .SelectMany(p => p.Station.Ports).Where(p => !p.Station.Outside.Contains(p.Name));
                    foreach (var port in reached.Where(p => _zones.TryAdd(p.Wire, zone)))
                    {
                        todo.Enqueue(port.Wire);
                    }
                }

                zone++;
            }
        }
    }

    private void PinSubnet(Wire wire, bool four)
    {
        var written = wire.Links.Where(l => l < lab.Links.Count).SelectMany(l => lab.Links[l].Subnets.Select(s => (s, LabPath.Root / "links" / l / "subnet")))
            .Concat(wire.Switches.SelectMany(s => lab.Nodes.First(n => n.Name == s).Subnets.Select(p => (p, LabPath.Root / "nodes" / s / "subnet"))))
            .Where(w => w.Item1.IsIPv4 == four).ToList();
        var pinned = wire.Ports.SelectMany(p => p.Pinned.Where(a => a.Address.IsIPv4 == four).Select(a => (Port: p, Address: a))).ToList();
        InetPrefix? subnet = written.Count > 0 ? written[0].Item1 : null;
        foreach (var (other, path) in written.Where(w => w.Item1 != subnet))
        {
            mistakes.Add(path, $"{other} and {subnet} are given for one and the same broadcast domain", "a broadcast domain has one subnet of a family");
        }

        subnet ??= pinned.Find(p => p.Address.Length is not null) is { Port: not null } full ? full.Address.Subnet
            : pinned.Count > 0 ? pinned[0].Address.Subnet : null;
        SetSubnet(wire, four, subnet);
        foreach (var (port, address) in pinned)
        {
            CheckPinned(port, address, subnet!.Value, wire, four);
        }

        if (subnet is { } taken)
        {
            pools.Taken.Add(taken);
        }
    }

    private void CheckPinned(Port port, InterfaceAddress address, InetPrefix subnet, Wire wire, bool four)
    {
        if (!subnet.Contains(address.Address))
        {
            mistakes.Add(port.Path, $"{address} lies outside the subnet {subnet} of its network", $"others there: {string.Join(", ", wire.Ports.Where(p => p != port).Take(4))}; choose an address in {subnet}, or pin 'subnet:' on the link");
            return;
        }

        if (address.Length is { } length && length != subnet.Length)
        {
            mistakes.Add(port.Path, $"{address} has another prefix length than its network's {subnet}", $"write {address.Address}/{subnet.Length}");
            return;
        }

        if (subnet.Length < subnet.Address.Bits - 1 && (address.Address == subnet.Address || (four && address.Address == subnet.Broadcast)))
        {
            mistakes.Add(port.Path, $"{address.Address} is not for an interface: it is the {(address.Address == subnet.Address ? "number" : "broadcast address")} of {subnet}", $"the first usable is {subnet.At(1)}");
            return;
        }

        if (wire.Ports.Find(p => p.Address(four) == address.Address) is { } owner)
        {
            mistakes.Add(port.Path, owner == port ? $"{address} is given twice" : $"{address.Address} is the address of {owner} already", "every interface of a network has its own");
            return;
        }

        var full = new InterfaceAddress(address.Address, subnet.Length);
        if (port.Address(four) is not null)
        {
            mistakes.Add(port.Path, $"{port} has two {(four ? "IPv4" : "IPv6")} addresses", "an interface takes one of each family");
        }
        else if (four)
        {
            port.IPv4 = full;
        }
        else
        {
            port.IPv6 = full;
        }
    }

    /// <summary>Subnets that see each other have to differ.</summary>
    private void CheckOverlaps(bool four)
    {
        var seen = new List<(InetPrefix Subnet, Wire Wire)>();
        foreach (var wire in topology.Wires.Where(w => w.Subnet(four) is not null))
        {
            var subnet = wire.Subnet(four)!.Value;
            var other = seen.Find(s => s.Subnet.Overlaps(subnet) && (!four || _zones[s.Wire] == _zones[wire] || ShareStation(s.Wire, wire)));
            if (other.Wire is not null)
            {
                var path = wire.Ports.Find(p => p.Pinned.Any(a => a.Address.IsIPv4 == four))?.Path ?? LabPath.Root / "links" / wire.Links[0] / "subnet";
                mistakes.Add(path, $"the subnet {subnet} of {Describe(wire)} overlaps {other.Subnet} of {Describe(other.Wire)}", "two networks that see each other need different subnets");
            }

            seen.Add((subnet, wire));
        }
    }

    private static bool ShareStation(Wire a, Wire b) => a.Ports.Exists(p => b.Ports.Exists(q => q.Station == p.Station));

    private static string Describe(Wire wire) => string.Join(", ", wire.Ports.Take(3));

    private void DeriveSubnet(Wire wire, bool four)
    {
        if (wire.Subnet(four) is not null)
        {
            return;
        }

        var use = UseOf(wire);
        var subnet = four ? pools.NextIPv4(use, wire.Ports.Count) : pools.NextIPv6(use);
        if (subnet is null)
        {
            mistakes.Add(LabPath.Root / "links" / wire.Links[0], $"no {(four ? "IPv4" : "IPv6")} subnet is left for this network", "pin some with 'subnet:', or make the lab smaller");
        }

        SetSubnet(wire, four, subnet);
    }

    private static void SetSubnet(Wire wire, bool four, InetPrefix? subnet)
    {
        if (four)
        {
            wire.IPv4 = subnet;
        }
        else
        {
            wire.IPv6 = subnet;
        }
    }

    private AddressPools.Use UseOf(Wire wire)
    {
        if (!topology.Stations.Exists(s => s.Outside.Count > 0 || s.Node?.Asn is not null))
        {
            return AddressPools.Use.Closed;
        }

        bool behind = _zones.Any(z => z.Value == _zones[wire] && z.Key.Ports.Exists(p => p.Station.Outside.Count > 0 && !p.Station.Outside.Contains(p.Name)));
        if (behind)
        {
            return AddressPools.Use.Home;
        }

        return wire.Ports.Exists(p => p.Station.Outside.Contains(p.Name) && p.Station.GatewayOf is null) ? AddressPools.Use.Access
            : wire.Ports.TrueForAll(p => p.Station.Forwards) ? AddressPools.Use.Trunk : AddressPools.Use.Open;
    }

    /// <summary>Numbers a wire's ports: on a line in the order written; among hosts the router is first, further routers come from the end.</summary>
    private void Number(Wire wire, bool four)
    {
        if (wire.Subnet(four) is not { } subnet)
        {
            return;
        }

        int bits = subnet.Address.Bits - subnet.Length;
        ulong last = bits >= 16 ? 0xFFFE : bits <= 1 ? (1UL << bits) - 1 : (1UL << bits) - (four ? 2UL : 1UL);
        ulong first = bits <= 1 ? 0UL : 1UL;
        var taken = wire.Ports.Select(p => p.Address(four)).OfType<InetAddress>().Select(a => a.Low - subnet.Address.Low).ToHashSet();
        bool line = wire.Ports.TrueForAll(p => p.Station.Forwards);
        bool routed = wire.Ports.Exists(p => p.Station.Forwards);
        bool firstRouter = true;
        foreach (var port in wire.Ports)
        {
            bool router = port.Station.Forwards;
            bool fromEnd = router && !firstRouter && !line;
            firstRouter &= !router;
            if (port.Address(four) is not null)
            {
                continue;
            }

            // IPv6 takes the number that IPv4 has, if it can: addresses that belong together look alike.
            ulong? twin = !four && port.IPv4 is { } v4 && wire.IPv4 is { } net ? v4.Address.Low - net.Address.Low : null;
            ulong start = router || line || !routed ? first : first + 1;
            ulong? number = twin is { } t && t >= first && t <= last && !taken.Contains(t) ? t : Free(taken, fromEnd ? last : start, first, last, fromEnd);
            if (number is not { } n)
            {
                mistakes.Add(port.Path, $"the subnet {subnet} has no address left for {port}", "pin a larger 'subnet:'");
                return;
            }

            taken.Add(n);
            var address = new InterfaceAddress(subnet.At(n), subnet.Length);
            if (four)
            {
                port.IPv4 = address;
            }
            else
            {
                port.IPv6 = address;
            }
        }
    }

    private static ulong? Free(HashSet<ulong> taken, ulong start, ulong first, ulong last, bool down)
    {
        for (ulong n = start; n >= first && n <= last; n = down ? n - 1 : n + 1)
        {
            if (!taken.Contains(n))
            {
                return n;
            }
        }

        for (ulong n = first; n < start && n <= last; n++)
        {
            if (!taken.Contains(n))
            {
                return n;
            }
        }

        return null;
    }
}
