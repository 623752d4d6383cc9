using System.Globalization;
using Catenet.Kernel;
using Catenet.Kernel.Tcp;
using Catenet.Packetdrill.Language;

namespace Catenet.Packetdrill.Settings;

/// <summary>What sysctl sets, as far as the stack has it: the rest is unsupported, unless the value is what the stack does anyway.</summary>
internal static class SysctlTable
{
    private static readonly Dictionary<string, Action<Kernel.Settings, string[]>> Known = new(StringComparer.Ordinal)
    {
        ["net.ipv4.tcp_rmem"] = (s, v) => (s.Tcp.LeastReceiveBuffer, s.Tcp.ReceiveBuffer, s.Tcp.MaxReceiveBuffer) = (Whole(v), Whole(v, 1), Whole(v, 2)),
        ["net.ipv4.tcp_wmem"] = (s, v) => (s.Tcp.LeastSendBuffer, s.Tcp.SendBuffer, s.Tcp.MaxSendBuffer) = (Whole(v), Whole(v, 1), Whole(v, 2)),
        ["net.ipv4.tcp_mem"] = (s, v) => s.Tcp.Memory = new MemoryLimits(Whole(v), Whole(v, 1), Whole(v, 2)),
        ["net.ipv4.tcp_limit_output_bytes"] = (s, v) => s.Tcp.LimitOutput = Whole(v),
        ["net.ipv4.tcp_autocorking"] = (s, v) => s.Tcp.Autocorking = Flag(v),
        ["net.ipv4.tcp_notsent_lowat"] = (s, v) => s.Tcp.NotSentLowWater = (uint)long.Parse(v[0], CultureInfo.InvariantCulture),
        ["net.ipv4.tcp_timestamps"] = (s, v) => (s.Tcp.Timestamps, s.Tcp.TimestampOffset) = (Flag(v), Whole(v) != 2),
        ["net.ipv4.tcp_sack"] = (s, v) => s.Tcp.Sack = Flag(v),
        ["net.ipv4.tcp_dsack"] = (s, v) => s.Tcp.DuplicateSack = Flag(v),
        ["net.ipv4.tcp_window_scaling"] = (s, v) => s.Tcp.WindowScaling = Flag(v),
        ["net.ipv4.tcp_syn_retries"] = (s, v) => s.Tcp.SynRetries = Whole(v),
        ["net.ipv4.tcp_synack_retries"] = (s, v) => s.Tcp.SynAckRetries = Whole(v),
        ["net.ipv4.tcp_retries1"] = (s, v) => s.Tcp.Retries1 = Whole(v),
        ["net.ipv4.tcp_retries2"] = (s, v) => s.Tcp.Retries2 = Whole(v),
        ["net.ipv4.tcp_orphan_retries"] = (s, v) => s.Tcp.OrphanRetries = Whole(v),
        ["net.ipv4.tcp_fin_timeout"] = (s, v) => s.Tcp.FinTimeout = Seconds(v),
        ["net.ipv4.tcp_max_tw_buckets"] = (s, v) => s.Tcp.MaxTimeWait = Whole(v),
        ["net.ipv4.tcp_keepalive_time"] = (s, v) => s.Tcp.KeepaliveTime = Seconds(v),
        ["net.ipv4.tcp_keepalive_intvl"] = (s, v) => s.Tcp.KeepaliveInterval = Seconds(v),
        ["net.ipv4.tcp_keepalive_probes"] = (s, v) => s.Tcp.KeepaliveProbes = Whole(v),
        ["net.ipv4.tcp_max_syn_backlog"] = (s, v) => s.Tcp.MaxSynBacklog = Whole(v),
        ["net.core.somaxconn"] = (s, v) => s.Tcp.SoMaxConn = Whole(v),
        ["net.ipv4.tcp_abort_on_overflow"] = (s, v) => s.Tcp.AbortOnOverflow = Flag(v),
        ["net.ipv4.tcp_congestion_control"] = (s, v) => s.Tcp.CongestionControl = Congestion(v),
        ["net.ipv4.tcp_tso_win_divisor"] = (s, v) => s.Tcp.TsoWindowDivisor = Whole(v),
        ["net.ipv4.tcp_min_tso_segs"] = (s, v) => s.Tcp.MinTsoSegments = Whole(v),
        ["net.ipv4.tcp_tso_rtt_log"] = (s, v) => s.Tcp.TsoRttLog = Whole(v),
        ["net.ipv4.tcp_pacing_ss_ratio"] = (s, v) => s.Tcp.PacingSlowStartRatio = Whole(v),
        ["net.ipv4.tcp_pacing_ca_ratio"] = (s, v) => s.Tcp.PacingAvoidanceRatio = Whole(v),
        ["net.ipv4.tcp_no_ssthresh_metrics_save"] = (s, v) => s.Tcp.NoSsthreshMetricsSave = Flag(v),
        ["net.ipv4.tcp_slow_start_after_idle"] = (s, v) => s.Tcp.SlowStartAfterIdle = Flag(v),
        ["net.ipv4.tcp_reordering"] = (s, v) => s.Tcp.Reordering = Whole(v),
        ["net.ipv4.tcp_max_reordering"] = (s, v) => s.Tcp.MaxReordering = Whole(v),
        ["net.ipv4.tcp_recovery"] = (s, v) => s.Tcp.Recovery = (LossRecovery)Whole(v),
        ["net.ipv4.tcp_retrans_collapse"] = (s, v) => s.Tcp.RetransmissionCollapse = Flag(v),
        ["net.ipv4.tcp_thin_linear_timeouts"] = (s, v) => s.Tcp.ThinLinearTimeouts = Flag(v),
        ["net.ipv4.tcp_syn_linear_timeouts"] = (s, v) => s.Tcp.SynLinearTimeouts = Whole(v),
        ["net.ipv4.tcp_min_rtt_wlen"] = (s, v) => s.Tcp.MinRttWindow = Seconds(v),
        ["net.ipv4.tcp_early_retrans"] = (s, v) => s.Tcp.TailLossProbe = Whole(v) >= 3,
        ["net.ipv4.tcp_frto"] = (s, v) => s.Tcp.Frto = Whole(v) != 0,
        ["net.ipv4.tcp_moderate_rcvbuf"] = (s, v) => s.Tcp.ModerateReceiveBuffer = Flag(v),
        ["net.ipv4.tcp_challenge_ack_limit"] = (s, v) => s.Tcp.ChallengeAckLimit = Whole(v),
        ["net.ipv4.tcp_invalid_ratelimit"] = (s, v) => s.Tcp.InvalidRateLimit = Duration.FromMilliseconds(Whole(v)),
        ["net.ipv4.tcp_stdurg"] = (s, v) => s.Tcp.StandardUrgent = Flag(v),
        ["net.ipv4.tcp_shrink_window"] = (s, v) => s.Tcp.ShrinkWindow = Flag(v),
        ["net.ipv4.tcp_comp_sack_nr"] = (s, v) => s.Tcp.CompressedSackMost = Whole(v),
        ["net.ipv4.tcp_comp_sack_delay_ns"] = (s, v) => s.Tcp.CompressedSackDelay = Duration.FromMicroseconds(Whole(v) / 1000),
        ["net.ipv4.tcp_comp_sack_slack_ns"] = (s, v) => s.Tcp.CompressedSackSlack = Duration.FromMicroseconds(Whole(v) / 1000),
        ["net.ipv4.tcp_rto_min_us"] = (s, v) => s.Tcp.MinRto = Duration.FromMicroseconds(Whole(v)),
        ["net.ipv4.tcp_rto_max_ms"] = (s, v) => s.Tcp.MaxRto = Duration.FromMilliseconds(Whole(v)),
        ["net.ipv4.ip_default_ttl"] = (s, v) => s.DefaultTtl = (byte)Whole(v),
        ["net.ipv6.conf.all.hop_limit"] = (s, v) => s.DefaultHopLimit = (byte)Whole(v),
        ["net.ipv4.tcp_mtu_probing"] = (s, v) => s.Tcp.MtuProbing = Whole(v),
        ["net.ipv4.tcp_base_mss"] = (s, v) => s.Tcp.BaseMss = Whole(v),
        ["net.ipv4.tcp_mtu_probe_floor"] = (s, v) => s.Tcp.MtuProbeFloor = Whole(v),
        ["net.ipv4.tcp_min_snd_mss"] = (s, v) => s.Tcp.MinSendMss = Whole(v),
        ["net.ipv4.tcp_probe_threshold"] = (s, v) => s.Tcp.ProbeThreshold = Whole(v),
        ["net.ipv4.tcp_probe_interval"] = (s, v) => s.Tcp.ProbeInterval = Seconds(v),
        ["net.ipv4.ip_no_pmtu_disc"] = (s, v) => s.NoPathMtuDiscovery = Whole(v),
        ["net.ipv4.route.mtu_expires"] = (s, v) => s.PathMtuExpires = Seconds(v),
        ["net.ipv4.route.min_pmtu"] = (s, v) => s.MinPathMtu = Whole(v),
        ["net.core.rmem_max"] = (s, v) => s.Sockets.ReceiveMemoryMax = Whole(v),
        ["net.core.wmem_max"] = (s, v) => s.Sockets.SendMemoryMax = Whole(v),
        ["net.core.rmem_default"] = (s, v) => s.Sockets.ReceiveMemoryDefault = Whole(v),
        ["net.core.wmem_default"] = (s, v) => s.Sockets.SendMemoryDefault = Whole(v),
        ["net.ipv4.ip_local_port_range"] = (s, v) => (s.Sockets.LocalPortLow, s.Sockets.LocalPortHigh) = ((ushort)Whole(v), (ushort)Whole(v, 1)),
        ["net.ipv4.tcp_ecn"] = (s, v) => s.Tcp.Ecn = Whole(v) is >= 0 and <= 5 and var ecn ? ecn : throw new FormatException(),
        ["net.ipv4.tcp_ecn_fallback"] = (s, v) => s.Tcp.EcnFallback = Flag(v),
        ["net.ipv4.tcp_ecn_option"] = (s, v) => s.Tcp.EcnOption = Whole(v),
        ["net.ipv4.tcp_ecn_option_beacon"] = (s, v) => s.Tcp.EcnOptionBeacon = Whole(v),
        ["net.ipv4.tcp_reflect_tos"] = (s, v) => s.Tcp.ReflectTos = Flag(v),
        ["net.ipv4.tcp_syncookies"] = (s, v) => s.Tcp.SynCookies = Whole(v),
        ["net.ipv4.tcp_syn_linear_timeouts"] = (s, v) => s.Tcp.SynLinearTimeouts = Whole(v),
        ["net.ipv4.tcp_fastopen"] = (s, v) => s.Tcp.FastOpen = FastOpenSysctls.Bits(v[0]),
        ["net.ipv4.tcp_fastopen_key"] = (s, v) => s.Tcp.FastOpenKey = FastOpenSysctls.Keys(string.Concat(v)),
        ["net.ipv4.tcp_fastopen_blackhole_timeout_sec"] = (s, v) => s.Tcp.FastOpenBlackholeTimeout = Seconds(v),
        ["net.ipv4.tcp_rfc1337"] = (s, v) => s.Tcp.Rfc1337 = Flag(v),
        ["net.ipv4.tcp_tw_reuse"] = (s, v) => s.Tcp.TimeWaitReuse = Whole(v),
        ["net.ipv4.tcp_tw_reuse_delay"] = (s, v) => s.Tcp.TimeWaitReuseDelay = Duration.FromMilliseconds(Whole(v)),
        ["net.ipv4.tcp_max_orphans"] = (s, v) => s.Tcp.MaxOrphans = Whole(v),
        ["net.ipv4.icmp_ratelimit"] = (_, _) => { },
        ["net.ipv4.icmp_ratemask"] = (_, _) => { },
    };

