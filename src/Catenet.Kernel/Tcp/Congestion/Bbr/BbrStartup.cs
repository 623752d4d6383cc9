using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>BBR's Startup and Drain (draft-ietf-ccwg-bbr 4.3.1, 4.3.2).</summary>
internal static class BbrStartup
{
    private const double PacingGain = 2.773; // 4 ln 2: doubles the rate each round
    private const double DrainGain = 0.35;
    private const double CwndGain = 2.0;
    private const int LossEvents = 6;

    public static void Enter(BbrState b)
    {
        b.Phase = BbrPhase.Startup;
        b.PacingGain = PacingGain;
        b.CwndGain = CwndGain;
    }

    /// <summary>BBRCheckFullBWReached (4.3.1.2): three rounds in which the bandwidth grew by less than a quarter.</summary>
    public static void CheckFullBandwidth(BbrState b, in RateSample rate)
    {
        if (b.FullBwNow || !b.RoundStart || rate.IsAppLimited || rate.Rate <= 0)
        {
            return;
        }

        if (rate.Rate >= b.FullBw * 1.25)
        {
            ResetFullBandwidth(b);
            b.FullBw = rate.Rate;
            return;
        }

        b.FullBwNow = ++b.FullBwCount >= 3;
        b.FullBwReached |= b.FullBwNow;
    }

    public static void ResetFullBandwidth(BbrState b)
    {
        b.FullBw = 0;
        b.FullBwCount = 0;
        b.FullBwNow = false;
    }

    /// <summary>BBRCheckStartupDone and BBRCheckDrainDone.</summary>
    public static void Check(BbrState b, in CongestionWindow window, in AckSample ack, RandomStream? random)
    {
        if (b.Phase == BbrPhase.Startup)
        {
            CheckHighLoss(b, in window);
            if (b.FullBwReached)
            {
                b.Phase = BbrPhase.Drain;
                b.PacingGain = DrainGain;
                b.CwndGain = CwndGain;
            }
        }

        if (b.Phase == BbrPhase.Drain && ack.InFlight <= b.InFlight(b.Bw, 1, window.Cwnd))
        {
            BbrProbeBandwidth.GoDown(b, in ack, random);
        }
    }

    /// <summary>BBRCheckStartupHighLoss (4.3.1.3): a round of recovery with much loss, in several places.</summary>
    private static void CheckHighLoss(BbrState b, in CongestionWindow window)
    {
        bool lossy = b.Recovering && b.LossEventsInRound >= LossEvents;
        if (!b.LossRoundStart || !(lossy || b.MarksInRound) || !BbrSignals.IsTooHigh(b))
        {
            return;
        }

        b.FullBwReached = true;
        b.InFlightHigh = (int)Math.Max(b.Bdp(b.MaxBw, 1, window.Cwnd), b.InFlightLatest);
    }
}
