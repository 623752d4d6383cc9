using Catenet.Lab.Model;
using Catenet.Lab.Reading;

namespace Catenet.Lab.Checking;

/// <summary>Checks nodes that are a piece of Linux.</summary>
internal static class LinuxChecks
{
    /// <summary>The longest name of an interface in Linux (IFNAMSIZ - 1).</summary>
    private const int LongestPort = 15;

    public static void Run(LabCheck check, Node node, LabPath path)
    {
        if (check.Lab.Time != TimeMode.Real)
        {
            check.Mistakes.Add(path / "kind", $"'{node.Name}' is a linux node, whose clock is the one on the wall", "write time: real");
        }

        void Not(bool given, string key, string instead)
        {
            if (given)
            {
                check.Mistakes.Add(path / key, $"'{key}' is for nodes with a kernel of Catenet's, and '{node.Name}' is a linux node", instead);
            }
        }

        Not(node.Resolver, "resolver", "let a host of Catenet's resolve names");
        Not(node.Firewall is not null, "firewall", "use nftables: exec: \"nft ...\"");
        Not(node.Nat.Count > 0, "nat", "use nftables: exec: \"nft ...\"");
        Not(node.Apps.Count > 0, "apps", "run a real program: exec: \"...\", ready: \"...\"");
        foreach (var port in check.Names.PortsOf(node.Name))
        {
            if (port.Port.Length > LongestPort)
            {
                check.Mistakes.Add(path, $"Linux has no interface of a name as long as '{port.Port}'", $"at most {LongestPort} characters");
            }
        }

        foreach (var zone in check.Lab.Dns.Where(z => z.Servers.Contains(node.Name)))
        {
            check.Mistakes.Add(LabPath.Root / "dns" / zone.Name / "ns", $"'{node.Name}' is a linux node: Catenet's name server does not run there", "let a host of Catenet's serve the zone");
        }
    }
}
