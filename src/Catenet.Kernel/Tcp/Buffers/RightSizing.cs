using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>Dynamic right-sizing: the receive buffer follows what the reader takes per round trip, as the receiver measures it.</summary>
internal struct RightSizing
{
    private uint _rtt8; // microseconds
    private MicroTime _rttFrom;
    private MicroTime _since;
    private SeqNumber _rttEnd;
    private SeqNumber _from;
    private uint _lastEcho;
    private bool _measures;

    /// <summary>Octets that the reader took in a round trip (Linux's rcvq_space.space).</summary>
    public int Space;

    /// <summary>The round trip as the receiver sees it; zero before a measurement.</summary>
    public readonly Duration Rtt => Duration.FromMicroseconds(_rtt8 >> 3);

    /// <summary>The handshake is complete.</summary>
    public void Begin(TcpConnection c, int announced)
    {
        _from = c.Rcv.Nxt;
        _since = c.Now;
        _measures = false;
        Space = (int)Math.Min(Math.Min(c.Space.Threshold, c.Rcv.Wnd), 10L * announced);
    }

    /// <summary>An echo of our timestamp on a full segment measures a round trip.</summary>
    public void MeasureByEcho(TcpConnection c, in Segment s)
    {
        uint echo = s.Options.TimestampEcho;
        if (echo == _lastEcho)
        {
            return;
        }

        _lastEcho = echo;
        if (s.End - s.Seq >= c.Acks.SegmentSize)
        {
            int ticks = c.Ts.Since(echo, c.Now);
            if (ticks > 0)
            {
                Update(c, ticks * 1000L, byWindow: false);
            }
        }
    }

    /// <summary>A window's worth of data takes at least a round trip.</summary>
    public void MeasureByWindow(TcpConnection c)
    {
        var now = c.Now;
        if (_measures)
        {
            if (c.Rcv.Nxt < _rttEnd)
            {
                return;
            }

            Update(c, Math.Max(_rttFrom.Until(now), 1), byWindow: true);
        }

        _rttEnd = c.Rcv.Nxt + c.Rcv.Wnd;
        _rttFrom = now;
        _measures = true;
    }

    /// <summary>After a read: once per round trip, makes the buffer fit what the reader took.</summary>
    public void OnRead(TcpConnection c)
    {
        if (_rtt8 == 0 || _since.Until(c.Now) < _rtt8 >> 3)
        {
            return;
        }

        int queued = c.Available;
        var read = c.Rcv.Nxt - queued;
        int taken = read - _from - queued;
        if (taken > Space)
        {
            Grow(c, taken);
        }

        _from = read;
        _since = c.Now;
    }

    /// <summary>Room for a sender whose window doubles each round trip, and for what lies ahead of a gap.</summary>
    public void Grow(TcpConnection c, int taken)
    {
        int before = Math.Max(Space, 1);
        Space = taken;
        if (c.Space.Locked || !c.Layer.Settings.ModerateReceiveBuffer)
        {
            return;
        }

        long window = 2L * taken;
        window += window * Math.Max(0, taken - before) / before << 1;
        if (c.Reassembly is { IsEmpty: false } queue)
        {
            window += queue.End - c.Rcv.Nxt;
        }

        int buffer = Math.Min(c.Space.ToSpace(window), c.Layer.Settings.MaxReceiveBuffer);
        if (buffer > c.Space.Buffer)
        {
            c.Space.Buffer = buffer;
            c.Space.Clamp = c.Space.FromSpace(buffer);
        }
    }

    private void Update(TcpConnection c, long sample, bool byWindow)
    {
        if (_rtt8 == 0 || sample << 3 < _rtt8)
        {
            _rtt8 = (uint)Math.Min(sample, uint.MaxValue >> 3) << 3;
        }
        else if (!byWindow && c.Available == 0)
        {
            // Only a reader who keeps up lets a longer time be the path's.
            _rtt8 = (uint)Math.Min(_rtt8 + sample - (_rtt8 >> 3), uint.MaxValue);
        }
    }
}
