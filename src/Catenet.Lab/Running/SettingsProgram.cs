using System.Text;
using Catenet.Kernel;
using Catenet.Lab.Model;
using Catenet.Programs.Tools;

namespace Catenet.Lab.Running;

/// <summary>Runs sysctl for a lab.</summary>
internal static class SettingsProgram
{
    public static ProgramResult Run(Host host, SysctlProgram program)
    {
        var output = new StringWriter();
        int code = new SysctlCommand(host, output, output).Run(Words(program.Arguments));
        string[] lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string last = lines.LastOrDefault() ?? "";
        return new ProgramResult
        {
            Succeeded = code == 0,
            Seen = code == 0 ? last : $"exit code {code}: {last}",
            Exit = code,
            Output = lines,
        };
    }

    /// <summary>The words of a command line; quotes of either kind keep blanks together, and are left out.</summary>
    private static List<string> Words(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        char quote = '\0';
        foreach (char c in line)
        {
            if (c == quote || (quote == '\0' && c is '"' or '\''))
            {
                quote = quote == '\0' ? c : '\0';
            }
            else if (quote == '\0' && char.IsWhiteSpace(c))
            {
                words.AddRange(word.Length > 0 ? [word.ToString()] : []);
                word.Clear();
            }
            else
            {
                word.Append(c);
            }
        }

        words.AddRange(word.Length > 0 ? [word.ToString()] : []);
        return words;
    }
}
