using Catenet.Core;
using Catenet.Lab.Model;
using Catenet.Lab.Reading;

namespace Catenet.Lab.Checking;

/// <summary>Checks clouds: subnets in the block, lists and groups that exist, addresses that fit.</summary>
internal sealed class CloudChecks(LabCheck check)
{
    private readonly Dictionary<InetAddress, string> _public = [];

    public void Run()
    {
        foreach (var cloud in check.Lab.Clouds)
        {
            var path = LabPath.Root / "clouds" / cloud.Name;
            CheckBlocks(cloud.Vpc, path / "vpc", "the cloud", 44, 60);
            CheckGateway(cloud, path);
            CheckSubnets(cloud, path / "subnets");
            CheckNumbers(cloud, path / "nacl");
            CheckGroups(cloud, path / "sg");
            foreach (var instance in cloud.Instances)
            {
                CheckInstance(cloud, instance, path / "instances" / instance.Name);
            }
        }
    }

    private void CheckBlocks(ValueList<InetPrefix> blocks, LabPath path, string what, int shortest, int longest)
    {
        int four = blocks.Count(b => b.IsIPv4);
        if (four > 1 || blocks.Count - four > 1 || four == 0)
        {
            check.Mistakes.Add(path, four == 0 ? $"{what} has no IPv4 block" : $"{what} has more than one block of a family", "give one IPv4 block, and one of IPv6 if it is to be pinned");
        }

        foreach (var block in blocks)
        {
            if (block.IsIPv4 ? block.Length is < 16 or > 28 : block.Length < shortest || block.Length > longest)
            {
                check.Mistakes.Add(path, $"{block} is no usable size for {what}", $"IPv4 blocks are /16 to /28, IPv6 blocks {(shortest == longest ? $"/{shortest}" : $"/{shortest} to /{longest}")}");
            }
        }
    }

    private void CheckGateway(Cloud cloud, LabPath path)
    {
        if (cloud.Igw is not { } igw)
        {
            return;
        }

        if (check.Names.Node(igw) is not { } node)
        {
            check.UnknownNode(igw, path / "igw");
        }
        else if (node.Kind != NodeKind.Router)
        {
            check.Mistakes.Add(path / "igw", $"the internet gateway is attached to a router, and '{igw}' is a {node.Kind.ToString().ToLowerInvariant()}", "name a router");
        }
        else if (check.Names.PortsOf(igw).Any(p => p.Port == cloud.Name))
        {
            check.Mistakes.Add(path / "igw", $"'{igw}' has a port '{cloud.Name}' already, which its link to the cloud would be called", "rename the port or the cloud");
        }
    }

    private void CheckSubnets(Cloud cloud, LabPath path)
    {
        var seen = new List<(InetPrefix Block, string Name)>();
        foreach (var subnet in cloud.Subnets)
        {
            var here = path / subnet.Name;
            CheckBlocks(subnet.Cidr, here / "cidr", "the subnet", 64, 64);
            foreach (var block in subnet.Cidr)
            {
                if (!cloud.Vpc.Any(v => v.Contains(block)))
                {
                    check.Mistakes.Add(here / "cidr", $"{block} lies outside the cloud's block {string.Join(", ", cloud.Vpc)}", "a subnet is a part of the cloud's block");
                }

                var other = seen.Find(s => s.Block.Overlaps(block));
                if (other.Name is not null)
                {
                    check.Mistakes.Add(here / "cidr", $"{block} overlaps the subnet '{other.Name}' ({other.Block})", "subnets of a cloud are disjoint");
                }

                seen.Add((block, subnet.Name));
            }

            if (subnet.Nacl is { } nacl && !cloud.Nacls.Any(n => n.Name == nacl))
            {
                check.Mistakes.Add(here / "nacl", $"there is no network ACL '{nacl}' in '{cloud.Name}'", Spelling.Choose(nacl, [.. cloud.Nacls.Select(n => n.Name)], "known"));
            }

            foreach (var route in subnet.Routes)
            {
                if (cloud.Igw is null)
                {
                    check.Mistakes.Add(here / "routes", $"'{cloud.Name}' has no internet gateway to route through", "add igw: and the router it is attached to");
                }
            }
        }
    }

