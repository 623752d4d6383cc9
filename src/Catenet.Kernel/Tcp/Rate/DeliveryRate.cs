using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>What the connection has delivered and how fast (draft-cheng-iccrg-delivery-rate-estimation 3, there C).</summary>
internal struct DeliveryRate
{
    /// <summary>Of a sample that was not limited: before the first sample the rate is taken for limited.</summary>
    private const uint UnlimitedBit = 1u << 31;

    /// <summary>C.delivered: segments delivered since the connection began.</summary>
    public uint Delivered;

    /// <summary>Of those, how many the peer reports to have been marked CE.</summary>
    public uint DeliveredCe;

    /// <summary>C.lost: segments taken for lost since the connection began.</summary>
    public uint Lost;

    /// <summary>C.app_limited: the delivery at which the time without enough data is over; zero: there is none.</summary>
    private uint _appLimited;

    /// <summary>C.delivered_time and C.first_send_time.</summary>
    private MicroTime _deliveredAt;
    private MicroTime _firstSentAt;

    /// <summary>The latest sample that was not limited by the application, or the highest.</summary>
    private uint _lastDelivered;
    private uint _lastMicroseconds;

    /// <summary>Whether the latest rate was limited by the application (tcpi_delivery_rate_app_limited).</summary>
    public readonly bool IsLastLimited => (_lastDelivered & UnlimitedBit) == 0;

    private readonly uint LastDelivered => _lastDelivered & ~UnlimitedBit;

    /// <summary>A segment goes out, for the first time or again (3.2).</summary>
    /// <param name="stamp">The segment's stamp.</param>
    /// <param name="now">The present.</param>
    /// <param name="first">Whether nothing else is outstanding.</param>
    public void OnSent(ref RateStamp stamp, Instant now, bool first)
    {
        if (first)
        {
            _firstSentAt = _deliveredAt = now;
        }

        stamp.Delivered = Delivered;
        stamp.DeliveredAgo = RateStamp.Limit(_deliveredAt.Until(now));
        stamp.FirstSentAgo = RateStamp.Limit(_firstSentAt.Until(now));
        stamp.IsAppLimited = _appLimited != 0;
    }

    /// <summary>The newest of the segments that an acknowledgment delivered is known (3.3): makes the sample.</summary>
    public RateSample Take(in RateStamp stamp, Instant sentAt, Instant now, Duration minRtt)
    {
        if (_appLimited != 0 && (int)(Delivered - _appLimited) > 0)
        {
            _appLimited = 0;
        }

        _deliveredAt = now;
        _firstSentAt = sentAt;
        long sending = stamp.FirstSentAgo;
        long acknowledging = (now - sentAt).Nanoseconds / 1000 + stamp.DeliveredAgo;
        long interval = Math.Max(sending, acknowledging);
        int delivered = (int)(Delivered - stamp.Delivered);

        // Acknowledgments that come faster than the least round-trip time are no measure.
        if (interval * 1000 < minRtt.Nanoseconds && minRtt != Duration.Infinite)
        {
            interval = 0;
        }
        else if (!stamp.IsAppLimited || (ulong)(uint)delivered * _lastMicroseconds >= LastDelivered * (ulong)interval)
        {
            _lastDelivered = (uint)delivered | (stamp.IsAppLimited ? 0 : UnlimitedBit);
            _lastMicroseconds = (uint)Math.Min(interval, uint.MaxValue);
        }

        return new RateSample
        {
            Delivered = delivered,
            Interval = Duration.FromMicroseconds(interval),
            PriorDelivered = stamp.Delivered,
            IsAppLimited = stamp.IsAppLimited,
        };
    }

    /// <summary>Something was delivered of which nobody knows when it was sent.</summary>
    public void NoteDelivery(Instant now) => _deliveredAt = now;

    /// <summary>The user has come with data: if there was not enough before, what is in flight counts as limited by that (3.4).</summary>
    public void CheckApplication(TcpConnection c)
    {
        if (c.Unsent < c.Mss && c.InFlight < c.Window.Cwnd && c.Sent.LostOut <= c.Sent.RetransOut)
        {
            MarkLimited(c.InFlight);
        }
    }

    /// <summary>MarkConnectionAppLimited.</summary>
    public void MarkLimited(int inFlight)
    {
        uint until = Delivered + (uint)inFlight;
        _appLimited = until != 0 ? until : 1;
    }

    /// <summary>The latest rate in octets per second (tcpi_delivery_rate); zero if there was none.</summary>
    public readonly long InOctets(int mss) => _lastMicroseconds == 0 ? 0 : (long)((ulong)LastDelivered * (uint)mss * 1_000_000 / _lastMicroseconds);
}