    /// <summary>What the stack has no knob for, with the values that say what it does anyway. A star: whatever it is, nothing shows on the wire.</summary>
    private static readonly Dictionary<string, string[]> Fixed = new(StringComparer.Ordinal)
    {
        ["net.ipv4.tcp_fack"] = ["0"],
        ["net.ipv4.tcp_no_metrics_save"] = ["*"],
        ["net.ipv4.tcp_allowed_congestion_control"] = ["*"],
        ["net.ipv4.tcp_low_latency"] = ["*"],
        ["net.ipv4.tcp_adv_win_scale"] = ["1"],
        ["net.ipv4.tcp_app_win"] = ["31"],
        ["net.ipv4.tcp_workaround_signed_windows"] = ["0"],
        ["net.ipv4.tcp_plb_enabled"] = ["0"],
        ["net.ipv4.tcp_backlog_ack_defer"] = ["*"],
        ["net.ipv4.tcp_migrate_req"] = ["0"],
        ["net.core.default_qdisc"] = ["*"],
        ["net.core.optmem_max"] = ["*"],
        ["net.ipv6.auto_flowlabels"] = ["0"],
        ["net.ipv4.conf.all.rp_filter"] = ["*"],
        ["net.ipv4.conf.tun0.rp_filter"] = ["*"],
    };

