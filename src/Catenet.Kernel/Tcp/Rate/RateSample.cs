using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>How fast the path delivered around one acknowledgment (draft-cheng-iccrg-delivery-rate-estimation 3.3, there RS).</summary>
public readonly struct RateSample
{
    /// <summary>RS.delivered: segments delivered since the newest of the acknowledged ones was sent; negative if there is no sample.</summary>
    public int Delivered { get; init; }

    /// <summary>RS.interval: in what time, the longer of sending's and acknowledging's; zero if the rate is not to be believed.</summary>
    public Duration Interval { get; init; }

    /// <summary>RS.prior_delivered: segments delivered when the newest of the acknowledged ones was sent.</summary>
    public uint PriorDelivered { get; init; }

    /// <summary>RS.is_app_limited: the sender had run out of data then.</summary>
    public bool IsAppLimited { get; init; }

    /// <summary>Whether an acknowledged segment gave a sample.</summary>
    public bool IsValid => Delivered >= 0;

    /// <summary>RS.delivery_rate in segments per second; zero if it is not known.</summary>
    public double Rate => Delivered > 0 && Interval > Duration.Zero ? Delivered * 1e9 / Interval.Nanoseconds : 0;

    /// <summary>No sample.</summary>
    public static RateSample None => new() { Delivered = -1 };
}
