using Catenet.Core;
using Catenet.Lab.Running;

namespace Catenet.Lab.Tests;

public class FuzzTests
{
    private static readonly string[] Pieces =
        ["\t", "{", "}", "[", "]", ":", ": ", " - ", "\"", "'", "#", "&a ", "*a", "!t ", "%", "@", "|\n", "\n", "  ", ",", "null", "~", "-1", "1e99", "99999999999999999999",
         "::", "/", "/0", "0.0.0.0/0", ".", "..", "a.", "home", "alice", "bob", "any", "from", "\\", "\"\\x\"", "é", "\u2028", "<<", "? ", "--- ", "... ", "ip: ipv6\n", "mtu: 576", "eip", "@bob.eip"];

    /// <summary>Thousands of damaged labs: each is either valid or has mistakes with a place in the file; none throws.</summary>
    [Fact]
    public void Whatever_is_done_to_a_lab_file_it_can_be_built_or_is_refused_in_words()
    {
        var labs = LabFolder.Names.Select(LabFolder.Text).ToList();
        for (ulong seed = 0; seed < 2000; seed++)
        {
            var random = new RandomStream(seed, "fuzz");
            string text = labs[(int)(seed % (ulong)labs.Count)];
            for (int i = random.Next(4); i >= 0; i--)
            {
                text = Damage(text, random);
            }

            try
            {
                var reading = LabReading.OfText(text);
                Assert.True(reading.Plan is not null || reading.Mistakes.Count > 0, "neither a plan nor a mistake");
                _ = reading.Plan is { } plan ? new LabWorld(plan, new EventLoop()) : null;
                Assert.All(reading.Mistakes, m => Assert.True(m.Span is { Line: >= 1, Column: >= 1 } && m.ToString().Length < 2000, m.ToString()));
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"seed {seed}: {e}\n{text}");
            }
        }
    }

    private static string Damage(string text, RandomStream random)
    {
        int at = random.Next(text.Length + 1);
        int length = Math.Min(random.Next(12), text.Length - at);
        string piece = Pieces[random.Next(Pieces.Length)];
        var words = text.Split(' ', '\n');
        string word = words[random.Next(words.Length)];
        return random.Next(5) switch
        {
            0 => text.Remove(at, length),
            1 => text.Insert(at, piece),
            2 => text.Remove(at, length).Insert(at, piece),
            3 => text.Insert(at, word),
            _ => word.Length > 1 ? text.Replace(word, piece, StringComparison.Ordinal) : text[..at],
        };
    }
}
