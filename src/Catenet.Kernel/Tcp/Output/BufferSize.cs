using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>How much is put together before it leaves: when written, and when sent (Linux's size_goal and tcp_tso_autosize).</summary>
internal static class BufferSize
{
    /// <summary>Linux's GSO_LEGACY_MAX_SIZE less the largest headers.</summary>
    private const int Most = 65536 - 257;

    private const int LeastSegments = 2;

    /// <summary>How much a buffer takes before the next is begun: whole segments, at most half of the peer's largest window.</summary>
    public static int Goal(TcpConnection c, int mss)
    {
        if (c.Authentication is not null)
        {
            return mss; // each segment is signed by itself
        }

        uint window = c.Snd.MaxWnd;
        int bound = (int)Math.Min(window > 536 ? window >> 1 : window > 0 ? window : uint.MaxValue, Most);
        return bound >= 2 * mss ? bound / mss * mss : mss;
    }

    /// <summary>How many segments leave as one: what the pace brings in a millisecond, more on a short path, at least two.</summary>
    public static int SegmentsAtOnce(TcpConnection c, int mss)
    {
        if (c.Authentication is not null)
        {
            return 1;
        }

        long octets = Most;
        if (c.Rtt.HasSample)
        {
            // The pace is twice the window per round trip in slow start, 1.2 times afterwards.
            int percent = c.Window.Cwnd < c.Window.Ssthresh / 2 ? 200 : 120;
            double pace = 1e7 * percent * mss * Math.Max(c.Window.Cwnd, c.Sent.Count) / Math.Max(1, c.Rtt.Smoothed.Nanoseconds);
            long tick = c.Rtt.Min == Duration.Infinite ? 32 : c.Rtt.Min.Nanoseconds / 1000 >> 9;
            octets = (long)Math.Min(pace / 1024, Most) + (tick < 32 ? Most >> (int)tick : 0);
        }

        return (int)Math.Max(Math.Min(octets, Most) / mss, LeastSegments);
    }
}
