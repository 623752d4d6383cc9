using System.Diagnostics.CodeAnalysis;
using Catenet.Core;
using Catenet.Wire.Dns;

namespace Catenet.Programs.Dns;

/// <summary>Record sets and their absence, kept until their TTL is over by the loop's clock (RFC 1035 7.4, RFC 2308).</summary>
/// <remarks>Bounded: when it is full, what was used longest ago goes first. Belongs to the loop's thread.</remarks>
public sealed class DnsCache
{
    /// <summary>Under this type the absence of a whole name is kept.</summary>
    private const DnsType WholeName = 0;

    private readonly EventLoop _loop;
    private readonly int _capacity;
    private readonly Dictionary<(DnsName Name, DnsType Type), LinkedListNode<DnsCacheEntry>> _entries = [];
    private readonly LinkedList<DnsCacheEntry> _byUse = [];

    /// <summary>Makes a cache.</summary>
    /// <param name="loop">Whose clock counts.</param>
    /// <param name="capacity">The most record sets kept, at least 1.</param>
    public DnsCache(EventLoop loop, int capacity = 10_000)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _loop = loop;
        _capacity = capacity;
    }

    /// <summary>The longest that anything is kept: a day.</summary>
    public static uint MaxTtl => 86400;

    /// <summary>The longest that an absence is kept: three hours (RFC 2308 5).</summary>
    public static uint MaxNegativeTtl => 10800;

    /// <summary>How many record sets are kept.</summary>
    public int Count => _entries.Count;

    /// <summary>Finds a record set, or its absence, that is at least as trustworthy as wanted.</summary>
    public bool TryGet(DnsName name, DnsType type, DnsTrust least, [NotNullWhen(true)] out DnsCacheEntry? entry) =>
        TryGetOne(name, type, least, out entry) || TryGetOne(name, WholeName, least, out entry);

    /// <summary>Keeps a record set: records of one name and type. Less trustworthy data does not replace better that is still good (RFC 2181 5.4.1).</summary>
    public void Add(IReadOnlyList<DnsRecord> records, DnsTrust trust)
    {
        uint ttl = MaxTtl;
        foreach (var record in records)
        {
            ttl = Math.Min(ttl, record.Ttl > int.MaxValue ? 0 : record.Ttl);
        }

        Put(new DnsCacheEntry(records[0].Name, records[0].Type, DnsResponseCode.NoError, records, null, trust, Expiry(ttl)));
    }

    /// <summary>Keeps the absence of a name or of one type under it, for as long as the zone's SOA record says (RFC 2308 5).</summary>
    /// <param name="name">The name that was asked for.</param>
    /// <param name="type">The type that was asked for.</param>
    /// <param name="code">NXDomain: the name does not exist; NoError: it has no such type.</param>
    /// <param name="soa">The SOA record from the answer; without one the absence is not kept.</param>
    /// <param name="trust">How far to trust it.</param>
    public void AddAbsence(DnsName name, DnsType type, DnsResponseCode code, DnsRecord? soa, DnsTrust trust)
    {
        if (soa?.Data is DnsSoaData data)
        {
            uint ttl = Math.Min(Math.Min(soa.Ttl, data.Minimum), MaxNegativeTtl);
            var key = code == DnsResponseCode.NXDomain ? WholeName : type;
            Put(new DnsCacheEntry(name, key, code, [], soa, trust, Expiry(ttl)));
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _entries.Clear();
        _byUse.Clear();
    }

    private Instant Expiry(uint ttl) => _loop.Now + Duration.FromSeconds(ttl);

    private bool TryGetOne(DnsName name, DnsType type, DnsTrust least, [NotNullWhen(true)] out DnsCacheEntry? entry)
    {
        entry = null;
        if (!_entries.TryGetValue((name, type), out var node))
        {
            return false;
        }

        if (node.Value.Expires <= _loop.Now)
        {
            Remove(node);
            return false;
        }

        if (node.Value.Trust < least)
        {
            return false;
        }

        _byUse.Remove(node);
        _byUse.AddFirst(node);
        entry = node.Value;
        return true;
    }

    private void Put(DnsCacheEntry entry)
    {
        if (entry.Expires <= _loop.Now)
        {
            return;
        }

        if (_entries.TryGetValue((entry.Name, entry.Type), out var known))
        {
            if (known.Value.Expires > _loop.Now && known.Value.Trust > entry.Trust)
            {
                return;
            }

            Remove(known);
        }

        if (_entries.Count >= _capacity)
        {
            Remove(_byUse.Last!);
        }

        _entries[(entry.Name, entry.Type)] = _byUse.AddFirst(entry);
    }

    private void Remove(LinkedListNode<DnsCacheEntry> node)
    {
        _entries.Remove((node.Value.Name, node.Value.Type));
        _byUse.Remove(node);
    }
}
