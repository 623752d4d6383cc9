using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>What an acknowledgment tells a congestion control, and how things stand with it.</summary>
public readonly struct AckSample
{
    /// <summary>The present.</summary>
    public Instant Now { get; init; }

    /// <summary>Segments newly delivered, by the cumulative acknowledgment or by SACK.</summary>
    public int Acked { get; init; }

    /// <summary>Segments newly taken for lost.</summary>
    public int Lost { get; init; }

    /// <summary>The round-trip time of the last of them that was sent only once; zero if this acknowledgment gave none.</summary>
    public Duration Rtt { get; init; }

    /// <summary>The least round-trip time known; <see cref="Duration.Infinite"/> before the first sample.</summary>
    public Duration MinRtt { get; init; }

    /// <summary>SRTT; zero before the first sample.</summary>
    public Duration SmoothedRtt { get; init; }

    /// <summary>With <see cref="CongestionEvent.TransmissionStart"/>: for how long nothing was sent.</summary>
    public Duration Idle { get; init; }

    /// <summary>SND.UNA.</summary>
    public SeqNumber Una { get; init; }

    /// <summary>SND.NXT.</summary>
    public SeqNumber Nxt { get; init; }

    /// <summary>Segments in flight (RFC 6675's pipe).</summary>
    public int InFlight { get; init; }

    /// <summary>Payload octets of a full segment.</summary>
    public int Mss { get; init; }

    /// <summary>Segments delivered since the connection began; wraps.</summary>
    public uint Delivered { get; init; }

    /// <summary>Of those, how many the peer reports to have been marked CE; wraps.</summary>
    public uint DeliveredCe { get; init; }

    /// <summary>Segments taken for lost since the connection began; wraps.</summary>
    public uint TotalLost { get; init; }

    /// <summary>This acknowledgment reports congestion marks: ECE, or a larger count of AccECN's.</summary>
    public bool Marked { get; init; }

    /// <summary>Segments are paced: a window's transmission is spread over the round trip.</summary>
    public bool Paced { get; init; }

    /// <summary>How the sender sees the path.</summary>
    public CongestionPhase Phase { get; init; }
}
