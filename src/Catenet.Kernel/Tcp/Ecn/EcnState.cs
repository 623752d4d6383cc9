using System.Runtime.CompilerServices;
using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>What is so or has happened, one bit each.</summary>
[Flags]
internal enum EcnFlags : byte
{
    None = 0,

    /// <summary>The peer has sent something marked as ECN-capable.</summary>
    Seen = 1,

    /// <summary>Congestion was experienced: ECE on everything that is sent, until CWR comes (RFC 3168 6.1.3).</summary>
    DemandCwr = 2,

    /// <summary>cwnd was reduced: CWR on the next new data (RFC 3168 6.1.2).</summary>
    QueueCwr = 4,

    /// <summary>The segment that is being made carries data for the first time.</summary>
    NewData = 8,

    /// <summary>The SYN is sent without asking for ECN: its like was not answered (RFC 3168 6.1.1.1).</summary>
    SynWithdrawn = 16,

    /// <summary>The next segment acknowledges <see cref="EcnState.PriorNext"/> instead of RCV.NXT.</summary>
    AcknowledgePrior = 32,

    /// <summary>The segment that is being made left in one buffer with the one before: Linux cuts it off late, with the same options.</summary>
    Continues = 64,

    /// <summary>The first of them had the AccECN option.</summary>
    OptionWent = 128,
}

/// <summary>What does not work on the way to the peer or from it (RFC 9768 3.2.2.4, 3.2.3.2).</summary>
[Flags]
internal enum EcnFailures : byte
{
    None = 0,
    AceFromUs = 1,
    AceToUs = 2,
    OptionFromUs = 4,
    OptionToUs = 8,
}

/// <summary>What was seen of the peer's AccECN options.</summary>
internal enum AccurateEcnOptionSeen : byte
{
    None,
    Empty,
    Counters,
    Zeroed,
}

/// <summary>Octets by ECN field: [0] ECT(1), [1] ECT(0), [2] CE.</summary>
[InlineArray(3)]
internal struct EcnOctets
{
    private uint _first;
}

/// <summary>A connection's ECN (RFC 3168, RFC 9768): made only for connections that ask for it or whose peer marks packets.</summary>
internal sealed class EcnState
{
    /// <summary>The congestion marks received, of all segments: what ACE tells, less <see cref="AccurateEcn.InitialAce"/>.</summary>
    public uint ReceivedCe;

    /// <summary>Octets of data received and, as the peer's options tell or imply, delivered.</summary>
    public EcnOctets Received;
    public EcnOctets Delivered;

    /// <summary>When the option was last sent.</summary>
    public Instant OptionSentAt;

    /// <summary>DCTCP's receiver: RCV.NXT when data last came (RFC 8257 3.2).</summary>
    public SeqNumber PriorNext;
    public EcnMode Mode;
    public EcnFlags Flags;
    public EcnFailures Failures;
    public AccurateEcnOptionSeen OptionSeen;

    /// <summary>The ECN field of what is being sent (Linux keeps it in the socket's TOS).</summary>
    public byte Mark;

    /// <summary>The ECN fields with which our SYN or SYN-ACK went out and the peer's came.</summary>
    public byte SynSent;
    public byte SynReceived;

    /// <summary>The ECN field of the segment received last.</summary>
    public byte Previous;

    /// <summary>Marks received since ACE was last sent, up to fifteen.</summary>
    public byte UntoldCe;

    /// <summary>How many segments more are to carry the option.</summary>
    public byte OptionDemand;

    /// <summary>The fewest counters that the next option must have, to tell of those that have changed.</summary>
    public byte LeastCounters;

    /// <summary>The ECN field that the peer is thought to see on our data, plus one; zero if that is not clear.</summary>
    public byte Estimate;

    /// <summary>What the next segment has in ACE instead of the count: the field with which the peer's SYN or SYN-ACK came; else -1.</summary>
    public sbyte Reflect = -1;

    /// <summary>DCTCP's receiver: whether the latest data was marked.</summary>
    public bool IsCe;

    /// <summary>Whether ECN is in use, or asked for.</summary>
    public bool IsOn => Mode != EcnMode.Disabled;

    public bool Has(EcnFlags flag) => (Flags & flag) != 0;

    public bool HasFailed(EcnFailures failure) => (Failures & failure) != 0;

    /// <summary>cwnd was reduced: the peer is to know. Accurate ECN has no use for that.</summary>
    public void OnReduction()
    {
        if (Mode == EcnMode.Classic)
        {
            Flags |= EcnFlags.QueueCwr;
        }
    }

    /// <summary>What the next segment acknowledges: once, if DCTCP asks for it, less than everything.</summary>
    public SeqNumber TakeAcknowledgment(SeqNumber next)
    {
        if (Has(EcnFlags.AcknowledgePrior))
        {
            Flags &= ~EcnFlags.AcknowledgePrior;
            return PriorNext;
        }

        return next;
    }

    /// <summary>The reduction was taken back.</summary>
    public void OnUndo() => Flags &= ~EcnFlags.QueueCwr;
}
