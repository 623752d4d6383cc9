using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>A host's TCP settings, with Linux's names (<c>net.ipv4.tcp_*</c>) and defaults. Changes apply to what happens afterwards.</summary>
public sealed class TcpSettings
{
    /// <summary><c>tcp_syn_retries</c>: how often a SYN is sent again before the connection attempt fails.</summary>
    public int SynRetries { get; set; } = 6;

    /// <summary><c>tcp_synack_retries</c>: how often a SYN-ACK is sent again before the request is forgotten.</summary>
    public int SynAckRetries { get; set; } = 5;

    /// <summary><c>tcp_retries1</c>: after the time that this many doublings of the timeout take, the path is suspected (RFC 9293 3.8.3, R1).</summary>
    public int Retries1 { get; set; } = 3;

    /// <summary><c>tcp_retries2</c>: after the time that this many doublings of the timeout take, the connection fails (RFC 9293 3.8.3, R2).</summary>
    public int Retries2 { get; set; } = 15;

    /// <summary><c>tcp_orphan_retries</c>: the same for a connection that its user has closed; 0 means 8.</summary>
    public int OrphanRetries { get; set; }

    /// <summary><c>tcp_fin_timeout</c>: how long a closed connection waits in FIN-WAIT-2 for the peer's FIN.</summary>
    public Duration FinTimeout { get; set; } = Duration.FromSeconds(60);

    /// <summary>How long TIME-WAIT lasts: Linux's fixed 60 s for RFC 9293's 2 MSL.</summary>
    public Duration TimeWait { get; set; } = Duration.FromSeconds(60);

    /// <summary><c>tcp_max_tw_buckets</c>: the most TIME-WAIT records; past it a connection ends without one.</summary>
    public int MaxTimeWait { get; set; } = 65536;

    /// <summary><c>tcp_keepalive_time</c>: idleness before the first probe.</summary>
    public Duration KeepaliveTime { get; set; } = Duration.FromSeconds(7200);

    /// <summary><c>tcp_keepalive_intvl</c>: time between probes.</summary>
    public Duration KeepaliveInterval { get; set; } = Duration.FromSeconds(75);

    /// <summary><c>tcp_keepalive_probes</c>: unanswered probes before the connection fails.</summary>
    public int KeepaliveProbes { get; set; } = 9;

    /// <summary><c>tcp_max_syn_backlog</c>: half-open requests per listener.</summary>
    public int MaxSynBacklog { get; set; } = 1024;

    /// <summary><c>net.core.somaxconn</c>: the most a listener's backlog can be.</summary>
    public int SoMaxConn { get; set; } = 4096;

    /// <summary><c>tcp_abort_on_overflow</c>: whether a full accept queue answers with a reset rather than silence.</summary>
    public bool AbortOnOverflow { get; set; }

    /// <summary>Whether timestamps begin at an offset of chance for each pair of addresses (RFC 7323 5.4); off where <c>tcp_timestamps</c> is 2.</summary>
    public bool TimestampOffset { get; set; } = true;

    /// <summary><c>tcp_timestamps</c>: 1 or 2 (RFC 7323 3).</summary>
    public bool Timestamps { get; set; } = true;

    /// <summary><c>tcp_sack</c> (RFC 2018).</summary>
    public bool Sack { get; set; } = true;

    /// <summary><c>tcp_dsack</c> (RFC 2883).</summary>
    public bool DuplicateSack { get; set; } = true;

    /// <summary><c>tcp_window_scaling</c> (RFC 7323 2).</summary>
    public bool WindowScaling { get; set; } = true;

    /// <summary><c>tcp_congestion_control</c>: one of <see cref="CongestionControls.Available"/>.</summary>
    public string CongestionControl { get; set; } = "cubic";

    /// <summary>How CUBIC's slow start finds its end: Linux's HyStart (its module parameter <c>hystart</c>), RFC 9406's HyStart++, or not at all.</summary>
    public HyStartKind HyStart { get; set; } = HyStartKind.Classic;

    /// <summary><c>tcp_no_ssthresh_metrics_save</c>: whether a route's ssthresh is passed over.</summary>
    public bool NoSsthreshMetricsSave { get; set; } = true;

    /// <summary><c>tcp_min_tso_segs</c>: how many segments leave as one at least, if there are so many.</summary>
    public int MinTsoSegments { get; set; } = 2;

    /// <summary><c>tcp_tso_rtt_log</c>: for every doubling of the least round-trip time from so many powers of two of a microsecond on, less leaves at once.</summary>
    public int TsoRttLog { get; set; } = 9;

    /// <summary><c>tcp_tso_win_divisor</c>: which part of the window is enough to be sent without waiting for more.</summary>
    public int TsoWindowDivisor { get; set; } = 3;

    /// <summary><c>tcp_pacing_ss_ratio</c>: the pacing rate in slow start, in percent of cwnd per SRTT.</summary>
    public int PacingSlowStartRatio { get; set; } = 200;

    /// <summary><c>tcp_pacing_ca_ratio</c>: the same past half of ssthresh.</summary>
    public int PacingAvoidanceRatio { get; set; } = 120;