    /// <summary>Sets one.</summary>
    /// <exception cref="UnsupportedException">The stack has no such setting, or not that value.</exception>
    public static void Set(Kernel.Settings settings, string name, string value)
    {
        name = Plain(name);
        value = value.Trim().Trim('"', '\'').Trim();
        var parts = value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (Known.TryGetValue(name, out var set) && parts.Length > 0)
        {
            try
            {
                set(settings, parts);
                return;
            }
            catch (Exception e) when (e is FormatException or OverflowException or IndexOutOfRangeException)
            {
                throw new UnsupportedException($"sysctl {name}={value}");
            }
        }

        if (!Fixed.TryGetValue(name, out var values) || (values[0] != "*" && !values.Contains(value)))
        {
            throw new UnsupportedException($"sysctl {name}={value}");
        }
    }

    /// <summary>What scripts mean by their common defaults.</summary>
    public static void SetDefaults(Kernel.Settings settings)
    {
        TcpSettings tcp = settings.Tcp;
        (tcp.ReceiveBuffer, tcp.MaxReceiveBuffer) = (540000, 15728640);
        (tcp.SendBuffer, tcp.MaxSendBuffer) = (262144, 4194304);
        tcp.Timestamps = tcp.Sack = tcp.DuplicateSack = tcp.Frto = tcp.TailLossProbe = true;
        tcp.SynRetries = tcp.SynAckRetries = 5;
        tcp.Reordering = 3;
        tcp.CongestionControl = "cubic";
        (tcp.Ecn, tcp.EcnOption) = (0, 2);
        tcp.SlowStartAfterIdle = false;
        tcp.FastOpen = FastOpenSysctls.Bits("0x70403");
        tcp.FastOpenKey = FastOpenSysctls.Keys("a1a1a1a1-b2b2b2b2-c3c3c3c3-d4d4d4d4");
        tcp.SynCookies = 1;
    }

    private static string Plain(string name)
    {
        const string Folder = "/proc/sys/";
        name = name.Trim();
        return name.StartsWith(Folder, StringComparison.Ordinal) ? name[Folder.Length..].Replace('/', '.') : name.Replace('/', '.');
    }

    private static int Whole(string[] parts, int at = 0) => int.Parse(parts[at], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    private static bool Flag(string[] parts) => Whole(parts) != 0;

    private static Duration Seconds(string[] parts) => Duration.FromSeconds(Whole(parts));

    private static string Congestion(string[] parts) => CongestionControls.Exists(parts[0]) ? parts[0] : throw new UnsupportedException($"congestion control {parts[0]}");
}
