using static Catenet.Kernel.Configuration.Knob;

namespace Catenet.Kernel.Configuration;

/// <summary>The settings of TCP's search for a path's MTU (RFC 4821).</summary>
internal static class TcpMtuKnobs
{
    private const int LeastMss = 48;
    private const int MostMss = 65_535;

    /// <summary>In seconds: jiffies without a sign.</summary>
    private const int MostInterval = (int)(uint.MaxValue / 250);

    public static readonly Knob[] All =
    [
        Whole("net.ipv4.tcp_mtu_probing", 0, Octet, s => s.Tcp.MtuProbing, (s, v) => s.Tcp.MtuProbing = v),
        Whole("net.ipv4.tcp_min_snd_mss", LeastMss, MostMss, s => s.Tcp.MinSendMss, (s, v) => s.Tcp.MinSendMss = v),
        Whole("net.ipv4.tcp_mtu_probe_floor", LeastMss, MostMss, s => s.Tcp.MtuProbeFloor, (s, v) => s.Tcp.MtuProbeFloor = v),

        // Linux takes any number; none above has a meaning.
        Whole("net.ipv4.tcp_base_mss", 0, MostMss, s => s.Tcp.BaseMss, (s, v) => s.Tcp.BaseMss = v),
        Whole("net.ipv4.tcp_probe_threshold", 0, int.MaxValue, s => s.Tcp.ProbeThreshold, (s, v) => s.Tcp.ProbeThreshold = v),
        Seconds("net.ipv4.tcp_probe_interval", s => s.Tcp.ProbeInterval, (s, v) => s.Tcp.ProbeInterval = v, MostInterval),
    ];
}
