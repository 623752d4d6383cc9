using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>What BBR knows of the path and of its own course (draft-ietf-ccwg-bbr 2): bandwidths in segments per second, volumes in segments.</summary>
internal sealed class BbrState
{
    /// <summary>BBR.LossThresh: more loss than that is congestion.</summary>
    public const double LossThreshold = 0.02;

    /// <summary>BBR.Beta: the multiplicative decrease.</summary>
    public const double Beta = 0.7;

    /// <summary>BBR.MinPipeCwnd.</summary>
    public const int MinPipeCwnd = 4;

    /// <summary>No bound.</summary>
    public const int NoBound = int.MaxValue;

    public BbrPhase Phase;
    public BbrProbeAcks Probe;

    /// <summary>BBR.pacing_rate in segments per second.</summary>
    public double PacingRate;
    public double PacingGain;
    public double CwndGain;

    /// <summary>BBR.max_bw: the largest of the present and the last probing cycle.</summary>
    public double BwThisCycle;
    public double BwLastCycle;

    /// <summary>BBR.bw_shortterm and BBR.inflight_shortterm (bw_lo, inflight_lo): bounds that losses of the last round trips set.</summary>
    public double BwLow = double.PositiveInfinity;
    public int InFlightLow = NoBound;

    /// <summary>BBR.inflight_longterm (inflight_hi): what the path took without too much loss.</summary>
    public int InFlightHigh = NoBound;

    /// <summary>BBR.bw_latest and BBR.inflight_latest: signals of the present round.</summary>
    public double BwLatest;
    public int InFlightLatest;

    /// <summary>Rounds by delivery, and by delivery after a reaction to loss.</summary>
    public uint NextRoundDelivered;
    public uint LossRoundDelivered;
    public bool RoundStart;
    public bool LossRoundStart;
    public bool LossInRound;
    public int LossEventsInRound;

    /// <summary>Marks of the present round, and their share smoothed over rounds (as DCTCP's alpha).</summary>
    public uint RoundDelivered;
    public uint RoundMarked;
    public bool MarksInRound;
    public double MarkedShare;
    public double Alpha = 1;

    /// <summary>RS.tx_in_flight and RS.lost of the present acknowledgment.</summary>
    public readonly BbrFlights Flights = new();
    public int InFlightAtSend;
    public int LostSinceSend;

    /// <summary>BBR.full_bw and its relatives: whether Startup or a probe has found the bandwidth.</summary>
    public double FullBw;
    public int FullBwCount;
    public bool FullBwNow;
    public bool FullBwReached;

    /// <summary>BBR.min_rtt and BBR.probe_rtt_min_delay.</summary>
    public Duration MinRtt = Duration.Infinite;
    public Instant MinRttAt;
    public Duration ProbeRttMin = Duration.Infinite;
    public Instant ProbeRttMinAt;
    public bool ProbeRttExpired;
    public Instant ProbeRttDone = Instant.Never;
    public bool ProbeRttRoundDone;
    public int PriorCwnd;
    public bool IdleRestart;

    /// <summary>BBR.extra_acked: how much more arrives at once than the bandwidth explains.</summary>
    public Instant AggregateBegin;
    public int AggregateDelivered;
    public int ExtraThisWindow;
    public int ExtraLastWindow;
    public int ExtraRounds;

    /// <summary>The cycle of bandwidth probes.</summary>
    public Instant CycleBegin;
    public Duration ProbeWait;
    public int RoundsSinceProbe;
    public bool ProbeSamples;
    public int ProbeUpRounds;
    public int ProbeUpAcks;
    public int ProbeUpPerSegment = NoBound;

    /// <summary>Whether the first round of fast recovery is going on: packet conservation.</summary>
    public bool Conserving;
    public bool Recovering;

    /// <summary>The window is to return to what it was before recovery or the probe.</summary>
    public bool RestoreCwnd;

    public double MaxBw => Math.Max(BwThisCycle, BwLastCycle);

    /// <summary>BBR.bw: the bandwidth to go by.</summary>
    public double Bw => Math.Min(MaxBw, BwLow);

    public bool IsProbingBandwidth => Phase is BbrPhase.Down or BbrPhase.Cruise or BbrPhase.Refill or BbrPhase.Up;

    /// <summary>The bandwidth-delay product times a gain.</summary>
    public double Bdp(double bandwidth, double gain, int cwnd) =>
        MinRtt == Duration.Infinite ? cwnd : gain * bandwidth * MinRtt.Nanoseconds / 1e9;

    /// <summary>BBRInflight: what to have in flight, with room for bursts of sending and receiving.</summary>
    public int InFlight(double bandwidth, double gain, int cwnd)
    {
        double volume = Math.Max(Bdp(bandwidth, gain, cwnd), 3.0 * Burst);
        return (int)Math.Min(Math.Max(Math.Ceiling(volume), MinPipeCwnd), 1 << 24) + (Phase == BbrPhase.Up ? 2 : 0);
    }

    /// <summary>BBR.send_quantum in segments: what the pace brings in a millisecond.</summary>
    public int Burst => (int)Math.Clamp(PacingRate / 1000, 1, 44);

    /// <summary>BBRInflightWithHeadroom: leaves a seventh to others.</summary>
    public int WithHeadroom => InFlightHigh == NoBound ? NoBound : Math.Max(InFlightHigh - Math.Max(1, (int)(0.15 * InFlightHigh)), MinPipeCwnd);

    /// <summary>BBRResetShortTermModel.</summary>
    public void ResetLowerBounds()
    {
        BwLow = double.PositiveInfinity;
        InFlightLow = NoBound;
    }

    /// <summary>BBRResetCongestionSignals.</summary>
    public void ResetSignals()
    {
        LossInRound = MarksInRound = false;
        LossEventsInRound = 0;
        BwLatest = 0;
        InFlightLatest = 0;
    }

    /// <summary>BBRStartRound.</summary>
    public void StartRound(uint delivered) => NextRoundDelivered = delivered;
}
