using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>A snapshot of a connection, after Linux's <c>struct tcp_info</c>. Windows count segments where Linux's do.</summary>
public readonly record struct TcpInfo
{
    /// <summary>The state.</summary>
    public TcpState State { get; init; }

    /// <summary><c>tcpi_ca_state</c>: 0 open, 1 disorder, 2 reduction, 3 recovery, 4 loss.</summary>
    public int CongestionState { get; init; }

    /// <summary><c>tcpi_retransmits</c>: timeouts in a row.</summary>
    public int Retransmits { get; init; }

    /// <summary><c>tcpi_probes</c>: unanswered probes.</summary>
    public int Probes { get; init; }

    /// <summary><c>tcpi_backoff</c>: doublings of the timeout.</summary>
    public int Backoff { get; init; }

    /// <summary>Whether timestamps are in use.</summary>
    public bool Timestamps { get; init; }

    /// <summary>Whether SACK is in use.</summary>
    public bool Sack { get; init; }

    /// <summary><c>tcpi_snd_wscale</c>.</summary>
    public int SendScale { get; init; }

    /// <summary><c>tcpi_rcv_wscale</c>.</summary>
    public int ReceiveScale { get; init; }

    /// <summary><c>tcpi_rto</c>.</summary>
    public Duration Rto { get; init; }

    /// <summary><c>tcpi_snd_mss</c>: payload octets of a full segment.</summary>
    public int SendMss { get; init; }

    /// <summary><c>tcpi_rcv_mss</c>: payload octets of the peer's full segments, as seen.</summary>
    public int ReceiveMss { get; init; }

    /// <summary><c>tcpi_unacked</c>: segments sent and not acknowledged.</summary>
    public int Unacked { get; init; }

    /// <summary><c>tcpi_sacked</c>: of those, how many the peer holds.</summary>
    public int Sacked { get; init; }

    /// <summary><c>tcpi_lost</c>: of those, how many are taken for lost.</summary>
    public int Lost { get; init; }

    /// <summary><c>tcpi_retrans</c>: retransmissions in flight.</summary>
    public int Retransmitted { get; init; }

    /// <summary><c>tcpi_total_retrans</c>.</summary>
    public long TotalRetransmitted { get; init; }

    /// <summary><c>tcpi_pmtu</c> in octets.</summary>
    public int PathMtu { get; init; }

    /// <summary><c>tcpi_advmss</c>: the MSS that was announced, less the options that every segment has.</summary>
    public int AnnouncedMss { get; init; }

    /// <summary><c>tcpi_rtt</c>: SRTT.</summary>
    public Duration Rtt { get; init; }

    /// <summary><c>tcpi_rttvar</c>.</summary>
    public Duration RttVariance { get; init; }

    /// <summary><c>tcpi_min_rtt</c>; infinite before the first sample.</summary>
    public Duration MinRtt { get; init; }

    /// <summary><c>tcpi_snd_ssthresh</c> in segments.</summary>
    public int SendSsthresh { get; init; }

    /// <summary><c>tcpi_snd_cwnd</c> in segments.</summary>
    public int SendCwnd { get; init; }

    /// <summary><c>tcpi_reordering</c>.</summary>
    public int Reordering { get; init; }

    /// <summary><c>tcpi_snd_wnd</c>: the peer's window in octets.</summary>
    public uint SendWindow { get; init; }

    /// <summary><c>tcpi_rcv_wnd</c>: our window in octets, as announced.</summary>
    public uint ReceiveWindow { get; init; }

    /// <summary><c>tcpi_rcv_ssthresh</c>: how far our window may open, in octets.</summary>
    public int ReceiveSsthresh { get; init; }

    /// <summary><c>tcpi_rcv_rtt</c>: the round trip as the receiver measures it; zero before it could.</summary>
    public Duration ReceiveRtt { get; init; }

    /// <summary><c>tcpi_rcv_space</c>: octets that the reader took in a round trip.</summary>
    public int ReceiveSpace { get; init; }

    /// <summary><c>tcpi_ato</c>: how long an ACK is thought to wait for a companion.</summary>
    public Duration DelayedAckTime { get; init; }

    /// <summary>SO_MEMINFO's SK_MEMINFO_RMEM_ALLOC: octets of memory that what came takes until it is read.</summary>
    public int ReceiveMemory { get; init; }

    /// <summary>SO_MEMINFO's SK_MEMINFO_RCVBUF: the receive buffer in octets of memory.</summary>
    public int ReceiveBuffer { get; init; }

    /// <summary>SO_MEMINFO's SK_MEMINFO_SNDBUF: the send buffer in octets.</summary>
    public int SendBuffer { get; init; }

    /// <summary>Whether data in a SYN was acknowledged (TCPI_OPT_SYN_DATA in <c>tcpi_options</c>).</summary>
    public bool SynDataAcked { get; init; }

    /// <summary>Whether Fast Open made the connection of a SYN (TCPI_OPT_TFO_CHILD in <c>tcpi_options</c>).</summary>
    public bool IsFastOpenChild { get; init; }

    /// <summary><c>tcpi_fastopen_client_fail</c>: 1 no cookie was known, 2 the data in the SYN was not acknowledged, 3 the SYN had to be sent again.</summary>
    public int FastOpenClientFail { get; init; }

    /// <summary><c>tcpi_notsent_bytes</c>: sequence numbers that wait for their first transmission.</summary>
    public int NotSent { get; init; }

    /// <summary>How ECN's marks are fed back.</summary>
    public EcnMode EcnMode { get; init; }

    /// <summary>Whether the peer marks packets as ECN-capable.</summary>
    public bool EcnSeen { get; init; }

    /// <summary><c>tcpi_delivered_ce</c>: our segments that the peer says were marked.</summary>
    public uint DeliveredCe { get; init; }

    /// <summary><c>tcpi_received_ce</c>: marked segments received.</summary>
    public uint ReceivedCe { get; init; }

    /// <summary><c>tcpi_received_e1_bytes</c>, <c>_e0_</c> and <c>_ce_</c>: octets of data received, by their mark.</summary>
    public (uint Ect1, uint Ect0, uint Ce) ReceivedOctets { get; init; }

    /// <summary><c>tcpi_delivered_e1_bytes</c>, <c>_e0_</c> and <c>_ce_</c>: octets of ours that the peer has received, by their mark.</summary>
    public (uint Ect1, uint Ect0, uint Ce) DeliveredOctets { get; init; }

    /// <summary><c>tcpi_accecn_fail_mode</c>: 1 our ACE, 2 the peer's, 4 our option, 8 the peer's does not get through.</summary>
    public int AccurateEcnFailures { get; init; }

    /// <summary><c>tcpi_accecn_opt_seen</c>: 0 no option has come, 1 an empty one, 2 one with counters, 3 a zeroed one.</summary>
    public int AccurateEcnOptionSeen { get; init; }

    /// <summary>What DCTCP tells (TCP_CC_INFO); all zero with another congestion control.</summary>
    public DctcpInfo Dctcp { get; init; }
    /// <summary><c>tcpi_last_data_sent</c>: how long ago a segment with data was sent.</summary>
    public Duration LastDataSent { get; init; }

    /// <summary><c>tcpi_last_data_recv</c>: how long ago a segment with data was received.</summary>
    public Duration LastDataReceived { get; init; }

    /// <summary><c>tcpi_last_ack_recv</c>: how long ago an acknowledgment was received.</summary>
    public Duration LastAckReceived { get; init; }

    /// <summary><c>tcpi_bytes_acked</c>: sequence numbers acknowledged by the peer.</summary>
    public ulong BytesAcked { get; init; }

    /// <summary><c>tcpi_bytes_received</c>: sequence numbers received in order.</summary>
    public ulong BytesReceived { get; init; }

    /// <summary><c>tcpi_bytes_sent</c>: payload octets sent, retransmissions included.</summary>
    public ulong BytesSent { get; init; }

    /// <summary><c>tcpi_bytes_retrans</c>: payload octets sent again.</summary>
    public ulong BytesRetransmitted { get; init; }

    /// <summary><c>tcpi_segs_out</c>: segments sent.</summary>
    public uint SegmentsOut { get; init; }

    /// <summary><c>tcpi_segs_in</c>: segments received.</summary>
    public uint SegmentsIn { get; init; }

    /// <summary><c>tcpi_data_segs_out</c>: segments with data sent.</summary>
    public uint DataSegmentsOut { get; init; }

    /// <summary><c>tcpi_data_segs_in</c>: segments with data received.</summary>
    public uint DataSegmentsIn { get; init; }

    /// <summary><c>tcpi_delivered</c>: segments known to have arrived, needless retransmissions included.</summary>
    public uint Delivered { get; init; }

    /// <summary><c>tcpi_dsack_dups</c>: segments that came twice, as the peer reports.</summary>
    public uint DuplicatesReported { get; init; }

    /// <summary><c>tcpi_reord_seen</c>: how often reordering was seen.</summary>
    public uint ReorderingSeen { get; init; }

    /// <summary><c>tcpi_rcv_ooopack</c>: segments received ahead of a gap.</summary>
    public uint OutOfOrderIn { get; init; }

    /// <summary><c>tcpi_rehash</c>: how often a timeout changed the flow label.</summary>
    public int Rehashes { get; init; }

    /// <summary><c>tcpi_total_rto</c>: timeouts.</summary>
    public int TotalTimeouts { get; init; }

    /// <summary><c>tcpi_total_rto_recoveries</c>: recoveries that a timeout began.</summary>
    public int TotalTimeoutRecoveries { get; init; }

    /// <summary><c>tcpi_total_rto_time</c>: time spent in them, the present one included.</summary>
    public Duration TotalTimeoutTime { get; init; }

    /// <summary><c>tcpi_busy_time</c>: for how long something was being sent.</summary>
    public Duration BusyTime { get; init; }

    /// <summary><c>tcpi_rwnd_limited</c>: for how long of that the peer's window was in the way.</summary>
    public Duration WindowLimitedTime { get; init; }

    /// <summary><c>tcpi_sndbuf_limited</c>: for how long of that the send buffer was too small.</summary>
    public Duration BufferLimitedTime { get; init; }

    /// <summary><c>tcpi_pacing_rate</c> in octets per second: what segments are paced at, or would be; negative: no limit.</summary>
    public long PacingRate { get; init; }

    /// <summary><c>tcpi_max_pacing_rate</c> in octets per second (SO_MAX_PACING_RATE); negative: no limit.</summary>
    public long MaxPacingRate { get; init; }

    /// <summary><c>tcpi_delivery_rate</c> in octets per second: the latest measured; zero before the first.</summary>
    public long DeliveryRate { get; init; }

    /// <summary><c>tcpi_delivery_rate_app_limited</c>: the user had not given enough data for more.</summary>
    public bool DeliveryRateAppLimited { get; init; }

    internal static TcpInfo Of(TcpConnection c) => new()
    {
        PacingRate = Pacing.RateOf(c),
        MaxPacingRate = c.Options.MaxPacingRate ?? -1,
        DeliveryRate = c.Rate.InOctets(c.Mss),
        DeliveryRateAppLimited = c.Rate.IsLastLimited,
        LastDataSent = c.Now - c.LastSentAt,
        LastDataReceived = c.Now - Instant.Max(c.Acks.LastData, default),
        LastAckReceived = c.Acks.LastHeard.Until(c.Now),
        BytesAcked = c.Stats.BytesAcked,
        BytesReceived = c.Stats.BytesReceived,
        BytesSent = c.Stats.BytesSent,
        BytesRetransmitted = c.Stats.BytesRetransmitted,
        SegmentsOut = c.Stats.SegmentsOut,
        SegmentsIn = c.Stats.SegmentsIn,
        DataSegmentsOut = c.Stats.DataSegmentsOut,
        DataSegmentsIn = c.Stats.DataSegmentsIn,
        Delivered = c.Rate.Delivered,
        DuplicatesReported = c.Recovery.DuplicatesReported,
        ReorderingSeen = c.Recovery.ReorderingSeen,
        OutOfOrderIn = c.Stats.OutOfOrderIn,
        Rehashes = c.Stats.Rehashes,
        TotalTimeouts = c.Stats.Timeouts,
        TotalTimeoutRecoveries = c.Stats.TimeoutRecoveries,
        TotalTimeoutTime = Duration.FromMilliseconds(
            c.Stats.TimeoutTime + (c.Stats.TimeoutSince != 0 ? Tcp.Timestamps.ToTicks(c.Now) - c.Stats.TimeoutSince : 0)),
        State = c.State,
        CongestionState = (int)c.Recovery.Phase,
        Retransmits = c.Recovery.Timeouts,
        Probes = c.Probes,
        Backoff = c.Rtt.Backoff,
        Timestamps = c.Ts.Enabled && c.State != TcpState.SynSent, // what our SYN offers is not in use yet
        Sack = c.UsesSack && c.State != TcpState.SynSent,
        SendScale = c.Snd.Scale,
        ReceiveScale = c.State == TcpState.SynSent ? 0 : c.Rcv.Scale,
        Rto = c.Rtt.Rto,
        SendMss = c.Mss,
        ReceiveMss = c.Acks.SegmentSize,
        Unacked = c.Sent.Count,
        Sacked = c.Sent.SackedOut + c.Recovery.DuplicateAcks,
        Lost = c.Sent.LostOut,
        Retransmitted = c.Sent.RetransOut,
        TotalRetransmitted = c.Stats.Retransmissions,
        PathMtu = c.PathMtu,
        AnnouncedMss = c.AnnouncedMss,
        Rtt = c.Rtt.Smoothed,
        RttVariance = c.Rtt.Variance,
        MinRtt = c.Rtt.Min,
        SendSsthresh = c.Window.Ssthresh,
        SendCwnd = c.Window.Cwnd,
        Reordering = c.Reordering,
        SendWindow = c.Snd.Wnd,
        ReceiveWindow = c.Rcv.Wnd,
        ReceiveSsthresh = c.Space.Threshold,
        ReceiveMemory = WindowSelection.Memory(c),
        ReceiveBuffer = c.Space.Buffer,
        SendBuffer = c.SendLimit,
        ReceiveRtt = c.Sizing.Rtt,
        ReceiveSpace = c.Sizing.Space,
        DelayedAckTime = c.Acks.Estimate,
        NotSent = c.Unsent + (Transmission.OwesFin(c) ? 1 : 0),
        BusyTime = c.Limits.Sums(c.Now).Busy,
        WindowLimitedTime = c.Limits.Sums(c.Now).PeerWindow,
        BufferLimitedTime = c.Limits.Sums(c.Now).SendBuffer,
        EcnMode = c.Ecn?.Mode ?? EcnMode.Disabled,
        EcnSeen = c.Ecn?.Has(EcnFlags.Seen) == true,
        DeliveredCe = c.Rate.DeliveredCe,
        ReceivedCe = c.Ecn?.ReceivedCe ?? 0,
        ReceivedOctets = c.Ecn is { } received ? (received.Received[0], received.Received[1], received.Received[2]) : default,
        DeliveredOctets = c.Ecn is { } delivered ? (delivered.Delivered[0], delivered.Delivered[1], delivered.Delivered[2]) : default,
        Dctcp = (c.Algorithm as Dctcp)?.InfoOf(c) ?? default,
        AccurateEcnFailures = (int)(c.Ecn?.Failures ?? 0),
        AccurateEcnOptionSeen = (int)(c.Ecn?.OptionSeen ?? 0),
        SynDataAcked = c.Opening is { DataAcked: true },
        IsFastOpenChild = c.Opening is { IsChild: true },
        FastOpenClientFail = c.Opening?.ClientFail ?? 0,
    };
}
