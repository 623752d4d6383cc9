namespace Catenet.Wire.Dns;

/// <summary>One EDNS option (RFC 6891 6.1.2).</summary>
/// <param name="Code">The option's code: 3 NSID, 8 client subnet, 10 cookie, 15 extended error.</param>
/// <param name="Data">The option's data.</param>
public sealed record DnsEdnsOption(ushort Code, ReadOnlyMemory<byte> Data);

/// <summary>What the OPT pseudo-record says, but for the upper bits of the response code (RFC 6891 6.1). Immutable.</summary>
/// <param name="UdpPayloadSize">The largest message the sender takes over UDP, in octets; below 512 counts as 512.</param>
/// <param name="Version">The version; only 0 exists.</param>
/// <param name="DnssecOk">The DO bit (RFC 3225).</param>
/// <param name="Options">The options.</param>
public sealed record DnsEdns(ushort UdpPayloadSize, byte Version, bool DnssecOk, IReadOnlyList<DnsEdnsOption> Options)
{
    /// <summary>The payload size that avoids fragmentation nearly everywhere (RFC 9715 3.2).</summary>
    public const ushort RecommendedPayloadSize = 1232;

    /// <summary>Version 0 without options.</summary>
    public DnsEdns(ushort udpPayloadSize = RecommendedPayloadSize)
        : this(udpPayloadSize, 0, false, [])
    {
    }
}
