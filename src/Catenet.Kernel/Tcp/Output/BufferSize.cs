using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>How much is put together before it leaves: when written, and when sent (Linux's size_goal and tcp_tso_autosize).</summary>
internal static class BufferSize
{
    /// <summary>Linux's GSO_LEGACY_MAX_SIZE less the largest headers.</summary>
    private const int Most = 65536 - 257;

    private const int NoTick = 32;

    /// <summary>1.2 Mbit/s in octets: below that two segments are a burst (draft-ietf-ccwg-bbr 4.6.3).</summary>
    private const long SlowPace = 150_000;

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

        var settings = c.Layer.Settings;
        long tick = c.Rtt.Min == Duration.Infinite ? NoTick : c.Rtt.Min.Nanoseconds / 1000 >> Math.Min(settings.TsoRttLog, 31);
        long octets = Most;
        int least = settings.MinTsoSegments;
        if (tick != 0 && c.Rtt.HasSample)
        {
            long pace = c.Pace?.Rate ?? PacingRate.Of(c);
            octets = Math.Min(pace >> 10, Most) + (tick < NoTick ? Most >> (int)tick : 0);
            least = c.Pace is { Control: not null } && pace < SlowPace ? 1 : least;
        }

        return (int)Math.Max(Math.Min(octets, Most) / mss, least);
    }
}
