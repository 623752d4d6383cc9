using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>The round-trip time and the retransmission timeout (RFC 6298) in whole microseconds, with Linux's variance: its peak over a round trip, decaying slowly, never below the minimum.</summary>
internal struct RttEstimator
{
    /// <summary>Linux's TCP_TIMEOUT_FALLBACK: a handshake that gave no sample makes cautious (RFC 6298 5.7).</summary>
    private const uint Fallback = 3_000_000;

    private uint _smoothed8;
    private uint _deviation4;
    private uint _peak4;
    private uint _variance4;
    private uint _rto; // milliseconds
    private SeqNumber _roundEnd;
    private RunningMinimum _least;

    /// <summary>RACK.rtt (RFC 8985 5.2) in microseconds: of the segment that was delivered last.</summary>
    public uint LatestMicroseconds;

    /// <summary>How often the timeout was doubled since the last valid sample (RFC 6298 5.5); window probes double theirs by it too.</summary>
    public byte Backoff { get; private set; }

    /// <summary>The timeout to arm with, back-off included.</summary>
    public readonly Duration Rto => new(_rto * 1_000_000L);

    /// <summary>Whether there has been a sample.</summary>
    public readonly bool HasSample => _smoothed8 != 0;

    /// <summary>SRTT; zero before the first sample.</summary>
    public readonly Duration Smoothed => new(_smoothed8 * 125L);

    /// <summary>RTTVAR.</summary>
    public readonly Duration Variance => new((_deviation4 >> 2) * 1000L);

    /// <summary>The least of the last five minutes; <see cref="Duration.Infinite"/> before the first sample.</summary>
    public readonly Duration Min => _least.IsEmpty ? Duration.Infinite : new(_least.Value * 1000L);

    /// <summary>The same in microseconds; the largest number before the first sample.</summary>
    public readonly uint MinMicroseconds => _least.IsEmpty ? uint.MaxValue : _least.Value;

    /// <summary>SRTT in microseconds.</summary>
    public readonly uint SmoothedMicroseconds => _smoothed8 >> 3;

    /// <summary>Microseconds between two instants, as a clock of microseconds tells them.</summary>
    public static long Between(Instant from, Instant until) => until.Nanoseconds / 1000 - from.Nanoseconds / 1000;

    /// <summary>Begins with the initial timeout (RFC 6298 2.1).</summary>
    public void Reset(Duration initial)
    {
        this = default;
        _rto = Milliseconds(initial.Nanoseconds / 1000);
        _deviation4 = (uint)(initial.Nanoseconds / 1000);
    }

    /// <summary>The handshake is over; if it gave no sample, the timeout is three seconds (RFC 6298 5.7).</summary>
    public void EndHandshake()
    {
        if (!HasSample)
        {
            _variance4 = _deviation4 = _peak4 = Fallback;
            _rto = Fallback / 1000;
        }
    }

    /// <summary>Takes a sample into the least round-trip time.</summary>
    /// <param name="sample">In microseconds.</param>
    /// <param name="now">The present.</param>
    /// <param name="window">How long a sample counts.</param>
    public void NoteLeast(long sample, Instant now, Duration window) =>
        _least.Add(sample <= 0 ? 1000 : (uint)Math.Min(sample, uint.MaxValue - 1), now, window); // nothing is less than a tick

    /// <summary>Takes a sample (RFC 6298 2.2, 2.3) and forgets the back-off.</summary>
    /// <param name="sample">From sending to acknowledgment, in microseconds.</param>
    /// <param name="una">SND.UNA after the acknowledgment.</param>
    /// <param name="nxt">SND.NXT.</param>
    /// <param name="minimum">The least timeout above SRTT: 200 ms with Linux.</param>
    /// <param name="maximum">The longest timeout.</param>
    public void AddSample(long sample, SeqNumber una, SeqNumber nxt, Duration minimum, Duration maximum)
    {
        long measured = Math.Clamp(sample, 0, int.MaxValue >> 3);
        uint least = (uint)(minimum.Nanoseconds / 1000);
        if (_smoothed8 == 0)
        {
            _smoothed8 = Math.Max((uint)measured << 3, 1);
            _deviation4 = (uint)measured << 1;
            _variance4 = _peak4 = Math.Max(_deviation4, least);
            _roundEnd = nxt;
        }
        else
        {
            Smooth(measured, una, nxt, least);
        }

        Backoff = 0;
        SetTimeout(maximum);
    }

    /// <summary>Doubles the timeout (RFC 6298 5.5).</summary>
    public void BackOff(Duration maximum)
    {
        Backoff = (byte)Math.Min(Backoff + 1, byte.MaxValue);
        _rto = (uint)Math.Min(_rto * 2L, Milliseconds(maximum.Nanoseconds / 1000));
    }

    /// <summary>Notes a window probe: only the time until the next one doubles.</summary>
    public void CountProbe(int most) => Backoff = (byte)Math.Min(Backoff + 1, Math.Min(most, byte.MaxValue));

    /// <summary>The window has opened: probes would begin anew.</summary>
    public void ForgetProbes() => Backoff = 0;

    /// <summary>Sets the timeout without back-off, as for a thin stream (Linux's tcp_thin_linear_timeouts).</summary>
    public void ForgetBackoff(Duration maximum)
    {
        Backoff = 0;
        SetTimeout(maximum);
    }

    /// <summary>Takes one doubling back, as after an ICMP error that shows that the path lives again (RFC 6069).</summary>
    /// <param name="initial">The timeout while there is no sample.</param>
    /// <param name="maximum">The longest timeout.</param>
    public void RevertBackoff(Duration initial, Duration maximum)
    {
        Backoff--;
        long timeout = HasSample ? Milliseconds((_smoothed8 >> 3) + (long)_variance4) : Milliseconds(initial.Nanoseconds / 1000);
        _rto = (uint)Math.Min(timeout << Math.Min((int)Backoff, 30), Milliseconds(maximum.Nanoseconds / 1000));
    }

    private static uint Milliseconds(long microseconds) => (uint)((microseconds + 999) / 1000);

    private void SetTimeout(Duration maximum) =>
        _rto = Math.Min(Milliseconds((_smoothed8 >> 3) + (long)_variance4), Milliseconds(maximum.Nanoseconds / 1000));

    private void Smooth(long measured, SeqNumber una, SeqNumber nxt, uint minimum)
    {
        long error = measured - (_smoothed8 >> 3);
        _smoothed8 = (uint)Math.Max(_smoothed8 + error, 1);
        long change = Math.Abs(error) - (_deviation4 >> 2);

        // A sudden fall of the round-trip time must not raise the timeout: growth from below counts an eighth.
        _deviation4 = (uint)(_deviation4 + (error < 0 && change > 0 ? change >> 3 : change));
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
