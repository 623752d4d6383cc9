using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>BBR, version 3: measures bandwidth and least round-trip time and sends by that, heeding loss and marks (draft-ietf-ccwg-bbr).</summary>
/// <param name="random">Chance, so that flows do not probe in step; null: none.</param>
public sealed class Bbr(RandomStream? random = null) : IRateControl, ICongestionReport
{
    private readonly BbrState _state = new();
    private int _mss = 1460;

    /// <inheritdoc/>
    public string Name => "bbr";

    /// <inheritdoc/>
    public CongestionNeeds Needs => CongestionNeeds.Pacing;

    /// <inheritdoc/>
    public long PacingRate => (long)Math.Min(_state.PacingRate * _mss, long.MaxValue / 2);

    /// <summary>The state's name as in the draft: STARTUP, DRAIN, PROBE_BW_DOWN ...</summary>
    public string State => _state.Phase switch
    {
        BbrPhase.Startup => "STARTUP",
        BbrPhase.Drain => "DRAIN",
        BbrPhase.Down => "PROBE_BW_DOWN",
        BbrPhase.Cruise => "PROBE_BW_CRUISE",
        BbrPhase.Refill => "PROBE_BW_REFILL",
        BbrPhase.Up => "PROBE_BW_UP",
        _ => "PROBE_RTT",
    };

    /// <summary>BBR.bw in segments per second.</summary>
    public double Bandwidth => _state.Bw;

    /// <summary>BBR.inflight_longterm (inflight_hi) in segments; the largest number: none.</summary>
    public int InFlightHigh => _state.InFlightHigh;

    /// <summary>BBR.min_rtt; infinite before the first sample.</summary>
    public Duration MinRtt => _state.MinRtt;

    /// <inheritdoc/>
    public void OnDelivered(ref CongestionWindow window, in AckSample ack)
    {
    }

    /// <inheritdoc/>
    public void OnAck(ref CongestionWindow window, in AckSample ack)
    {
    }

    /// <inheritdoc/>
    public bool Control(ref CongestionWindow window, in AckSample ack, in RateSample rate)
    {
        var b = _state;
        _mss = ack.Mss;
        BbrSignals.Update(b, in window, in ack, in rate);
        BbrSignals.UpdateAggregation(b, in window, in ack);
        BbrStartup.CheckFullBandwidth(b, in rate);
        BbrStartup.Check(b, in window, in ack, random);
        BbrProbeBandwidth.Update(b, in window, in ack, in rate, random);
        BbrProbeRtt.Update(b, in ack);
        bool limited = BbrProbeRtt.Check(b, in window, in ack, in rate, random);
        BbrSignals.Advance(b, in rate);
        BbrOutput.SetPacingRate(b, b.PacingGain);
        BbrOutput.SetCwnd(b, ref window, in ack);
        return limited;
    }

    /// <inheritdoc/>
    public int SsthreshAfterLoss(ref CongestionWindow window)
    {
        BbrOutput.SaveCwnd(_state, in window);
        return window.Ssthresh;
    }

    /// <inheritdoc/>
    public int Undo(in CongestionWindow window)
    {
        BbrStartup.ResetFullBandwidth(_state);
        _state.LossInRound = false;
        _state.Conserving = false;
        return Math.Max(window.Cwnd, _state.PriorCwnd);
    }

    /// <inheritdoc/>
    public void OnEvent(ref CongestionWindow window, CongestionEvent what, in AckSample state)
    {
        var b = _state;
        switch (what)
        {
            case CongestionEvent.Begin:
                Begin(in window, in state);
                break;

            case CongestionEvent.Timeout:
                // 4.6.4.4: what was in flight counts as lost; the bandwidth may have fallen.
                BbrStartup.ResetFullBandwidth(b);
                b.Recovering = true;
                b.Conserving = false;
                break;

            case CongestionEvent.TransmissionStart when b.Phase == BbrPhase.ProbeRtt:
                b.IdleRestart = true;
                BbrProbeRtt.CheckDone(b, in state, random);
                break;

            case CongestionEvent.TransmissionStart:
                // BBRHandleRestartFromIdle (4.4.3): at the bandwidth, without a burst.
                b.IdleRestart = true;
                b.AggregateBegin = state.Now;
                if (b.IsProbingBandwidth)
                {
                    BbrOutput.SetPacingRate(b, 1);
                }

                break;
        }
    }

    /// <inheritdoc/>
    public IEnumerable<KeyValuePair<string, long>> Report()
    {
        ulong octets = (ulong)Math.Min(_state.Bw * _mss, 1e18);
        yield return new("bbr_bw_lo", (uint)octets);
        yield return new("bbr_bw_hi", (long)(octets >> 32));
        yield return new("bbr_min_rtt", _state.MinRtt == Duration.Infinite ? uint.MaxValue : _state.MinRtt.Nanoseconds / 1000);
        yield return new("bbr_pacing_gain", (long)(_state.PacingGain * 256));
        yield return new("bbr_cwnd_gain", (long)(_state.CwndGain * 256));
    }

    private void Begin(in CongestionWindow window, in AckSample state)
    {
        var b = _state;
        _mss = state.Mss;
        BbrStartup.Enter(b);
        b.MinRttAt = b.ProbeRttMinAt = b.AggregateBegin = b.CycleBegin = state.Now;
        b.MinRtt = b.ProbeRttMin = state.MinRtt;
        b.NextRoundDelivered = b.LossRoundDelivered = b.RoundDelivered = state.Delivered;
        b.RoundMarked = state.DeliveredCe;
        b.PriorCwnd = window.Cwnd;
        BbrOutput.BeginPacing(b, in window, state.SmoothedRtt);
    }
}
