using Catenet.Kernel.Configuration;
using Catenet.Lab.Model;
using Catenet.Lab.Reading;
using Catenet.Lab.Running;

namespace Catenet.Lab.Checking;

/// <summary>Checks nodes by themselves.</summary>
internal sealed class NodeChecks(LabCheck check)
{
    public void Run()
    {
        if (check.Lab.Nodes.Count == 0)
        {
            check.Mistakes.Add(LabPath.Root / "nodes", "the lab has no nodes", "add some: alice: { kind: host }");
        }

        foreach (var node in check.Lab.Nodes)
        {
            var path = LabPath.Root / "nodes" / node.Name;
            CheckKind(node, path);
            CheckInterfaces(node, path);
            CheckFamilies(node.Addresses, path / "address");
            CheckRules(node, path);
            CheckRoutes(node, path);
            CheckApps(node.Apps, path / "apps");
            if (node.Kind == NodeKind.Linux)
            {
                LinuxChecks.Run(check, node, path);
            }
            else
            {
                CheckSettings(node.Settings, path / "settings");
            }

            check.Reference(node.Dns, path / "dns");
        }

        foreach (var cloud in check.Lab.Clouds)
        {
            foreach (var instance in cloud.Instances)
            {
                var path = LabPath.Root / "clouds" / cloud.Name / "instances" / instance.Name;
                CheckApps(instance.Apps, path / "apps");
                CheckSettings(instance.Settings, path / "settings");
            }
        }
    }

    private void CheckKind(Node node, LabPath path)
    {
        bool isSwitch = node.Kind == NodeKind.Switch;
        void Only(bool given, string key, string who)
        {
            if (given)
            {
                check.Mistakes.Add(path / key, $"'{key}' is for {who}, and '{node.Name}' is a {node.Kind.ToString().ToLowerInvariant()}", "remove it, or change the kind");
            }
        }

        Only(isSwitch && node.Addresses.Count > 0, "address", "hosts and routers");
        Only(isSwitch && node.Mac is not null, "mac", "hosts and routers");
        Only(isSwitch && node.Routes.Count > 0, "routes", "hosts and routers");
        Only(isSwitch && node.Forwarding is not null, "forwarding", "hosts and routers");
        Only(isSwitch && node.Resolver, "resolver", "hosts and routers");
        Only(isSwitch && node.Dns is not null, "dns", "hosts and routers");
        Only(isSwitch && node.Firewall is not null, "firewall", "hosts and routers");
        Only(isSwitch && node.Nat.Count > 0, "nat", "hosts and routers");
        Only(isSwitch && node.Settings.Count > 0, "settings", "hosts and routers");
        Only(isSwitch && node.Apps.Count > 0, "apps", "hosts and routers");
        Only(isSwitch && node.Interfaces.Count > 0, "interfaces", "hosts and routers");
        Only(!isSwitch && node.Ageing is not null, "ageing", "switches");
        Only(!isSwitch && node.Subnets.Count > 0, "subnet", "switches");
        Only(node.Kind != NodeKind.Router && node.Preset != RouterPreset.None, "preset", "routers");
        Only(node.Kind != NodeKind.Router && node.Asn is not null, "asn", "routers");
        if (node.Preset is RouterPreset.Home or RouterPreset.Nat && !check.Names.PortsOf(node.Name).Any(p => p.Port == "wan"))
        {
            check.Mistakes.Add(path / "preset", $"'{node.Name}' translates what leaves by its port wan, and no link is in that port", $"name the port in a link: '{node.Name}.wan - isp'");
        }

        if (node.Ageing is { } ageing && ageing <= Core.Duration.Zero)
        {
            check.Mistakes.Add(path / "ageing", "a switch has to remember for some time", "write ageing: 300 s");
        }
    }

    private void CheckInterfaces(Node node, LabPath path)
    {
        var ports = check.Names.PortsOf(node.Name);
        check.Unique(node.Interfaces.Select(i => i.Name), path / "interfaces", "interfaces");
        foreach (var item in node.Interfaces)
        {
            var here = path / "interfaces" / item.Name;
            CheckFamilies(item.Addresses, here / "address");
            if (!ports.Any(p => p.Port == item.Name))
            {
                check.Mistakes.Add(here, $"no link is in the port '{item.Name}' of '{node.Name}'", Spelling.Choose(item.Name, [.. ports.Select(p => p.Port)], "its ports"));
            }
        }

        if (ports.Count == 1 || (node.Addresses.Count == 0 && node.Mac is null))
        {
            return;
        }

        string key = node.Addresses.Count > 0 ? "address" : "mac";
        if (ports.Count == 0)
        {
            check.Mistakes.Add(path / key, $"'{node.Name}' has no link, so its {key} is on no interface", $"add a link: '{node.Name} - ...'");
        }
        else if (node.Kind != NodeKind.Switch)
        {
            check.Mistakes.Add(path / key, $"'{node.Name}' has {ports.Count} interfaces: which one is the {key} for?", $"write interfaces: {{ {ports[0].Port}: {{ {key}: ... }} }}");
        }
    }

