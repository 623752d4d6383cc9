using Catenet.Core;
using Catenet.Wire.Dns;

namespace Catenet.Programs.Dns;

/// <summary>A record set, or the absence of one, in a cache.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">The type; zero for the absence of the whole name.</param>
/// <param name="Code"><see cref="DnsResponseCode.NXDomain"/> if the name does not exist.</param>
/// <param name="Records">The records as they came; none for an absence.</param>
/// <param name="Soa">The SOA record that proves an absence.</param>
/// <param name="Trust">How far to trust it.</param>
/// <param name="Expires">When it is no longer good.</param>
public sealed record DnsCacheEntry(
    DnsName Name, DnsType Type, DnsResponseCode Code, IReadOnlyList<DnsRecord> Records, DnsRecord? Soa, DnsTrust Trust, Instant Expires)
{
    /// <summary>Whether it says that there is nothing.</summary>
    public bool IsAbsence => Records.Count == 0;

    /// <summary>Whole seconds it is still good for.</summary>
    public uint Remaining(Instant now) => (uint)Math.Max(0, (Expires - now).Nanoseconds / 1_000_000_000);

    /// <summary>The records with the TTL that remains.</summary>
    public IEnumerable<DnsRecord> Aged(Instant now) => Records.Select(r => r with { Ttl = Remaining(now) });

    /// <summary>The SOA record with the TTL that remains; none for a record set.</summary>
    public IEnumerable<DnsRecord> AgedSoa(Instant now) => Soa is null ? [] : [Soa with { Ttl = Remaining(now) }];
}
