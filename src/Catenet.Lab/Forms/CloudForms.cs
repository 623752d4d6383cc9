using Catenet.Core;
using Catenet.Lab.Model;

namespace Catenet.Lab.Forms;

/// <summary>Clouds.</summary>
internal static class CloudForms
{
    private static readonly ListForm<InetPrefix> Prefixes = new(Scalars.Prefix, single: true);

    private static readonly Form<ValueList<CloudRoute>> Routes = new NamedForm<CloudRoute, InetPrefix>(
        "a target", new TextForm<CloudRoute>("a route's target: igw", ParseTarget, r => Scalars.Kebab(r.Target.ToString())).Words(["igw"]),
        Scalars.Prefix, r => r.Destination, (r, v) => r with { Destination = v });

    private static readonly RecordForm<CloudSubnet> Subnet = new RecordForm<CloudSubnet>("a subnet", new CloudSubnet())
        .Key("cidr", Prefixes, s => s.Cidr, (s, v) => s with { Cidr = v }, "its block, inside the cloud's", required: true)
        .Key("routes", Routes, s => s.Routes, (s, v) => s with { Routes = v }, "routes beside the local one: { 0.0.0.0/0: igw }")
        .Key("nacl", Scalars.Name, s => s.Nacl!, (s, v) => s with { Nacl = v }, "its network ACL; without one everything passes");

    private static readonly RecordForm<NetworkAcl> Nacl = new RecordForm<NetworkAcl>("a network ACL", new NetworkAcl())
        .Key("in", new ListForm<NaclRule>(Rules.NaclIn), n => n.In, (n, v) => n with { In = v }, "what enters the subnet: '100 allow tcp 443 from 0.0.0.0/0'")
        .Key("out", new ListForm<NaclRule>(Rules.NaclOut), n => n.Out, (n, v) => n with { Out = v }, "what leaves the subnet: '100 allow tcp 1024-65535'");

    private static readonly RecordForm<SecurityGroup> Group = new RecordForm<SecurityGroup>("a security group", new SecurityGroup())
        .Key("in", new ListForm<PacketMatch>(Rules.GroupIn), g => g.In, (g, v) => g with { In = v }, "what may come in: 'tcp 443 from any'")
        .Key("out", new ListForm<PacketMatch>(Rules.GroupOut), g => g.Out!, (g, v) => g with { Out = v }, "what may go out; everything unless given");

    public static readonly TextForm<ElasticIp> Eip = new("a public address, or auto", ParseEip, e => e.ToString());

    private static readonly RecordForm<Instance> Instance = new RecordForm<Instance>("an instance", new Instance())
        .Key("subnet", Scalars.Name, i => i.Subnet, (i, v) => i with { Subnet = v }, "the subnet it is in", required: true)
        .Key("address", new ListForm<InetAddress>(Scalars.Address, single: true), i => i.Addresses, (i, v) => i with { Addresses = v }, "pinned private addresses")
        .Key("eip", Eip, i => i.Eip!, (i, v) => i with { Eip = v }, "its public address: auto, or one")
        .Key("sg", new ListForm<string>(Scalars.Name, single: true), i => i.SecurityGroups, (i, v) => i with { SecurityGroups = v }, "its security groups")
        .Key("settings", NodeForms.Settings, i => i.Settings, (i, v) => i with { Settings = v }, "kernel settings by their sysctl name")
        .Key("apps", AppForms.Apps, i => i.Apps, (i, v) => i with { Apps = v }, "services that run from the beginning");

    private static readonly RecordForm<Cloud> Cloud = new RecordForm<Cloud>("a cloud", new Cloud())
        .Key("vpc", Prefixes, c => c.Vpc, (c, v) => c with { Vpc = v }, "its private block of addresses: 10.0.0.0/16", required: true)
        .Key("igw", Scalars.Name, c => c.Igw!, (c, v) => c with { Igw = v }, "the router that its internet gateway is attached to")
        .Key("subnets", Named("a subnet", Subnet, s => s.Name, (s, v) => s with { Name = v }), c => c.Subnets, (c, v) => c with { Subnets = v }, "its subnets")
        .Key("nacl", Named("a network ACL", Nacl, n => n.Name, (n, v) => n with { Name = v }), c => c.Nacls, (c, v) => c with { Nacls = v }, "network ACLs: stateless, numbered")
        .Key("sg", Named("a security group", Group, g => g.Name, (g, v) => g with { Name = v }), c => c.SecurityGroups, (c, v) => c with { SecurityGroups = v }, "security groups: stateful")
        .Key("instances", Named("an instance", Instance, i => i.Name, (i, v) => i with { Name = v }), c => c.Instances, (c, v) => c with { Instances = v }, "virtual machines");

    public static readonly Form<ValueList<Cloud>> Clouds = Named("a cloud", Cloud, c => c.Name, (c, v) => c with { Name = v });

    private static NamedForm<T, string> Named<T>(string what, Form<T> item, Func<T, string> get, Func<T, string, T> set) => new(what, item, Scalars.Name, get, set);

    private static Complaint? ParseTarget(string text, out CloudRoute route)
    {
        route = new CloudRoute(default, CloudRouteTarget.Igw);
        return text == "igw" ? null : new Complaint($"unknown route target '{Scalars.Shorten(text)}'", "known: igw (the internet gateway)");
    }

    private static Complaint? ParseEip(string text, out ElasticIp eip)
    {
        eip = new ElasticIp(null);
        if (text == "auto")
        {
            return null;
        }

        var complaint = Scalars.Address.Parse(text, out var address);
        eip = new ElasticIp(address);
        return complaint is not null ? complaint with { Suggestion = "write auto, or an address such as 198.51.100.10" }
            : address.IsIPv4 ? null : new Complaint("a public address that is mapped is IPv4", "IPv6 addresses of instances are public without one");
    }
}
