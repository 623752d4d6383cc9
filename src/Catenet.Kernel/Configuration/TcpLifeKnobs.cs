using static Catenet.Kernel.Configuration.Knob;

namespace Catenet.Kernel.Configuration;

/// <summary>The settings of a TCP connection's idleness and end: keepalive, FIN-WAIT-2, TIME-WAIT, orphans, doubtful segments.</summary>
internal static class TcpLifeKnobs
{
    private const int Minute = 60_000;

    public static readonly Knob[] All =
    [
        Seconds("net.ipv4.tcp_keepalive_time", s => s.Tcp.KeepaliveTime, (s, v) => s.Tcp.KeepaliveTime = v),
        Seconds("net.ipv4.tcp_keepalive_intvl", s => s.Tcp.KeepaliveInterval, (s, v) => s.Tcp.KeepaliveInterval = v),
        Whole("net.ipv4.tcp_keepalive_probes", 0, Octet, s => s.Tcp.KeepaliveProbes, (s, v) => s.Tcp.KeepaliveProbes = v),
        Seconds("net.ipv4.tcp_fin_timeout", s => s.Tcp.FinTimeout, (s, v) => s.Tcp.FinTimeout = v),
        Whole("net.ipv4.tcp_max_tw_buckets", 0, int.MaxValue, s => s.Tcp.MaxTimeWait, (s, v) => s.Tcp.MaxTimeWait = v),
        Whole("net.ipv4.tcp_tw_reuse", 0, 2, s => s.Tcp.TimeWaitReuse, (s, v) => s.Tcp.TimeWaitReuse = v),
        Milliseconds("net.ipv4.tcp_tw_reuse_delay", s => s.Tcp.TimeWaitReuseDelay, (s, v) => s.Tcp.TimeWaitReuseDelay = v, 1, Minute),
        Flag("net.ipv4.tcp_rfc1337", s => s.Tcp.Rfc1337, (s, v) => s.Tcp.Rfc1337 = v, Octet),
        Whole("net.ipv4.tcp_max_orphans", 0, int.MaxValue, s => s.Tcp.MaxOrphans, (s, v) => s.Tcp.MaxOrphans = v),
        Whole("net.ipv4.tcp_orphan_retries", 0, Octet, s => s.Tcp.OrphanRetries, (s, v) => s.Tcp.OrphanRetries = v),
        Whole("net.ipv4.tcp_challenge_ack_limit", 0, int.MaxValue, s => s.Tcp.ChallengeAckLimit, (s, v) => s.Tcp.ChallengeAckLimit = v),
        Milliseconds("net.ipv4.tcp_invalid_ratelimit", s => s.Tcp.InvalidRateLimit, (s, v) => s.Tcp.InvalidRateLimit = v),
    ];
}
