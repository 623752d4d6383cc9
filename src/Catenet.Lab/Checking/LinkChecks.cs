using Catenet.Lab.Model;
using Catenet.Lab.Reading;

namespace Catenet.Lab.Checking;

/// <summary>Checks links: both ends exist, each port holds one cable.</summary>
internal sealed class LinkChecks(LabCheck check)
{
    private readonly Dictionary<(string Node, string Port), int> _taken = [];

    public void Run()
    {
        for (int i = 0; i < check.Lab.Links.Count; i++)
        {
            var path = LabPath.Root / "links" / i;
            CheckEnd(i, isA: true, path / "a");
            CheckEnd(i, isA: false, path / "b");
            if (check.Names.End(i, true) is { } a && a.Node == check.Names.End(i, false)?.Node)
            {
                check.Mistakes.Add(path / "b", $"a link from '{a.Node}' to itself", "a link joins two nodes");
            }

            CheckFigures(check.Lab.Links[i], path);
        }
    }

    private void CheckEnd(int link, bool isA, LabPath path)
    {
        string text = (isA ? check.Lab.Links[link].A : check.Lab.Links[link].B).Text;
        if (check.Names.End(link, isA) is { } port)
        {
            bool shared = port.Port == "lan" && check.Names.Node(port.Node)?.Preset == RouterPreset.Home;
            if (!_taken.TryAdd((port.Node, port.Port), link) && !shared)
            {
                check.Mistakes.Add(path, $"the port '{port.Port}' of '{port.Node}' already holds a cable", "name another port, or put a switch in between");
            }

            return;
        }

        string name = check.Names.TrySplit(text, out string node, out _) ? node : text;
        if (check.Names.Instance(name) is { } found)
        {
            check.Mistakes.Add(path, $"'{name}' is an instance: the cloud '{found.Cloud.Name}' connects it", "remove the link");
        }
        else
        {
            int dot = text.LastIndexOf('.');
            check.UnknownNode(dot > 0 ? text[..dot] : text, path);
        }
    }

    private void CheckFigures(Link link, LabPath path)
    {
        if (check.Lab.Ip != IpFamilies.V4 && link.Mtu < 1280)
        {
            check.Mistakes.Add(path / "mtu", $"IPv6 needs an MTU of at least 1280, not {link.Mtu}", "raise it, or make the lab 'ip: ipv4'");
        }

        foreach (var part in new[] { link.Both, link.Up, link.Down })
        {
            if (new[] { part.Delay, part.Jitter, part.ReorderDelay }.Any(d => d >= Core.Duration.FromSeconds(86_400)))
            {
                check.Mistakes.Add(path / "delay", "a link's delay is less than a day", "write delay: 20 ms, for example");
            }
        }

        foreach (var subnet in link.Subnets)
        {
            if (subnet.Length > subnet.Address.Bits - 2)
            {
                check.Mistakes.Add(path / "subnet", $"{subnet} has no room for two interfaces", "use a /30 or larger");
            }
        }
    }
}
