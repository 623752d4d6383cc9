using Catenet.Core;
using Catenet.Wire.Dns;

namespace Catenet.Programs.Dns;

/// <summary>The records of one zone, from its apex down to where it is delegated (RFC 1034 4.2).</summary>
public sealed class DnsZone
{
    private readonly Dictionary<DnsName, List<DnsRecord>> _records = [];

    /// <summary>Makes a zone with its SOA record.</summary>
    /// <param name="origin">The apex, for example <c>example.com.</c></param>
    /// <param name="primaryServer">The zone's first name server.</param>
    /// <param name="negativeTtl">Seconds that the absence of a name may be kept (the SOA's minimum).</param>
    /// <param name="serial">The zone's version.</param>
    public DnsZone(DnsName origin, DnsName primaryServer, uint negativeTtl = 300, uint serial = 1)
    {
        Origin = origin;
        Soa = new DnsRecord(origin, DnsType.SOA, DnsClass.IN, 3600, new DnsSoaData(
            primaryServer, origin.IsRoot ? DnsName.Parse("hostmaster.") : origin.Prepend("hostmaster"), serial, 7200, 900, 1209600, negativeTtl));
        Add(Soa);
    }

    /// <summary>The apex.</summary>
    public DnsName Origin { get; }

    /// <summary>The SOA record.</summary>
    public DnsRecord Soa { get; }

    /// <summary>Adds a record; the names between it and the apex exist from then on (RFC 4592 2.2.2).</summary>
    /// <exception cref="ArgumentException">The name is not in the zone, or a CNAME would stand beside other data (RFC 1034 3.6.2).</exception>
    public DnsZone Add(DnsRecord record)
    {
        if (!record.Name.IsAtOrBelow(Origin))
        {
            throw new ArgumentException($"{record.Name} is not in the zone {Origin}.", nameof(record));
        }

        var there = At(record.Name);
        if (there.Any(r => r.Type == DnsType.CNAME != (record.Type == DnsType.CNAME)) || (record.Type == DnsType.CNAME && there.Count > 0))
        {
            throw new ArgumentException($"{record.Name} would have a CNAME beside other records: an alias stands alone.", nameof(record));
        }

        there.Add(record);
        for (var name = record.Name; name.LabelCount > Origin.LabelCount; name = name.Parent)
        {
            At(name.Parent);
        }

        return this;
    }

    /// <summary>Adds an address.</summary>
    public DnsZone Add(string name, uint ttl, InetAddress address) => Add(DnsRecord.Address(Absolute(name), ttl, address));

    /// <summary>Delegates a name (or, for <c>@</c>, names the zone's own server), with the server's addresses as glue.</summary>
    /// <param name="name">The zone delegated, relative to this one.</param>
    /// <param name="ttl">Seconds.</param>
    /// <param name="server">The server's name, relative to this zone unless it ends in a dot.</param>
    /// <param name="glue">Its addresses; needed where its name lies in or below the delegated zone.</param>
    public DnsZone AddNameServer(string name, uint ttl, string server, params ReadOnlySpan<InetAddress> glue)
    {
        var target = Absolute(server);
        Add(DnsRecord.NameServer(Absolute(name), ttl, target));
        foreach (var address in glue)
        {
            if (target.IsAtOrBelow(Origin) && !Find(target, address.IsIPv4 ? DnsType.A : DnsType.AAAA)
                .Any(r => r.Data is DnsAddressData data && data.Address == address))
            {
                Add(DnsRecord.Address(target, ttl, address));
            }
        }

        return this;
    }

    /// <summary>A name as zone files write it: <c>@</c> for the apex, relative unless it ends in a dot.</summary>
    public DnsName Absolute(string name) =>
        name == "@" ? Origin
        : name.EndsWith('.') ? DnsName.Parse(name)
        : DnsName.Parse(Origin.IsRoot ? name + "." : $"{name}.{Origin}");

    /// <summary>Whether a name exists, with records or only with names below it.</summary>
    internal bool Exists(DnsName name) => _records.ContainsKey(name);

    /// <summary>All records at a name.</summary>
    internal IReadOnlyList<DnsRecord> AllAt(DnsName name) => _records.TryGetValue(name, out var records) ? records : [];

    /// <summary>The records of one type at a name.</summary>
    internal IEnumerable<DnsRecord> Find(DnsName name, DnsType type) =>
        AllAt(name).Where(r => r.Type == type || type == DnsType.ANY);

    private List<DnsRecord> At(DnsName name)
    {
        if (!_records.TryGetValue(name, out var records))
        {
            _records[name] = records = [];
        }

        return records;
    }
}
