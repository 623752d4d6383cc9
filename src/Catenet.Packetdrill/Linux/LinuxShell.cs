using Catenet.Linux;
using Catenet.Linux.Namespaces;
using Catenet.Packetdrill.Language;
using Catenet.Packetdrill.Running;
using Catenet.Packetdrill.Settings;

namespace Catenet.Packetdrill.Linux;

/// <summary>What commands of the shell do to Linux, within the script's own namespace.</summary>
/// <param name="space">The namespace.</param>
/// <param name="process">The script's process, whose new sockets have the congestion control that is set.</param>
internal sealed class LinuxShell(NetworkNamespace space, ScriptProcess process) : IShell, IDisposable
{
    /// <summary>Programs that act on the namespace and on nothing else.</summary>
    private static readonly string[] Programs = ["tc", "nstat", "ss"];

    private static readonly (string Name, string Value)[] Defaults =
    [
        ("tcp_rmem", "4096 540000 15728640"), ("tcp_wmem", "4096 262144 4194304"), ("tcp_timestamps", "1"), ("tcp_syn_retries", "5"), ("tcp_synack_retries", "5"),
        ("tcp_frto", "2"), ("tcp_sack", "1"), ("tcp_dsack", "1"), ("tcp_fack", "0"), ("tcp_reordering", "3"),
        ("tcp_slow_start_after_idle", "0"), ("tcp_early_retrans", "4"), ("tcp_recovery", "1"), ("tcp_tso_win_divisor", "3"), ("tcp_ecn", "0"), ("tcp_ecn_option", "2"),
        ("tcp_pacing_ss_ratio", "200"), ("tcp_pacing_ca_ratio", "120"), ("tcp_notsent_lowat", "4294967295"), ("tcp_fastopen", "0x70403"),
        ("tcp_fastopen_key", "a1a1a1a1-b2b2b2b2-c3c3c3c3-d4d4d4d4"), ("tcp_syncookies", "1"),
    ];

    /// <summary>Where nstat remembers what it has printed: a file of the script's own.</summary>
    private readonly string _history = Path.Combine(Path.GetTempPath(), FormattableString.Invariant($"catenet-nstat-{Environment.ProcessId}-{space.Thread}"));

    public void SetDefaults()
    {
        process.SetCongestion(ScriptProcess.UsualCongestion);
        foreach (var (name, value) in Defaults)
        {
            try
            {
                space.Sysctl("net.ipv4." + name, value);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // What this Linux has not got (fack) it need not be told.
            }
        }
    }

    /// <summary>Sets a sysctl of the namespace. Those of the whole machine are not there to be set.</summary>
    public void SetSysctl(string name, string value)
    {
        name = name.Trim();
        const string Folder = "/proc/sys/";
        name = (name.StartsWith(Folder, StringComparison.Ordinal) ? name[Folder.Length..] : name).Replace('/', '.');
        if (!name.StartsWith("net.", StringComparison.Ordinal))
        {
            throw new UnsupportedException($"sysctl {name}, which is of the whole machine");
        }

        value = value.Trim().Trim('"', '\'').Trim();
        if (name == "net.ipv4.tcp_congestion_control")
        {
            SetCongestion(value);
            return;
        }

        try
        {
            space.Sysctl(name, value);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UnsupportedException($"sysctl {name}={value}: {e.Message}");
        }
    }

    public void Dispose() => File.Delete(_history);

    public void Ip(List<string> words, string command) => Run("ip", words, command);

    public bool TryRead(string program, List<string> arguments, string search, out string output)
    {
        bool known = Programs.Contains(program);
        output = known ? Run(program, arguments, $"{program} {string.Join(' ', arguments)}") : "";
        return known;
    }

    public bool TryRun(string program, List<string> arguments)
    {
        if (!Programs.Contains(program))
        {
            return false;
        }

        Run(program, arguments, $"{program} {string.Join(' ', arguments)}");
        return true;
    }

    /// <summary>A namespace may have a default only among those that everybody is allowed; root may give any to a socket.</summary>
    private void SetCongestion(string name)
    {
        if (!space.Sysctl("net.ipv4.tcp_available_congestion_control").Split(' ').Contains(name))
        {
            throw new UnsupportedException($"congestion control {name}, which this Linux has not got");
        }

        process.SetCongestion(name);
    }

    private string Run(string program, List<string> arguments, string command)
    {
        try
        {
            using var process = space.StartWith(new Dictionary<string, string> { ["NSTAT_HISTORY"] = _history }, program, [.. arguments]);
            if (process.WaitForExit() != 0)
            {
                throw new UnsupportedException($"shell: {command}: {process.Errors.Trim()}");
            }

            return process.Output;
        }
        catch (LinuxException e)
        {
            throw new UnsupportedException($"shell: {command}: {e.Message}");
        }
    }
}
