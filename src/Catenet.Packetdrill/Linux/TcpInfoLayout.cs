namespace Catenet.Packetdrill.Linux;

/// <summary>struct tcp_info as Linux 6.18 has it. An older kernel tells a shorter one.</summary>
internal static class TcpInfoLayout
{
    private static readonly Dictionary<string, StructField> Fields = Lay();

    /// <summary>Where a field is; null if there is none of that name.</summary>
    public static StructField? Find(string name) => Fields.TryGetValue(name, out var field) ? field : null;

    private static Dictionary<string, StructField> Lay()
    {
        var fields = new Dictionary<string, StructField>(StringComparer.Ordinal);
        int offset = 0;
        Add(1, "state", "ca_state", "retransmits", "probes", "backoff", "options");
        fields["tcpi_snd_wscale"] = new StructField(6, 1, 0, 4);
        fields["tcpi_rcv_wscale"] = new StructField(6, 1, 4, 4);
        fields["tcpi_delivery_rate_app_limited"] = new StructField(7, 1, 0, 1);
        fields["tcpi_fastopen_client_fail"] = new StructField(7, 1, 1, 2);
        offset = 8;
        Add(4, "rto", "ato", "snd_mss", "rcv_mss", "unacked", "sacked", "lost", "retrans", "fackets", "last_data_sent", "last_ack_sent", "last_data_recv", "last_ack_recv",
            "pmtu", "rcv_ssthresh", "rtt", "rttvar", "snd_ssthresh", "snd_cwnd", "advmss", "reordering", "rcv_rtt", "rcv_space", "total_retrans");
        Add(8, "pacing_rate", "max_pacing_rate", "bytes_acked", "bytes_received");
        Add(4, "segs_out", "segs_in", "notsent_bytes", "min_rtt", "data_segs_in", "data_segs_out");
        Add(8, "delivery_rate", "busy_time", "rwnd_limited", "sndbuf_limited");
        Add(4, "delivered", "delivered_ce");
        Add(8, "bytes_sent", "bytes_retrans");
        Add(4, "dsack_dups", "reord_seen", "rcv_ooopack", "snd_wnd", "rcv_wnd", "rehash");
        Add(2, "total_rto", "total_rto_recoveries");
        Add(4, "total_rto_time", "received_ce", "delivered_e1_bytes", "delivered_e0_bytes", "delivered_ce_bytes", "received_e1_bytes", "received_e0_bytes", "received_ce_bytes");
        Add(2, "accecn_fail_mode", "accecn_opt_seen");
        return fields;

        void Add(int size, params ReadOnlySpan<string> names)
        {
            foreach (string name in names)
            {
                fields["tcpi_" + name] = new StructField(offset, size);
                offset += size;
            }
        }
    }
}

/// <summary>union tcp_cc_info, whose meaning depends on the congestion control, and the array of SO_MEMINFO.</summary>
internal static class CongestionLayout
{
    /// <summary>The numbers of SO_MEMINFO in order.</summary>
    public static readonly string[] MemoryNames =
        ["sk_meminfo_rmem_alloc", "sk_meminfo_rcvbuf", "sk_meminfo_wmem_alloc", "sk_meminfo_sndbuf", "sk_meminfo_fwd_alloc", "sk_meminfo_wmem_queued", "sk_meminfo_optmem", "sk_meminfo_backlog", "sk_meminfo_drops"];

    private static readonly Dictionary<string, StructField> Fields = new(StringComparer.Ordinal)
    {
        ["bbr_bw_lo"] = new(0, 4),
        ["bbr_bw_hi"] = new(4, 4),
        ["bbr_min_rtt"] = new(8, 4),
        ["bbr_pacing_gain"] = new(12, 4),
        ["bbr_cwnd_gain"] = new(16, 4),
        ["dctcp_enabled"] = new(0, 2),
        ["dctcp_ce_state"] = new(2, 2),
        ["dctcp_alpha"] = new(4, 4),
        ["dctcp_ab_ecn"] = new(8, 4),
        ["dctcp_ab_tot"] = new(12, 4),
        ["tcpv_enabled"] = new(0, 4),
        ["tcpv_rttcnt"] = new(4, 4),
        ["tcpv_rtt"] = new(8, 4),
        ["tcpv_minrtt"] = new(12, 4),
    };

    /// <summary>Where a field is; null if there is none of that name.</summary>
    public static StructField? Find(string name) => Fields.TryGetValue(name, out var field) ? field : null;
}
