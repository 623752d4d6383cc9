using static Catenet.Kernel.Configuration.Knob;

namespace Catenet.Kernel.Configuration;

/// <summary>The settings of the neighbour table, which IPv4 and IPv6 share here.</summary>
internal static class NeighbourKnobs
{
    private const string Prefix = "net.ipv4.neigh.default.";

    /// <summary>What Linux calls a tick towards users: a hundredth of a second.</summary>
    private const long UserTick = 10_000_000;

    public static readonly Knob[] All =
    [
        Seconds(Prefix + "base_reachable_time", s => s.Neighbour.BaseReachableTime, (s, v) => s.Neighbour.BaseReachableTime = v),
        Milliseconds(Prefix + "base_reachable_time_ms", s => s.Neighbour.BaseReachableTime, (s, v) => s.Neighbour.BaseReachableTime = v),
        Seconds(Prefix + "delay_first_probe_time", s => s.Neighbour.DelayFirstProbeTime, (s, v) => s.Neighbour.DelayFirstProbeTime = v),
        Time(Prefix + "retrans_time", "hundredths of a second", UserTick, 0, int.MaxValue, s => s.Neighbour.RetransTime, (s, v) => s.Neighbour.RetransTime = v),
        Milliseconds(Prefix + "retrans_time_ms", s => s.Neighbour.RetransTime, (s, v) => s.Neighbour.RetransTime = v),
        Whole(Prefix + "ucast_solicit", 0, int.MaxValue, s => s.Neighbour.UnicastSolicit, (s, v) => s.Neighbour.UnicastSolicit = v),
        Whole(Prefix + "mcast_solicit", 0, int.MaxValue, s => s.Neighbour.MulticastSolicit, (s, v) => s.Neighbour.MulticastSolicit = v),
        Whole(Prefix + "unres_qlen", 0, int.MaxValue / 2304, s => s.Neighbour.UnresolvedQueueLength, (s, v) => s.Neighbour.UnresolvedQueueLength = v),
        Seconds(Prefix + "gc_stale_time", s => s.Neighbour.GcStaleTime, (s, v) => s.Neighbour.GcStaleTime = v),
        Whole(Prefix + "gc_thresh1", 0, int.MaxValue, s => s.Neighbour.GcThreshold1, (s, v) => s.Neighbour.GcThreshold1 = v),
        Whole(Prefix + "gc_thresh2", 0, int.MaxValue, s => s.Neighbour.GcThreshold2, (s, v) => s.Neighbour.GcThreshold2 = v),
        Whole(Prefix + "gc_thresh3", 0, int.MaxValue, s => s.Neighbour.GcThreshold3, (s, v) => s.Neighbour.GcThreshold3 = v),
    ];
}
