using Catenet.Core;
using Catenet.Lab.Model;
using Catenet.Lab.Planning;

namespace Catenet.Lab.Tests;

public class PlanTests
{
    private static string Four(LabPlan plan, string reference, string? from = null) => plan.AddressOf(reference, true, from).ToString()!;

    private static string Six(LabPlan plan, string reference) => plan.AddressOf(reference, false).ToString()!;

    private static string Route(LabPlan plan, string node, string prefix) =>
        plan.Node(node)!.Routes.FirstOrDefault(r => r.Destination == InetPrefix.Parse(prefix)) is { } r ? $"{r.NextHop} {r.Interface}" : "none";

    [Fact]
    public void The_main_lab_gets_the_addresses_that_people_speak_of()
    {
        var plan = LabFolder.PlanOf("alice-and-bob");
        Assert.Equal("192.168.1.2", Four(plan, "alice"));
        Assert.Equal("192.168.1.1", Four(plan, "home.lan"));
        Assert.Equal("203.0.113.1", Four(plan, "home.wan"));
        Assert.Equal("203.0.113.2", Four(plan, "isp"));
        Assert.Equal("198.51.100.10", Four(plan, "bob.eip"));
        Assert.Equal("10.0.1.10", Four(plan, "bob.eth0"));
        Assert.Equal("198.51.100.10", Four(plan, "bob", from: "alice"));
        Assert.Equal("bob.eip", plan.OwnerOf(InetAddress.Parse("198.51.100.10")));
    }

    [Fact]
    public void Every_interface_has_both_families_and_a_number_alike_in_both()
    {
        var plan = LabFolder.PlanOf("alice-and-bob");
        Assert.All(plan.Nodes.SelectMany(n => n.Interfaces), i => Assert.Equal(2, i.Addresses.Count));
        Assert.Equal("2001:db8:1:1::2", Six(plan, "alice"));
        Assert.Equal("2001:db8:1:1::1", Six(plan, "home.lan"));
    }

    [Fact]
    public void Nobody_outside_has_a_route_to_what_is_translated_but_IPv6_goes_through()
    {
        var plan = LabFolder.PlanOf("alice-and-bob");
        foreach (string node in new[] { "isp", "net" })
        {
            Assert.Equal("none", Route(plan, node, "192.168.1.0/24"));
            Assert.Equal("none", Route(plan, node, "10.0.1.0/24"));
            Assert.NotEqual("none", Route(plan, node, "2001:db8:1:1::/64"));
        }

        Assert.Equal("192.0.2.6 aws", Route(plan, "net", "198.51.100.10/32"));
        Assert.Equal("203.0.113.2 wan", Route(plan, "home", "0.0.0.0/0"));
        Assert.Equal("192.168.1.1 eth0", Route(plan, "alice", "0.0.0.0/0"));
    }

    [Fact]
    public void The_home_asks_its_provider_and_everybody_at_home_asks_the_home()
    {
        var plan = LabFolder.PlanOf("alice-and-bob");
        Assert.Equal("192.168.1.1", Assert.Single(plan.Node("alice")!.NameServers).ToString());
        Assert.True(plan.Node("home")!.IsNameForwarder);
        Assert.Equal("203.0.113.2", Assert.Single(plan.Node("home")!.NameServers).ToString());
        Assert.True(plan.Node("isp")!.IsResolver);
    }

    [Fact]
    public void The_home_preset_stands_for_rules_that_are_written_out()
    {
        var home = LabFolder.PlanOf("alice-and-bob").Node("home")!;
        Assert.Equal("masquerade out wan", Assert.Single(home.Nat).Text);
        Assert.Equal(FilterVerdict.Drop, home.Firewall!.Forward!.Policy);
        Assert.True(home.Firewall.Forward.Stateful);
        Assert.Equal("lan", Assert.Single(home.Firewall.Forward.Rules).Match.In);
    }

    [Fact]
    public void Zones_are_delegated_from_the_root_down_with_names_inside_the_zone()
    {
        var zones = LabFolder.PlanOf("alice-and-bob").Zones.ToDictionary(z => z.Name);
        Assert.Equal("com.", Assert.Single(zones["."].Delegations).Zone);
        var glue = Assert.Single(Assert.Single(zones["com."].Delegations).Servers);
        Assert.Equal("ns1.bob.com.", glue.HostName);
        Assert.Equal(2, glue.Addresses.Count);
        var www = Assert.Single(zones["bob.com."].Records);
        Assert.Equal(("www.bob.com.", "198.51.100.10"), (www.Name, www.Address.ToString()!));
    }

    [Fact]
    public void A_node_added_at_the_end_changes_nobody_elses_addresses()
    {
        const string Before = "name: t\nnodes: { a: {}, b: {}, r: { kind: router }, s: { kind: switch } }\nlinks: [a - s, b - s, s - r]\n";
        string after = Before.Replace("a: {}, b: {}", "a: {}, b: {}, c: {}, d: {}").Replace("s - r]", "s - r, c - s, d - r]");
        var (x, y) = (LabFolder.Plan(Before), LabFolder.Plan(after));
        foreach (var node in x.Nodes)
        {
            Assert.Equal(node.Interfaces[0].Addresses, y.Node(node.Name)!.Interfaces[0].Addresses);
            Assert.Equal(node.Interfaces[0].Mac, y.Node(node.Name)!.Interfaces[0].Mac);
        }
    }