    private void CheckNumbers(Cloud cloud, LabPath path)
    {
        foreach (var nacl in cloud.Nacls)
        {
            CheckNumbers(nacl.In, path / nacl.Name / "in");
            CheckNumbers(nacl.Out, path / nacl.Name / "out");
        }
    }

    private void CheckNumbers(ValueList<NaclRule> rules, LabPath path)
    {
        var seen = new HashSet<int>();
        for (int i = 0; i < rules.Count; i++)
        {
            if (!seen.Add(rules[i].Number))
            {
                check.Mistakes.Add(path / i, $"rule {rules[i].Number} stands here twice", $"numbers order the rules: {rules[i].Number + 10}, for example");
            }

            if ((rules[i].Match.From.Name ?? rules[i].Match.To.Name) is { } name)
            {
                check.Mistakes.Add(path / i, $"a network ACL knows addresses, not '{name}'", "write a prefix, such as 10.0.0.0/16, or any");
            }
        }
    }

    private void CheckGroups(Cloud cloud, LabPath path)
    {
        foreach (var group in cloud.SecurityGroups)
        {
            CheckPeers(cloud, group.In, path / group.Name / "in");
            CheckPeers(cloud, group.Out ?? [], path / group.Name / "out");
        }
    }

    private void CheckPeers(Cloud cloud, ValueList<PacketMatch> rules, LabPath path)
    {
        for (int i = 0; i < rules.Count; i++)
        {
            if ((rules[i].From.Name ?? rules[i].To.Name) is { } name)
            {
                CheckGroup(cloud, name, path / i);
            }
        }
    }

    private void CheckGroup(Cloud cloud, string name, LabPath path)
    {
        if (!cloud.SecurityGroups.Any(g => g.Name == name))
        {
            check.Mistakes.Add(path, $"there is no security group '{name}' in '{cloud.Name}'", Spelling.Choose(name, [.. cloud.SecurityGroups.Select(g => g.Name)], "known"));
        }
    }

    private void CheckInstance(Cloud cloud, Instance instance, LabPath path)
    {
        foreach (string group in instance.SecurityGroups)
        {
            CheckGroup(cloud, group, path / "sg");
        }

        var subnet = cloud.Subnets.FirstOrDefault(s => s.Name == instance.Subnet);
        if (subnet is null)
        {
            check.Mistakes.Add(path / "subnet", $"there is no subnet '{instance.Subnet}' in '{cloud.Name}'", Spelling.Choose(instance.Subnet, [.. cloud.Subnets.Select(s => s.Name)], "known"));
        }

        if (instance.Addresses.Count(a => a.IsIPv4) > 1 || instance.Addresses.Count(a => a.IsIPv6) > 1)
        {
            check.Mistakes.Add(path / "address", $"'{instance.Name}' has two addresses of one family", "an instance takes one IPv4 and one IPv6 address");
        }

        foreach (var address in instance.Addresses)
        {
            CheckPrivate(subnet, address, path / "address");
        }

        if (instance.Eip is null)
        {
            return;
        }

        if (cloud.Igw is null)
        {
            check.Mistakes.Add(path / "eip", $"'{cloud.Name}' has no internet gateway that could map a public address", "add igw: and the router it is attached to");
        }

        if (instance.Eip.Address is { } eip && !_public.TryAdd(eip, instance.Name))
        {
            check.Mistakes.Add(path / "eip", $"{eip} is the public address of '{_public[eip]}' already", "choose another, or auto");
        }
    }

    private void CheckPrivate(CloudSubnet? subnet, InetAddress address, LabPath path)
    {
        var blocks = subnet?.Cidr.Where(c => c.IsIPv4 == address.IsIPv4).ToList() ?? [];
        if (blocks.Count == 0)
        {
            return;
        }

        ulong offset = address.Low - blocks[0].Address.Low;
        if (!blocks[0].Contains(address))
        {
            check.Mistakes.Add(path, $"{address} lies outside the subnet '{subnet!.Name}' ({blocks[0]})", $"the first usable is {blocks[0].At(4)}");
        }
        else if (offset < 4 || (address.IsIPv4 && address == blocks[0].Broadcast))
        {
            check.Mistakes.Add(path, $"{address} is reserved in the subnet '{subnet!.Name}'", $"the first four addresses and the last are the cloud's own; the first usable is {blocks[0].At(4)}");
        }
    }
}