    private void CheckFamilies(ValueList<InterfaceAddress> addresses, LabPath path)
    {
        foreach (var address in addresses)
        {
            if (check.Lab.Ip == (address.Address.IsIPv4 ? IpFamilies.V6 : IpFamilies.V4))
            {
                check.Mistakes.Add(path, $"{address} does not belong in a lab of only {(address.Address.IsIPv4 ? "IPv6" : "IPv4")}", "change 'ip:', or remove the address");
            }
        }
    }

    private void CheckRules(Node node, LabPath path)
    {
        foreach (var (chain, name) in new[] { (node.Firewall?.In, "in"), (node.Firewall?.Out, "out"), (node.Firewall?.Forward, "forward") })
        {
            for (int i = 0; i < (chain?.Rules.Count ?? 0); i++)
            {
                CheckMatch(node, chain!.Rules[i].Match, path / "firewall" / name / "rules" / i);
            }
        }

        for (int i = 0; i < node.Nat.Count; i++)
        {
            CheckMatch(node, node.Nat[i].Match, path / "nat" / i);
            check.Reference(node.Nat[i].Target, path / "nat" / i);
        }
    }

    private void CheckMatch(Node node, PacketMatch match, LabPath path)
    {
        foreach (string port in new[] { match.In, match.Out }.OfType<string>())
        {
            var ports = check.Names.PortsOf(node.Name);
            if (!ports.Any(p => p.Port == port))
            {
                check.Mistakes.Add(path, $"'{node.Name}' has no port '{port}'", Spelling.Choose(port, [.. ports.Select(p => p.Port)], "its ports"));
            }
        }

        foreach (string name in new[] { match.From.Name, match.To.Name }.OfType<string>())
        {
            check.Reference(name, path);
        }
    }

    private void CheckRoutes(Node node, LabPath path)
    {
        foreach (var route in node.Routes)
        {
            var here = path / "routes" / route.Destination.ToString();
            if (check.Reference(route.Via, here) && route.Via.Address is { } via && via.IsIPv4 != route.Destination.IsIPv4)
            {
                check.Mistakes.Add(here, $"a route to {route.Destination} cannot lead through {via}", "both have to be of one family");
            }
        }
    }

    private void CheckSettings(ValueList<Setting> settings, LabPath path)
    {
        var scratch = new Kernel.Settings();
        foreach (var setting in settings)
        {
            if (!Sysctl.Names.Contains(setting.Name))
            {
                check.Mistakes.Add(path / setting.Name, $"there is no setting '{setting.Name}'", Spelling.DidYouMean(setting.Name, Sysctl.Names) is { Length: > 0 } guess ? guess : "docs/lab-files.md lists them");
            }
            else if (!NodeSettings.TrySet(scratch, setting, out string? error))
            {
                check.Mistakes.Add(path / setting.Name, error!, "values are written as for sysctl, without a unit");
            }
        }
    }

    private void CheckApps(ValueList<App> apps, LabPath path)
    {
        var taken = new HashSet<(bool, int)>();
        for (int i = 0; i < apps.Count; i++)
        {
            bool udp = apps[i] is UdpSinkApp or UdpEchoApp or UdpStreamApp;
            if (!taken.Add((udp, apps[i].ListeningPort)))
            {
                check.Mistakes.Add(path / i, $"{(udp ? "UDP" : "TCP")} port {apps[i].ListeningPort} is taken by a service above", "give one of them another port");
            }

            if (apps[i] is WebApp { Body: not null, Size: not null })
            {
                check.Mistakes.Add(path / i, "an answer has either a body or a size", "remove one of them");
            }

            if (apps[i] is WebApp { Tls: true, Host: null or "" })
            {
                check.Mistakes.Add(path / i, "an https service needs the name for its certificate", "set its host");
            }
        }
    }
}
