using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>What one acknowledgment changed.</summary>
internal ref struct AckOutcome
{
    /// <summary>SND.UNA before it.</summary>
    public SeqNumber PriorUna;

    /// <summary>Segments that became known to be delivered.</summary>
    public int Delivered;

    /// <summary>Segments taken off the queue.</summary>
    public int Removed;

    /// <summary>SND.UNA moved.</summary>
    public bool Advanced;

    /// <summary>It carried data, or changed the window: not a duplicate (RFC 5681 2).</summary>
    public bool HasDataOrWindow;

    /// <summary>Segments newly sacked.</summary>
    public int Sacked;

    /// <summary>A segment that was sent only once was acknowledged or sacked: the original got through (RFC 5682 2.1 step 3b).</summary>
    public bool OriginalDelivered;

    /// <summary>A retransmitted segment was acknowledged (Karn's rule).</summary>
    public bool RetransmittedAcked;

    /// <summary>It reports a duplicate (RFC 2883).</summary>
    public bool Duplicate;

    /// <summary>It tells that segments of ours were marked by congestion.</summary>
    public bool IsEcnEcho;

    /// <summary>Octets that became known to be delivered.</summary>
    public int DeliveredOctets;

    /// <summary>The SYN was acknowledged.</summary>
    public bool SynAcked;

    /// <summary>The FIN was acknowledged.</summary>
    public bool FinAcked;

    /// <summary>When the first and the last of the acknowledged segments sent only once were sent.</summary>
    public Instant FirstSentAt;
    public Instant LastSentAt;

    /// <summary>When a newly sacked segment sent only once was sent: the latest of them.</summary>
    public Instant SackedSentAt;

    /// <summary>TSecr, if there is one.</summary>
    public uint Echo;
    public bool HasEcho;

    /// <summary>The round-trip sample taken; zero if there was none.</summary>
    public Duration Rtt;

    public static AckOutcome For(SeqNumber una) => new()
    {
        PriorUna = una,
        FirstSentAt = Instant.Never,
        LastSentAt = Instant.Never,
        SackedSentAt = Instant.Never,
    };
}
