using System.Numerics;
using Catenet.Kernel.Tcp;

namespace Catenet.Packetdrill.Code;

/// <summary>The names that Python has for what TCP_INFO tells, as far as the kernel tells it, and Linux's constants.</summary>
internal static class TcpInfoNames
{
    private const int InfiniteThreshold = 0x7FFF_FFFF;

    private static readonly Dictionary<string, Func<TcpInfo, long>> Fields = new(StringComparer.Ordinal)
    {
        ["tcpi_state"] = i => StateOf(i.State),
        ["tcpi_ca_state"] = i => i.CongestionState,
        ["tcpi_retransmits"] = i => i.Retransmits,
        ["tcpi_probes"] = i => i.Probes,
        ["tcpi_backoff"] = i => i.Backoff,
        ["tcpi_options"] = i => (i.Timestamps ? 1 : 0) | (i.Sack ? 2 : 0) | (i.ReceiveScale > 0 || i.SendScale > 0 ? 4 : 0) | (i.EcnMode != EcnMode.Disabled ? 8 : 0) | (i.EcnSeen ? 16 : 0) | (i.SynDataAcked ? 32 : 0) | (i.IsFastOpenChild ? 128 : 0),
        ["tcpi_snd_wscale"] = i => i.SendScale,
        ["tcpi_rcv_wscale"] = i => i.ReceiveScale,
        ["tcpi_rto"] = i => Microseconds(i.Rto),
        ["tcpi_snd_mss"] = i => i.SendMss,
        ["tcpi_rcv_mss"] = i => i.ReceiveMss,
        ["tcpi_unacked"] = i => i.Unacked,
        ["tcpi_sacked"] = i => i.Sacked,
        ["tcpi_lost"] = i => i.Lost,
        ["tcpi_retrans"] = i => i.Retransmitted,
        ["tcpi_fackets"] = _ => 0,
        ["tcpi_total_retrans"] = i => i.TotalRetransmitted,
        ["tcpi_pmtu"] = i => i.PathMtu,
        ["tcpi_advmss"] = i => i.AnnouncedMss,
        ["tcpi_rtt"] = i => Microseconds(i.Rtt),
        ["tcpi_rttvar"] = i => Microseconds(i.RttVariance),
        ["tcpi_min_rtt"] = i => i.MinRtt == Duration.Infinite ? uint.MaxValue : Microseconds(i.MinRtt),
        ["tcpi_snd_ssthresh"] = i => Math.Min(i.SendSsthresh, InfiniteThreshold),
        ["tcpi_snd_cwnd"] = i => i.SendCwnd,
        ["tcpi_reordering"] = i => i.Reordering,
        ["tcpi_snd_wnd"] = i => i.SendWindow,
        ["tcpi_rcv_wnd"] = i => i.ReceiveWindow,
        ["tcpi_rcv_ssthresh"] = i => i.ReceiveSsthresh,
        ["tcpi_received_ce"] = i => i.ReceivedCe,
        ["tcpi_received_e1_bytes"] = i => i.ReceivedOctets.Ect1,
        ["tcpi_received_e0_bytes"] = i => i.ReceivedOctets.Ect0,
        ["tcpi_received_ce_bytes"] = i => i.ReceivedOctets.Ce,
        ["tcpi_delivered_e1_bytes"] = i => i.DeliveredOctets.Ect1,
        ["tcpi_delivered_e0_bytes"] = i => i.DeliveredOctets.Ect0,
        ["tcpi_delivered_ce_bytes"] = i => i.DeliveredOctets.Ce,
        ["tcpi_accecn_fail_mode"] = i => i.AccurateEcnFailures,
        ["tcpi_accecn_opt_seen"] = i => i.AccurateEcnOptionSeen,
        ["tcpi_ecn_mode"] = i => (long)i.EcnMode,
        ["dctcp_enabled"] = i => i.Dctcp.Enabled ? 1 : 0,
        ["dctcp_ce_state"] = i => i.Dctcp.IsCe ? 1 : 0,
        ["dctcp_alpha"] = i => i.Dctcp.Alpha,
        ["dctcp_ab_ecn"] = i => i.Dctcp.MarkedOctets,
        ["dctcp_ab_tot"] = i => i.Dctcp.TotalOctets,
        ["sk_meminfo_rmem_alloc"] = i => i.ReceiveMemory,
        ["sk_meminfo_rcvbuf"] = i => i.ReceiveBuffer,
        ["sk_meminfo_sndbuf"] = i => i.SendBuffer,
        ["sk_meminfo_optmem"] = _ => 0,
        ["sk_meminfo_backlog"] = _ => 0,
        ["tcpi_rcv_rtt"] = i => Microseconds(i.ReceiveRtt),
        ["tcpi_rcv_space"] = i => i.ReceiveSpace,
        ["tcpi_ato"] = i => Microseconds(i.DelayedAckTime),
        ["tcpi_fastopen_client_fail"] = i => i.FastOpenClientFail,
        ["tcpi_notsent_bytes"] = i => i.NotSent,
        ["tcpi_busy_time"] = i => Microseconds(i.BusyTime),
        ["tcpi_rwnd_limited"] = i => Microseconds(i.WindowLimitedTime),
        ["tcpi_sndbuf_limited"] = i => Microseconds(i.BufferLimitedTime),
        ["tcpi_last_data_sent"] = i => Milliseconds(i.LastDataSent),
        ["tcpi_last_ack_sent"] = _ => 0,
        ["tcpi_last_data_recv"] = i => Milliseconds(i.LastDataReceived),
        ["tcpi_last_ack_recv"] = i => Milliseconds(i.LastAckReceived),
        ["tcpi_bytes_acked"] = i => (long)i.BytesAcked,
        ["tcpi_bytes_received"] = i => (long)i.BytesReceived,
        ["tcpi_bytes_sent"] = i => (long)i.BytesSent,
        ["tcpi_bytes_retrans"] = i => (long)i.BytesRetransmitted,
        ["tcpi_segs_out"] = i => i.SegmentsOut,
        ["tcpi_segs_in"] = i => i.SegmentsIn,
        ["tcpi_data_segs_out"] = i => i.DataSegmentsOut,
        ["tcpi_data_segs_in"] = i => i.DataSegmentsIn,
        ["tcpi_delivered"] = i => i.Delivered,
        ["tcpi_delivered_ce"] = i => i.DeliveredCe,
        ["tcpi_dsack_dups"] = i => i.DuplicatesReported,
        ["tcpi_reord_seen"] = i => i.ReorderingSeen,
        ["tcpi_rcv_ooopack"] = i => i.OutOfOrderIn,
        ["tcpi_rehash"] = i => i.Rehashes,
        ["tcpi_total_rto"] = i => i.TotalTimeouts,
        ["tcpi_total_rto_recoveries"] = i => i.TotalTimeoutRecoveries,
        ["tcpi_total_rto_time"] = i => Milliseconds(i.TotalTimeoutTime),
        ["tcpi_delivery_rate"] = i => i.DeliveryRate,
        ["tcpi_delivery_rate_app_limited"] = i => i.DeliveryRateAppLimited ? 1 : 0,
    };

