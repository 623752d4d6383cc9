using Catenet.Interop.Oracle.Comparing;
using Catenet.Interop.Oracle.Stimuli;
using Catenet.Interop.Oracle.Subjects;

namespace Catenet.Interop.Oracle;

/// <summary>Every stimulus is put to a Catenet host and to Linux: the answers are the same, or differ as <c>docs/differences.md</c> says.</summary>
[Collection(AloneInTheProcess)]
public sealed class OracleTests(LinuxHosts hosts) : IClassFixture<LinuxHosts>
{
    /// <summary>Programs that other tests start would hold the stimulus's sockets between fork and exec: what it closes would stay open a moment longer.</summary>
    internal const string AloneInTheProcess = "the oracle runs alone";

    public static TheoryData<string> Names() => [.. AllStimuli.ByName.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Catenet_answers_as_Linux_does(string stimulus)
    {
        if (hosts.WhyNot is { } reason)
        {
            Assert.Skip(reason);
        }

        var (catenet, linux) = hosts.Run(AllStimuli.ByName[stimulus]);
        var differences = Comparison.Of(catenet, linux);
        var listed = ListedDifferences.Of(stimulus);
        if (!differences.Order(StringComparer.Ordinal).SequenceEqual(listed.Order(StringComparer.Ordinal)))
        {
            Assert.Fail($"""
                {stimulus}
                differences that docs/differences.md does not list:
                {Lines(differences.Except(listed))}
                differences that it lists and that are none:
                {Lines(listed.Except(differences))}
                Linux:
                {linux}
                Catenet:
                {catenet}
                """);
        }
    }

    [Fact]
    public void Every_listed_difference_belongs_to_a_stimulus() =>
        Assert.DoesNotContain(ListedDifferences.All.Keys, name => !AllStimuli.ByName.ContainsKey(name));

    [Fact]
    public void There_are_at_least_two_hundred_stimuli() => Assert.True(AllStimuli.ByName.Count >= 200);

    private static string Lines(IEnumerable<string> lines) => string.Join('\n', lines.Select(l => "  - `" + l + "`"));
}
