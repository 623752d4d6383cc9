namespace Catenet.Kernel.Tcp;

/// <summary>What a host's TCP has seen (RFC 4022's tcp group and some of Linux's netstat).</summary>
public sealed class TcpCounters
{
    /// <summary>Segments received.</summary>
    public long SegmentsIn { get; internal set; }

    /// <summary>Segments sent.</summary>
    public long SegmentsOut { get; internal set; }

    /// <summary>Segments sent again.</summary>
    public long Retransmissions { get; internal set; }

    /// <summary>Duplicate acknowledgments received, counted where SACK is not in use.</summary>
    public long DuplicateAcksIn { get; internal set; }

    /// <summary>Segments that came ahead of a gap.</summary>
    public long OutOfOrderIn { get; internal set; }

    /// <summary>Times at which the receive buffer had no room whatever was given up for it (Linux's RcvPruned).</summary>
    public long ReceivePruned { get; internal set; }

    /// <summary>Times at which data ahead of a gap was given up for want of memory (Linux's OfoPruned).</summary>
    public long OutOfOrderPruned { get; internal set; }

    /// <summary>In-sequence segments that the receive buffer had no room for (Linux's TCPRcvQDrop).</summary>
    public long ReceiveQueueDrops { get; internal set; }

    /// <summary>Resets that ended something.</summary>
    public long ResetsIn { get; internal set; }

    /// <summary>Resets sent to segments that belong nowhere.</summary>
    public long ResetsOut { get; internal set; }

    /// <summary>SYNs and handshakes that met a full accept queue.</summary>
    public long ListenOverflows { get; internal set; }

    /// <summary>Challenge ACKs sent (RFC 5961).</summary>
    public long ChallengeAcks { get; internal set; }

    /// <summary>Timeouts that proved too early.</summary>
    public long SpuriousTimeouts { get; internal set; }

    /// <summary>Changes of state that the state diagram does not have: a fault in the stack.</summary>
    public long IllegalTransitions { get; internal set; }
}
