using System.Globalization;
using Catenet.Core;
using Catenet.Kernel;
using Catenet.Lab.Model;
using Catenet.Lab.Planning;
using Catenet.Programs.Dns;
using Catenet.Wire.Dns;
using DnsName = Catenet.Wire.Dns.DnsName;
using DnsRecord = Catenet.Wire.Dns.DnsRecord;
using DnsZone = Catenet.Programs.Dns.DnsZone;

namespace Catenet.Lab.Running;

/// <summary>Makes the name system: authoritative servers with their zones, resolvers, forwarders, and every host's stub.</summary>
internal sealed class NameBuilder(LabPlan plan)
{
    private const ushort DnsPort = 53;

    /// <summary>Gives a node's host the means to look names up, and returns the server that it runs for others; null if it runs none.</summary>
    public DnsServer? Build(PlannedNode node, Host host)
    {
        host.Resolver = new StubResolver(host, new StubResolverOptions
        {
            Servers = [.. node.NameServers.Select(a => new InetEndpoint(a, DnsPort))],
            Hosts = References().ToDictionary(name => name, name => Known(name, node.Name)),
        });
        DnsZone[] zones = [.. plan.Zones.Where(z => z.Servers.Any(s => s.Node == node.Name)).Select(Zone)];
        if (zones.Length > 0)
        {
            return new AuthoritativeServer(host, zones);
        }

        if (node.IsResolver && RootHints() is { Count: > 0 } hints)
        {
            return new RecursiveResolver(host, hints, new RecursiveResolverOptions { UseIPv6 = plan.Model.Ip != IpFamilies.V4 });
        }

        return node.IsNameForwarder && node.NameServers.Count > 0
            ? new DnsForwarder(host, [.. node.NameServers.Select(a => new InetEndpoint(a, DnsPort))])
            : null;
    }

    /// <summary>All that a lab file may call an address by: <c>bob</c>, <c>home.wan</c>.</summary>
    private IEnumerable<string> References() =>
        plan.Nodes.SelectMany(n => n.Interfaces.Select(i => $"{n.Name}.{i.Name}").Prepend(n.Name)).Distinct(StringComparer.Ordinal);

    /// <summary>Node names stand in every host's hosts file, so that programs may be told to reach <c>bob</c>.</summary>
    private IReadOnlyList<InetAddress> Known(string name, string from) =>
        [.. new[] { plan.AddressOf(name, true, from), plan.AddressOf(name, false, from) }.OfType<InetAddress>()];

    private List<RootHint> RootHints() => [.. plan.Zones
        .Where(z => z.Name == ".")
        .SelectMany(z => z.Servers)
        .Select(s => new RootHint(DnsName.Parse(s.HostName), s.Addresses))];

    private static DnsZone Zone(PlannedZone planned)
    {
        uint ttl = (uint)planned.Ttl.TotalSeconds;
        var zone = new DnsZone(DnsName.Parse(planned.Name), DnsName.Parse(planned.Servers[0].HostName), ttl);
        foreach (var server in planned.Servers)
        {
            zone.AddNameServer("@", ttl, server.HostName, [.. server.Addresses]);
        }

        foreach (var (child, servers) in planned.Delegations)
        {
            foreach (var server in servers)
            {
                zone.AddNameServer(child, ttl, server.HostName, [.. server.Addresses]);
            }
        }

        foreach (var record in planned.Records)
        {
            zone.Add(Record(record, ttl));
        }

        return zone;
    }

    private static DnsRecord Record(PlannedRecord planned, uint ttl)
    {
        var name = DnsName.Parse(planned.Name);
        if (planned.Address is { } address)
        {
            return DnsRecord.Address(name, ttl, address);
        }

        string text = planned.Text!;
        return planned.Type switch
        {
            DnsRecordType.Cname => new DnsRecord(name, DnsType.CNAME, DnsClass.IN, ttl, new DnsNameData(DnsName.Parse(text))),
            DnsRecordType.Ptr => new DnsRecord(name, DnsType.PTR, DnsClass.IN, ttl, new DnsNameData(DnsName.Parse(text))),
            DnsRecordType.Mx => Mail(name, ttl, text),
            _ => new DnsRecord(name, DnsType.TXT, DnsClass.IN, ttl, new DnsTxtData([text])),
        };
    }

    private static DnsRecord Mail(DnsName name, uint ttl, string text)
    {
        string[] parts = text.Split(' ', 2);
        ushort preference = ushort.Parse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture);
        return new DnsRecord(name, DnsType.MX, DnsClass.IN, ttl, new DnsMxData(preference, DnsName.Parse(parts[1])));
    }
}
