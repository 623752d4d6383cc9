using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>What BBR makes of its model: pacing rate and window (draft-ietf-ccwg-bbr 4.6).</summary>
internal static class BbrOutput
{
    /// <summary>BBRInitPacingRate (4.6.2): the initial window in a round trip, a millisecond if none is known.</summary>
    public static void BeginPacing(BbrState b, in CongestionWindow window, Duration smoothedRtt)
    {
        double rtt = smoothedRtt > Duration.Zero ? smoothedRtt.TotalSeconds : 0.001;
        b.PacingRate = b.PacingGain * window.Cwnd / rtt;
    }

    /// <summary>BBRSetPacingRate: a hundredth below, so that queues shrink; while Startup lasts it only grows.</summary>
    public static void SetPacingRate(BbrState b, double gain)
    {
        double rate = gain * b.Bw * 0.99;
        if (rate > 0 && (b.FullBwReached || rate > b.PacingRate))
        {
            b.PacingRate = rate;
        }
    }

    /// <summary>BBRSaveCwnd.</summary>
    public static void SaveCwnd(BbrState b, in CongestionWindow window) =>
        b.PriorCwnd = b.Recovering || b.Phase == BbrPhase.ProbeRtt ? Math.Max(b.PriorCwnd, window.Cwnd) : window.Cwnd;

    /// <summary>BBRSetCwnd.</summary>
    public static void SetCwnd(BbrState b, ref CongestionWindow window, in AckSample ack)
    {
        TrackRecovery(b, ref window, in ack);
        if (b.RestoreCwnd)
        {
            b.RestoreCwnd = false;
            window.Cwnd = Math.Max(window.Cwnd, b.PriorCwnd);
        }

        int most = b.InFlight(b.Bw, b.CwndGain, window.Cwnd) + Math.Max(b.ExtraThisWindow, b.ExtraLastWindow);
        if (b.Conserving)
        {
            window.Cwnd = Math.Max(window.Cwnd, ack.InFlight + ack.Acked);
        }
        else if (b.FullBwReached)
        {
            window.Cwnd = Math.Min(window.Cwnd + ack.Acked, most);
        }
        else if (window.Cwnd < most || ack.Delivered < 20)
        {
            window.Cwnd += ack.Acked;
        }

        window.Cwnd = Math.Max(window.Cwnd, BbrState.MinPipeCwnd);
        if (b.Phase == BbrPhase.ProbeRtt)
        {
            window.Cwnd = Math.Min(window.Cwnd, BbrProbeRtt.Cwnd(b, window.Cwnd));
        }

        window.Cwnd = Math.Min(Math.Min(window.Cwnd, Bound(b)), window.Clamp);
    }

    /// <summary>BBRBoundCwndForModel.</summary>
    private static int Bound(BbrState b)
    {
        int bound = b.Phase switch
        {
            BbrPhase.Down or BbrPhase.Refill or BbrPhase.Up => b.InFlightHigh,
            BbrPhase.Cruise or BbrPhase.ProbeRtt => b.WithHeadroom,
            _ => BbrState.NoBound,
        };
        return Math.Max(Math.Min(bound, b.InFlightLow), BbrState.MinPipeCwnd);
    }

    /// <summary>The first round of recovery sends what is delivered and no more; when recovery ends, the window is as before (4.6.4.4).</summary>
    private static void TrackRecovery(BbrState b, ref CongestionWindow window, in AckSample ack)
    {
        bool recovering = ack.Phase >= CongestionPhase.Recovery;
        if (ack.Phase == CongestionPhase.Recovery && !b.Recovering)
        {
            b.Conserving = true;
            b.StartRound(ack.Delivered);
            window.Cwnd = ack.InFlight + Math.Max(ack.Acked, 1);
        }
        else if (!recovering && b.Recovering)
        {
            b.Conserving = false;
            b.RestoreCwnd = true;
        }

        b.Recovering = recovering;
        if (ack.Lost > 0)
        {
            window.Cwnd = Math.Max(window.Cwnd - ack.Lost, 1);
        }
    }
}
