using Catenet.Core;
using Catenet.Lab.Model;

namespace Catenet.Lab.Planning;

/// <summary>A lab with everything derived: what the runner builds.</summary>
/// <remarks>Immutable. The same lab always gives the same plan, and nodes added at the end leave the others' addresses as they were.</remarks>
public sealed class LabPlan
{
    private readonly Dictionary<string, PlannedNode> _nodes;

    internal LabPlan(LabModel model, IReadOnlyList<PlannedNode> nodes)
    {
        Model = model;
        Nodes = nodes;
        _nodes = nodes.ToDictionary(n => n.Name);
    }

    /// <summary>The lab as written.</summary>
    public LabModel Model { get; }

    /// <summary>Hosts, routers and instances, in the order written.</summary>
    public IReadOnlyList<PlannedNode> Nodes { get; }

    /// <summary>Whether a piece of Linux takes part: the lab then runs by the clock, on Linux, with the rights that takes.</summary>
    public bool NeedsLinux => Nodes.Any(n => n.IsLinux);

    /// <summary>The switches.</summary>
    public required IReadOnlyList<PlannedSwitch> Switches { get; init; }

    /// <summary>The cables: those of the lab in their order, then those of internet gateways.</summary>
    public required IReadOnlyList<PlannedLink> Links { get; init; }

    /// <summary>The broadcast domains.</summary>
    public required IReadOnlyList<Segment> Segments { get; init; }

    /// <summary>The clouds.</summary>
    public required IReadOnlyList<PlannedCloud> Clouds { get; init; }

    /// <summary>The zones of the name system.</summary>
    public required IReadOnlyList<PlannedZone> Zones { get; init; }

    /// <summary>A host, router or instance by name; null if there is none.</summary>
    public PlannedNode? Node(string name) => _nodes.GetValueOrDefault(name);

    /// <summary>The address that a reference means: <c>bob</c>, <c>home.wan</c>, <c>bob.eip</c>.</summary>
    /// <param name="reference">The reference as the lab has it.</param>
    /// <param name="ipv4">The family; null for IPv4 if there is one, else IPv6.</param>
    /// <param name="from">The node that asks: inside its own cloud an instance has its private address, from elsewhere its public one.</param>
    /// <returns>The address, or null when it has none of that family.</returns>
    public InetAddress? AddressOf(string reference, bool? ipv4 = null, string? from = null)
    {
        if (ipv4 is not { } four)
        {
            return AddressOf(reference, true, from) ?? AddressOf(reference, false, from);
        }

        string name = reference;
        string? part = null;
        if (!_nodes.TryGetValue(name, out var node))
        {
            int dot = reference.LastIndexOf('.');
            name = dot > 0 ? reference[..dot] : reference;
            part = dot > 0 ? reference[(dot + 1)..] : null;
            if (!_nodes.TryGetValue(name, out node))
            {
                return null;
            }
        }

        if (part is not null and not "eip")
        {
            return node.Interfaces.FirstOrDefault(i => i.Name == part)?.Address(four);
        }

        var mapped = four ? Instance(name)?.Public : null;
        bool neighbour = from is not null && node.Cloud is not null && Node(from)?.Cloud == node.Cloud;
        return part is "eip" ? mapped : mapped is not null && !neighbour ? mapped : SharedOrFirst(node, from, four);
    }

    /// <summary>The node that an address belongs to, as <c>node.port</c> or <c>node.eip</c>; null when nobody has it.</summary>
    public string? OwnerOf(InetAddress address)
    {
        foreach (var node in Nodes)
        {
            foreach (var port in node.Interfaces)
            {
                if (port.Address(address.IsIPv4) == address)
                {
                    return $"{node.Name}.{port.Name}";
                }
            }
        }

        return Clouds.SelectMany(c => c.Instances).FirstOrDefault(i => i.Public == address) is { } instance ? $"{instance.Node}.eip" : null;
    }

    /// <summary>The same plan with zones.</summary>
    internal LabPlan With(IReadOnlyList<PlannedZone> zones) => new(Model, Nodes)
    {
        Switches = Switches,
        Links = Links,
        Segments = Segments,
        Clouds = Clouds,
        Zones = zones,
    };

    private PlannedInstance? Instance(string name) => Clouds.SelectMany(c => c.Instances).FirstOrDefault(i => i.Node == name);

    /// <summary>The address on a wire that both are on, else the first there is.</summary>
    private InetAddress? SharedOrFirst(PlannedNode node, string? from, bool four)
    {
        var wires = from is null ? null : Node(from)?.Interfaces.Select(i => i.Segment).ToHashSet();
        var shared = node.Interfaces.FirstOrDefault(i => wires?.Contains(i.Segment) == true && i.Address(four) is not null);
        return (shared ?? node.Interfaces.FirstOrDefault(i => i.Address(four) is not null))?.Address(four);
    }
}
