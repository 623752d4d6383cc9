using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>How slow start finds its end before it loses.</summary>
public enum HyStartKind : byte
{
    /// <summary>Not at all.</summary>
    Off,

    /// <summary>As Linux does: by trains of acknowledgments and by delay, and then congestion avoidance at once.</summary>
    Classic,

    /// <summary>HyStart++: by delay, and by way of a cautious slow start (RFC 9406).</summary>
    PlusPlus,
}

/// <summary>Leaves slow start when the round-trip time grows, or when acknowledgments arrive over more than half of it: the path is full.</summary>
/// <remarks>Constants and rules of both kinds; times in microseconds.</remarks>
internal struct HyStart(HyStartKind kind)
{
    /// <summary>Below this many segments a window is too small to judge by (Linux's hystart_low_window).</summary>
    private const int LowWindow = 16;

    /// <summary>Acknowledgments at most this far apart are one train (hystart_ack_delta_us).</summary>
    private const long TrainGap = 2000;

    /// <summary>The most octets that leave as one packet (Linux's sk_gso_max_size).</summary>
    private const long LargestBurst = 65216;

    /// <summary>Samples of a round before its delay counts (RFC 9406 4.3: N_RTT_SAMPLE).</summary>
    private const int MinSamples = 8;

    /// <summary>RFC 9406 4.3: MIN_RTT_THRESH, MAX_RTT_THRESH.</summary>
    private const uint LeastRise = 4000;
    private const uint MostRise = 16000;

    /// <summary>RFC 9406 4.3: CSS_GROWTH_DIVISOR, CSS_ROUNDS, and L of a flow that is not paced.</summary>
    private const int CautiousDivisor = 4;
    private const int CautiousRounds = 5;
    private const int MostPerAck = 8;

    private SeqNumber _roundEnd;
    private uint _roundStart;
    private uint _lastAck;
    private uint _roundDelay;
    private uint _lastRoundDelay;

    /// <summary>RFC 9406: the delay at which cautious slow start began; zero outside of it.</summary>
    private uint _baseline;
    private byte _samples;
    private byte _roundsLeft;
    private byte _remainder;
    private bool _found;

    /// <summary>A new slow start.</summary>
    public void Reset(in AckSample state)
    {
        _found = false;
        _baseline = 0;
        _lastRoundDelay = 0;
        BeginRound(in state);
    }

    /// <summary>What acknowledged segments are worth in slow start.</summary>
    public int Growth(int acked)
    {
        if (kind != HyStartKind.PlusPlus)
        {
            return acked;
        }

        int most = Math.Min(acked, MostPerAck);
        if (_baseline == 0)
        {
            return most;
        }

        int due = _remainder + most;
        _remainder = (byte)(due % CautiousDivisor);
        return due / CautiousDivisor;
    }

    /// <summary>Takes a round-trip sample in slow start; sets ssthresh when the path is full.</summary>
    public void OnDelay(ref CongestionWindow window, in AckSample ack, uint delay, uint least)
    {
        if (_found || kind == HyStartKind.Off)
        {
            return;
        }

        if (ack.Una > _roundEnd)
        {
            EndRound(ref window);
            BeginRound(in ack);
        }

        if (kind == HyStartKind.PlusPlus)
        {
            Watch(ref window, delay);
        }
        else if (window.Cwnd >= LowWindow)
        {
            WatchTrain(ref window, in ack, least);
            WatchDelay(ref window, delay, least);
        }
    }

    private void BeginRound(in AckSample state)
    {
        _roundStart = _lastAck = Clock(in state);
        _roundEnd = state.Nxt;
        _roundDelay = uint.MaxValue;
        _samples = 0;
    }

    private void EndRound(ref CongestionWindow window)
    {
        _lastRoundDelay = _roundDelay == uint.MaxValue ? 0 : _roundDelay;
        if (_baseline != 0 && --_roundsLeft == 0)
        {
            Leave(ref window);
        }
    }

    private static uint Clock(in AckSample state) => (uint)((ulong)state.Now.Nanoseconds / 1000);

    private void WatchTrain(ref CongestionWindow window, in AckSample ack, uint least)
    {
        uint now = Clock(in ack);
        if ((int)(now - _lastAck) > TrainGap)
        {
            return;
        }

        _lastAck = now;
        long threshold = least + BurstDelay(in window, in ack);
        if (!ack.Paced)
        {
            threshold >>= 1; // pacing spreads a window over half a round trip by itself
        }

        if ((int)(now - _roundStart) > threshold)
        {
            Leave(ref window);
        }
    }

    /// <summary>How long four of the largest bursts take at the present rate, a millisecond at most: aggregation looks like a train.</summary>
    private static long BurstDelay(in CongestionWindow window, in AckSample ack)
    {
        long rate = PacingRate.Of(in window, ack.SmoothedRtt, ack.Mss, 200);
        return rate <= 0 ? 0 : Math.Min(1000, LargestBurst * 4L * 1_000_000 / rate);
    }

    private void WatchDelay(ref CongestionWindow window, uint delay, uint least)
    {
        _roundDelay = Math.Min(_roundDelay, delay);
        if (_samples < MinSamples)
        {
            _samples++;
        }
        else if (_roundDelay > least + Math.Clamp(least >> 3, LeastRise, MostRise))
        {
            Leave(ref window);
        }
    }

    /// <summary>RFC 9406 4.2.</summary>
    private void Watch(ref CongestionWindow window, uint delay)
    {
        _roundDelay = Math.Min(_roundDelay, delay);
        _samples = (byte)Math.Min(_samples + 1, MinSamples);
        if (_samples < MinSamples || window.Ssthresh != CongestionWindow.NoThreshold)
        {
            return;
        }

        if (_baseline != 0)
        {
            if (_roundDelay < _baseline)
            {
                _baseline = 0; // it was jitter: slow start goes on
            }
        }
        else if (_lastRoundDelay != 0 && _roundDelay >= _lastRoundDelay + Math.Clamp(_lastRoundDelay >> 3, LeastRise, MostRise))
        {
            _baseline = _roundDelay;
            _roundsLeft = CautiousRounds;
            _remainder = 0;
        }
    }

    private void Leave(ref CongestionWindow window)
    {
        _found = true;
        window.Ssthresh = window.Cwnd;
    }
}
