using System.Globalization;
using Catenet.Core;

namespace Catenet.Wire.Dns;

/// <summary>What a message asks (RFC 1035 4.1.2).</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">The type.</param>
/// <param name="Class">The class.</param>
public sealed record DnsQuestion(DnsName Name, DnsType Type, DnsClass Class = DnsClass.IN)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Class} {Type}";
}

/// <summary>A resource record (RFC 1035 4.1.3). Immutable.</summary>
/// <param name="Name">The name that owns it.</param>
/// <param name="Type">The type; agrees with the kind of <paramref name="Data"/>.</param>
/// <param name="Class">The class.</param>
/// <param name="Ttl">Seconds it may be kept; above 2^31-1 means zero (RFC 2181 8).</param>
/// <param name="Data">The data.</param>
public sealed record DnsRecord(DnsName Name, DnsType Type, DnsClass Class, uint Ttl, DnsRecordData Data)
{
    /// <summary>An A or AAAA record, by the address's family.</summary>
    public static DnsRecord Address(DnsName name, uint ttl, InetAddress address) =>
        new(name, address.IsIPv4 ? DnsType.A : DnsType.AAAA, DnsClass.IN, ttl, new DnsAddressData(address));

    /// <summary>An NS record.</summary>
    public static DnsRecord NameServer(DnsName name, uint ttl, DnsName server) => new(name, DnsType.NS, DnsClass.IN, ttl, new DnsNameData(server));

    /// <summary>A CNAME record.</summary>
    public static DnsRecord Alias(DnsName name, uint ttl, DnsName target) => new(name, DnsType.CNAME, DnsClass.IN, ttl, new DnsNameData(target));

    /// <summary>A PTR record.</summary>
    public static DnsRecord Pointer(DnsName name, uint ttl, DnsName target) => new(name, DnsType.PTR, DnsClass.IN, ttl, new DnsNameData(target));

    /// <summary>A TXT record.</summary>
    public static DnsRecord Text(DnsName name, uint ttl, params IReadOnlyList<string> strings) => new(name, DnsType.TXT, DnsClass.IN, ttl, new DnsTxtData(strings));

    /// <summary>Prints as in a zone file.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} {Ttl} {Class} {Type} {Data}");
}
