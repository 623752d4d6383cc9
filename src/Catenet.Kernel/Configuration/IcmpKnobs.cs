using static Catenet.Kernel.Configuration.Knob;

namespace Catenet.Kernel.Configuration;

/// <summary>The settings of ICMP.</summary>
internal static class IcmpKnobs
{
    public static readonly Knob[] All =
    [
        Flag("net.ipv4.icmp_echo_ignore_all", s => s.Icmp.EchoIgnoreAll, (s, v) => s.Icmp.EchoIgnoreAll = v),
        Flag("net.ipv4.icmp_echo_ignore_broadcasts", s => s.Icmp.EchoIgnoreBroadcasts, (s, v) => s.Icmp.EchoIgnoreBroadcasts = v),
        Flag("net.ipv4.icmp_errors_use_inbound_ifaddr", s => s.Icmp.ErrorsUseInboundAddress, (s, v) => s.Icmp.ErrorsUseInboundAddress = v),
        Milliseconds("net.ipv4.icmp_ratelimit", s => s.Icmp.RateLimit, (s, v) => s.Icmp.RateLimit = v),

        // Bits, which Linux keeps in a signed number.
        Whole("net.ipv4.icmp_ratemask", int.MinValue, int.MaxValue, s => (int)s.Icmp.RateMask, (s, v) => s.Icmp.RateMask = (uint)v),
        Whole("net.ipv4.icmp_msgs_per_sec", 0, int.MaxValue, s => s.Icmp.MessagesPerSecond, (s, v) => s.Icmp.MessagesPerSecond = v),
        Whole("net.ipv4.icmp_msgs_burst", 0, int.MaxValue, s => s.Icmp.MessagesBurst, (s, v) => s.Icmp.MessagesBurst = v),
    ];
}
