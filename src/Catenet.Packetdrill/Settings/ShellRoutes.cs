using System.Globalization;
using Catenet.Kernel;
using Catenet.Kernel.Devices;
using Catenet.Kernel.Routing;
using Catenet.Packetdrill.Language;

namespace Catenet.Packetdrill.Settings;

/// <summary><c>ip route add|change|replace</c>: what scripts want of it are the metrics that TCP goes by.</summary>
internal static class ShellRoutes
{
    /// <summary>Words with a value behind them that change nothing here: there is one device and one neighbour.</summary>
    private static readonly string[] Passed = ["dev", "via", "src", "proto", "scope", "table", "metric"];

    /// <exception cref="UnsupportedException">It says something that is not understood.</exception>
    public static void Change(Host host, NetDevice device, List<string> words, string command)
    {
        var metrics = new RouteMetrics();
        int mtu = 0;
        bool ecn = false;
        for (int i = 3; i < words.Count; i++)
        {
            string name = words[i];
            bool locked = i + 1 < words.Count && words[i + 1] == "lock";
            i += locked ? 2 : 1;
            string value = i < words.Count ? words[i] : throw Unknown(command);
            if (name == "mtu")
            {
                mtu = Number(value, command);
            }
            else if (name == "features")
            {
                ecn = value == "ecn" ? true : throw Unknown(command);
            }
            else if (!Passed.Contains(name))
            {
                metrics = With(metrics, name, value, locked, command);
            }
        }

        var prefix = Target(host, words.ElementAtOrDefault(2) ?? "", command);
        var now = host.Routes.Of(prefix).FirstOrDefault() ?? host.Routes.Lookup(prefix.Address);
        if (now is null)
        {
            throw Unknown(command); // the script runs over the other family
        }

        if (now.Prefix == prefix)
        {
            host.Routes.Remove(now);
        }

        host.Routes.Add(new RouteEntry(prefix)
        {
            Gateway = now.Gateway,
            Device = now.Device ?? device,
            PreferredSource = now.PreferredSource,
            Metric = now.Metric,
            Mtu = mtu != 0 ? mtu : now.Mtu,
            UsesEcn = ecn,
            Metrics = metrics,
        });
    }

    private static InetPrefix Target(Host host, string text, string command) =>
        text == "default" ? host.Routes.All.First(r => r.Prefix.Length == 0).Prefix
        : InetPrefix.TryParse(text, out var prefix) ? prefix
        : InetAddress.TryParse(text, out var address) ? new InetPrefix(address, address.Bits)
        : throw Unknown(command);

    private static RouteMetrics With(RouteMetrics metrics, string name, string value, bool locked, string command) => name switch
    {
        "initcwnd" => metrics with { InitialWindow = Number(value, command) },
        "initrwnd" => metrics with { InitialReceiveWindow = Number(value, command) },
        "cwnd" => metrics with { MaxWindow = locked ? Number(value, command) : 0 },
        "ssthresh" => metrics with { Ssthresh = Number(value, command) },
        "quickack" => metrics with { QuickAck = Number(value, command) != 0 },
        "rto_min" => metrics with { MinRto = Time(value, command) },
        "congctl" => metrics with { CongestionControl = value, IsCongestionControlLocked = locked },
        _ => throw Unknown(command),
    };

    private static int Number(string text, string command) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : throw Unknown(command);

    /// <summary>With a unit, else in milliseconds.</summary>
    private static Duration Time(string text, string command)
    {
        foreach (var (unit, factor) in new (string, double)[] { ("us", 0.001), ("msecs", 1), ("msec", 1), ("ms", 1), ("s", 1000), ("", 1) })
        {
            if (text.EndsWith(unit, StringComparison.Ordinal) && double.TryParse(text[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value))
            {
                return Duration.FromMilliseconds(value * factor);
            }
        }

        throw Unknown(command);
    }

    private static UnsupportedException Unknown(string command) => new($"shell: {command}");
}
