using static Catenet.Kernel.Configuration.Knob;

namespace Catenet.Kernel.Configuration;

/// <summary>The settings of TCP's handshake: how long it is tried, what it offers, how listeners defend themselves.</summary>
internal static class TcpOpeningKnobs
{
    private const int MostSyns = 127;

    public static readonly Knob[] All =
    [
        Whole("net.ipv4.tcp_syn_retries", 1, MostSyns, s => s.Tcp.SynRetries, (s, v) => s.Tcp.SynRetries = v),
        Whole("net.ipv4.tcp_syn_linear_timeouts", 0, MostSyns, s => s.Tcp.SynLinearTimeouts, (s, v) => s.Tcp.SynLinearTimeouts = v),
        Whole("net.ipv4.tcp_synack_retries", 0, Octet, s => s.Tcp.SynAckRetries, (s, v) => s.Tcp.SynAckRetries = v),
        Whole("net.ipv4.tcp_max_syn_backlog", 0, int.MaxValue, s => s.Tcp.MaxSynBacklog, (s, v) => s.Tcp.MaxSynBacklog = v),
        Whole("net.ipv4.tcp_syncookies", 0, Octet, s => s.Tcp.SynCookies, (s, v) => s.Tcp.SynCookies = v),
        Flag("net.ipv4.tcp_abort_on_overflow", s => s.Tcp.AbortOnOverflow, (s, v) => s.Tcp.AbortOnOverflow = v, Octet),

        // Anything but 1 leaves the offset out.
        Whole("net.ipv4.tcp_timestamps", 0, Octet, s => !s.Tcp.Timestamps ? 0 : s.Tcp.TimestampOffset ? 1 : 2,
            (s, v) => (s.Tcp.Timestamps, s.Tcp.TimestampOffset) = (v != 0, v < 2)),
        Flag("net.ipv4.tcp_sack", s => s.Tcp.Sack, (s, v) => s.Tcp.Sack = v, Octet),
        Flag("net.ipv4.tcp_window_scaling", s => s.Tcp.WindowScaling, (s, v) => s.Tcp.WindowScaling = v, Octet),
        Flag("net.ipv4.tcp_reflect_tos", s => s.Tcp.ReflectTos, (s, v) => s.Tcp.ReflectTos = v),
    ];
}
