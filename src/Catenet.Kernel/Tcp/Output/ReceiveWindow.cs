using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>How much we let the peer send: receiver SWS avoidance (RFC 9293 3.8.6.2.2) and a buffer that grows with what the reader takes per round trip.</summary>
internal struct ReceiveWindow
{
    private SeqNumber _spaceFrom;
    private Instant _spaceSince;
    private int _spaceUsed;
    private long _rtt8;
    private SeqNumber _rttEnd;
    private Instant _rttFrom;

    /// <summary>The receive buffer in octets; half of it is window, the rest pays for packets (Linux's tcp_adv_win_scale of 1).</summary>
    public int Buffer;

    /// <summary>The buffer was set by the user: it does not grow by itself.</summary>
    public bool Locked;

    /// <summary>How far the window may open now: it grows as data really comes, so that a crowd of small packets cannot flood the buffer.</summary>
    public int Threshold;

    /// <summary>What is kept back for one segment more until the buffer first grows (Linux's tcp_app_win).</summary>
    private int _reserve;

    /// <summary>The most the window can be with this buffer.</summary>
    public readonly int Full => (Buffer >> 1) - _reserve;

    /// <summary>The window to announce in a SYN and the shift to announce with it (RFC 7323 2.2).</summary>
    public static byte ScaleFor(int largestBuffer)
    {
        byte shift = 0;
        for (long space = Math.Max(largestBuffer, 65535); space > 65535 && shift < TcpOptions.MaxWindowScale; space >>= 1)
        {
            shift++;
        }

        return shift;
    }

    /// <summary>The window to begin with: whole segments, if more than one fits, and no more than a SYN can say.</summary>
    public static int Initial(int full, int segment) => Math.Min(full > segment ? full - full % segment : full, 65535);

    /// <summary>Begins.</summary>
    public void Begin(SeqNumber next, Instant now, int segment, int announced)
    {
        _reserve = Math.Clamp(Full - 2 * announced, 0, announced);
        Threshold = Math.Min(Threshold, Full);
        _spaceFrom = next;
        _spaceSince = now;
        _spaceUsed = 10 * segment;
        _rttEnd = next;
        _rttFrom = now;
    }

    /// <summary>The window that the buffer allows now, in octets, ready to be shifted.</summary>
    public readonly uint Select(in ReceiveSequence rcv, int queued, int segment)
    {
        int full = Full;
        segment = Math.Min(segment, full);
        int free = (Buffer >> 1) - queued;
        if (free < full / 2 && (free < full >> 4 || free < segment))
        {
            return rcv.CurrentWindow > 0 ? AtLeastCurrent(0, in rcv) : 0;
        }

        free = Math.Min(free, Threshold);
        uint window;
        if (rcv.Scale > 0)
        {
            uint unit = 1u << rcv.Scale;
            window = ((uint)free + unit - 1) & ~(unit - 1);
        }
        else
        {
            // Move the right edge by whole segments only.
            window = rcv.Wnd;
            if (window <= free - segment || window > free)
            {
                window = (uint)(free / segment * segment);
            }
            else if (segment == full && free > window + full / 2)
            {
                window = (uint)free;
            }
        }

        return AtLeastCurrent(window, in rcv);
    }

    /// <summary>Lets the window open further as in-sequence data comes.</summary>
    public void OnData(int segment)
    {
        if (Threshold < Full)
        {
            Threshold = Math.Min(Full, Threshold + 2 * segment);
        }
    }

    /// <summary>Measures a round trip as the receiver sees it: an echo of our timestamp on a full segment.</summary>
    public void AddRtt(Duration sample)
    {
        long measured = Math.Max(sample.Nanoseconds, 1);
        _rtt8 = _rtt8 == 0 ? measured << 3 : _rtt8 + measured - (_rtt8 >> 3);
    }

    /// <summary>Without timestamps: a window's worth of data takes at least a round trip.</summary>
    public void MeasureByWindow(SeqNumber next, uint window, Instant now)
    {
        if (next >= _rttEnd)
        {
            long measured = (now - _rttFrom).Nanoseconds;
            if (measured > 0 && (_rtt8 == 0 || measured < _rtt8 >> 3))
            {
                _rtt8 = measured << 3;
            }

            _rttEnd = next + window;
            _rttFrom = now;
        }
    }

    /// <summary>After a read: once per round trip, makes the buffer fit twice what the reader took (dynamic right-sizing).</summary>
    public void OnRead(SeqNumber readUpTo, Instant now, int segment, int largest)
    {
        long elapsed = (now - _spaceSince).Nanoseconds;
        if (_rtt8 == 0 || elapsed < _rtt8 >> 3)
        {
            return;
        }

        int taken = readUpTo - _spaceFrom;
        if (taken > _spaceUsed && !Locked)
        {
            // Room for a sender whose window doubles each round trip, and for loss recovery.
            long wanted = 2L * taken + 16L * segment;
            wanted += wanted * (taken - _spaceUsed) / Math.Max(1, _spaceUsed);
            int buffer = (int)Math.Min(2 * wanted, largest);
            if (buffer > Buffer)
            {
                Buffer = buffer;
                _reserve = 0;
            }

            _spaceUsed = taken;
        }

        _spaceFrom = readUpTo;
        _spaceSince = now;
    }

    private static uint AtLeastCurrent(uint window, in ReceiveSequence rcv)
    {
        uint current = rcv.CurrentWindow;
        if (window >= current)
        {
            return window;
        }

        uint unit = 1u << rcv.Scale;
        return (current + unit - 1) & ~(unit - 1);
    }
}
