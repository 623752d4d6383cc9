using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>BBR's cycle of probing for bandwidth, and the bound that the probes teach (draft-ietf-ccwg-bbr 4.3.3).</summary>
internal static class BbrProbeBandwidth
{
    private const int MostRenoRounds = 63;

    /// <summary>BBRStartProbeBW_DOWN.</summary>
    public static void GoDown(BbrState b, in AckSample ack, RandomStream? random)
    {
        b.ResetSignals();
        b.ProbeUpPerSegment = BbrState.NoBound;

        // BBRPickProbeWait (4.3.3.5.3): chance keeps flows from probing all at once.
        b.RoundsSinceProbe = random?.Next(2) ?? 0;
        b.ProbeWait = Duration.FromSeconds(2) + (random?.NextDuration(Duration.FromSeconds(1)) ?? Duration.Zero);
        b.CycleBegin = ack.Now;
        b.Probe = BbrProbeAcks.Stopping;
        b.StartRound(ack.Delivered);
        Set(b, BbrPhase.Down, 0.9, 2);
    }

    /// <summary>BBRStartProbeBW_CRUISE.</summary>
    public static void GoCruise(BbrState b)
    {
        if (b.InFlightLow != BbrState.NoBound)
        {
            b.InFlightLow = Math.Min(b.InFlightLow, b.InFlightHigh);
        }

        Set(b, BbrPhase.Cruise, 1, 2);
    }

    /// <summary>BBRUpdateProbeBWCyclePhase.</summary>
    public static void Update(BbrState b, in CongestionWindow window, in AckSample ack, in RateSample rate, RandomStream? random)
    {
        if (!b.FullBwReached)
        {
            return;
        }

        AdaptBound(b, in window, in ack, in rate, random);
        switch (b.Phase)
        {
            case BbrPhase.Down:
                if (!ProbeIfTime(b, in window, in ack) && ack.InFlight <= b.WithHeadroom && ack.InFlight <= b.InFlight(b.MaxBw, 1, window.Cwnd))
                {
                    GoCruise(b);
                }

                break;

            case BbrPhase.Cruise:
                ProbeIfTime(b, in window, in ack);
                break;

            case BbrPhase.Refill when b.RoundStart:
                b.ProbeSamples = true;
                GoUp(b, in window, in ack, in rate);
                break;

            case BbrPhase.Up when IsTimeToGoDown(b, in window, in rate):
                GoDown(b, in ack, random);
                break;
        }
    }

    private static void Set(BbrState b, BbrPhase phase, double pacing, double cwnd)
    {
        b.Phase = phase;
        b.PacingGain = pacing;
        b.CwndGain = cwnd;
    }

    private static void GoUp(BbrState b, in CongestionWindow window, in AckSample ack, in RateSample rate)
    {
        b.Probe = BbrProbeAcks.Starting;
        b.StartRound(ack.Delivered);
        BbrStartup.ResetFullBandwidth(b);
        b.FullBw = rate.Rate;
        b.CycleBegin = ack.Now;
        Set(b, BbrPhase.Up, 1.25, 2.25);
        SteepenProbe(b, in window);
    }

    /// <summary>IsTimeToProbeBW (4.3.3.5): after two to three seconds, or as many rounds as Reno would need to regain the window.</summary>
    private static bool ProbeIfTime(BbrState b, in CongestionWindow window, in AckSample ack)
    {
        double target = Math.Min(b.Bdp(b.Bw, 1, window.Cwnd), window.Cwnd);
        if (ack.Now - b.CycleBegin <= b.ProbeWait && b.RoundsSinceProbe < Math.Min(target, MostRenoRounds))
        {
            return false;
        }

        b.ResetLowerBounds();
        b.ProbeUpRounds = b.ProbeUpAcks = 0;
        b.Probe = BbrProbeAcks.Refilling;
        b.StartRound(ack.Delivered);
        Set(b, BbrPhase.Refill, 1, 2);
        return true;
    }

    /// <summary>IsTimeToGoDown: the probe has found the bandwidth, and is not held back by its own bound.</summary>
    private static bool IsTimeToGoDown(BbrState b, in CongestionWindow window, in RateSample rate)
    {
        if (window.IsLimiting && window.Cwnd >= b.InFlightHigh)
        {
            BbrStartup.ResetFullBandwidth(b);
            b.FullBw = rate.Rate;
            return false;
        }

        return b.FullBwNow;
    }

    /// <summary>BBRAdaptLongTermModel (4.3.3.6).</summary>
    private static void AdaptBound(BbrState b, in CongestionWindow window, in AckSample ack, in RateSample rate, RandomStream? random)
    {
        if (b.RoundStart)
        {
            if (b.Probe == BbrProbeAcks.Starting)
            {
                b.Probe = BbrProbeAcks.Feedback;
            }
            else if (b.Probe == BbrProbeAcks.Stopping)
            {
                b.ProbeSamples = false;
                b.Probe = BbrProbeAcks.None;
                if (b.IsProbingBandwidth && !rate.IsAppLimited && b.BwThisCycle > 0)
                {
                    b.BwLastCycle = b.BwThisCycle; // BBRAdvanceMaxBwFilter
                    b.BwThisCycle = 0;
                }
            }
        }

        if (BbrSignals.IsTooHigh(b))
        {
            if (b.ProbeSamples)
            {
                OnTooHigh(b, in window, in ack, in rate, random);
            }

            return;
        }

        if (b.InFlightHigh == BbrState.NoBound)
        {
            return;
        }

        b.InFlightHigh = Math.Max(b.InFlightHigh, b.InFlightAtSend);
        if (b.Phase == BbrPhase.Up)
        {
            ProbeUpward(b, in window, in ack);
        }
    }

    /// <summary>BBRHandleInflightTooHigh: once per probe.</summary>
    private static void OnTooHigh(BbrState b, in CongestionWindow window, in AckSample ack, in RateSample rate, RandomStream? random)
    {
        b.ProbeSamples = false;
        if (!rate.IsAppLimited)
        {
            double target = Math.Min(b.Bdp(b.Bw, 1, window.Cwnd), window.Cwnd);
            b.InFlightHigh = (int)Math.Max(b.InFlightAtSend, BbrState.Beta * target);
        }

        if (b.Phase == BbrPhase.Up)
        {
            GoDown(b, in ack, random);
        }
    }

    /// <summary>BBRProbeInflightLongtermUpward: the bound rises, faster each round.</summary>
    private static void ProbeUpward(BbrState b, in CongestionWindow window, in AckSample ack)
    {
        if (!window.IsLimiting || window.Cwnd < b.InFlightHigh)
        {
            return;
        }

        b.ProbeUpAcks += ack.Acked;
        if (b.ProbeUpAcks >= b.ProbeUpPerSegment)
        {
            int steps = b.ProbeUpAcks / b.ProbeUpPerSegment;
            b.ProbeUpAcks -= steps * b.ProbeUpPerSegment;
            b.InFlightHigh = Math.Min(b.InFlightHigh + steps, 1 << 24);
        }

        if (b.RoundStart)
        {
            SteepenProbe(b, in window);
        }
    }

    private static void SteepenProbe(BbrState b, in CongestionWindow window)
    {
        int growth = 1 << b.ProbeUpRounds;
        b.ProbeUpRounds = Math.Min(b.ProbeUpRounds + 1, 30);
        b.ProbeUpPerSegment = Math.Max(window.Cwnd / growth, 1);
    }
}
