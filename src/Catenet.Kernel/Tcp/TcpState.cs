namespace Catenet.Kernel.Tcp;

/// <summary>The eleven states of a connection (RFC 9293 3.3.2).</summary>
public enum TcpState : byte
{
    /// <summary>No connection at all.</summary>
    Closed,

    /// <summary>Waiting for a connection request from any peer.</summary>
    Listen,

    /// <summary>A SYN was sent; a matching one is awaited.</summary>
    SynSent,

    /// <summary>SYNs were sent and received; the acknowledgment of ours is awaited.</summary>
    SynReceived,

    /// <summary>Data flows both ways.</summary>
    Established,

    /// <summary>We have closed; our FIN is not acknowledged yet.</summary>
    FinWait1,

    /// <summary>Our FIN is acknowledged; the peer's is awaited.</summary>
    FinWait2,

    /// <summary>The peer has closed; we may still send.</summary>
    CloseWait,

    /// <summary>Both closed at once; the acknowledgment of our FIN is awaited.</summary>
    Closing,

    /// <summary>The peer closed first, then we did; the acknowledgment of our FIN is awaited.</summary>
    LastAck,

    /// <summary>Old duplicates die out before the pair of endpoints is used again.</summary>
    TimeWait,
}
