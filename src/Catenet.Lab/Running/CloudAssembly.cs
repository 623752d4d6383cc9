using Catenet.Core;
using Catenet.Fabric.Cloud;
using Catenet.Kernel;
using Catenet.Kernel.Netfilter;
using Catenet.Lab.Planning;

namespace Catenet.Lab.Running;

/// <summary>Makes a cloud from the plan: VPC, subnets with route tables and access lists, gateway, instances with security groups.</summary>
internal static class CloudAssembly
{
    public static Vpc Build(EventLoop loop, PlannedCloud planned, LabPlan plan, IDictionary<string, Host> hosts)
    {
        var vpc = planned.IPv6 is { } six ? new Vpc(loop, planned.Name, planned.IPv4, six) : new Vpc(loop, planned.Name, planned.IPv4);
        var gateway = planned.Gateway is null ? null : vpc.AddInternetGateway();
        var acls = new Dictionary<string, NetworkAcl>(StringComparer.Ordinal);
        var groups = new Dictionary<string, SecurityGroup>(StringComparer.Ordinal);
        var subnets = new Dictionary<string, Subnet>(StringComparer.Ordinal);
        foreach (var subnet in planned.Subnets)
        {
            var built = vpc.AddSubnet(subnet.Name, subnet.Cidr, subnet.Segment.IPv6);
            subnets.Add(subnet.Name, built);
            if (gateway is not null)
            {
                foreach (var prefix in subnet.ToGateway)
                {
                    built.AddRoute(prefix, gateway);
                }
            }

            if (subnet.Nacl is { } name)
            {
                built.SetAcl(acls.TryGetValue(name, out var acl) ? acl : acls[name] = Acl(name, subnet));
            }
        }

        foreach (var instance in planned.Instances)
        {
            Launch(instance, plan.Node(instance.Node)!, subnets[instance.Subnet], groups, gateway, hosts);
        }

        return vpc;
    }

    /// <summary>Connects the internet gateway to its provider's router once the cable is there.</summary>
    public static void ConnectGateway(Vpc vpc, PlannedCloud planned, Fabric.Links.LinkEnd cable)
    {
        foreach (var address in planned.Gateway!.Addresses)
        {
            var provider = planned.GatewayRoutes.First(r => r.NextHop.IsIPv4 == address.Address.IsIPv4).NextHop;
            vpc.InternetGateway!.Connect(cable, address.Address, address.PrefixLength, provider);
        }
    }

    private static void Launch(PlannedInstance planned, PlannedNode node, Subnet subnet, Dictionary<string, SecurityGroup> groups,
        InternetGateway? gateway, IDictionary<string, Host> hosts)
    {
        var port = node.Interfaces[0];
        var members = (planned.Groups ?? []).Select(g => groups.TryGetValue(g.Name, out var group) ? group : groups[g.Name] = Group(g));
        var instance = subnet.Launch(planned.Node, new InterfaceSettings
        {
            HasIPv4 = planned.Address is not null,
            Address = planned.Address,
            AddressV6 = port.Address(ipv4: false),
            Mac = port.Mac,
            Groups = [.. members],
        });
        HostAssembly.AddNameServers(instance.Host, node);
        RuleAssembly.Install(instance.Host, node);
        NodeSettings.Apply(instance.Host.Settings, node.Settings);
        hosts.Add(planned.Node, instance.Host);
        if (planned.Public is { } elastic && gateway is not null)
        {
            gateway.Associate(instance.Primary, elastic);
        }
    }

    private static NetworkAcl Acl(string name, PlannedSubnet planned)
    {
        var acl = new NetworkAcl(name);
        foreach (var rule in planned.In)
        {
            FilterMatch[] matches = [.. RuleAssembly.Matches(rule.Match)];
            _ = rule.Allow ? acl.AllowIn(rule.Number, matches) : acl.DenyIn(rule.Number, matches);
        }

        foreach (var rule in planned.Out)
        {
            FilterMatch[] matches = [.. RuleAssembly.Matches(rule.Match)];
            _ = rule.Allow ? acl.AllowOut(rule.Number, matches) : acl.DenyOut(rule.Number, matches);
        }

        return acl;
    }

    private static SecurityGroup Group(PlannedGroup planned)
    {
        var group = new SecurityGroup(planned.Name);
        foreach (var match in planned.In.SelectMany(RuleAssembly.Matches))
        {
            group.AllowIn(match);
        }

        if (planned.Out is not null)
        {
            group.DenyOut();
            foreach (var match in planned.Out.SelectMany(RuleAssembly.Matches))
            {
                group.AllowOut(match);
            }
        }

        return group;
    }
}
