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

    /// <summary>Whether unacknowledged data came with PSH in less than a full segment: the reader's next read acknowledges it.</summary>
    public bool Pushed;

    /// <summary>The size of full segments from this peer, as seen.</summary>
    public int SegmentSize;

    /// <summary>RCV.NXT of the last ACK sent.</summary>
    public SeqNumber LastSent;

    /// <summary>When a segment last arrived: keepalive counts from here.</summary>
    public Instant LastHeard;

    /// <summary>When the last answer to an unacceptable segment was sent.</summary>
    public Instant LastInvalid;

    /// <summary>Whether data has come by which the delay was estimated.</summary>
    public readonly bool HasEstimate => _delay != 0;

    public readonly Instant LastData => _lastData;

    public readonly bool IsQuick => Quick > 0 && !PingPong;

    public static AckPolicy Initial => new()
    {
        SegmentSize = 536,
        LastInvalid = new Instant(long.MinValue / 2),
        _lastData = new Instant(long.MinValue / 2),
    };

    /// <summary>Notes in-sequence data.</summary>
    public void OnData(int length, bool push, Instant now, Duration rto, uint window)
    {
        Pending = true;
        if (length >= SegmentSize)
        {
            SegmentSize = Math.Min(length, 65535);
        }
        else if (push)
        {
            Pushed = true;
        }

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
    public void BeQuick(uint window)
    {
        int quick = Math.Clamp((int)(window / (2 * (uint)SegmentSize)), 2, MaxQuick);
        Quick = (byte)Math.Max(Quick, quick);
    }

    /// <summary>A gap, a duplicate or something else unusual: no delays for a while.</summary>
    public void EnterQuickMode(uint window)
    {
        BeQuick(window);
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
    public void OnAckSent(SeqNumber next)
    {
        LastSent = next;
        if (Quick > 0 && Pending && --Quick == 0)
        {
            _delay = MinDelay;
        }

        Pending = Now = Pushed = false;
    }

    /// <summary>How long an ACK may wait.</summary>
    public readonly Duration Delay(in RttEstimator rtt)
    {
        if (_delay == 0)
        {
            return new(Tick);
        }

        long delay = Math.Max(_delay, MinDelay);
        if (delay > MinDelay)
        {
            long most = PingPong || Pushed ? MaxDelay : MaxDelayOfBulk;
            if (rtt.HasSample)
            {
                most = Math.Min(most, Math.Max(rtt.Smoothed.Nanoseconds, MinDelay));
            }

            delay = Math.Min(delay, most);
        }

        return new(delay);
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
