using Catenet.Core;

namespace Catenet.Lab.Model;

/// <summary>A zone of the name system and the servers that answer for it.</summary>
public sealed record DnsZone
{
    /// <summary>The zone's name with its final dot: <c>.</c>, <c>com.</c>, <c>bob.com.</c></summary>
    public string Name { get; init; } = "";

    /// <summary>The nodes that serve the zone, at least one.</summary>
    public ValueList<string> Servers { get; init; } = [];

    /// <summary>How long answers may be cached; 3600 s unless given.</summary>
    public Duration Ttl { get; init; } = Duration.FromSeconds(3600);

    /// <summary>The names in the zone and what they stand for.</summary>
    public ValueList<DnsName> Records { get; init; } = [];
}

/// <summary>A name of a zone and its records.</summary>
public sealed record DnsName
{
    /// <summary>The name relative to the zone; <c>@</c> for the zone itself.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its records.</summary>
    public ValueList<DnsRecord> Records { get; init; } = [];
}

/// <summary>Record types that a lab file can hold.</summary>
public enum DnsRecordType
{
    /// <summary>An IPv4 address.</summary>
    A,

    /// <summary>An IPv6 address.</summary>
    Aaaa,

    /// <summary>An alias.</summary>
    Cname,

    /// <summary>A mail exchanger: preference and name.</summary>
    Mx,

    /// <summary>Text.</summary>
    Txt,

    /// <summary>A name that an address stands for.</summary>
    Ptr,
}

/// <summary>One record.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Address">The address of an A or AAAA record, or the node it is taken from.</param>
/// <param name="Text">The data of any other record as written.</param>
public sealed record DnsRecord(DnsRecordType Type, AddressRef? Address, string? Text)
{
    /// <summary>Prints as a lab file has it: <c>A @bob.eip</c>.</summary>
    public override string ToString() => Address is null
        ? $"{Type.ToString().ToUpperInvariant()} {Text}"
        : $"{Type.ToString().ToUpperInvariant()} {(Address.Name is null ? "" : "@")}{Address}";
}
