using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>How the sender sees the path (Linux's tcp_ca_state).</summary>
public enum CongestionPhase : byte
{
    /// <summary>All is well.</summary>
    Open,

    /// <summary>Something was sacked or duplicated: reordering or loss, not known yet.</summary>
    Disorder,

    /// <summary>The window is being reduced without a retransmission going on (Linux's CWR).</summary>
    Reduction,

    /// <summary>Fast recovery (RFC 6675 5, RFC 6582).</summary>
    Recovery,

    /// <summary>After a retransmission timeout.</summary>
    Loss,
}

/// <summary>The variables of loss recovery, which a connection has only while something is in flight or they tell something (see <see cref="RecoveryPool"/>).</summary>
internal struct RecoveryState
{
    /// <summary>RACK (RFC 8985 5.2).</summary>
    public RackState Rack;

    /// <summary>RecoveryPoint: SND.NXT when the phase began (RFC 6675 2; Linux's high_seq).</summary>
    public SeqNumber Point;

    /// <summary>Without SACK: duplicate ACKs, each a segment that has left the network (RFC 6582).</summary>
    public int DuplicateAcks;

    /// <summary>How often reordering was seen (tcpi_reord_seen).</summary>
    public uint ReorderingSeen;

    /// <summary>Duplicates that D-SACKs have reported, in segments (tcpi_dsack_dups).</summary>
    public uint DuplicatesReported;

    /// <summary>The end of the highest segment that the peer was seen to hold.</summary>
    public SeqNumber HighestSacked;

    /// <summary>PRR (RFC 6937): delivered and sent since recovery began.</summary>
    public int PrrDelivered;
    public int PrrOut;

    /// <summary>ssthresh to return to if the present reduction proves unwarranted; zero if it was warranted.</summary>
    public int UndoSsthresh;

    /// <summary>SND.UNA when the episode began.</summary>
    public SeqNumber UndoMark;

    /// <summary>Retransmissions in this episode that no D-SACK has shown needless yet; -1 if there was none.</summary>
    public int UndoRetransmissions;

    /// <summary>TSval of this episode's first retransmission, for Eifel detection (RFC 3522) and for giving up; zero if there was none.</summary>
    public uint RetransmissionStamp;

    /// <summary>The tail loss probe in flight (RFC 8985 7.4): SND.NXT when it was sent.</summary>
    public SeqNumber ProbeEnd;

    /// <summary>The clock, in milliseconds, when window probing began; zero if it did not.</summary>
    public uint ProbingSince;

    public CongestionPhase Phase;

    /// <summary>Timeouts in a row without progress.</summary>
    public byte Timeouts;

    /// <summary>Whether the present reduction may prove unwarranted (RFC 4015, RFC 3708).</summary>
    public bool MayUndo;

    /// <summary>F-RTO is in progress (RFC 5682).</summary>
    public bool Frto;

    /// <summary>A tail loss probe is in flight, and whether it was a retransmission.</summary>
    public bool ProbeOut;
    public bool ProbeRetransmits;

    /// <summary>Whether, with nothing in flight, a connection that forgets all this goes on as if it had not.</summary>
    public readonly bool IsAtRest => Phase == CongestionPhase.Open && Timeouts == 0 && DuplicateAcks == 0 && ReorderingSeen == 0 && DuplicatesReported == 0 &&
        RetransmissionStamp == 0 && ProbingSince == 0 && UndoSsthresh == 0 && !MayUndo && !Frto && !ProbeOut && Rack.IsAtRest;

    /// <summary>Whether cwnd follows PRR.</summary>
    public readonly bool IsReducing => Phase is CongestionPhase.Reduction or CongestionPhase.Recovery;
}
