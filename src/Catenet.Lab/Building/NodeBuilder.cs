using Catenet.Lab.Forms;
using Catenet.Lab.Model;

namespace Catenet.Lab.Building;

/// <summary>Builds a node, in the words of lab files.</summary>
public sealed class NodeBuilder
{
    internal NodeBuilder(Node node) => Node = node;

    internal Node Node { get; private set; }

    /// <summary>Gives a router a ready-made role.</summary>
    public NodeBuilder Preset(RouterPreset preset) => Set(Node with { Preset = preset });

    /// <summary>Pins an address of its only interface, with a prefix length or without.</summary>
    public NodeBuilder Address(string address) => Set(Node with { Addresses = Node.Addresses.Add(Written.As(Scalars.InterfaceAddress, address)) });

    /// <summary>Pins the hardware address of its only interface.</summary>
    public NodeBuilder Mac(string mac) => Set(Node with { Mac = Written.As(Scalars.Mac, mac) });

    /// <summary>Says more of an interface than a link does.</summary>
    public NodeBuilder Interface(string name, string? address = null, string? mac = null, int? mtu = null) => Set(Node with
    {
        Interfaces = Node.Interfaces.Add(new Interface
        {
            Name = name,
            Addresses = address is null ? [] : [Written.As(Scalars.InterfaceAddress, address)],
            Mac = mac is null ? null : Written.As(Scalars.Mac, mac),
            Mtu = mtu,
        }),
    });

    /// <summary>Adds a route beside the derived ones.</summary>
    public NodeBuilder Route(string destination, string via) => Set(Node with
    {
        Routes = Node.Routes.Add(new StaticRoute(Written.As(Scalars.Prefix, destination), Written.As(Scalars.AddressRef, via))),
    });

    /// <summary>Turns forwarding on or off.</summary>
    public NodeBuilder Forwarding(bool on) => Set(Node with { Forwarding = on });

    /// <summary>Sets the MTU of all its interfaces.</summary>
    public NodeBuilder Mtu(int octets) => Set(Node with { Mtu = octets });

    /// <summary>Puts a router into an autonomous system.</summary>
    public NodeBuilder Asn(uint number) => Set(Node with { Asn = number });

    /// <summary>Makes it run a recursive resolver.</summary>
    public NodeBuilder Resolver() => Set(Node with { Resolver = true });

    /// <summary>Says which resolver it asks.</summary>
    public NodeBuilder Dns(string server) => Set(Node with { Dns = Written.As(Scalars.AddressRef, server) });

    /// <summary>Adds a translation rule: <c>masquerade out wan</c>.</summary>
    public NodeBuilder Nat(string rule) => Set(Node with { Nat = Node.Nat.Add(Written.As(Rules.Nat, rule)) });

    /// <summary>Filters what is for the node itself: <c>allow tcp 443 from any</c>.</summary>
    public NodeBuilder FilterIn(FilterVerdict policy, bool stateful, params string[] rules) =>
        Set(Node with { Firewall = (Node.Firewall ?? new Firewall()) with { In = Chain(policy, stateful, rules) } });

    /// <summary>Filters what the node sends itself.</summary>
    public NodeBuilder FilterOut(FilterVerdict policy, bool stateful, params string[] rules) =>
        Set(Node with { Firewall = (Node.Firewall ?? new Firewall()) with { Out = Chain(policy, stateful, rules) } });

    /// <summary>Filters what it forwards.</summary>
    public NodeBuilder FilterForward(FilterVerdict policy, bool stateful, params string[] rules) =>
        Set(Node with { Firewall = (Node.Firewall ?? new Firewall()) with { Forward = Chain(policy, stateful, rules) } });

    /// <summary>Sets how long a switch remembers.</summary>
    public NodeBuilder Ageing(string duration) => Set(Node with { Ageing = Written.As(Units.Duration, duration) });

    /// <summary>Pins a subnet of a switch's broadcast domain.</summary>
    public NodeBuilder Subnet(string prefix) => Set(Node with { Subnets = Node.Subnets.Add(Written.As(Scalars.Prefix, prefix)) });

    /// <summary>Sets a kernel setting by its sysctl name.</summary>
    public NodeBuilder Setting(string name, string value) => Set(Node with { Settings = Node.Settings.Add(new Setting(name, value)) });

    /// <summary>Adds a service.</summary>
    public NodeBuilder App(App app) => Set(Node with { Apps = Node.Apps.Add(app) });

    private static FilterChain Chain(FilterVerdict policy, bool stateful, string[] rules) =>
        new() { Policy = policy, Stateful = stateful, Rules = [.. rules.Select(r => Written.As(Rules.Filter, r))] };

    private NodeBuilder Set(Node node)
    {
        Node = node;
        return this;
    }
}
