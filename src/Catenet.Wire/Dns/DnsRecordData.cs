using System.Globalization;
using System.Text;
using Catenet.Core;

namespace Catenet.Wire.Dns;

/// <summary>The data of a resource record. Immutable; prints as in a zone file.</summary>
public abstract record DnsRecordData;

/// <summary>Data of A and AAAA records.</summary>
/// <param name="Address">The address; its family is the type's.</param>
public sealed record DnsAddressData(InetAddress Address) : DnsRecordData
{
    /// <inheritdoc/>
    public override string ToString() => Address.ToString();
}

/// <summary>Data of NS, CNAME and PTR records: a name.</summary>
/// <param name="Target">The name.</param>
public sealed record DnsNameData(DnsName Target) : DnsRecordData
{
    /// <inheritdoc/>
    public override string ToString() => Target.ToString();
}

/// <summary>Data of a SOA record (RFC 1035 3.3.13); times in seconds.</summary>
/// <param name="PrimaryServer">MNAME: the zone's primary server.</param>
/// <param name="Mailbox">RNAME: the mailbox of who is responsible.</param>
/// <param name="Serial">The zone's version.</param>
/// <param name="Refresh">How often secondaries look.</param>
/// <param name="Retry">How soon they look again after a failure.</param>
/// <param name="Expire">When they give the zone up.</param>
/// <param name="Minimum">The TTL of negative answers (RFC 2308 4).</param>
public sealed record DnsSoaData(DnsName PrimaryServer, DnsName Mailbox, uint Serial, uint Refresh, uint Retry, uint Expire, uint Minimum) : DnsRecordData
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{PrimaryServer} {Mailbox} {Serial} {Refresh} {Retry} {Expire} {Minimum}");
}

/// <summary>Data of an MX record.</summary>
/// <param name="Preference">The lower is tried first.</param>
/// <param name="Exchange">The host that takes mail.</param>
public sealed record DnsMxData(ushort Preference, DnsName Exchange) : DnsRecordData
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Preference} {Exchange}");
}

/// <summary>Data of an SRV record (RFC 2782).</summary>
/// <param name="Priority">The lower is tried first.</param>
/// <param name="Weight">The share among those of one priority.</param>
/// <param name="Port">The service's port.</param>
/// <param name="Target">The host.</param>
public sealed record DnsSrvData(ushort Priority, ushort Weight, ushort Port, DnsName Target) : DnsRecordData
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Priority} {Weight} {Port} {Target}");
}

/// <summary>Data of a TXT record.</summary>
/// <param name="Strings">One or more strings of at most 255 octets each, an octet being a character up to U+00FF.</param>
public sealed record DnsTxtData(IReadOnlyList<string> Strings) : DnsRecordData
{
    /// <inheritdoc/>
    public bool Equals(DnsTxtData? other) => other is not null && Strings.SequenceEqual(other.Strings);

    /// <inheritdoc/>
    public override int GetHashCode() => Strings.Count;

    /// <inheritdoc/>
    public override string ToString() => string.Join(' ', Strings.Select(Quote));

    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (char c in text)
        {
            if (c is '"' or '\\')
            {
                quoted.Append('\\').Append(c);
            }
            else if (c is < ' ' or > '~')
            {
                quoted.Append('\\').Append(((int)c).ToString("D3", CultureInfo.InvariantCulture));
            }
            else
            {
                quoted.Append(c);
            }
        }

        return quoted.Append('"').ToString();
    }
}

/// <summary>Data of a type that is not known here, or an empty one (RFC 3597).</summary>
/// <param name="Octets">The data as on the wire.</param>
public sealed record DnsOpaqueData(ReadOnlyMemory<byte> Octets) : DnsRecordData
{
    /// <inheritdoc/>
    public bool Equals(DnsOpaqueData? other) => other is not null && Octets.Span.SequenceEqual(other.Octets.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => Octets.Length;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"\\# {Octets.Length} {Convert.ToHexStringLower(Octets.Span)}").TrimEnd();
}
