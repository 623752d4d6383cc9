using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>What one acknowledgment changed.</summary>
internal struct AckOutcome
{
    public AckFlags Flags;

    /// <summary>SND.UNA before it.</summary>
    public SeqNumber PriorUna;

    /// <summary>The end of the highest sacked segment before it; SND.UNA if there was none.</summary>
    public SeqNumber PriorHighest;

    /// <summary>The totals of delivered and of lost segments before it.</summary>
    public uint PriorDelivered;
    public uint PriorLost;

    /// <summary>Segments delivered out of sequence by it, needless retransmissions included: not yet counted as delivered.</summary>
    public int SackDelivered;

    /// <summary>Octets that became known to be delivered.</summary>
    public int DeliveredOctets;

    /// <summary>Segments taken off the queue.</summary>
    public int Removed;

    /// <summary>The lowest segment sent once that was delivered after ones above it.</summary>
    public SeqNumber Reordered;

    /// <summary>When the first and the last of the acknowledged segments sent only once were sent.</summary>
    public Instant FirstSentAt;
    public Instant LastSentAt;

    /// <summary>The same for the newly sacked ones.</summary>
    public Instant FirstSackedAt;
    public Instant LastSackedAt;

    /// <summary>When the delivered segment that was sent last was sent; long ago if none was delivered.</summary>
    public Instant NewestDeliveredAt;

    /// <summary>Of the delivered segments the one that was sent last, with the stamp by which the rate is measured.</summary>
    public NewestDelivered Newest;

    /// <summary>TSecr, if there is one.</summary>
    public uint Echo;
    public bool HasEcho;

    /// <summary>The round-trip time of the last delivered segment; zero if it is not known.</summary>
    public Duration Rtt;

    public readonly bool Advanced => (Flags & AckFlags.Advanced) != 0;

    public static AckOutcome For(TcpConnection c) => new()
    {
        PriorUna = c.Snd.Una,
        PriorHighest = Scoreboard.HighestSacked(c),
        PriorDelivered = c.Rate.Delivered,
        PriorLost = c.Rate.Lost,
        Reordered = c.Snd.Nxt,
        FirstSentAt = Instant.Never,
        LastSentAt = Instant.Never,
        FirstSackedAt = Instant.Never,
        LastSackedAt = Instant.Never,
        NewestDeliveredAt = RackState.LongAgo,
    };

    public readonly bool Has(AckFlags flags) => (Flags & flags) != 0;

    /// <summary>Whether TSecr is older than a TSval of ours: the acknowledged was sent before that (RFC 3522 3.2).</summary>
    public readonly bool IsEchoBefore(uint value) => HasEcho && Echo != 0 && (int)(Echo - value) < 0;
}
