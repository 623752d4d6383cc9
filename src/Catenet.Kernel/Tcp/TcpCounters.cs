using Catenet.Core;

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

    /// <summary>How often a small write has begun to wait for earlier packets to leave (Linux's TCPAutoCorking).</summary>
    public long AutoCorks { get; internal set; }

    /// <summary>How often all sockets together took more than the second of <c>tcp_mem</c> (Linux's TCPMemoryPressures).</summary>
    public long MemoryPressures { get; internal set; }

    /// <summary>For how long there was pressure, what still lasts left out (Linux's TCPMemoryPressuresChrono).</summary>
    public Duration MemoryPressureTime { get; internal set; }

    /// <summary>Times at which room was made in a connection's receive buffer (Linux's PruneCalled).</summary>
    public long PruneCalls { get; internal set; }

    /// <summary>Segments ahead of a gap that there was no memory for (Linux's TCPOFODrop).</summary>
    public long OutOfOrderDrops { get; internal set; }

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

    /// <summary>SYNs that met a full queue of requests and were answered with a cookie (Linux's TCPReqQFullDoCookies).</summary>
    public long RequestQueueFullCookies { get; internal set; }

    /// <summary>SYNs that met a full queue of requests and were dropped (TCPReqQFullDrop).</summary>
    public long RequestQueueFullDrops { get; internal set; }

    /// <summary>SYN cookies sent (SyncookiesSent).</summary>
    public long SynCookiesSent { get; internal set; }

    /// <summary>SYN cookies that came back (SyncookiesRecv).</summary>
    public long SynCookiesReceived { get; internal set; }

    /// <summary>Acknowledgments that were taken for a SYN cookie's and were none (SyncookiesFailed).</summary>
    public long SynCookiesFailed { get; internal set; }

    /// <summary>Handshakes whose last ACK was passed over until data comes (TCPDeferAcceptDrop).</summary>
    public long DeferAcceptDrops { get; internal set; }

    /// <summary>Connections that ended without a TIME-WAIT record, since there were too many (TCPTimeWaitOverflow).</summary>
    public long TimeWaitOverflows { get; internal set; }

    /// <summary>Fast Open requests that met a full queue (TCPFastOpenListenOverflow).</summary>
    public long FastOpenOverflows { get; internal set; }

    /// <summary>Requests for a Fast Open cookie (TCPFastOpenCookieReqd).</summary>
    public long FastOpenCookiesRequested { get; internal set; }

    /// <summary>Connections opened by a SYN with a valid Fast Open cookie (TCPFastOpenPassive).</summary>
    public long FastOpenPassive { get; internal set; }

    /// <summary>Of those, with a cookie under the second key (TCPFastOpenPassiveAltKey).</summary>
    public long FastOpenPassiveBackupKey { get; internal set; }

    /// <summary>SYNs with a Fast Open cookie that was not valid (TCPFastOpenPassiveFail).</summary>
    public long FastOpenPassiveFailed { get; internal set; }

    /// <summary>Connections whose data in the SYN was acknowledged (TCPFastOpenActive).</summary>
    public long FastOpenActive { get; internal set; }

    /// <summary>Connections whose data in the SYN had to be sent again (TCPFastOpenActiveFail).</summary>
    public long FastOpenActiveFailed { get; internal set; }

    /// <summary>How often Fast Open was given up for a while, since it seemed to be lost on the way (TCPFastOpenBlackhole).</summary>
    public long FastOpenBlackholes { get; internal set; }

    /// <summary>Connections of users who had gone that were ended because there were too many, or memory was short (TCPAbortOnMemory).</summary>
    public long AbortsOnMemory { get; internal set; }

    /// <summary>Changes of state that the state diagram does not have: a fault in the stack.</summary>
    public long IllegalTransitions { get; internal set; }

    /// <summary><c>TCPSackRecovery</c> and <c>TCPRenoRecovery</c>: fast recoveries begun, with and without SACK.</summary>
    public long SackRecoveries { get; private set; }

    /// <inheritdoc cref="SackRecoveries"/>
    public long RenoRecoveries { get; private set; }

    /// <summary><c>TCPFullUndo</c>: fast recoveries that proved needless when all was acknowledged.</summary>
    public long FullUndos { get; private set; }

    /// <summary><c>TCPPartialUndo</c>: fast recoveries that a partial acknowledgment showed to be needless.</summary>
    public long PartialUndos { get; internal set; }

    /// <summary><c>TCPDSACKUndo</c>: reductions that D-SACKs showed to be needless.</summary>
    public long DuplicateUndos { get; internal set; }

    /// <summary><c>TCPLossUndo</c>: recoveries after a timeout that proved needless.</summary>
    public long LossUndos { get; internal set; }

    /// <summary><c>TCPTimeouts</c>: retransmission timeouts.</summary>
    public long Timeouts { get; internal set; }

    /// <summary><c>TCPLossProbes</c>: tail loss probes sent.</summary>
    public long LossProbes { get; internal set; }

    /// <summary><c>TCPLossProbeRecovery</c>: tail losses that a probe has repaired.</summary>
    public long LossProbeRecoveries { get; internal set; }

    /// <summary><c>TCPLostRetransmit</c>: retransmissions found to be lost too.</summary>
    public long RetransmissionsLost { get; internal set; }

    /// <summary><c>TCPSACKReordering</c>: reordering seen by SACK.</summary>
    public long SackReordering { get; internal set; }

    /// <summary><c>TCPRenoReordering</c>: reordering seen by duplicate acknowledgments.</summary>
    public long RenoReordering { get; internal set; }

    /// <summary><c>TCPSACKDiscard</c>: SACK blocks that cannot be true.</summary>
    public long SackDiscards { get; internal set; }

    /// <summary><c>TCPSACKReneging</c>: peers that said they held data and then did not.</summary>
    public long SackReneging { get; internal set; }

    /// <summary><c>TCPDSACKRecv</c> and <c>TCPDSACKOfoRecv</c>: D-SACKs received.</summary>
    public long DuplicateSacksIn { get; internal set; }

    /// <summary><c>TCPDSACKRecvSegs</c>: segments that D-SACKs have reported as needless.</summary>
    public long DuplicateSegmentsReported { get; internal set; }

    internal void CountRecovery(bool sack)
    {
        if (sack)
        {
            SackRecoveries++;
        }
        else
        {
            RenoRecoveries++;
        }
    }

    internal void CountUndo(CongestionPhase phase)
    {
        if (phase == CongestionPhase.Loss)
        {
            LossUndos++;
        }
        else
        {
            FullUndos++;
        }
    }
}
