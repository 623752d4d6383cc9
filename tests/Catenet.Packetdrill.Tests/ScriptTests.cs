using Catenet.Packetdrill.Running;

namespace Catenet.Packetdrill.Tests;

/// <summary>The scripts of this folder, each of which cites its rule.</summary>
public sealed class ScriptTests
{
    private static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "scripts");

    private static string WantedFolder { get; } = Path.Combine(AppContext.BaseDirectory, "wanted");

    public static TheoryData<string> Scripts() => In(Folder);

    [Theory]
    [MemberData(nameof(Scripts))]
    public void The_stack_does_what_the_script_says(string script)
    {
        var result = ScriptRunner.RunFile(Path.Combine(Folder, script), In(IpMode.IPv4));
        Assert.True(result.Outcome == ScriptOutcome.Passed, Tell(result));
        Assert.True(result.Unclaimed.Count == 0, $"{script}: sent although the script says nothing of it: {string.Join("; ", result.Unclaimed)}");
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public void It_does_so_over_IPv6_and_mapped_IPv4(string script)
    {
        if (script.StartsWith("encap/", StringComparison.Ordinal))
        {
            return; // addresses of tunnels are of one family
        }

        // Names of ICMP, levels of options and the least segment size are of one family.
        bool ofOneFamily = script is "options/no-options.pkt" || script.StartsWith("mtu/", StringComparison.Ordinal) || script.StartsWith("icmp/", StringComparison.Ordinal) || script.StartsWith("ip/", StringComparison.Ordinal);
        var mapped = ScriptRunner.RunFile(Path.Combine(Folder, script), In(IpMode.IPv4MappedIPv6));
        Assert.True(mapped.Outcome == ScriptOutcome.Passed || (ofOneFamily && mapped.Outcome == ScriptOutcome.Unsupported), Tell(mapped));
        var ipv6 = ScriptRunner.RunFile(Path.Combine(Folder, script), In(IpMode.IPv6));
        Assert.True(ipv6.Outcome == ScriptOutcome.Passed || ofOneFamily || ipv6.Outcome == ScriptOutcome.Unsupported, Tell(ipv6));
    }

    [Fact]
    public void What_is_wanted_is_moved_to_the_scripts_as_soon_as_it_passes()
    {
        string[] wanted = Directory.Exists(WantedFolder) ? Directory.GetFiles(WantedFolder, "*.pkt", SearchOption.AllDirectories) : [];
        Assert.All(wanted, script =>
        {
            var result = ScriptRunner.RunFile(script);
            Assert.False(result.IsMistake, Tell(result));
            Assert.True(result.Outcome != ScriptOutcome.Passed, $"{script} passes now: move it from wanted/ to scripts/.");
        });
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public void Every_script_says_first_by_which_rule_it_goes(string script) =>
        Assert.StartsWith("// ", File.ReadAllText(Path.Combine(Folder, script)));

    [Fact]
    public void Two_runs_of_a_script_are_the_same()
    {
        string path = Path.Combine(Folder, "recovery", "two-losses.pkt");
        var first = ScriptRunner.RunText("x", File.ReadAllText(path) + "\n+0 close(99) = 0\n");
        var second = ScriptRunner.RunText("x", File.ReadAllText(path) + "\n+0 close(99) = 0\n");
        Assert.Equal(first.LastPackets, second.LastPackets);
        Assert.NotEmpty(first.LastPackets);
    }

    private static TheoryData<string> In(string folder) =>
        [.. ScriptRunner.FindScripts([folder]).Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/'))];

    /// <summary>Fast Open's cookies are of the addresses: what servers give under the keys that the scripts use.</summary>
    private static ScriptOptions In(IpMode mode) => new()
    {
        Mode = mode,
        Definitions = new Dictionary<string, string>
        {
            ["TFO_COOKIE"] = mode == IpMode.IPv6 ? "c1d1e9742a47a9bc" : "3021b9d889017eeb",
            ["TFO_COOKIE_ZERO"] = mode == IpMode.IPv6 ? "82af1a8f9a205c34" : "b7c12350a90dc8f5",
        },
    };

    private static string Tell(ScriptResult result) => $"{result}\n{result.Event}\n{string.Join('\n', result.LastPackets)}";
}
