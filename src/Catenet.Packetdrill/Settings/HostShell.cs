using System.Globalization;
using Catenet.Kernel;
using Catenet.Kernel.Devices;
using Catenet.Kernel.Routing;
using Catenet.Packetdrill.Language;

namespace Catenet.Packetdrill.Settings;

/// <summary>What commands of the shell do to a host of Catenet's.</summary>
/// <param name="host">The host under test.</param>
/// <param name="device">Its device.</param>
internal sealed class HostShell(Host host, NetDevice device) : IShell
{
    private readonly NstatCommand _nstat = new(host);

    public void SetDefaults() => SysctlTable.SetDefaults(host.Settings);

    public void SetSysctl(string name, string value) => SysctlTable.Set(host.Settings, name, value);

    public bool TryRead(string program, List<string> arguments, string search, out string output)
    {
        bool known = program == "nstat" && NstatCommand.Knows(search);
        output = known ? _nstat.Run(arguments) : "";
        return known;
    }

    /// <summary>Counters are shown to nobody, and queues change nothing that a script could see.</summary>
    public bool TryRun(string program, List<string> arguments)
    {
        switch (program)
        {
            case "nstat":
                _nstat.Run(arguments);
                return true;
            case "ss":
                return true;
            default:
                return program == "tc" && arguments.Intersect(["pfifo", "pfifo_fast", "noqueue", "mq", "fq_codel"]).Any();
        }
    }

    public void Ip(List<string> words, string command)
    {
        var arguments = words.Where(w => !w.StartsWith('-')).ToList();
        if (arguments is ["tcp_metrics", "flush" or "del" or "delete", ..])
        {
            host.Tcp.FlushMetrics();
            return;
        }

        if (arguments is ["route", "flush", "cache"] or ["neigh", ..])
        {
            return; // nothing is kept that a script could see
        }

        if (arguments is ["link", "set", ..] && After(arguments, "mtu") is { } mtu)
        {
            device.Mtu = Math.Clamp(mtu, 68, 65536);
            return;
        }

        if (arguments is ["route", "add" or "change" or "replace", ..])
        {
            ShellRoutes.Change(host, device, arguments, command);
            return;
        }

        throw new UnsupportedException($"shell: {command}");
    }

    private static int? After(List<string> words, string name)
    {
        int at = words.IndexOf(name);
        return at >= 0 && at + 1 < words.Count && int.TryParse(words[at + 1], NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : null;
    }
}
