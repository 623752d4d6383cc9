using System.Text.RegularExpressions;
using Catenet.Packetdrill.Language;
using Catenet.Packetdrill.Running;

namespace Catenet.Packetdrill.Settings;

/// <summary>What a program prints, searched by <c>grep</c>: how scripts look at counters.</summary>
internal static class ShellPipeline
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Puts the output through the commands; the last of them has to find something.</summary>
    /// <param name="output">What the first program printed.</param>
    /// <param name="filters">The commands behind it.</param>
    /// <param name="command">The whole line, for messages.</param>
    /// <exception cref="ScriptFailure">Nothing was found.</exception>
    /// <exception cref="UnsupportedException">One of the commands is not understood.</exception>
    public static void Search(string output, IReadOnlyList<List<string>> filters, string command)
    {
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).ToList();
        string before = output;
        foreach (var words in filters)
        {
            before = string.Join('\n', lines);
            var (pattern, isExcluding) = Pattern(words, command);
            try
            {
                lines = [.. lines.Where(l => pattern.IsMatch(l) != isExcluding)];
            }
            catch (RegexMatchTimeoutException)
            {
                throw Unknown(command);
            }
        }

        if (lines.Count == 0)
        {
            throw new ScriptFailure($"`{command}` to succeed", before.Length > 0 ? $"nothing found in: {before.Replace("\n", "; ", StringComparison.Ordinal)}" : "nothing found");
        }
    }

    private static (Regex Pattern, bool IsExcluding) Pattern(List<string> words, string command)
    {
        string? text = null;
        bool excluding = false, extended = words[0] == "egrep", literal = words[0] == "fgrep", ignoresCase = false;
        if (words[0] is not ("grep" or "egrep" or "fgrep"))
        {
            throw Unknown(command);
        }

        foreach (string word in words.Skip(1))
        {
            if (word.StartsWith('-') && text is null)
            {
                if (word.AsSpan(1).IndexOfAnyExcept("qsvEeFiw") >= 0)
                {
                    throw Unknown(command);
                }

                excluding |= word.Contains('v', StringComparison.Ordinal);
                extended |= word.Contains('E', StringComparison.Ordinal);
                literal |= word.Contains('F', StringComparison.Ordinal);
                ignoresCase |= word.Contains('i', StringComparison.Ordinal);
            }
            else
            {
                text = text is null ? word : throw Unknown(command);
            }
        }

        if (text is null)
        {
            throw Unknown(command);
        }

        try
        {
            return (new Regex(literal ? Regex.Escape(text) : extended ? text : OfBasic(text), ignoresCase ? RegexOptions.IgnoreCase : RegexOptions.None, Patience), excluding);
        }
        catch (ArgumentException)
        {
            throw Unknown(command);
        }
    }

    /// <summary>In a basic expression of POSIX the signs + ? | ( ) { } mean themselves, and their other meaning with a backslash.</summary>
    private static string OfBasic(string text) => Regex.Replace(text, @"\\?[+?|(){}]", m => m.Length == 1 ? "\\" + m.Value : m.Value[1..], RegexOptions.None, Patience);

    private static UnsupportedException Unknown(string command) => new($"shell: {command}");
}