    /// <summary>Rates of which there may be no limit: all ones then.</summary>
    private static readonly Dictionary<string, Func<TcpInfo, long>> Rates = new(StringComparer.Ordinal)
    {
        ["tcpi_pacing_rate"] = i => i.PacingRate,
        ["tcpi_max_pacing_rate"] = i => i.MaxPacingRate,
    };

    private static readonly Dictionary<string, long> Constants = new(StringComparer.Ordinal)
    {
        ["TCP_ESTABLISHED"] = 1,
        ["TCP_SYN_SENT"] = 2,
        ["TCP_SYN_RECV"] = 3,
        ["TCP_FIN_WAIT1"] = 4,
        ["TCP_FIN_WAIT2"] = 5,
        ["TCP_TIME_WAIT"] = 6,
        ["TCP_CLOSE"] = 7,
        ["TCP_CLOSE_WAIT"] = 8,
        ["TCP_LAST_ACK"] = 9,
        ["TCP_LISTEN"] = 10,
        ["TCP_CLOSING"] = 11,
        ["TCP_CA_Open"] = 0,
        ["TCP_CA_Disorder"] = 1,
        ["TCP_CA_CWR"] = 2,
        ["TCP_CA_Recovery"] = 3,
        ["TCP_CA_Loss"] = 4,
        ["TCPI_OPT_TIMESTAMPS"] = 1,
        ["TCPI_OPT_SACK"] = 2,
        ["TCPI_OPT_WSCALE"] = 4,
        ["TCPI_OPT_ECN"] = 8,
        ["TCPI_OPT_ECN_SEEN"] = 16,
        ["TCPI_OPT_SYN_DATA"] = 32,
        ["TCPI_OPT_TFO_CHILD"] = 128,
        ["TFO_STATUS_UNSPEC"] = 0,
        ["TFO_COOKIE_UNAVAILABLE"] = 1,
        ["TFO_DATA_NOT_ACKED"] = 2,
        ["TFO_SYN_RETRANSMITTED"] = 3,
        ["TCP_INFINITE_SSTHRESH"] = InfiniteThreshold,
    };

    /// <summary>The number of a constant; null if there is none of that name.</summary>
    public static long? Constant(string name) => Constants.TryGetValue(name, out long constant) ? constant : null;

    /// <summary>What a name stands for; null if it is none that is known.</summary>
    /// <param name="name">The name.</param>
    /// <param name="info">Takes the snapshot; called only if the name is a field of it.</param>
    public static object? Find(string name, Func<TcpInfo> info) =>
        Fields.TryGetValue(name, out var field) ? new BigInteger(field(info()))
        : Rates.TryGetValue(name, out var rate) ? new BigInteger(unchecked((ulong)rate(info())))
        : Constants.TryGetValue(name, out long constant) ? new BigInteger(constant) : null;

    private static long Microseconds(Duration time) => time.Nanoseconds / 1000;

    private static long Milliseconds(Duration time) => Math.Clamp(time.Nanoseconds / 1_000_000, 0, uint.MaxValue);

    private static int StateOf(TcpState state) => state switch
    {
        TcpState.Established => 1,
        TcpState.SynSent => 2,
        TcpState.SynReceived => 3,
        TcpState.FinWait1 => 4,
        TcpState.FinWait2 => 5,
        TcpState.CloseWait => 8,
        TcpState.LastAck => 9,
        TcpState.Listen => 10,
        TcpState.Closing => 11,
        _ => 7, // of a connection in TIME-WAIT the socket knows no more
    };
}
