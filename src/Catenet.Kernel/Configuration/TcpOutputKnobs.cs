using static Catenet.Kernel.Configuration.Knob;

namespace Catenet.Kernel.Configuration;

/// <summary>The settings of how TCP sends: in pieces of which size, how fast, what is urgent.</summary>
internal static class TcpOutputKnobs
{
    private const int MostPercent = 1000;

    public static readonly Knob[] All =
    [
        Whole("net.ipv4.tcp_limit_output_bytes", 0, int.MaxValue, s => s.Tcp.LimitOutput, (s, v) => s.Tcp.LimitOutput = v),
        Flag("net.ipv4.tcp_autocorking", s => s.Tcp.Autocorking, (s, v) => s.Tcp.Autocorking = v),
        Whole("net.ipv4.tcp_min_tso_segs", 1, Octet, s => s.Tcp.MinTsoSegments, (s, v) => s.Tcp.MinTsoSegments = v),
        Whole("net.ipv4.tcp_tso_rtt_log", 0, Octet, s => s.Tcp.TsoRttLog, (s, v) => s.Tcp.TsoRttLog = v),
        Whole("net.ipv4.tcp_tso_win_divisor", 0, Octet, s => s.Tcp.TsoWindowDivisor, (s, v) => s.Tcp.TsoWindowDivisor = v),
        Whole("net.ipv4.tcp_pacing_ss_ratio", 0, MostPercent, s => s.Tcp.PacingSlowStartRatio, (s, v) => s.Tcp.PacingSlowStartRatio = v),
        Whole("net.ipv4.tcp_pacing_ca_ratio", 0, MostPercent, s => s.Tcp.PacingAvoidanceRatio, (s, v) => s.Tcp.PacingAvoidanceRatio = v),
        Flag("net.ipv4.tcp_stdurg", s => s.Tcp.StandardUrgent, (s, v) => s.Tcp.StandardUrgent = v, Octet),
    ];
}
