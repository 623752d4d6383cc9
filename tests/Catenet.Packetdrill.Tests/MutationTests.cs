using Catenet.Packetdrill.Running;

namespace Catenet.Packetdrill.Tests;

/// <summary>Scripts that somebody has typed wrongly end somehow, and never badly.</summary>
public sealed class MutationTests
{
    private const int Seeds = 10;

    public static TheoryData<ulong> Chances() => [.. Enumerable.Range(1, Seeds).Select(s => (ulong)s)];

    [Theory]
    [MemberData(nameof(Chances))]
    public void A_script_with_wrong_letters_ends_with_a_result(ulong seed)
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "scripts");
        var chance = new RandomStream(seed, "packetdrill/mutation");
        foreach (string path in ScriptRunner.FindScripts([folder]))
        {
            var text = File.ReadAllText(path).ToCharArray();
            for (int i = 0; i < 3; i++)
            {
                int at = (int)(chance.NextUInt64() % (ulong)text.Length);
                text[at] = char.IsAsciiDigit(text[at]) ? (char)('0' + (int)(chance.NextUInt64() % 10)) : "SFRP.,:()[]<>-+ 19ae\"|"[(int)(chance.NextUInt64() % 22)];
            }

            var result = ScriptRunner.RunText(path, new string(text));
            Assert.False(result.Expected == "the stack to go on", $"{result}\n{new string(text)}");
        }
    }
}
