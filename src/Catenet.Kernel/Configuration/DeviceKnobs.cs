using static Catenet.Kernel.Configuration.Knob;

namespace Catenet.Kernel.Configuration;

/// <summary>What a new device begins with (conf.default).</summary>
internal static class DeviceKnobs
{
    public static readonly Knob[] All =
    [
        Whole("net.ipv4.conf.default.rp_filter", 0, 2, s => s.DeviceDefaults.RpFilter, (s, v) => s.DeviceDefaults.RpFilter = v),
        IPv4("accept_source_route", s => s.DeviceDefaults.AcceptSourceRoute, (s, v) => s.DeviceDefaults.AcceptSourceRoute = v),
        IPv4("send_redirects", s => s.DeviceDefaults.SendRedirects, (s, v) => s.DeviceDefaults.SendRedirects = v),
        IPv4("accept_redirects", s => s.DeviceDefaults.AcceptRedirects, (s, v) => s.DeviceDefaults.AcceptRedirects = v),
        IPv4("proxy_arp", s => s.DeviceDefaults.ProxyArp, (s, v) => s.DeviceDefaults.ProxyArp = v),
        IPv4("arp_notify", s => s.DeviceDefaults.ArpNotify, (s, v) => s.DeviceDefaults.ArpNotify = v),

        // Linux's 2 of these two, from the same subnet only and while forwarding too, is not there.
        Flag("net.ipv4.conf.default.arp_accept", s => s.DeviceDefaults.ArpAccept, (s, v) => s.DeviceDefaults.ArpAccept = v),
        Flag("net.ipv6.conf.default.accept_ra", s => s.DeviceDefaults.AcceptRa, (s, v) => s.DeviceDefaults.AcceptRa = v),
        IPv6("ndisc_notify", s => s.DeviceDefaults.NdiscNotify, (s, v) => s.DeviceDefaults.NdiscNotify = v),
        IPv6("disable_ipv6", s => s.DeviceDefaults.DisableIPv6, (s, v) => s.DeviceDefaults.DisableIPv6 = v),
        IPv6("autoconf", s => s.DeviceDefaults.Autoconf, (s, v) => s.DeviceDefaults.Autoconf = v),
        IPv6("optimistic_dad", s => s.DeviceDefaults.OptimisticDad, (s, v) => s.DeviceDefaults.OptimisticDad = v),
        Whole("net.ipv6.conf.default.dad_transmits", 0, int.MaxValue, s => s.DeviceDefaults.DadTransmits, (s, v) => s.DeviceDefaults.DadTransmits = v),

        // Linux's -1, without end, is not there.
        Whole("net.ipv6.conf.default.router_solicitations", 0, int.MaxValue,
            s => s.DeviceDefaults.RouterSolicitations, (s, v) => s.DeviceDefaults.RouterSolicitations = v),
        Seconds("net.ipv6.conf.default.router_solicitation_interval",
            s => s.DeviceDefaults.RouterSolicitationInterval, (s, v) => s.DeviceDefaults.RouterSolicitationInterval = v),
    ];

    private static Knob IPv4(string name, Func<Settings, bool> get, Action<Settings, bool> set) => Flag("net.ipv4.conf.default." + name, get, set, int.MaxValue);

    private static Knob IPv6(string name, Func<Settings, bool> get, Action<Settings, bool> set) => Flag("net.ipv6.conf.default." + name, get, set, int.MaxValue);
}
