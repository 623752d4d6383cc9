namespace Catenet.Kernel.Netfilter;

/// <summary>A TCP connection's state as a box between the two ends can know it (Linux's enum tcp_conntrack).</summary>
public enum TcpTrackingState : byte
{
    /// <summary>Nothing seen yet.</summary>
    None,

    /// <summary>A SYN was seen.</summary>
    SynSent,

    /// <summary>The SYN was answered by a SYN and ACK.</summary>
    SynReceived,

    /// <summary>The handshake is complete.</summary>
    Established,

    /// <summary>A FIN was seen.</summary>
    FinWait,

    /// <summary>The FIN was acknowledged.</summary>
    CloseWait,

    /// <summary>FINs were seen both ways.</summary>
    LastAck,

    /// <summary>The last FIN was acknowledged.</summary>
    TimeWait,

    /// <summary>A reset was seen.</summary>
    Close,

    /// <summary>SYNs crossed: a simultaneous open.</summary>
    SynSent2,
}
