using System.Globalization;
using Catenet.Kernel;
using Catenet.Lab.Model;

namespace Catenet.Lab.Running;

/// <summary>The kernel settings that a lab may set, by their sysctl names.</summary>
public static class KernelSettings
{
    private static readonly SortedDictionary<string, Action<Host, long>> s_setters = new(StringComparer.Ordinal)
    {
        ["net.ipv4.ip_forward"] = (h, v) => h.Settings.IPv4Forwarding = v != 0,
        ["net.ipv6.conf.all.forwarding"] = (h, v) => h.Settings.IPv6Forwarding = v != 0,
        ["net.ipv4.ip_default_ttl"] = (h, v) => h.Settings.DefaultTtl = (byte)Math.Clamp(v, 1, 255),
        ["net.ipv6.conf.all.hop_limit"] = (h, v) => h.Settings.DefaultHopLimit = (byte)Math.Clamp(v, 1, 255),
        ["net.ipv4.conf.all.rp_filter"] = (h, v) => EachDevice(h, d => d.Settings.RpFilter = (int)v),
        ["net.ipv4.conf.all.proxy_arp"] = (h, v) => EachDevice(h, d => d.Settings.ProxyArp = v != 0),
        ["net.ipv4.conf.all.send_redirects"] = (h, v) => EachDevice(h, d => d.Settings.SendRedirects = v != 0),
        ["net.ipv4.conf.all.accept_redirects"] = (h, v) => EachDevice(h, d => d.Settings.AcceptRedirects = v != 0),
        ["net.ipv6.conf.all.disable_ipv6"] = (h, v) => EachDevice(h, d => d.Settings.DisableIPv6 = v != 0),
        ["net.netfilter.nf_conntrack_max"] = (h, v) => h.Settings.Conntrack.Max = (int)Math.Clamp(v, 1, int.MaxValue),
        ["net.netfilter.nf_conntrack_tcp_be_liberal"] = (h, v) => h.Settings.Conntrack.TcpBeLiberal = v != 0,
    };

    /// <summary>Every name, in order.</summary>
    public static IEnumerable<string> Names => s_setters.Keys;

    /// <summary>Whether a setting has a known name and a number for its value.</summary>
    public static bool IsValid(Setting setting) => s_setters.ContainsKey(setting.Name) && TryValue(setting, out _);

    /// <summary>Sets it on a host.</summary>
    /// <exception cref="ArgumentException">There is no such setting, or the value is not a number.</exception>
    public static void Apply(Host host, Setting setting)
    {
        if (!s_setters.TryGetValue(setting.Name, out var setter) || !TryValue(setting, out long value))
        {
            throw new ArgumentException($"'{setting.Name}: {setting.Value}' is not a setting a host has; there are {string.Join(", ", Names)}.", nameof(setting));
        }

        setter(host, value);
    }

    private static bool TryValue(Setting setting, out long value) =>
        long.TryParse(setting.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    private static void EachDevice(Host host, Action<Kernel.Devices.NetDevice> set)
    {
        foreach (var device in host.Devices.All)
        {
            set(device);
        }
    }
}
