using Catenet.Packetdrill.Running;

namespace Catenet.Interop.Scripts;

/// <summary>Linux itself judges the scripts that Catenet's TCP is held to: what they say, it does.</summary>
/// <remarks>
/// A script that says otherwise on purpose has a line <c>// not Linux: reason</c> at its head; then Linux must fail it, so that no
/// such line outlives its reason. Scripts go by the machine's clock, so they are run alone, when asked for:
/// <c>dotnet run -c Release --project tests/Catenet.Interop -- -class '*LinuxScriptTests' -explicit only -showLiveOutput</c>.
/// </remarks>
public sealed class LinuxScriptTests(ITestOutputHelper output)
{
    [Theory(Explicit = true)]
    [InlineData(IpMode.IPv4)]
    [InlineData(IpMode.IPv6)]
    public void Linux_does_what_the_scripts_say(IpMode mode)
    {
        if (LinuxResults.WhyNot is { } reason)
        {
            Assert.Skip(reason);
        }

        int agree = 0;
        int unsupported = 0;
        var differ = new List<string>();
        foreach (var (script, result) in LinuxResults.RunAll(mode))
        {
            string? exception = LinuxResults.ExceptionOf(script);
            if (result.Outcome is ScriptOutcome.Skipped or ScriptOutcome.Unsupported)
            {
                unsupported++; // a kernel may be built without MD5, DCTCP and the like; some scripts take minutes
            }
            else if (result.Outcome == ScriptOutcome.Passed == (exception is null))
            {
                agree++;
            }
            else
            {
                differ.Add(exception is null ? $"{script}: {result}\n{result.Event}\n{string.Join('\n', result.LastPackets)}" : $"{script}: Linux does this too, it is not so that {exception}");
            }
        }

        output.WriteLine($"scripts on Linux over {mode}: {agree} agree, {differ.Count} differ, {unsupported} cannot be run there");
        Assert.True(differ.Count == 0, string.Join("\n\n", differ));
        Assert.True(agree > 0);
    }
}