    /// <summary><c>tcp_slow_start_after_idle</c> (RFC 5681 4.1).</summary>
    public bool SlowStartAfterIdle { get; set; } = true;

    /// <summary><c>tcp_reordering</c>: duplicate acknowledgments taken for a loss to begin with (RFC 5681 3.2).</summary>
    public int Reordering { get; set; } = 3;

    /// <summary><c>tcp_max_reordering</c>: the most reordering, in segments, that a connection learns to live with.</summary>
    public int MaxReordering { get; set; } = 300;

    /// <summary><c>tcp_recovery</c> (RFC 8985).</summary>
    public LossRecovery Recovery { get; set; } = LossRecovery.Rack;

    /// <summary><c>tcp_retrans_collapse</c>: whether small segments that are sent again are put together (RFC 9293 3.8.1).</summary>
    public bool RetransmissionCollapse { get; set; } = true;

    /// <summary><c>tcp_thin_linear_timeouts</c>: whether the first six timeouts of a stream with fewer than four segments in flight do not double.</summary>
    public bool ThinLinearTimeouts { get; set; }

    /// <summary><c>tcp_syn_linear_timeouts</c>: SYNs that are sent again at equal distances before the timeout begins to double.</summary>
    public int SynLinearTimeouts { get; set; } = 4;

    /// <summary><c>tcp_min_rtt_wlen</c>: for how long a round-trip time counts for the least one.</summary>
    public Duration MinRttWindow { get; set; } = Duration.FromSeconds(300);

    /// <summary><c>tcp_early_retrans</c>: whether tail loss probes are sent (RFC 8985 7).</summary>
    public bool TailLossProbe { get; set; } = true;

    /// <summary><c>tcp_frto</c> (RFC 5682).</summary>
    public bool Frto { get; set; } = true;

    /// <summary>
    /// <c>tcp_ecn</c>: 0 no ECN; 1 RFC 3168's, asked for and agreed to; 2 agreed to; 3 accurate ECN (RFC 9768), asked for and agreed to;
    /// 4 accurate ECN agreed to, RFC 3168's asked for; 5 accurate ECN agreed to.
    /// </summary>
    public int Ecn { get; set; } = 2;

    /// <summary><c>tcp_ecn_fallback</c>: a SYN that asked for ECN in vain is sent again without, and implausible feedback ends marking.</summary>
    public bool EcnFallback { get; set; } = true;

    /// <summary><c>tcp_ecn_option</c>: when accurate ECN's option is sent: 0 never, 1 when there is need, 2 always.</summary>
    public int EcnOption { get; set; } = 2;

    /// <summary><c>tcp_ecn_option_beacon</c>: how often per round trip it is sent without need.</summary>
    public int EcnOptionBeacon { get; set; } = 3;

    /// <summary><c>tcp_reflect_tos</c>: whether a SYN-ACK and its connection take over the DSCP of the SYN.</summary>
    public bool ReflectTos { get; set; }

    /// <summary><c>tcp_mem</c>: how much memory the host's TCP sockets may take together; what Linux computes for a machine of 16 GiB.</summary>
    public MemoryLimits Memory { get; set; } = new(196608, 262144, 393216);

    /// <summary>The first of <c>tcp_rmem</c>: what a connection may receive under pressure.</summary>
    public int LeastReceiveBuffer { get; set; } = 4096;

    /// <summary>The first of <c>tcp_wmem</c>: what a connection may send under pressure.</summary>
    public int LeastSendBuffer { get; set; } = 4096;

    /// <summary>The second of <c>tcp_rmem</c>: the receive buffer a connection begins with; half of it is window.</summary>
    public int ReceiveBuffer { get; set; } = 131072;

    /// <summary>The third of <c>tcp_rmem</c>: how far the receive buffer grows by itself.</summary>
    public int MaxReceiveBuffer { get; set; } = 33554432;

    /// <summary>A route's <c>initrwnd</c> for all routes: the window of a SYN in segments; zero: as the buffer allows.</summary>
    public int InitialReceiveWindow { get; set; }

    /// <summary><c>tcp_shrink_window</c>: whether a window that was announced may be taken back for want of memory.</summary>
    public bool ShrinkWindow { get; set; }

    /// <summary><c>tcp_stdurg</c>: whether the urgent pointer names the urgent octet (RFC 1122) rather than the one after it (RFC 6093 3.1).</summary>
    public bool StandardUrgent { get; set; }

    /// <summary><c>tcp_comp_sack_nr</c>: how many ACKs of data ahead of a gap one ACK may stand for.</summary>
    public int CompressedSackMost { get; set; } = 44;

    /// <summary><c>tcp_comp_sack_delay_ns</c>: how long such an ACK may wait; less if the round trip is short.</summary>
    public Duration CompressedSackDelay { get; set; } = Duration.FromMilliseconds(1);

    /// <summary><c>tcp_comp_sack_slack_ns</c>: by how much longer it may wait.</summary>
    public Duration CompressedSackSlack { get; set; } = Duration.FromMicroseconds(100);

    /// <summary><c>tcp_moderate_rcvbuf</c>: whether it grows by itself.</summary>
    public bool ModerateReceiveBuffer { get; set; } = true;

