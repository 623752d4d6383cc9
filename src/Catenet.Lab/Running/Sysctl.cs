using System.Globalization;
using Catenet.Core;
using Catenet.Kernel;
using Catenet.Kernel.Tcp;

namespace Catenet.Lab.Running;

/// <summary>The kernel settings that a lab can set, by the names that sysctl has for them.</summary>
internal static class Sysctl
{
    /// <summary>Sets one from text; false if the text is no value for it.</summary>
    private delegate bool Setter(Settings settings, string value);

    private static readonly SortedDictionary<string, Setter> Known = new(StringComparer.Ordinal)
    {
        ["net.ipv4.ip_forward"] = Flag((s, v) => s.IPv4Forwarding = v),
        ["net.ipv6.conf.all.forwarding"] = Flag((s, v) => s.IPv6Forwarding = v),
        ["net.ipv4.ip_default_ttl"] = Whole(1, 255, (s, v) => s.DefaultTtl = (byte)v),
        ["net.ipv6.conf.default.hop_limit"] = Whole(1, 255, (s, v) => s.DefaultHopLimit = (byte)v),
        ["net.ipv4.route.min_pmtu"] = Whole(68, 65535, (s, v) => s.MinPathMtu = v),
        ["net.ipv4.route.mtu_expires"] = Seconds((s, v) => s.PathMtuExpires = v),
        ["net.ipv4.ip_forward_use_pmtu"] = Flag((s, v) => s.ForwardUsePathMtu = v),
        ["net.ipv4.ipfrag_time"] = Seconds((s, v) => s.IPv4FragmentTime = v),
        ["net.ipv6.ip6frag_time"] = Seconds((s, v) => s.IPv6FragmentTime = v),
        ["net.ipv4.ipfrag_high_thresh"] = Whole(0, int.MaxValue, (s, v) => s.FragmentHighThreshold = v),
        ["net.ipv4.conf.default.rp_filter"] = Whole(0, 2, (s, v) => s.DeviceDefaults.RpFilter = v),
        ["net.ipv4.conf.default.send_redirects"] = Flag((s, v) => s.DeviceDefaults.SendRedirects = v),
        ["net.ipv4.conf.default.accept_redirects"] = Flag((s, v) => s.DeviceDefaults.AcceptRedirects = v),
        ["net.ipv4.conf.default.proxy_arp"] = Flag((s, v) => s.DeviceDefaults.ProxyArp = v),
        ["net.ipv4.conf.default.arp_notify"] = Flag((s, v) => s.DeviceDefaults.ArpNotify = v),
        ["net.ipv4.conf.default.arp_accept"] = Flag((s, v) => s.DeviceDefaults.ArpAccept = v),
        ["net.ipv6.conf.default.disable_ipv6"] = Flag((s, v) => s.DeviceDefaults.DisableIPv6 = v),
        ["net.ipv6.conf.default.accept_ra"] = Flag((s, v) => s.DeviceDefaults.AcceptRa = v),
        ["net.ipv6.conf.default.autoconf"] = Flag((s, v) => s.DeviceDefaults.Autoconf = v),
        ["net.ipv6.conf.default.dad_transmits"] = Whole(0, 10, (s, v) => s.DeviceDefaults.DadTransmits = v),
        ["net.ipv4.neigh.default.base_reachable_time"] = Seconds((s, v) => s.Neighbour.BaseReachableTime = v),
        ["net.ipv4.neigh.default.delay_first_probe_time"] = Seconds((s, v) => s.Neighbour.DelayFirstProbeTime = v),
        ["net.ipv4.neigh.default.gc_stale_time"] = Seconds((s, v) => s.Neighbour.GcStaleTime = v),
        ["net.ipv4.neigh.default.gc_thresh3"] = Whole(1, 1_000_000, (s, v) => s.Neighbour.GcThreshold3 = v),
        ["net.ipv4.neigh.default.unres_qlen"] = Whole(0, 10_000, (s, v) => s.Neighbour.UnresolvedQueueLength = v),
        ["net.ipv4.tcp_syn_retries"] = Whole(0, 127, (s, v) => s.Tcp.SynRetries = v),
        ["net.ipv4.tcp_synack_retries"] = Whole(0, 127, (s, v) => s.Tcp.SynAckRetries = v),
        ["net.ipv4.ip_no_pmtu_disc"] = Whole(0, 3, (s, v) => s.NoPathMtuDiscovery = v),
        ["net.ipv4.tcp_mtu_probing"] = Whole(0, 2, (s, v) => s.Tcp.MtuProbing = v),
        ["net.ipv4.tcp_base_mss"] = Whole(48, 65535, (s, v) => s.Tcp.BaseMss = v),
        ["net.ipv4.tcp_mtu_probe_floor"] = Whole(48, 65535, (s, v) => s.Tcp.MtuProbeFloor = v),
        ["net.ipv4.tcp_min_snd_mss"] = Whole(48, 65535, (s, v) => s.Tcp.MinSendMss = v),
        ["net.ipv4.tcp_probe_threshold"] = Whole(1, 65535, (s, v) => s.Tcp.ProbeThreshold = v),
        ["net.ipv4.tcp_probe_interval"] = Seconds((s, v) => s.Tcp.ProbeInterval = v),
        ["net.ipv4.tcp_retries1"] = Whole(0, 255, (s, v) => s.Tcp.Retries1 = v),
        ["net.ipv4.tcp_retries2"] = Whole(0, 127, (s, v) => s.Tcp.Retries2 = v),
        ["net.ipv4.tcp_fin_timeout"] = Seconds((s, v) => s.Tcp.FinTimeout = v),
        ["net.ipv4.tcp_max_tw_buckets"] = Whole(0, 1_000_000, (s, v) => s.Tcp.MaxTimeWait = v),
        ["net.ipv4.tcp_keepalive_time"] = Seconds((s, v) => s.Tcp.KeepaliveTime = v),
        ["net.ipv4.tcp_keepalive_intvl"] = Seconds((s, v) => s.Tcp.KeepaliveInterval = v),
        ["net.ipv4.tcp_keepalive_probes"] = Whole(1, 127, (s, v) => s.Tcp.KeepaliveProbes = v),
        ["net.ipv4.tcp_max_syn_backlog"] = Whole(1, 1_000_000, (s, v) => s.Tcp.MaxSynBacklog = v),
        ["net.core.somaxconn"] = Whole(1, 1_000_000, (s, v) => s.Tcp.SoMaxConn = v),
        ["net.ipv4.tcp_abort_on_overflow"] = Flag((s, v) => s.Tcp.AbortOnOverflow = v),
        ["net.ipv4.tcp_timestamps"] = Whole(0, 2, (s, v) => (s.Tcp.Timestamps, s.Tcp.TimestampOffset) = (v != 0, v != 2)),
        ["net.ipv4.tcp_sack"] = Flag((s, v) => s.Tcp.Sack = v),
        ["net.ipv4.tcp_dsack"] = Flag((s, v) => s.Tcp.DuplicateSack = v),
        ["net.ipv4.tcp_window_scaling"] = Flag((s, v) => s.Tcp.WindowScaling = v),
        ["net.ipv4.tcp_congestion_control"] = Choice([.. CongestionControls.Available], (s, v) => s.Tcp.CongestionControl = v),
        ["net.ipv4.tcp_ecn"] = Whole(0, 5, (s, v) => s.Tcp.Ecn = v),
        ["net.ipv4.tcp_ecn_fallback"] = Flag((s, v) => s.Tcp.EcnFallback = v),
        ["net.ipv4.tcp_ecn_option"] = Whole(0, 2, (s, v) => s.Tcp.EcnOption = v),
        ["net.ipv4.tcp_ecn_option_beacon"] = Whole(0, 255, (s, v) => s.Tcp.EcnOptionBeacon = v),
        ["net.ipv4.tcp_reflect_tos"] = Flag((s, v) => s.Tcp.ReflectTos = v),
        ["net.ipv4.tcp_slow_start_after_idle"] = Flag((s, v) => s.Tcp.SlowStartAfterIdle = v),
        ["net.ipv4.tcp_reordering"] = Whole(1, 300, (s, v) => s.Tcp.Reordering = v),
        ["net.ipv4.tcp_early_retrans"] = Flag((s, v) => s.Tcp.TailLossProbe = v),
        ["net.ipv4.tcp_frto"] = Flag((s, v) => s.Tcp.Frto = v),
        ["net.ipv4.tcp_moderate_rcvbuf"] = Flag((s, v) => s.Tcp.ModerateReceiveBuffer = v),
        ["net.ipv4.tcp_shrink_window"] = Flag((s, v) => s.Tcp.ShrinkWindow = v),
        ["net.ipv4.tcp_rmem"] = Sizes(4096, (s, v) => (s.Tcp.LeastReceiveBuffer, s.Tcp.ReceiveBuffer, s.Tcp.MaxReceiveBuffer) = v),
        ["net.ipv4.tcp_wmem"] = Sizes(4096, (s, v) => (s.Tcp.LeastSendBuffer, s.Tcp.SendBuffer, s.Tcp.MaxSendBuffer) = v),
        ["net.ipv4.tcp_mem"] = Sizes(0, (s, v) => s.Tcp.Memory = new MemoryLimits(v.Least, v.Usual, v.Most)),
        ["net.ipv4.tcp_limit_output_bytes"] = Whole(0, int.MaxValue, (s, v) => s.Tcp.LimitOutput = v),
        ["net.ipv4.tcp_autocorking"] = Flag((s, v) => s.Tcp.Autocorking = v),
        ["net.ipv4.tcp_syncookies"] = Whole(0, 2, (s, v) => s.Tcp.SynCookies = v),
        ["net.ipv4.tcp_syn_linear_timeouts"] = Whole(0, 127, (s, v) => s.Tcp.SynLinearTimeouts = v),
        ["net.ipv4.tcp_fastopen"] = Whole(0, 0x7FFFF, (s, v) => s.Tcp.FastOpen = v),
        ["net.ipv4.tcp_rfc1337"] = Flag((s, v) => s.Tcp.Rfc1337 = v),
        ["net.ipv4.tcp_tw_reuse"] = Whole(0, 2, (s, v) => s.Tcp.TimeWaitReuse = v),
        ["net.ipv4.tcp_max_orphans"] = Whole(0, 10_000_000, (s, v) => s.Tcp.MaxOrphans = v),
        ["net.ipv4.icmp_echo_ignore_all"] = Flag((s, v) => s.Icmp.EchoIgnoreAll = v),
        ["net.netfilter.nf_conntrack_max"] = Whole(1, 10_000_000, (s, v) => s.Conntrack.Max = v),
    };

