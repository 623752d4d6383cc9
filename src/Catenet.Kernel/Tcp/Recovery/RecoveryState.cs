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

    /// <summary>The window is being reduced without a retransmission going on.</summary>
    Reduction,

    /// <summary>Fast recovery (RFC 6675 5, RFC 6582).</summary>
    Recovery,

    /// <summary>After a retransmission timeout.</summary>
    Loss,
}

/// <summary>The variables of loss recovery.</summary>
internal struct RecoveryState
{
    public CongestionPhase Phase;

    /// <summary>RecoveryPoint: SND.NXT when the phase began (RFC 6675 2).</summary>
    public SeqNumber Point;

    /// <summary>Without SACK: duplicate ACKs, each a segment that has left the network (RFC 6582).</summary>
    public int DuplicateAcks;

    /// <summary>How much reordering the path is known to do, in segments (RFC 5681's DupThresh to begin with).</summary>
    public int Reordering;

    /// <summary>The end of the highest segment that the peer was seen to hold (RFC 6675's HighData of the peer; FACK).</summary>
    public SeqNumber HighestSacked;

    /// <summary>PRR (RFC 6937): delivered and sent since recovery began.</summary>
    public int PrrDelivered;
    public int PrrOut;

    /// <summary>Undo (RFC 4015's and RFC 3708's response): whether the present reduction may prove unwarranted.</summary>
    public bool MayUndo;
    public int UndoSsthresh;

    /// <summary>Retransmissions in this episode that no D-SACK has shown needless yet; -1 if there was none.</summary>
    public int UndoRetransmissions;

    /// <summary>TSval of this episode's first retransmission, for Eifel detection (RFC 3522); zero if there was none.</summary>
    public uint FirstRetransmissionAt;

    /// <summary>F-RTO is in progress (RFC 5682).</summary>
    public bool Frto;

    /// <summary>Timeouts in a row without progress.</summary>
    public byte Timeouts;

    /// <summary>Window probes or keepalive probes sent and unanswered.</summary>
    public byte Probes;

    /// <summary>Doublings of the time between window probes.</summary>
    public byte ProbeBackoff;

    /// <summary>When the oldest of the unanswered timeouts' segments was first sent, or the first probe.</summary>
    public Instant FailingSince;

    /// <summary>The tail loss probe in flight (RFC 8985 7.4): SND.NXT when it was sent, and whether it was a retransmission.</summary>
    public bool ProbeOut;
    public bool ProbeRetransmits;
    public SeqNumber ProbeEnd;

    /// <summary>RACK (RFC 8985 5.2).</summary>
    public RackState Rack;

    public long Retransmitted;
}

/// <summary>RACK's per-connection variables (RFC 8985 5.2).</summary>
internal struct RackState
{
    /// <summary>RACK.xmit_ts: transmission time of the most recently sent segment that was delivered.</summary>
    public Instant SentAt;

    /// <summary>RACK.end_seq of that segment.</summary>
    public SeqNumber End;

    /// <summary>RACK.rtt of that segment.</summary>
    public Duration Rtt;

    /// <summary>RACK.reordering_seen.</summary>
    public bool ReorderingSeen;

    /// <summary>RACK.reo_wnd_mult: widened by D-SACKs (RFC 8985 6.2 step 4).</summary>
    public byte WindowSteps;

    /// <summary>RACK.reo_wnd_persist: recoveries until it shrinks back.</summary>
    public byte Persist;

    /// <summary>RACK.dsack_round: SND.NXT when a D-SACK last widened the window.</summary>
    public SeqNumber DsackRound;
    public bool HasDsackRound;

    /// <summary>Something newer than before was delivered.</summary>
    public bool Advanced;

    /// <summary>Whether a segment was sent after another, ends breaking the tie (RFC 8985 6.2 step 2).</summary>
    public static bool IsSentAfter(Instant a, SeqNumber aEnd, Instant b, SeqNumber bEnd) => a > b || (a == b && aEnd > bEnd);
}
