using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>CUBIC: growth depends on the time since the last loss, not on the round-trip time (RFC 9438), in Linux's whole numbers, with HyStart.</summary>
/// <param name="start">How slow start finds its end: Linux's HyStart, RFC 9406's or none.</param>
public sealed class Cubic(HyStartKind start = HyStartKind.Classic) : ICongestionControl
{
    /// <summary>The multiplicative decrease in 1024ths (RFC 9438 4.6: 0.7).</summary>
    private const int Beta = 717;

    private HyStart _hyStart = new(start);
    private uint _wMax;

    /// <summary>The least round-trip time since the last timeout in microseconds; zero: none yet.</summary>
    private uint _leastDelay;

    /// <summary>Null until slow start ends for the first time.</summary>
    private CubicCurve? _curve;

    /// <inheritdoc/>
    public string Name => "cubic";

    /// <inheritdoc/>
    public CongestionNeeds Needs => CongestionNeeds.None;

    /// <summary>W_max: the window at the latest loss, in segments.</summary>
    public int WMax => (int)_wMax;

    /// <inheritdoc/>
    public void OnDelivered(ref CongestionWindow window, in AckSample ack)
    {
        if (ack.Rtt <= Duration.Zero || _curve is { } curve && curve.IsYoung(ack.Now))
        {
            return; // right after a recovery delays say little
        }

        uint rtt = (uint)Math.Clamp(ack.Rtt.Nanoseconds / 1000, 1, uint.MaxValue);
        _leastDelay = _leastDelay == 0 ? rtt : Math.Min(_leastDelay, rtt);
        if (window.InSlowStart)
        {
            _hyStart.OnDelay(ref window, in ack, rtt, _leastDelay);
        }
    }

    /// <inheritdoc/>
    public void OnAck(ref CongestionWindow window, in AckSample ack)
    {
        int acked = ack.Acked;
        if (window.InSlowStart)
        {
            acked = window.SlowStart(_hyStart.Growth(acked));
            if (acked == 0)
            {
                return;
            }
        }

        _curve ??= new CubicCurve();
        window.Increase(_curve.SegmentsPerStep((uint)window.Cwnd, (uint)acked, _wMax, _leastDelay, ack.Now), acked);
    }

    /// <inheritdoc/>
    public int SsthreshAfterLoss(ref CongestionWindow window)
    {
        _curve?.EndEpoch();

        // Fast convergence: a flow that lost before reaching its old maximum gives room to newcomers (RFC 9438 4.7).
        uint cwnd = (uint)window.Cwnd;
        _wMax = cwnd < _wMax ? cwnd * (1024 + Beta) / 2048 : cwnd;
        return Math.Max((int)(cwnd * Beta / 1024), 2);
    }

    /// <inheritdoc/>
    public int Undo(in CongestionWindow window) => Math.Max(window.Cwnd, window.PriorCwnd);

    /// <inheritdoc/>
    public void OnEvent(ref CongestionWindow window, CongestionEvent what, in AckSample state)
    {
        switch (what)
        {
            case CongestionEvent.Begin:
            case CongestionEvent.Timeout:
                // RFC 9438 4.8: nothing of what was learned holds; ssthresh was set by the old W_max.
                _curve?.Reset();
                _wMax = _leastDelay = 0;
                _hyStart.Reset(in state);
                break;
            case CongestionEvent.TransmissionStart:
                // The curve must not have grown through a time in which nothing was sent (RFC 9438 5.8).
                _curve?.Shift(state.Idle, state.Now);
                break;
        }
    }
}
