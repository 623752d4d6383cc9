namespace Catenet.Packetdrill.Calls;

/// <summary>An entry of a socket's error queue (Linux's struct sock_extended_err).</summary>
internal sealed record ErrorReport
{
    /// <summary>ee_errno.</summary>
    public required int Error { get; init; }

    /// <summary>ee_origin.</summary>
    public required int Origin { get; init; }

    /// <summary>ee_type.</summary>
    public int Type { get; init; }

    /// <summary>ee_code.</summary>
    public int Code { get; init; }

    /// <summary>ee_info.</summary>
    public uint Info { get; init; }

    /// <summary>ee_data.</summary>
    public uint Data { get; init; }

    /// <summary>When it happened, if that is what it tells (SCM_TIMESTAMPING).</summary>
    public Instant? Time { get; init; }

    /// <summary>Octets of the packet that come along.</summary>
    public int Length { get; init; }
}
