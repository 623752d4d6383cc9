using Catenet.Lab.Model;

namespace Catenet.Lab.Forms;

/// <summary>The whole lab file.</summary>
internal static class LabForms
{
    public static readonly RecordForm<LabModel> Lab = new RecordForm<LabModel>("a lab", new LabModel())
        .Key("name", Scalars.Name, l => l.Name, (l, v) => l with { Name = v }, "the lab's name, as its folder is called", required: true)
        .Key("about", Scalars.Text, l => l.About, (l, v) => l with { About = v }, "one line that says what the lab shows")
        .Key("seed", Scalars.Seed, l => l.Seed, (l, v) => l with { Seed = v }, "the seed of all chance; 1 unless given")
        .Key("time", Scalars.Time, l => l.Time, (l, v) => l with { Time = v }, "how time passes: virtual, real or x0.1")
        .Key("limit", Units.Duration, l => l.Limit, (l, v) => l with { Limit = v }, "when the run ends at the latest; 60 s unless given")
        .Key("ip", Scalars.Word<IpFamilies>("an address family", (IpFamilies.V4, "ipv4"), (IpFamilies.V6, "ipv6")), l => l.Ip, (l, v) => l with { Ip = v }, "the address families of the lab: both unless given")
        .Key("nodes", NodeForms.Nodes, l => l.Nodes, (l, v) => l with { Nodes = v }, "hosts, routers, switches and pieces of Linux, by name", required: true)
        .Key("links", new ListForm<Link>(LinkForms.Link), l => l.Links, (l, v) => l with { Links = v }, "the cables between them")
        .Key("dns", DnsForms.Zones, l => l.Dns, (l, v) => l with { Dns = v }, "the zones of the name system, by name")
        .Key("clouds", CloudForms.Clouds, l => l.Clouds, (l, v) => l with { Clouds = v }, "virtual private clouds, by name")
        .Key("run", ProgramForms.Runs, l => l.Runs, (l, v) => l with { Runs = v }, "programs that are started during the run")
        .Key("faults", FaultForms.Faults, l => l.Faults, (l, v) => l with { Faults = v }, "what goes wrong, and when")
        .Key("expect", ExpectForms.Expectations, l => l.Expectations, (l, v) => l with { Expectations = v }, "what has to hold, checked in order");
}
