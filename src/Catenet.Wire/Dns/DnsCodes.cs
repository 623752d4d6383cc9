namespace Catenet.Wire.Dns;

#pragma warning disable CA1008 // zero is not always "none" in these registries

/// <summary>Types of resource records and of questions (IANA "DNS Parameters").</summary>
public enum DnsType : ushort
{
    /// <summary>IPv4 address (RFC 1035 3.4.1).</summary>
    A = 1,

    /// <summary>Authoritative name server (RFC 1035 3.3.11).</summary>
    NS = 2,

    /// <summary>Canonical name of an alias (RFC 1035 3.3.1).</summary>
    CNAME = 5,

    /// <summary>Start of a zone of authority (RFC 1035 3.3.13).</summary>
    SOA = 6,

    /// <summary>Pointer to a name (RFC 1035 3.3.12).</summary>
    PTR = 12,

    /// <summary>Mail exchange (RFC 1035 3.3.9).</summary>
    MX = 15,

    /// <summary>Text (RFC 1035 3.3.14).</summary>
    TXT = 16,

    /// <summary>IPv6 address (RFC 3596).</summary>
    AAAA = 28,

    /// <summary>Location of a service (RFC 2782).</summary>
    SRV = 33,

    /// <summary>EDNS(0) pseudo-record (RFC 6891).</summary>
    OPT = 41,

    /// <summary>Service binding for HTTPS (RFC 9460); its data stays opaque.</summary>
    HTTPS = 65,

    /// <summary>Question only: transfer of a zone (RFC 5936).</summary>
    AXFR = 252,

    /// <summary>Question only: everything (RFC 8482).</summary>
    ANY = 255,
}

/// <summary>Classes (RFC 1035 3.2.4).</summary>
public enum DnsClass : ushort
{
    /// <summary>The Internet.</summary>
    IN = 1,

    /// <summary>Chaos: servers tell their version in it.</summary>
    CH = 3,

    /// <summary>Question only: any.</summary>
    ANY = 255,
}

/// <summary>Kinds of query (RFC 1035 4.1.1).</summary>
public enum DnsOpcode : byte
{
    /// <summary>A standard query.</summary>
    Query = 0,

    /// <summary>An inverse query (obsolete).</summary>
    InverseQuery = 1,

    /// <summary>Server status.</summary>
    Status = 2,

    /// <summary>A zone changed (RFC 1996).</summary>
    Notify = 4,

    /// <summary>Dynamic update (RFC 2136).</summary>
    Update = 5,
}

/// <summary>Response codes; those above 15 need EDNS (RFC 1035 4.1.1, RFC 6891 6.1.3).</summary>
public enum DnsResponseCode : ushort
{
    /// <summary>No error.</summary>
    NoError = 0,

    /// <summary>The server could not read the query.</summary>
    FormErr = 1,

    /// <summary>The server failed.</summary>
    ServFail = 2,

    /// <summary>The name does not exist.</summary>
    NXDomain = 3,

    /// <summary>The server does not do this kind of query.</summary>
    NotImp = 4,

    /// <summary>The server refuses.</summary>
    Refused = 5,

    /// <summary>The EDNS version is not supported.</summary>
    BadVers = 16,
}
