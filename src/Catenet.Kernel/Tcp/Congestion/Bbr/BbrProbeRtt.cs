using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>BBR's least round-trip time, and the state in which it is measured (draft-ietf-ccwg-bbr 4.3.4).</summary>
internal static class BbrProbeRtt
{
    private static readonly Duration Interval = Duration.FromSeconds(5);
    private static readonly Duration FilterLength = Duration.FromSeconds(10);
    private static readonly Duration Time = Duration.FromMilliseconds(200);

    /// <summary>BBRUpdateMinRTT.</summary>
    public static void Update(BbrState b, in AckSample ack)
    {
        b.ProbeRttExpired = b.ProbeRttMin != Duration.Infinite && ack.Now > b.ProbeRttMinAt + Interval;
        if (ack.Rtt > Duration.Zero && (ack.Rtt < b.ProbeRttMin || b.ProbeRttExpired))
        {
            b.ProbeRttMin = ack.Rtt;
            b.ProbeRttMinAt = ack.Now;
        }

        if (b.ProbeRttMin < b.MinRtt || ack.Now > b.MinRttAt + FilterLength)
        {
            b.MinRtt = b.ProbeRttMin;
            b.MinRttAt = b.ProbeRttMinAt;
        }
    }

    /// <summary>BBRCheckProbeRTT.</summary>
    /// <returns>Whether little is sent on purpose.</returns>
    public static bool Check(BbrState b, in CongestionWindow window, in AckSample ack, in RateSample rate, RandomStream? random)
    {
        if (b.Phase != BbrPhase.ProbeRtt && b.ProbeRttExpired && !b.IdleRestart)
        {
            b.Phase = BbrPhase.ProbeRtt;
            b.PacingGain = 1;
            b.CwndGain = 0.5;
            BbrOutput.SaveCwnd(b, in window);
            b.ProbeRttDone = Instant.Never;
            b.Probe = BbrProbeAcks.Stopping;
            b.StartRound(ack.Delivered);
        }

        bool probing = b.Phase == BbrPhase.ProbeRtt;
        if (probing)
        {
            Handle(b, in window, in ack, random);
        }

        if (rate.Delivered > 0)
        {
            b.IdleRestart = false;
        }

        return probing;
    }

    /// <summary>BBRProbeRTTCwnd: half of what the pipe holds.</summary>
    public static int Cwnd(BbrState b, int cwnd) => (int)Math.Max(b.Bdp(b.Bw, 0.5, cwnd), BbrState.MinPipeCwnd);

    /// <summary>BBRCheckProbeRTTDone.</summary>
    public static void CheckDone(BbrState b, in AckSample ack, RandomStream? random)
    {
        if (b.ProbeRttDone == Instant.Never || ack.Now <= b.ProbeRttDone)
        {
            return;
        }

        b.ProbeRttMinAt = ack.Now;
        b.RestoreCwnd = true;
        b.ResetLowerBounds();
        if (b.FullBwReached)
        {
            BbrProbeBandwidth.GoDown(b, in ack, random);
            BbrProbeBandwidth.GoCruise(b);
        }
        else
        {
            BbrStartup.Enter(b);
        }
    }

    private static void Handle(BbrState b, in CongestionWindow window, in AckSample ack, RandomStream? random)
    {
        if (b.ProbeRttDone == Instant.Never)
        {
            if (ack.InFlight <= Cwnd(b, window.Cwnd))
            {
                b.ProbeRttDone = ack.Now + Time;
                b.ProbeRttRoundDone = false;
                b.StartRound(ack.Delivered);
            }
        }
        else
        {
            b.ProbeRttRoundDone |= b.RoundStart;
            if (b.ProbeRttRoundDone)
            {
                CheckDone(b, in ack, random);
            }
        }
    }
}
