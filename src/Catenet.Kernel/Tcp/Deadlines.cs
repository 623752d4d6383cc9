using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>What the sender waits for: one thing at a time, as in Linux.</summary>
internal enum SenderWait : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The retransmission timeout (RFC 6298).</summary>
    Retransmission,

    /// <summary>The end of RACK's reordering window (RFC 8985 6.2).</summary>
    Reordering,

    /// <summary>The tail loss probe (RFC 8985 7).</summary>
    TailLoss,

    /// <summary>The zero-window probe (RFC 9293 3.8.6.1).</summary>
    WindowProbe,
}

/// <summary>The deadlines of a connection; its one timer is armed at the earliest.</summary>
internal struct Deadlines
{
    /// <summary>When the sender's wait ends.</summary>
    public Instant Sender;

    /// <summary>When the delayed ACK must go out.</summary>
    public Instant DelayedAck;

    /// <summary>When idleness is looked at again: keepalive, or the end of FIN-WAIT-2.</summary>
    public Instant Idle;

    /// <summary>What the sender waits for.</summary>
    public SenderWait Wait;

    public static Deadlines None => new() { Sender = Instant.Never, DelayedAck = Instant.Never, Idle = Instant.Never };

    public readonly Instant Earliest => Instant.Min(Sender, Instant.Min(DelayedAck, Idle));
}
