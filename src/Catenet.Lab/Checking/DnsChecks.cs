using Catenet.Lab.Model;
using Catenet.Lab.Reading;

namespace Catenet.Lab.Checking;

/// <summary>Checks that the zones hang together from the root down and name machines that exist.</summary>
internal sealed class DnsChecks(LabCheck check)
{
    public void Run()
    {
        var zones = check.Lab.Dns.Select(z => z.Name).ToHashSet();
        check.Unique(check.Lab.Dns.Select(z => z.Name), LabPath.Root / "dns", "zones");
        if (zones.Count > 0 && !zones.Contains("."))
        {
            check.Mistakes.Add(LabPath.Root / "dns", "the name system has no root", "resolvers begin at the root: add \".\": { ns: a.root }, and a node a.root");
        }

        foreach (var zone in check.Lab.Dns)
        {
            var path = LabPath.Root / "dns" / zone.Name;
            CheckParent(zone.Name, zones, path);
            for (int i = 0; i < zone.Servers.Count; i++)
            {
                check.Machine(zone.Servers[i], path / "ns");
            }

            if (zone.Servers.Count == 0)
            {
                check.Mistakes.Add(path, $"nobody serves the zone {zone.Name}", "add ns: and the name of a node");
            }

            CheckRecords(zone, path / "records");
        }
    }

    private void CheckParent(string name, HashSet<string> zones, LabPath path)
    {
        int dot = name.IndexOf('.');
        if (name == "." || dot == name.Length - 1)
        {
            return;
        }

        for (string parent = name[(dot + 1)..]; parent.Length > 0; parent = parent[(parent.IndexOf('.') + 1)..])
        {
            if (zones.Contains(parent))
            {
                return;
            }
        }

        string missing = name[(dot + 1)..];
        check.Mistakes.Add(path, $"nobody delegates {name}: its parent {missing} is no zone", $"add \"{missing}\": {{ ns: ... }}");
    }

    private void CheckRecords(DnsZone zone, LabPath path)
    {
        foreach (var name in zone.Records)
        {
            var here = path / name.Name;
            if (name.Records.Count > 1 && name.Records.Any(r => r.Type == DnsRecordType.Cname))
            {
                check.Mistakes.Add(here, $"'{name.Name}' is an alias and has other records as well", "a CNAME stands alone (RFC 1034 3.6.2)");
            }

            foreach (var record in name.Records)
            {
                if (check.Reference(record.Address, here) && record.Address?.Name is { } reference)
                {
                    CheckFamily(record.Type, reference, here);
                }
            }
        }
    }

    private void CheckFamily(DnsRecordType type, string reference, LabPath path)
    {
        bool four = type == DnsRecordType.A;
        if (check.Lab.Ip == (four ? IpFamilies.V6 : IpFamilies.V4))
        {
            check.Mistakes.Add(path, $"the lab has no {(four ? "IPv4" : "IPv6")}, so '@{reference}' has no address for this record", four ? "write AAAA, or change 'ip:'" : "write A, or change 'ip:'");
        }
        else if (!four && reference.EndsWith(".eip", StringComparison.Ordinal))
        {
            check.Mistakes.Add(path, $"'@{reference}' is an IPv4 address", $"write A @{reference}, or AAAA @{reference[..^4]} for its IPv6 address");
        }
    }
}
