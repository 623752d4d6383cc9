using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>The round-trip time and the retransmission timeout (RFC 6298), with Linux's variance: its peak over a round trip, decaying slowly, never below the minimum.</summary>
internal struct RttEstimator
{
    private const long MinRttWindow = 300_000_000_000; // Linux's tcp_min_rtt_wlen: 300 s

    private long _smoothed8;
    private long _deviation4;
    private long _peak4;
    private long _variance4;
    private long _minRtt;
    private long _minRttAt;
    private SeqNumber _roundEnd;

    /// <summary>The timeout to arm with, back-off included.</summary>
    public Duration Rto { get; private set; }

    /// <summary>How often the timeout was doubled since the last valid sample (RFC 6298 5.5).</summary>
    public byte Backoff { get; private set; }

    /// <summary>Whether there has been a sample.</summary>
    public readonly bool HasSample => _smoothed8 != 0;

    /// <summary>SRTT; zero before the first sample.</summary>
    public readonly Duration Smoothed => new(_smoothed8 >> 3);

    /// <summary>RTTVAR.</summary>
    public readonly Duration Variance => new(_deviation4 >> 2);

    /// <summary>The least of the last five minutes; <see cref="Duration.Infinite"/> before the first sample.</summary>
    public readonly Duration Min => _minRtt == 0 ? Duration.Infinite : new(_minRtt);

    /// <summary>The latest sample.</summary>
    public Duration Latest { get; private set; }

    /// <summary>Begins with the initial timeout (RFC 6298 2.1).</summary>
    public void Reset(Duration initial)
    {
        this = default;
        Rto = initial;
    }

    /// <summary>Takes a sample (RFC 6298 2.2, 2.3) and forgets the back-off.</summary>
    /// <param name="sample">From sending to acknowledgment, at least a nanosecond.</param>
    /// <param name="now">The present.</param>
    /// <param name="una">SND.UNA after the acknowledgment.</param>
    /// <param name="nxt">SND.NXT.</param>
    /// <param name="minimum">The least timeout above SRTT: 200 ms with Linux.</param>
    /// <param name="maximum">The longest timeout.</param>
    public void AddSample(Duration sample, Instant now, SeqNumber una, SeqNumber nxt, Duration minimum, Duration maximum)
    {
        long measured = Math.Max(1, sample.Nanoseconds);
        Latest = new(measured);
        if (_minRtt == 0 || measured <= _minRtt || now.Nanoseconds - _minRttAt > MinRttWindow)
        {
            _minRtt = measured;
            _minRttAt = now.Nanoseconds;
        }

        if (_smoothed8 == 0)
        {
            _smoothed8 = measured << 3;
            _deviation4 = measured << 1;
            _variance4 = _peak4 = Math.Max(_deviation4, minimum.Nanoseconds);
            _roundEnd = nxt;
        }
        else
        {
            Smooth(measured, una, nxt, minimum.Nanoseconds);
        }

        Backoff = 0;
        Rto = Duration.Min(new((_smoothed8 >> 3) + _variance4), maximum);
    }

    /// <summary>Doubles the timeout (RFC 6298 5.5).</summary>
    public void BackOff(Duration maximum)
    {
        Backoff = (byte)Math.Min(Backoff + 1, 60);
        Rto = Duration.Min(Rto * 2, maximum);
    }

    /// <summary>Takes one doubling back, as after an ICMP error that shows that the path lives again (RFC 6069).</summary>
    public void RevertBackoff()
    {
        if (Backoff > 0)
        {
            Backoff--;
            Rto = Rto / 2;
        }
    }

    private void Smooth(long measured, SeqNumber una, SeqNumber nxt, long minimum)
    {
        long error = measured - (_smoothed8 >> 3);
        _smoothed8 += error;
        long change = Math.Abs(error) - (_deviation4 >> 2);

        // A sudden fall of the round-trip time must not raise the timeout: growth from below counts an eighth.
        _deviation4 += error < 0 && change > 0 ? change >> 3 : change;
        if (_deviation4 > _peak4)
        {
            _peak4 = _deviation4;
            _variance4 = Math.Max(_variance4, _peak4);
        }

        if (una > _roundEnd)
        {
            if (_peak4 < _variance4)
            {
                _variance4 -= (_variance4 - _peak4) >> 2;
            }

            _roundEnd = nxt;
            _peak4 = minimum;
        }
    }
}
