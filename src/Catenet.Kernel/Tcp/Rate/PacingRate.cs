using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>The rate at which a window lasts a round trip, with something on top so that pacing does not hold it down.</summary>
internal static class PacingRate
{
    /// <summary>No limit (Linux's ~0).</summary>
    public const long Unlimited = long.MaxValue;

    /// <summary>The rate in octets per second: a part of cwnd per SRTT, as Linux computes it.</summary>
    /// <param name="window">The window.</param>
    /// <param name="smoothedRtt">SRTT; zero: not known.</param>
    /// <param name="mss">Octets of a segment.</param>
    /// <param name="percent">How much of it: <c>tcp_pacing_ss_ratio</c> or <c>tcp_pacing_ca_ratio</c>.</param>
    /// <param name="outstanding">Segments sent and not acknowledged, if there are more than cwnd.</param>
    public static long Of(in CongestionWindow window, Duration smoothedRtt, int mss, int percent, int outstanding = 0)
    {
        long eighths = smoothedRtt.Nanoseconds / 125; // Linux keeps 8 * SRTT in microseconds
        long segments = Math.Max(window.Cwnd, outstanding);
        long each = (long)mss * 80_000 * percent;
        if (segments < 1 << 20)
        {
            return each * segments / Math.Max(1, eighths);
        }

        UInt128 rate = (UInt128)each * (UInt128)segments / (UInt128)Math.Max(1, eighths);
        return (long)UInt128.Min(rate, long.MaxValue - 1);
    }

    /// <summary>What the connection's rate is now, in slow start and past it.</summary>
    public static long Of(TcpConnection c)
    {
        var settings = c.Layer.Settings;
        int percent = c.Window.Cwnd < c.Window.Ssthresh / 2 ? settings.PacingSlowStartRatio : settings.PacingAvoidanceRatio;
        return Of(in c.Window, c.Rtt.Smoothed, c.Mss, percent, c.Sent.Count);
    }
}
