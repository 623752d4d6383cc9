using Catenet.Packetdrill.Running;

namespace Catenet.Interop.Scripts;

/// <summary>Linux itself judges the scripts that Catenet's TCP is held to: what they say, it does.</summary>
/// <remarks>
/// A script that says otherwise on purpose has a line <c>// not Linux: reason</c> at its head; then Linux must fail it, so that no
/// such line outlives its reason.
/// </remarks>
[Collection(AloneInTheProcess)]
public sealed class LinuxScriptTests(LinuxResults results) : IClassFixture<LinuxResults>
{
    /// <summary>Scripts are on time, which programs of other tests would not let them be.</summary>
    internal const string AloneInTheProcess = "scripts run alone";

    public static TheoryData<string> Scripts() => [.. LinuxResults.Scripts()];

    public static TheoryData<string> ScriptsOfBothFamilies() => [.. LinuxResults.Scripts().Where(LinuxResults.IsOfBothFamilies)];

    [Theory(Explicit = true)]
    [MemberData(nameof(Scripts))]
    public void Linux_does_what_the_script_says(string script) => Judge(script, IpMode.IPv4);

    [Theory(Explicit = true)]
    [MemberData(nameof(ScriptsOfBothFamilies))]
    public void It_does_so_over_IPv6(string script) => Judge(script, IpMode.IPv6);

    private void Judge(string script, IpMode mode)
    {
        if (LinuxResults.WhyNot is { } reason)
        {
            Assert.Skip(reason);
        }

        var result = results.Of(script, mode);
        string? exception = LinuxResults.ExceptionOf(script);
        Assert.SkipWhen(result.Outcome is ScriptOutcome.Skipped or ScriptOutcome.Unsupported, $"{result}"); // a kernel may be built without MD5, DCTCP and the like
        if (exception is null)
        {
            Assert.True(result.Outcome == ScriptOutcome.Passed, $"{result}\n{result.Event}\n{string.Join('\n', result.LastPackets)}");
        }
        else
        {
            Assert.True(result.Outcome != ScriptOutcome.Passed, $"{script}: Linux does this, although the script says 'not Linux: {exception}'.");
        }
    }
}

/// <summary>The scripts take real time, and have to go beside other tests' collections, not among them.</summary>
[CollectionDefinition(LinuxScriptTests.AloneInTheProcess, DisableParallelization = true)]
public sealed class LinuxScriptCollection;
