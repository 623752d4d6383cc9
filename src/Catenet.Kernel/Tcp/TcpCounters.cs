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

    /// <summary>Probes of a path's MTU that got through (RFC 4821).</summary>
    public long MtuProbesDelivered { get; internal set; }

    /// <summary>Probes of a path's MTU that were lost.</summary>
    public long MtuProbesLost { get; internal set; }

    /// <summary>ICMP errors about a number that was not in flight (RFC 5927 4.1).</summary>
    public long OutOfWindowIcmp { get; internal set; }

    /// <summary>Segments without an MD5 signature from a peer with a key (TCPMD5NotFound).</summary>
    public long Md5NotFound { get; internal set; }

    /// <summary>Segments with an MD5 signature from a peer without a key (TCPMD5Unexpected).</summary>
    public long Md5Unexpected { get; internal set; }

    /// <summary>Segments with a wrong MD5 signature (TCPMD5Failure).</summary>
    public long Md5Failures { get; internal set; }

    /// <summary>Segments without TCP-AO from a peer with a key (TCPAORequired).</summary>
    public long AoRequired { get; internal set; }

    /// <summary>Segments whose TCP-AO is right (TCPAOGood).</summary>
    public long AoGood { get; internal set; }

    /// <summary>Segments whose TCP-AO is wrong (TCPAOBad).</summary>
    public long AoBad { get; internal set; }

    /// <summary>Segments whose KeyID no key has (TCPAOKeyNotFound).</summary>
    public long AoKeyNotFound { get; internal set; }

    /// <summary>ICMP errors not believed because of TCP-AO (TCPAODroppedIcmps).</summary>
    public long AoIgnoredIcmp { get; internal set; }

    /// <summary>Timeouts that proved too early.</summary>
    public long SpuriousTimeouts { get; internal set; }

    /// <summary>Changes of state that the state diagram does not have: a fault in the stack.</summary>
    public long IllegalTransitions { get; internal set; }
}
