using static Catenet.Kernel.Configuration.Knob;

namespace Catenet.Kernel.Configuration;

/// <summary>The settings of IP itself: forwarding, hop limits, path MTUs, fragments.</summary>
internal static class IpKnobs
{
    public static readonly Knob[] All =
    [
        Flag("net.ipv4.ip_forward", s => s.IPv4Forwarding, (s, v) => s.IPv4Forwarding = v, int.MaxValue),
        Flag("net.ipv6.conf.all.forwarding", s => s.IPv6Forwarding, (s, v) => s.IPv6Forwarding = v, int.MaxValue),
        Flag("net.ipv4.ip_forward_use_pmtu", s => s.ForwardUsePathMtu, (s, v) => s.ForwardUsePathMtu = v, Octet),
        Whole("net.ipv4.ip_default_ttl", 1, Octet, s => s.DefaultTtl, (s, v) => s.DefaultTtl = (byte)v),
        Whole("net.ipv6.conf.all.hop_limit", 1, Octet, s => s.DefaultHopLimit, (s, v) => s.DefaultHopLimit = (byte)v),
        Whole("net.ipv6.conf.default.hop_limit", 1, Octet, s => s.DefaultHopLimit, (s, v) => s.DefaultHopLimit = (byte)v),

        // Linux has 2 and 3 too: labels that sockets ask for or refuse themselves.
        Flag("net.ipv6.auto_flowlabels", s => s.AutoFlowLabels, (s, v) => s.AutoFlowLabels = v),
        Whole("net.ipv4.ip_no_pmtu_disc", 0, Octet, s => s.NoPathMtuDiscovery, (s, v) => s.NoPathMtuDiscovery = v),
        Whole("net.ipv4.route.min_pmtu", 68, int.MaxValue, s => s.MinPathMtu, (s, v) => s.MinPathMtu = v),
        Seconds("net.ipv4.route.mtu_expires", s => s.PathMtuExpires, (s, v) => s.PathMtuExpires = v),
        Seconds("net.ipv4.ipfrag_time", s => s.IPv4FragmentTime, (s, v) => s.IPv4FragmentTime = v),
        Seconds("net.ipv6.ip6frag_time", s => s.IPv6FragmentTime, (s, v) => s.IPv6FragmentTime = v),
        Whole("net.ipv4.ipfrag_high_thresh", 0, int.MaxValue, s => s.FragmentHighThreshold, (s, v) => s.FragmentHighThreshold = v),
    ];
}
