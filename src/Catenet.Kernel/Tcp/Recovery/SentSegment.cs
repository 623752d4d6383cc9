using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>What is known of a segment that was sent.</summary>
[Flags]
internal enum SentFlags : ushort
{
    None = 0,

    /// <summary>The peer holds it (RFC 2018).</summary>
    Sacked = 1,

    /// <summary>Taken for lost, and not on its way again unless <see cref="InRetransmission"/>.</summary>
    Lost = 2,

    /// <summary>Its retransmission is on its way.</summary>
    InRetransmission = 4,

    /// <summary>It has been sent more than once: no round-trip sample without timestamps (Karn's rule, RFC 6298 3).</summary>
    EverRetransmitted = 8,

    /// <summary>It carries the SYN.</summary>
    Syn = 16,

    /// <summary>It carries the FIN.</summary>
    Fin = 32,

    /// <summary>It is in the list ordered by time of transmission.</summary>
    Timed = 64,

    /// <summary>It carries PSH, and does so again when it is sent again.</summary>
    Push = 128,

    /// <summary>A timeout took it for lost: it returns to the list ordered by time if the timeout proves needless.</summary>
    Parked = 256,

    /// <summary>A record ends with it (MSG_EOR): it is never put together with what follows.</summary>
    RecordEnd = 512,

    /// <summary>The last of those that left as one buffer: with it the buffer's memory is free, and a retransmission ends.</summary>
    BufferEnd = 1024,

    /// <summary>It is part of what was sent in larger segments than the path takes.</summary>
    TooLarge = 2048,
}

/// <summary>A segment sent and not yet cumulatively acknowledged: the scoreboard's unit (RFC 6675 3, RFC 8985 5.1).</summary>
internal struct SentSegment
{
    public SeqNumber Seq;
    public SeqNumber End;
    public Instant SentAt;

    /// <summary>Neighbours in the list ordered by time of transmission.</summary>
    public uint Older;
    public uint Newer;
    public RateStamp Rate;
    public SentFlags Flags;

    public readonly bool Has(SentFlags flag) => (Flags & flag) != 0;

    /// <summary>Octets of payload.</summary>
    public readonly int Length => End - Seq - (Has(SentFlags.Fin) ? 1 : 0);
}
