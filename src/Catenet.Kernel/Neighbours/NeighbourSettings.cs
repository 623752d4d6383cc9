namespace Catenet.Kernel.Neighbours;

/// <summary>The neighbour table's knobs (net.ipv4.neigh.default.*, the same for IPv6).</summary>
public sealed class NeighbourSettings
{
    /// <summary>base_reachable_time: how long a confirmed neighbour is believed, times 0.5 to 1.5 at random (RFC 4861 6.3.2).</summary>
    public Duration BaseReachableTime { get; set; } = Duration.FromSeconds(30);

    /// <summary>delay_first_probe_time: how long upper layers have to confirm a stale neighbour that is used.</summary>
    public Duration DelayFirstProbeTime { get; set; } = Duration.FromSeconds(5);

    /// <summary>retrans_time: the time between solicitations.</summary>
    public Duration RetransTime { get; set; } = Duration.FromSeconds(1);

    /// <summary>ucast_solicit: how often a known neighbour is asked directly.</summary>
    public int UnicastSolicit { get; set; } = 3;

    /// <summary>mcast_solicit: how often everybody is asked.</summary>
    public int MulticastSolicit { get; set; } = 3;

    /// <summary>unres_qlen: how many packets wait for one neighbour's address; the oldest goes first.</summary>
    public int UnresolvedQueueLength { get; set; } = 101;

    /// <summary>gc_stale_time: how long an unused entry is kept once there are more than <see cref="GcThreshold1"/>.</summary>
    public Duration GcStaleTime { get; set; } = Duration.FromSeconds(60);

    /// <summary>gc_thresh1: up to so many entries nothing is collected.</summary>
    public int GcThreshold1 { get; set; } = 128;

    /// <summary>gc_thresh2: above it the table is cleared of entries older than five seconds.</summary>
    public int GcThreshold2 { get; set; } = 512;

    /// <summary>gc_thresh3: the most entries there can be.</summary>
    public int GcThreshold3 { get; set; } = 1024;
}
