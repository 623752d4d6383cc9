using System.Text.Json.Nodes;
using Catenet.Core;
using Catenet.Lab.Model;
using Catenet.Lab.Reading;

namespace Catenet.Lab.Forms;

/// <summary>Nodes and what they carry.</summary>
internal static class NodeForms
{
    private static readonly ListForm<InterfaceAddress> Addresses = new(Scalars.InterfaceAddress, single: true);

    private static readonly RecordForm<Interface> Interface = new RecordForm<Interface>("an interface", new Interface())
        .Key("address", Addresses, i => i.Addresses, (i, v) => i with { Addresses = v }, "pinned addresses")
        .Maybe("mac", Scalars.Mac, i => i.Mac, (i, v) => i with { Mac = v }, "pinned hardware address")
        .Maybe("mtu", Scalars.Mtu, i => i.Mtu, (i, v) => i with { Mtu = v }, "largest IP packet in octets");

    private static readonly RecordForm<FilterChain> Chain = new RecordForm<FilterChain>("a filter chain", new FilterChain())
        .Key("policy", Scalars.Word<FilterVerdict>("a policy"), c => c.Policy, (c, v) => c with { Policy = v }, "what happens to packets that no rule speaks of; allow unless given")
        .Key("stateful", Scalars.Bool, c => c.Stateful, (c, v) => c with { Stateful = v }, "whether answers to allowed packets pass without a rule")
        .Key("clamp-mss", Scalars.Bool, c => c.ClampMss, (c, v) => c with { ClampMss = v }, "whether SYNs announce no larger segments than fit the path's MTU")
        .Key("rules", new ListForm<FilterRule>(Rules.Filter), c => c.Rules, (c, v) => c with { Rules = v }, "the first that matches decides: 'allow tcp 443 from any'");

    private static readonly RecordForm<Firewall> Firewall = new RecordForm<Firewall>("a firewall", new Firewall())
        .Key("in", Chain, f => f.In!, (f, v) => f with { In = v }, "packets for the node itself")
        .Key("out", Chain, f => f.Out!, (f, v) => f with { Out = v }, "packets from the node itself")
        .Key("forward", Chain, f => f.Forward!, (f, v) => f with { Forward = v }, "packets that it forwards");

    public static readonly Form<ValueList<Setting>> Settings = new NamedForm<Setting, string>(
        "a value", new TextForm<Setting>("a value", ParseSetting, s => s.Value).Type("string number boolean"),
        new TextForm<string>("a sysctl name", ParseSysctl, n => n), s => s.Name, (s, name) => s with { Name = name });

    private static readonly Form<ValueList<StaticRoute>> Routes = new NamedForm<StaticRoute, InetPrefix>(
        "a next hop", new TextForm<StaticRoute>("a next hop: an address or a node's name", ParseVia, r => r.Via.ToString()),
        Scalars.Prefix, r => r.Destination, (r, destination) => r with { Destination = destination });

    public static readonly RecordForm<Node> Node = new RecordForm<Node>("a node", new Node())
        .Key("kind", Scalars.Word<NodeKind>("a kind"), n => n.Kind, (n, v) => n with { Kind = v }, "what it is; host unless given")
        .Key("preset", Scalars.Word<RouterPreset>("a router preset"), n => n.Preset, (n, v) => n with { Preset = v }, "a router's ready-made role")
        .Key("address", Addresses, n => n.Addresses, (n, v) => n with { Addresses = v }, "pinned addresses of its only interface")
        .Maybe("mac", Scalars.Mac, n => n.Mac, (n, v) => n with { Mac = v }, "pinned hardware address of its only interface")
        .Key("interfaces", new NamedForm<Interface, string>("an interface", Interface, Scalars.Name, i => i.Name, (i, v) => i with { Name = v }),
            n => n.Interfaces, (n, v) => n with { Interfaces = v }, "interfaces that need more than a link says, by name")
        .Key("subnet", new ListForm<InetPrefix>(Scalars.Prefix, single: true), n => n.Subnets, (n, v) => n with { Subnets = v }, "the subnets of a switch's broadcast domain")
        .Key("routes", Routes, n => n.Routes, (n, v) => n with { Routes = v }, "routes beside the derived ones: { 10.0.0.0/8: 192.0.2.1 }")
        .Maybe("forwarding", Scalars.Bool, n => n.Forwarding, (n, v) => n with { Forwarding = v }, "whether it forwards packets; routers do, hosts do not")
        .Maybe("mtu", Scalars.Mtu, n => n.Mtu, (n, v) => n with { Mtu = v }, "largest IP packet of all its interfaces")
        .Maybe("asn", Scalars.Asn, n => n.Asn, (n, v) => n with { Asn = v }, "the autonomous system a router belongs to")
        .Key("resolver", Scalars.Bool, n => n.Resolver, (n, v) => n with { Resolver = v }, "whether it runs a recursive resolver for the lab")
        .Key("dns", Scalars.AddressRef, n => n.Dns!, (n, v) => n with { Dns = v }, "the resolver it asks, when not the derived one")
        .Key("firewall", Firewall, n => n.Firewall!, (n, v) => n with { Firewall = v }, "filter rules")
        .Key("nat", new ListForm<NatRule>(Rules.Nat), n => n.Nat, (n, v) => n with { Nat = v }, "address translation rules: 'masquerade out wan'")
        .Maybe("ageing", Units.Duration, n => n.Ageing, (n, v) => n with { Ageing = v }, "how long a switch remembers an address; 300 s unless given")
        .Key("settings", Settings, n => n.Settings, (n, v) => n with { Settings = v }, "kernel settings by their sysctl name")
        .Key("apps", AppForms.Apps, n => n.Apps, (n, v) => n with { Apps = v }, "services that run from the beginning");

    public static readonly Form<ValueList<Node>> Nodes = new NamedForm<Node, string>("a node", Node, Scalars.Name, n => n.Name, (n, v) => n with { Name = v });

    private static Complaint? ParseSetting(string text, out Setting value)
    {
        value = new Setting("", text);
        return null;
    }

    private static Complaint? ParseSysctl(string text, out string value)
    {
        value = text;
        bool valid = text.StartsWith("net.", StringComparison.Ordinal) && text.Length < 100 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
        return valid ? null : new Complaint($"'{Scalars.Shorten(text)}' is not a kernel setting", "settings are named as sysctl does: net.ipv4.tcp_sack");
    }

    private static Complaint? ParseVia(string text, out StaticRoute value)
    {
        var complaint = Scalars.AddressRef.Parse(text, out var via);
        value = new StaticRoute(default, via);
        return complaint;
    }
}
