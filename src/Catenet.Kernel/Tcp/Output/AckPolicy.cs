using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>When to acknowledge: at once while a flow begins, then every second full segment or after a delay (RFC 9293 3.8.6.3, RFC 5681 4.2), paced as Linux does.</summary>
internal struct AckPolicy
{
    private const int MaxQuick = 16;
    private const long MinDelay = 40_000_000;

    /// <summary>Linux's clock tick: before the first data there is no estimate, and the timer fires with the next tick.</summary>
    private const long Tick = 1_000_000;
    private const long MaxDelay = 200_000_000;
    private const long MaxDelayOfBulk = 500_000_000;

    private long _delay;
    private Instant _lastData;

    /// <summary>ACKs that are still to be sent at once.</summary>
    public byte Quick;

    /// <summary>Whether requests and answers alternate, so that an answer will carry the ACK.</summary>
    public bool PingPong;

    /// <summary>Whether something received is not acknowledged yet.</summary>
    public bool Pending;

    /// <summary>Whether the ACK must not wait.</summary>
    public bool Now;

    /// <summary>Whether unacknowledged data came in less than a full segment, or with PSH: the reader's next read acknowledges it.</summary>
    public bool Pushed;

    /// <summary>The same twice: even if requests and answers alternate.</summary>
    public bool PushedTwice;

    /// <summary>Data was refused for want of memory: the ACK announces no window.</summary>
    public bool NoMemory;

    /// <summary>Whether the route asks for an ACK at once for every segment (<c>quickack 1</c>).</summary>
    public bool AlwaysQuick;

    /// <summary>The size of full segments from this peer, as seen (Linux's rcv_mss).</summary>
    public int SegmentSize;

    /// <summary>The size of the last segment that was smaller and may have been full; zero if there was none.</summary>
    public int LastSize;

    /// <summary>When a segment last arrived: keepalive counts from here.</summary>
    public TickTime LastHeard;

    /// <summary>When the last answer to an unacceptable segment was sent.</summary>
    public TickTime LastInvalid;

    /// <summary>Whether data has come by which the delay was estimated.</summary>
    public readonly bool HasEstimate => _delay != 0;

    /// <summary>How long an ACK is thought to wait for a companion (Linux's ato); zero before data came.</summary>
    public readonly Duration Estimate => new(_delay);

    public readonly Instant LastData => _lastData;

    public readonly bool IsQuick => (Quick > 0 && !PingPong) || AlwaysQuick;

    public static AckPolicy Initial => new()
    {
        SegmentSize = 536,
        _lastData = new Instant(long.MinValue / 2),
    };

    /// <summary>Notes in-sequence data; its size has been measured.</summary>
    /// <param name="now">The present.</param>
    /// <param name="rto">The retransmission timeout.</param>
    /// <param name="window">The window last announced.</param>
    public void OnData(Instant now, Duration rto, uint window)
    {
        long gap = (now - _lastData).Nanoseconds;
        if (_delay == 0)
        {
            BeQuick(window);
            _delay = MinDelay;
        }
        else if (gap <= MinDelay / 2)
        {
            _delay = (_delay >> 1) + MinDelay / 2;
        }
        else if (gap < _delay)
        {
            _delay = Math.Min((_delay >> 1) + gap, rto.Nanoseconds);
        }
        else if (gap > rto.Nanoseconds)
        {
            BeQuick(window); // the sender begins again after a pause: its window is small
        }

        _lastData = now;
    }

    /// <summary>Acknowledges the next segments at once.</summary>
    public void BeQuick(uint window, int most = MaxQuick)
    {
        long quick = window / (2 * (uint)SegmentSize);
        quick = quick == 0 ? 2 : Math.Min(quick, most);
        Quick = (byte)Math.Max(Quick, quick);
    }

    /// <summary>A duplicate or something else unusual: no delays for a while.</summary>
    public void EnterQuickMode(uint window, int most = MaxQuick)
    {
        BeQuick(window, most);
        PingPong = false;
        _delay = MinDelay;
    }

    /// <summary>Notes that data was sent: soon after data came, it was the answer to it.</summary>
    public void OnDataSent(Instant now)
    {
        if ((now - _lastData).Nanoseconds < _delay)
        {
            PingPong = true;
        }
    }

    /// <summary>Notes that an ACK went out.</summary>
    public void OnAckSent()
    {
        if (Quick > 0 && Pending && --Quick == 0)
        {
            _delay = MinDelay;
        }

        Pending = Now = Pushed = PushedTwice = NoMemory = false;
    }

    /// <summary>How long an ACK may wait.</summary>
    /// <param name="rtt">What is known of the round trip.</param>
    /// <param name="minRto">The least retransmission timeout: the peer's is no less, and the ACK must come before it.</param>
    public readonly Duration Delay(in RttEstimator rtt, Duration minRto)
    {
        if (_delay == 0)
        {
            return new(Tick);
        }

        long delay = _delay;
        if (delay > MinDelay)
        {
            long most = PingPong || Pushed ? MaxDelay : MaxDelayOfBulk;
            if (rtt.HasSample)
            {
                most = Math.Min(most, Math.Max(rtt.Smoothed.Nanoseconds, MinDelay));
            }

            delay = Math.Min(delay, most);
        }

        return new(Math.Min(Math.Min(delay, MaxDelay), Math.Max(minRto.Nanoseconds, 2 * Tick) - Tick));
    }

    /// <summary>Notes that the delay ran out with nothing to carry the ACK.</summary>
    public void OnDelayExpired(Duration rto)
    {
        if (PingPong)
        {
            PingPong = false;
            _delay = MinDelay;
        }
        else
        {
            _delay = Math.Min(_delay << 1, rto.Nanoseconds);
        }
    }
}
