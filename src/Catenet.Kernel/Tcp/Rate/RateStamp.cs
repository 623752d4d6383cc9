using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>How the connection's delivery stood when a segment was sent (draft-cheng-iccrg-delivery-rate-estimation 3.1.2, there P), times as distances from its transmission.</summary>
internal struct RateStamp
{
    private const uint LimitedBit = 1u << 31;

    private uint _firstSentAgo;

    /// <summary>P.delivered.</summary>
    public uint Delivered;

    /// <summary>P.delivered_time in microseconds before the transmission.</summary>
    public uint DeliveredAgo;

    /// <summary>P.first_send_time in microseconds before the transmission; up to half an hour.</summary>
    public uint FirstSentAgo
    {
        readonly get => _firstSentAgo & ~LimitedBit;
        set => _firstSentAgo = value;
    }

    /// <summary>P.is_app_limited.</summary>
    public bool IsAppLimited
    {
        readonly get => (_firstSentAgo & LimitedBit) != 0;
        set => _firstSentAgo = value ? _firstSentAgo | LimitedBit : _firstSentAgo & ~LimitedBit;
    }

    /// <summary>What of a distance in microseconds can be told.</summary>
    public static uint Limit(uint microseconds) => Math.Min(microseconds, LimitedBit - 1);
}