    /// <summary>The names of all settings.</summary>
    public static IReadOnlyCollection<string> Names => Known.Keys;

    /// <summary>Sets one; false if there is none of that name, or the text is no value for it.</summary>
    public static bool Set(Settings settings, string name, string value) => Known.TryGetValue(name, out var set) && set(settings, value);

    private static Setter Flag(Action<Settings, bool> set) => (settings, text) =>
    {
        bool on = text is "1" or "true";
        set(settings, on);
        return on || text is "0" or "false";
    };

    private static Setter Whole(int least, int most, Action<Settings, int> set) => (settings, text) =>
    {
        bool valid = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most;
        if (valid)
        {
            set(settings, value);
        }

        return valid;
    };

    /// <summary>Three sizes: the least, the usual and the most.</summary>
    private static Setter Sizes(int smallest, Action<Settings, (int Least, int Usual, int Most)> set) => (settings, text) =>
    {
        string[] parts = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var sizes = new int[3];
        for (int i = 0; i < 3; i++)
        {
            if (parts.Length != 3 || !int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out sizes[i]) || sizes[i] < smallest)
            {
                return false;
            }
        }

        set(settings, (sizes[0], sizes[1], sizes[2]));
        return true;
    };

    private static Setter Seconds(Action<Settings, Duration> set) => Whole(0, 10_000_000, (settings, value) => set(settings, Duration.FromSeconds(value)));

    private static Setter Choice(string[] words, Action<Settings, string> set) => (settings, text) =>
    {
        set(settings, text);
        return words.Contains(text);
    };
}
