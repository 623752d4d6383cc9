using Catenet.Kernel.Tcp;
using static Catenet.Kernel.Configuration.Knob;

namespace Catenet.Kernel.Configuration;

/// <summary>The settings of TCP's timeouts and loss recovery.</summary>
internal static class TcpRecoveryKnobs
{
    private const int Day = 86_400;

    public static readonly Knob[] All =
    [
        Whole("net.ipv4.tcp_retries1", 0, Octet, s => s.Tcp.Retries1, (s, v) => s.Tcp.Retries1 = v),
        Whole("net.ipv4.tcp_retries2", 0, Octet, s => s.Tcp.Retries2, (s, v) => s.Tcp.Retries2 = v),
        Time("net.ipv4.tcp_rto_min_us", "microseconds", 1000, 1, int.MaxValue, s => s.Tcp.MinRto, (s, v) => s.Tcp.MinRto = v),
        Milliseconds("net.ipv4.tcp_rto_max_ms", s => s.Tcp.MaxRto, (s, v) => s.Tcp.MaxRto = v, 1000, 120_000),
        Seconds("net.ipv4.tcp_min_rtt_wlen", s => s.Tcp.MinRttWindow, (s, v) => s.Tcp.MinRttWindow = v, Day),
        Whole("net.ipv4.tcp_recovery", 0, Octet, s => (int)s.Tcp.Recovery, (s, v) => s.Tcp.Recovery = (LossRecovery)v),

        // 1 and 2 were early retransmit, which Linux no longer has.
        Whole("net.ipv4.tcp_early_retrans", 0, 4, s => s.Tcp.TailLossProbe ? 3 : 0, (s, v) => s.Tcp.TailLossProbe = v >= 3),
        Whole("net.ipv4.tcp_frto", 0, Octet, s => s.Tcp.Frto ? 2 : 0, (s, v) => s.Tcp.Frto = v != 0),
        Flag("net.ipv4.tcp_dsack", s => s.Tcp.DuplicateSack, (s, v) => s.Tcp.DuplicateSack = v, Octet),
        Whole("net.ipv4.tcp_reordering", 1, 300, s => s.Tcp.Reordering, (s, v) => s.Tcp.Reordering = v),
        Whole("net.ipv4.tcp_max_reordering", 1, int.MaxValue, s => s.Tcp.MaxReordering, (s, v) => s.Tcp.MaxReordering = v),
        Flag("net.ipv4.tcp_retrans_collapse", s => s.Tcp.RetransmissionCollapse, (s, v) => s.Tcp.RetransmissionCollapse = v, Octet),
        Flag("net.ipv4.tcp_thin_linear_timeouts", s => s.Tcp.ThinLinearTimeouts, (s, v) => s.Tcp.ThinLinearTimeouts = v, Octet),
        Whole("net.ipv4.tcp_comp_sack_nr", 0, Octet, s => s.Tcp.CompressedSackMost, (s, v) => s.Tcp.CompressedSackMost = v),
        Nanoseconds("net.ipv4.tcp_comp_sack_delay_ns", s => s.Tcp.CompressedSackDelay, (s, v) => s.Tcp.CompressedSackDelay = v),
        Nanoseconds("net.ipv4.tcp_comp_sack_slack_ns", s => s.Tcp.CompressedSackSlack, (s, v) => s.Tcp.CompressedSackSlack = v),
    ];

    private static Knob Nanoseconds(string name, Func<Settings, Duration> get, Action<Settings, Duration> set) =>
        Time(name, "nanoseconds", 1, 0, long.MaxValue, get, set);
}