    [Fact]
    public void Switches_make_one_broadcast_domain_and_routers_bound_it()
    {
        var plan = LabFolder.Plan("name: t\nnodes: { a: {}, b: {}, c: {}, s1: { kind: switch }, s2: { kind: switch }, r: { kind: router } }\nlinks: [a - s1, s1 - s2, b - s2, s2 - r.left, r.right - c]\n");
        Assert.Equal(2, plan.Segments.Count(s => s.Members.Count > 0));
        Assert.Equal(["a.eth0", "b.eth0", "r.left"], plan.Segments[0].Members);
        Assert.Equal(["s1", "s2"], plan.Segments[0].Switches);
        Assert.Equal(("10.0.1.1", "10.0.1.2", "10.0.1.3"), (Four(plan, "r.left"), Four(plan, "a"), Four(plan, "b")));
    }

    [Fact]
    public void Routes_take_the_fewest_hops_and_pinned_ones_win()
    {
        const string Ring = "name: t\nnodes: { h: {}, r1: { kind: router }, r2: { kind: router }, r3: { kind: router }, r4: { kind: router, routes: { 10.0.1.0/24: r3.down } } }\n" +
            "links: [h - r1.lan: { subnet: 10.0.1.0/24 }, r1.a - r2.a, r2.b - r3.up, r3.down - r4.x, r4.y - r1.b]\n";
        var plan = LabFolder.Plan(Ring);
        Assert.Equal($"{Four(plan, "r1.a")} a", Route(plan, "r2", "10.0.1.0/24"));
        Assert.Equal($"{Four(plan, "r3.down")} x", Route(plan, "r4", "10.0.1.0/24"));
    }

    [Fact]
    public void A_home_router_with_several_cables_at_home_has_a_switch_inside()
    {
        var plan = LabFolder.Plan("name: t\nnodes: { a: {}, b: {}, h: { kind: router, preset: home }, isp: { kind: router } }\nlinks: [a - h, b - h.lan: { preset: wifi }, h.wan - isp]\n");
        Assert.Equal(["a.eth0", "b.eth0", "h.lan"], plan.Segments[0].Members.Order());
        Assert.Equal("h.switch", Assert.Single(plan.Switches).Name);
        Assert.Equal(("192.168.1.1", "192.168.1.2", "192.168.1.3"), (Four(plan, "h.lan"), Four(plan, "a"), Four(plan, "b")));
        Assert.Equal("a - h", plan.Links[0].Name);
    }

    [Fact]
    public void Two_homes_may_use_the_same_private_subnet()
    {
        var plan = LabFolder.Plan("name: t\nnodes: { a: { address: 192.168.1.2 }, b: { address: 192.168.1.2 }, h1: { kind: router, preset: home }, h2: { kind: router, preset: home }, isp: { kind: router, preset: isp } }\n" +
            "links: [a - h1, h1.wan - isp, b - h2, h2.wan - isp]\n");
        Assert.Equal("203.0.113.1", Four(plan, "h1.wan"));
        Assert.Equal("203.0.113.5", Four(plan, "h2.wan"));
    }

    [Fact]
    public void A_lab_of_one_family_has_no_trace_of_the_other()
    {
        var six = LabFolder.Plan("name: t\nip: ipv6\nnodes: { a: {}, r: { kind: router }, b: {} }\nlinks: [a - r, r - b]\n");
        Assert.All(six.Nodes.SelectMany(n => n.Interfaces).SelectMany(i => i.Addresses), a => Assert.True(a.Address.IsIPv6));
        Assert.All(six.Nodes.SelectMany(n => n.Routes), r => Assert.False(r.Destination.IsIPv4));
        Assert.NotEqual("none", Route(six, "a", "::/0"));
    }

    [Fact]
    public void Directions_have_their_own_figures_over_the_common_ones()
    {
        var link = LabFolder.PlanOf("alice-and-bob").Links[1];
        Assert.Equal((20_000_000L, 100_000_000L), (link.Up.Rate!.Value, link.Down.Rate!.Value));
        Assert.Equal((0.001, 0.001), (link.Up.Loss!.Value, link.Down.Loss!.Value));
    }

    [Fact]
    public void A_thousand_routers_are_planned_in_a_moment()
    {
        var lab = new System.Text.StringBuilder("name: big\nnodes:\n");
        for (int i = 0; i < 400; i++)
        {
            lab.Append($"  r{i}: {{ kind: router }}\n  h{i}: {{}}\n");
        }

        lab.Append("links:\n");
        for (int i = 0; i < 400; i++)
        {
            lab.Append($"  - h{i} - r{i}\n  - r{i} - r{(i + 1) % 400}\n");
        }

        var plan = LabFolder.Plan(lab.ToString());
        Assert.Equal(800, plan.Nodes.Count);
        Assert.Equal(2, plan.Node("h7")!.Routes.Count);
    }
}
