using System.Text.RegularExpressions;
using Catenet.Packetdrill.Linux;
using Catenet.Packetdrill.Running;

namespace Catenet.Interop.Scripts;

/// <summary>All scripts, run against Linux at once when the first result is asked for: one after the other they would take many minutes.</summary>
public sealed class LinuxResults
{
    private const int AtOnce = 32;
    private const string Mark = "// not Linux: ";

    private static readonly Regex s_ofOneFamily = new(@"\b(SOL_IP|IPPROTO_IP|icmp|EMSGSIZE)\b|\b192\.|--ip_version");

    /// <summary>What the scripts state is what this version does; others differ in details.</summary>
    private static readonly Version s_stated = new(6, 18);

    private static readonly Lazy<string?> s_whyNot = new(FindWhyNot);

    private readonly Dictionary<IpMode, Dictionary<string, ScriptResult>> _results = [];

    /// <summary>Why there are no results on this machine; null if there are.</summary>
    public static string? WhyNot => s_whyNot.Value;

    /// <summary>The names of all scripts: <c>scripts/ack/overlap.pkt</c>.</summary>
    public static IEnumerable<string> Scripts() => Paths().Select(p => Path.GetRelativePath(AppContext.BaseDirectory, p).Replace('\\', '/'));

    /// <summary>Why a script says on purpose what Linux does not do; null if it does not.</summary>
    public static string? ExceptionOf(string script) => File.ReadLines(Path.Combine(AppContext.BaseDirectory, script))
        .TakeWhile(line => line.StartsWith("//", StringComparison.Ordinal))
        .FirstOrDefault(line => line.StartsWith(Mark, StringComparison.Ordinal))?[Mark.Length..];

    /// <summary>Whether a script means the same over IPv6: names of ICMP, levels of options, addresses and the least segment size are of one family.</summary>
    public static bool IsOfBothFamilies(string script) =>
        !s_ofOneFamily.IsMatch(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, script))) && !script.EndsWith("options/no-options.pkt", StringComparison.Ordinal);

    /// <summary>What came of a script.</summary>
    public ScriptResult Of(string script, IpMode mode)
    {
        lock (_results)
        {
            if (!_results.TryGetValue(mode, out var results))
            {
                _results.Add(mode, results = RunAll(mode));
            }

            return results[script];
        }
    }

    private static IReadOnlyList<string> Paths() =>
        ScriptRunner.FindScripts(new[] { "scripts", "wanted" }.Select(f => Path.Combine(AppContext.BaseDirectory, f)).Where(Directory.Exists));

    /// <summary>With the wide tolerance that a busy machine of few processors needs; each script is run once.</summary>
    private static Dictionary<string, ScriptResult> RunAll(IpMode mode)
    {
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
        return Scripts().Zip(LinuxRunner.RunFiles(Paths(), options, AtOnce, LinuxRunner.LongestByDefault)).ToDictionary(r => r.First, r => r.Second);
    }

    private static string? FindWhyNot()
    {
        var version = Environment.OSVersion.Version;
        return LinuxRunner.WhyNot()
            ?? (version < s_stated ? $"this is Linux {version}; the scripts state what Linux {s_stated} does" : null);
    }
}
