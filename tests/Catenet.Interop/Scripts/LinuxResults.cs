using System.Text.RegularExpressions;
using Catenet.Packetdrill.Linux;
using Catenet.Packetdrill.Running;

namespace Catenet.Interop.Scripts;

/// <summary>All scripts, run against Linux many at once: one after the other they would take many minutes.</summary>
internal static class LinuxResults
{
    private const int AtOnce = 32;
    private const string Mark = "// not Linux: ";

    private static readonly Regex s_ofOneFamily = new(@"\b(SOL_IP|IPPROTO_IP|icmp|EMSGSIZE)\b|\b192\.|--ip_version");

    /// <summary>What the scripts state is what this version does; others differ in details.</summary>
    private static readonly Version s_stated = new(6, 18);

    private static readonly Lazy<string?> s_whyNot = new(FindWhyNot);

    /// <summary>Why there are no results on this machine; null if there are.</summary>
    public static string? WhyNot => s_whyNot.Value;

    /// <summary>Why a script says on purpose what Linux does not do; null if it does not.</summary>
    public static string? ExceptionOf(string script) => File.ReadLines(Path.Combine(AppContext.BaseDirectory, script))
        .TakeWhile(line => line.StartsWith("//", StringComparison.Ordinal))
        .FirstOrDefault(line => line.StartsWith(Mark, StringComparison.Ordinal))?[Mark.Length..];

    /// <summary>What came of every script that means something in the mode, with the wide tolerance that a busy machine of few processors needs.</summary>
    public static IEnumerable<(string Script, ScriptResult Result)> RunAll(IpMode mode)
    {
        var paths = ScriptRunner.FindScripts([Path.Combine(AppContext.BaseDirectory, "scripts")]).Where(p => mode == IpMode.IPv4 || IsOfBothFamilies(p)).ToList();
        var options = new ScriptOptions
        {
            Mode = mode,
            LeastTolerance = Duration.FromMilliseconds(50),
            TolerancePercent = 25,
            PacketsTold = 40,

            // What Linux makes of the key that the scripts set, for the peer's address and for the zero key.
            Definitions = new Dictionary<string, string>
            {
                ["TFO_COOKIE"] = mode == IpMode.IPv6 ? "c1d1e9742a47a9bc" : "3021b9d889017eeb",
                ["TFO_COOKIE_ZERO"] = mode == IpMode.IPv6 ? "82af1a8f9a205c34" : "b7c12350a90dc8f5",
            },
        };
        var results = LinuxRunner.RunFiles(paths, options, AtOnce, LinuxRunner.LongestByDefault);
        return paths.Select(p => Path.GetRelativePath(AppContext.BaseDirectory, p).Replace('\\', '/')).Zip(results);
    }

    /// <summary>Whether a script means the same over IPv6: names of ICMP, levels of options, addresses and the least segment size are of one family.</summary>
    private static bool IsOfBothFamilies(string path) => !s_ofOneFamily.IsMatch(File.ReadAllText(path)) && !path.EndsWith("no-options.pkt", StringComparison.Ordinal);

    private static string? FindWhyNot()
    {
        var version = Environment.OSVersion.Version;
        return LinuxRunner.WhyNot()
            ?? (version < s_stated ? $"this is Linux {version}; the scripts state what Linux {s_stated} does" : null);
    }
}
