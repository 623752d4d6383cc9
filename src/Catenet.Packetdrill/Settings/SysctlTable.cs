using Catenet.Kernel.Configuration;
using Catenet.Kernel.Tcp;
using Catenet.Packetdrill.Language;

namespace Catenet.Packetdrill.Settings;

/// <summary>What scripts set by sysctl: the settings that the kernel has. The rest is unsupported, unless the value is what the stack does anyway.</summary>
internal static class SysctlTable
{
    /// <summary>What the stack has no knob for, with the values that say what it does anyway. A star: whatever it is, nothing shows on the wire.</summary>
    private static readonly Dictionary<string, string[]> Fixed = new(StringComparer.Ordinal)
    {
        ["net.ipv4.tcp_fack"] = ["0"],
        ["net.ipv4.tcp_no_metrics_save"] = ["*"],
        ["net.ipv4.tcp_allowed_congestion_control"] = ["*"],
        ["net.ipv4.tcp_low_latency"] = ["*"],
        ["net.ipv4.tcp_adv_win_scale"] = ["1"],
        ["net.ipv4.tcp_app_win"] = ["31"],
        ["net.ipv4.tcp_workaround_signed_windows"] = ["0"],
        ["net.ipv4.tcp_plb_enabled"] = ["0"],
        ["net.ipv4.tcp_backlog_ack_defer"] = ["*"],
        ["net.ipv4.tcp_migrate_req"] = ["0"],
        ["net.core.default_qdisc"] = ["*"],
        ["net.core.optmem_max"] = ["*"],
        ["net.ipv4.conf.all.rp_filter"] = ["*"],
        ["net.ipv4.conf.tun0.rp_filter"] = ["*"],
    };

    /// <summary>Sets one.</summary>
    /// <exception cref="UnsupportedException">The stack has no such setting, or not that value.</exception>
    public static void Set(Kernel.Settings settings, string name, string value)
    {
        name = Plain(name);
        value = value.Trim().Trim('"', '\'').Trim();
        if (!Sysctl.TrySet(settings, name, value, out string? error) &&
            (!Fixed.TryGetValue(name, out var values) || (values[0] != "*" && !values.Contains(value))))
        {
            throw new UnsupportedException($"sysctl {name}={value}: {error}");
        }
    }

    /// <summary>What scripts mean by their common defaults.</summary>
    public static void SetDefaults(Kernel.Settings settings)
    {
        TcpSettings tcp = settings.Tcp;
        (tcp.ReceiveBuffer, tcp.MaxReceiveBuffer) = (540000, 15728640);
        (tcp.SendBuffer, tcp.MaxSendBuffer) = (262144, 4194304);
        tcp.Timestamps = tcp.Sack = tcp.DuplicateSack = tcp.Frto = tcp.TailLossProbe = true;
        tcp.SynRetries = tcp.SynAckRetries = 5;
        tcp.Reordering = 3;
        tcp.CongestionControl = "cubic";
        (tcp.Ecn, tcp.EcnOption) = (0, 2);
        tcp.SlowStartAfterIdle = false;
        tcp.FastOpen = 0x70403;
        tcp.SynCookies = 1;
        Set(settings, "net.ipv4.tcp_fastopen_key", "a1a1a1a1-b2b2b2b2-c3c3c3c3-d4d4d4d4");
    }

    private static string Plain(string name)
    {
        const string Folder = "/proc/sys/";
        name = name.Trim();
        return name.StartsWith(Folder, StringComparison.Ordinal) ? name[Folder.Length..].Replace('/', '.') : name.Replace('/', '.');
    }
}
