using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>CUBIC: growth depends on the time since the last loss, not on the round-trip time (RFC 9438).</summary>
public sealed class Cubic : ICongestionControl
{
    /// <summary>C in segments per cubed second (RFC 9438 5).</summary>
    private const double C = 0.4;

    /// <summary>The multiplicative decrease, 717/1024 as in Linux (RFC 9438 4.6: 0.7).</summary>
    private const double Beta = 717.0 / 1024;

    /// <summary>The slope at which a Reno flow with this decrease is matched (RFC 9438 4.3).</summary>
    private const double RenoSlope = 3 * (1 - Beta) / (1 + Beta);

    private Instant _epoch = Instant.Never;
    private double _wMax;
    private double _origin;
    private double _k;
    private double _reno;

    /// <inheritdoc/>
    public string Name => "cubic";

    /// <inheritdoc/>
    public CongestionNeeds Needs => CongestionNeeds.None;

    /// <summary>W_max: the window at the latest loss, in segments.</summary>
    public double WMax => _wMax;

    /// <inheritdoc/>
    public void OnDelivered(ref CongestionWindow window, in AckSample ack)
    {
    }

    /// <inheritdoc/>
    public void OnAck(ref CongestionWindow window, in AckSample ack)
    {
        int acked = ack.Acked;
        if (window.InSlowStart)
        {
            acked = window.SlowStart(acked);
            if (acked == 0)
            {
                return;
            }
        }

        window.Increase(SegmentsPerStep(in window, in ack, acked), acked);
    }

    /// <inheritdoc/>
    public int SsthreshAfterLoss(ref CongestionWindow window)
    {
        _epoch = Instant.Never;

        // Fast convergence: a flow that lost before reaching its old maximum gives room to newcomers (RFC 9438 4.7).
        _wMax = window.Cwnd < _wMax ? window.Cwnd * (1 + Beta) / 2 : window.Cwnd;
        return Math.Max((int)(window.Cwnd * Beta), 2);
    }

    /// <inheritdoc/>
    public int Undo(in CongestionWindow window) => Math.Max(window.Cwnd, window.PriorCwnd);

    /// <inheritdoc/>
    public void OnEvent(ref CongestionWindow window, CongestionEvent what, in AckSample state)
    {
        if (what == CongestionEvent.Timeout)
        {
            // RFC 9438 4.8: the epoch begins anew; ssthresh has been set by the old W_max.
            _epoch = Instant.Never;
            _origin = 0;
            _k = 0;
            _wMax = 0;
        }
        else if (what == CongestionEvent.TransmissionStart && _epoch != Instant.Never)
        {
            // The curve must not have grown through a time in which nothing was sent (RFC 9438 5.8).
            _epoch = Instant.Min(_epoch + state.Idle, state.Now);
        }
    }

    /// <summary>How many acknowledged segments earn one of growth, so that a round trip follows the curve (RFC 9438 4.2 to 4.5).</summary>
    private int SegmentsPerStep(in CongestionWindow window, in AckSample ack, int acked)
    {
        double cwnd = window.Cwnd;
        if (_epoch == Instant.Never)
        {
            BeginEpoch(cwnd, ack.Now);
        }

        Duration ahead = ack.MinRtt == Duration.Infinite ? Duration.Zero : ack.MinRtt;
        double t = (ack.Now - _epoch + ahead).TotalSeconds - _k;
        double target = Math.Min(_origin + C * t * t * t, cwnd * 1.5);
        double step = target > cwnd ? cwnd / (target - cwnd) : 100 * cwnd;

        // The Reno-friendly region (RFC 9438 4.3).
        _reno += RenoSlope * acked / cwnd;
        if (_reno > cwnd)
        {
            step = Math.Min(step, cwnd / (_reno - cwnd));
        }

        // Before the first loss W_max says nothing: do not creep.
        if (_wMax == 0)
        {
            step = Math.Min(step, 20);
        }

        return (int)Math.Clamp(step, 2, 1 << 30);
    }

    private void BeginEpoch(double cwnd, Instant now)
    {
        _epoch = now;
        _reno = cwnd;
        if (_wMax <= cwnd)
        {
            _k = 0;
            _origin = cwnd;
        }
        else
        {
            _k = CubeRoot((_wMax - cwnd) / C);
            _origin = _wMax;
        }
    }

    /// <summary>A cube root by Newton's steps: the same bits on every machine, which the C library's need not give.</summary>
    internal static double CubeRoot(double value)
    {
        if (value <= 0)
        {
            return 0;
        }

        double x = value > 1 ? value : 1;
        for (int i = 0; i < 100; i++)
        {
            double next = (2 * x + value / (x * x)) / 3;
            if (next >= x)
            {
                break;
            }

            x = next;
        }

        return x;
    }
}
