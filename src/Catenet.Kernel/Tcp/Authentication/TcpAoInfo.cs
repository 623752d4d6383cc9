namespace Catenet.Kernel.Tcp;

/// <summary>How TCP-AO stands on a connection (TCP_AO_INFO).</summary>
public readonly record struct TcpAoInfo
{
    /// <summary>The key that segments are signed with (<c>current_key</c>).</summary>
    public TcpAoKey Current { get; init; }

    /// <summary>The key that the peer is asked to sign with (<c>rnext</c>).</summary>
    public TcpAoKey Next { get; init; }

    /// <summary>Segments verified (<c>pkt_good</c>).</summary>
    public long Good { get; init; }

    /// <summary>Segments with a wrong signature (<c>pkt_bad</c>).</summary>
    public long Bad { get; init; }

    /// <summary>Segments whose KeyID no key has (<c>pkt_key_not_found</c>).</summary>
    public long KeyNotFound { get; init; }

    /// <summary>Segments without a signature (<c>pkt_ao_required</c>).</summary>
    public long Unsigned { get; init; }

    /// <summary>ICMP errors that were not believed (<c>pkt_dropped_icmp</c>).</summary>
    public long IgnoredIcmp { get; init; }
}
