using System.Globalization;
using Catenet.Packetdrill.Language;

namespace Catenet.Packetdrill.Settings;

/// <summary>What scripts do by shell in practice: they set sysctls, and a few things that have no counterpart here and need none.</summary>
/// <param name="shell">What the commands act on.</param>
/// <param name="sleep">Lets time pass.</param>
internal sealed class ShellLines(IShell shell, Action<Duration> sleep)
{
    /// <summary>Commands that change nothing that a script could see here.</summary>
    private static readonly string[] Harmless = ["true", ":", "echo", "modprobe", "ethtool", "sync", "date", "ulimit", "set", "uname", "rm", "touch", "test", "["];

    /// <summary>Carries out the lines.</summary>
    /// <exception cref="UnsupportedException">A line asks for what there is not.</exception>
    public void Run(string text)
    {
        text = text.Replace("\\\n", " ", StringComparison.Ordinal);
        foreach (string line in text.Split('\n'))
        {
            string bare = line.TrimStart();
            if (bare.StartsWith('#'))
            {
                continue;
            }

            foreach (string command in line.Split(["&&", ";", "||"], StringSplitOptions.RemoveEmptyEntries))
            {
                var words = Words(command);
                if (words.Count > 0)
                {
                    Run(words, command.Trim());
                }
            }
        }
    }

    private void Run(List<string> words, string command)
    {
        if (words.Contains("|"))
        {
            Search(words, command);
            return;
        }

        string name = NameOf(words[0]);
        var arguments = words.Skip(1).ToList();
        switch (name)
        {
            case "sudo":
                Run(arguments, command);
                break;
            case "sysctl":
            case "set_sysctls.py":
                Sysctls(arguments.Where(a => !a.StartsWith('-')));
                break;
            case "defaults.sh":
                shell.SetDefaults();
                break;
            case "sh" or "bash" or "source" or "." when arguments.Count > 0:
                Run(arguments, command);
                break;
            case "sleep" when double.TryParse(arguments.FirstOrDefault(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds):
                sleep(Duration.FromSeconds(seconds));
                break;
            case "ip":
                shell.Ip(arguments, command);
                break;
            default:
                if (!shell.TryRun(name, arguments) && (!Harmless.Contains(name) || command.Contains('`', StringComparison.Ordinal) || command.Contains('|', StringComparison.Ordinal)))
                {
                    throw new UnsupportedException($"shell: {command}");
                }

                break;
        }
    }

    private void Search(List<string> words, string command)
    {
        var stages = new List<List<string>> { new() };
        foreach (string word in words)
        {
            if (word == "|")
            {
                stages.Add([]);
            }
            else
            {
                stages[^1].Add(word);
            }
        }

        string search = string.Join(' ', stages.SelectMany(s => s));
        if (stages.Exists(s => s.Count == 0) || !shell.TryRead(NameOf(stages[0][0]), [.. stages[0].Skip(1)], search, out string output))
        {
            throw new UnsupportedException($"shell: {command}");
        }

        ShellPipeline.Search(output, stages[1..], command);
    }

    private static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    private void Sysctls(IEnumerable<string> settings)
    {
        foreach (string setting in settings)
        {
            int equals = setting.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
            {
                throw new UnsupportedException($"shell: sysctl {setting}");
            }

            shell.SetSysctl(setting[..equals], setting[(equals + 1)..]);
        }
    }

    /// <summary>The words of a command, quotes taken off; where output is sent to is left out.</summary>
    private static List<string> Words(string command)
    {
        var words = new List<string>();
        var word = new System.Text.StringBuilder();
        char quote = '\0';
        bool any = false;
        foreach (char c in command)
        {
            if (quote != '\0' ? c == quote : c is '"' or '\'')
            {
                quote = quote == '\0' ? c : '\0';
                any = true;
            }
            else if (quote == '\0' && char.IsWhiteSpace(c))
            {
                End();
            }
            else
            {
                word.Append(c);
            }
        }

        End();
        return [.. words.Where((w, i) => !IsRedirection(w) && !(i > 0 && words[i - 1] is ">" or "2>" or "&>" or ">>")).Where(w => w is not "&")];

        void End()
        {
            if (word.Length > 0 || any)
            {
                words.Add(word.ToString());
            }

            word.Clear();
            any = false;
        }
    }

    private static bool IsRedirection(string word) => word.StartsWith('>') || word.StartsWith("2>", StringComparison.Ordinal) || word.StartsWith("&>", StringComparison.Ordinal) || word.StartsWith("1>", StringComparison.Ordinal);
}
