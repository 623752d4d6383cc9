using Catenet.Kernel.Tcp;
using static Catenet.Kernel.Configuration.Knob;

namespace Catenet.Kernel.Configuration;

/// <summary>The settings of TCP's congestion control and ECN.</summary>
internal static class TcpCongestionKnobs
{
    public static readonly Knob[] All =
    [
        Choice("net.ipv4.tcp_congestion_control", CongestionControls.Available, s => s.Tcp.CongestionControl, (s, v) => s.Tcp.CongestionControl = v),
        Flag("net.ipv4.tcp_no_ssthresh_metrics_save", s => s.Tcp.NoSsthreshMetricsSave, (s, v) => s.Tcp.NoSsthreshMetricsSave = v),
        Flag("net.ipv4.tcp_slow_start_after_idle", s => s.Tcp.SlowStartAfterIdle, (s, v) => s.Tcp.SlowStartAfterIdle = v, Octet),

        // Up to 5 since Linux has accurate ECN (RFC 9768) in full.
        Whole("net.ipv4.tcp_ecn", 0, 5, s => s.Tcp.Ecn, (s, v) => s.Tcp.Ecn = v),
        Flag("net.ipv4.tcp_ecn_fallback", s => s.Tcp.EcnFallback, (s, v) => s.Tcp.EcnFallback = v),
        Whole("net.ipv4.tcp_ecn_option", 0, 2, s => s.Tcp.EcnOption, (s, v) => s.Tcp.EcnOption = v),
        Whole("net.ipv4.tcp_ecn_option_beacon", 0, 3, s => s.Tcp.EcnOptionBeacon, (s, v) => s.Tcp.EcnOptionBeacon = v),
    ];
}