    /// <summary>The second of <c>tcp_wmem</c>: the send buffer a connection begins with; once established it holds two initial windows at least.</summary>
    public int SendBuffer { get; set; } = 16384;

    /// <summary>The third of <c>tcp_wmem</c>: how far the send buffer grows by itself.</summary>
    public int MaxSendBuffer { get; set; } = 4194304;

    /// <summary><c>tcp_notsent_lowat</c>: with so many octets waiting for their first transmission a socket takes no more; the largest value: no limit.</summary>
    public uint NotSentLowWater { get; set; } = uint.MaxValue;

    /// <summary><c>tcp_limit_output_bytes</c>: the most octets of memory that a connection without pacing may have waiting in the host's own queues.</summary>
    public int LimitOutput { get; set; } = 4194304;

    /// <summary><c>tcp_autocorking</c>: whether a small write waits for more while earlier packets wait in the host's own queues.</summary>
    public bool Autocorking { get; set; } = true;

    /// <summary><c>tcp_challenge_ack_limit</c>: challenge ACKs per second and host, on average: how many it is in a second is left to chance (RFC 5961 7). The largest value and, as in Linux, zero: no limit.</summary>
    public int ChallengeAckLimit { get; set; } = int.MaxValue;

    /// <summary><c>tcp_invalid_ratelimit</c>: the least time between two ACKs for unacceptable segments of one connection.</summary>
    public Duration InvalidRateLimit { get; set; } = Duration.FromMilliseconds(500);

    /// <summary>The timeout before the first round-trip sample (RFC 6298 2.1).</summary>
    public Duration InitialRto { get; set; } = Duration.FromSeconds(1);

    /// <summary><c>tcp_rto_min</c>: the least the timeout lies above the smoothed round-trip time.</summary>
    public Duration MinRto { get; set; } = Duration.FromMilliseconds(200);

    /// <summary><c>tcp_rto_max</c>: the longest timeout.</summary>
    public Duration MaxRto { get; set; } = Duration.FromSeconds(120);

    /// <summary><c>tcp_mtu_probing</c> (RFC 4821): 0 never, 1 once a path seems to swallow large packets, 2 from the start.</summary>
    public int MtuProbing { get; set; }

    /// <summary><c>tcp_base_mss</c>: the segments that a search for the path's MTU begins with, in octets of payload.</summary>
    public int BaseMss { get; set; } = 1024;

    /// <summary><c>tcp_mtu_probe_floor</c>: how small a path that swallows packets makes segments at most.</summary>
    public int MtuProbeFloor { get; set; } = 48;

    /// <summary><c>tcp_min_snd_mss</c>: the least MSS that is believed, options included.</summary>
    public int MinSendMss { get; set; } = 48;

    /// <summary><c>tcp_probe_threshold</c>: the search ends when the range is smaller than this, in octets.</summary>
    public int ProbeThreshold { get; set; } = 8;

    /// <summary><c>tcp_probe_interval</c>: how long after its beginning a search that has ended begins anew.</summary>
    public Duration ProbeInterval { get; set; } = Duration.FromSeconds(600);

    /// <summary>Initial window in segments (RFC 6928).</summary>
    public int InitialWindow { get; set; } = 10;

    /// <summary><c>tcp_syncookies</c>: 0 never, 1 when a queue of requests is full, 2 always (RFC 4987 3.6).</summary>
    public int SynCookies { get; set; } = 1;

    /// <summary><c>tcp_fastopen</c> (RFC 7413), bit by bit: 1 client, 2 server, 4 client without a cookie, 0x200 server without a cookie, 0x400 every listener.</summary>
    public int FastOpen { get; set; } = 1;

    /// <summary><c>tcp_fastopen_key</c>: sixteen octets under which cookies are made, or thirty-two: a second key, whose cookies are taken but not given. Empty: a key by chance.</summary>
    public byte[] FastOpenKey { get; set; } = [];

    /// <summary><c>tcp_fastopen_blackhole_timeout_sec</c>: for how long Fast Open is not tried after it seemed to be lost on the way; zero: it is always tried.</summary>
    public Duration FastOpenBlackholeTimeout { get; set; }

    /// <summary><c>tcp_rfc1337</c>: whether a reset leaves TIME-WAIT as it is (RFC 1337).</summary>
    public bool Rfc1337 { get; set; }

    /// <summary><c>tcp_tw_reuse</c>: whether a port in TIME-WAIT may be chosen for a new connection (RFC 6191): 0 no, 1 yes, 2 on loopback.</summary>
    public int TimeWaitReuse { get; set; } = 2;

    /// <summary><c>tcp_tw_reuse_delay</c>: how long a port has to be in TIME-WAIT for that.</summary>
    public Duration TimeWaitReuseDelay { get; set; } = Duration.FromSeconds(1);

    /// <summary><c>tcp_max_orphans</c>: how many connections may go on after their users have closed them; past it they are reset.</summary>
    public int MaxOrphans { get; set; } = 65536;

    internal bool HasRecovery(LossRecovery how) => (Recovery & how) != 0;
}
