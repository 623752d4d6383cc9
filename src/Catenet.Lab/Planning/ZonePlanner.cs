using Catenet.Core;
using Catenet.Lab.Model;

namespace Catenet.Lab.Planning;

/// <summary>Writes zones out: full names, addresses for references, delegations with glue.</summary>
internal static class ZonePlanner
{
    public static IReadOnlyList<PlannedZone> Plan(LabPlan plan)
    {
        var zones = plan.Model.Dns;
        var servers = zones.ToDictionary(z => z.Name, z => (IReadOnlyList<PlannedNameServer>)[.. z.Servers.Select(s => Server(plan, z.Name, s))]);
        return [.. zones.Select(zone => new PlannedZone
        {
            Name = zone.Name,
            Ttl = zone.Ttl,
            Servers = servers[zone.Name],
            Records = [.. zone.Records.SelectMany(n => n.Records.Select(r => Record(plan, zone.Name, n.Name, r)))],
            Delegations = [.. zones.Where(z => ParentOf(z.Name, servers.Keys) == zone.Name).Select(z => (z.Name, servers[z.Name]))],
        })];
    }

    /// <summary>
    /// The server's domain name: the node's name inside the zone, so that the glue the parent gives lies within the zone and may be believed.
    /// <c>ns1.bob</c> for <c>bob.com.</c> is <c>ns1.bob.com.</c>: what both have in common is not written twice.
    /// </summary>
    internal static string HostName(string node, string zone)
    {
        if (zone == ".")
        {
            return node + ".";
        }

        string head = node;
        string last = node[(node.LastIndexOf('.') + 1)..];
        if (node.Contains('.') && zone.StartsWith(last + ".", StringComparison.Ordinal))
        {
            head = node[..node.LastIndexOf('.')];
        }

        return $"{head}.{zone}";
    }

    private static PlannedNameServer Server(LabPlan plan, string zone, string node) => new(
        HostName(node, zone), node, [.. new[] { plan.AddressOf(node, true), plan.AddressOf(node, false) }.OfType<InetAddress>()]);

    private static string? ParentOf(string name, IEnumerable<string> zones)
    {
        string? best = null;
        foreach (string zone in zones)
        {
            bool above = name != zone && (zone == "." || name.EndsWith("." + zone, StringComparison.Ordinal));
            best = above && (best is null || zone.Length > best.Length) ? zone : best;
        }

        return best;
    }

    private static PlannedRecord Record(LabPlan plan, string zone, string name, DnsRecord record)
    {
        string full = name == "@" ? zone : zone == "." ? name + "." : $"{name}.{zone}";
        if (record.Address is { } address)
        {
            bool four = record.Type == DnsRecordType.A;
            return new PlannedRecord(full, record.Type, address.Address ?? plan.AddressOf(address.Name!, four), null);
        }

        string text = record.Text!;
        return new PlannedRecord(full, record.Type, null, record.Type switch
        {
            DnsRecordType.Cname or DnsRecordType.Ptr => Full(text, zone),
            DnsRecordType.Mx => $"{text[..text.IndexOf(' ')]} {Full(text[(text.LastIndexOf(' ') + 1)..], zone)}",
            _ => text,
        });
    }

    private static string Full(string name, string zone) => name.EndsWith('.') ? name : zone == "." ? name + "." : $"{name}.{zone}";
}
