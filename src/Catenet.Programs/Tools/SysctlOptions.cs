namespace Catenet.Programs.Tools;

/// <summary>The options of sysctl(8), and what is left of its command line.</summary>
internal sealed class SysctlOptions
{
    /// <summary>What stands for a letter.</summary>
    private static readonly Dictionary<string, char> Long = new()
    {
        ["--all"] = 'a',
        ["--binary"] = 'b',
        ["--ignore"] = 'e',
        ["--names"] = 'N',
        ["--values"] = 'n',
        ["--quiet"] = 'q',
        ["--write"] = 'w',
    };

    private readonly HashSet<char> _given = [];

    public bool All => Has('a') || Has('A') || Has('X');

    /// <summary>Nothing but the value.</summary>
    public bool ValueOnly => Has('n') || Has('b');

    /// <summary>Nothing but the name.</summary>
    public bool NameOnly => Has('N');

    /// <summary>No new line after the value.</summary>
    public bool NoNewLine => Has('b');

    /// <summary>Names that do not exist are passed over.</summary>
    public bool Ignore => Has('e');

    /// <summary>What is set is not printed.</summary>
    public bool Quiet => Has('q');

    /// <summary>Everything has to be NAME=VALUE.</summary>
    public bool Write => Has('w');

    /// <summary>NAME and NAME=VALUE, in order.</summary>
    public List<string> Operands { get; } = [];

    /// <summary>Reads a command line; null, or what is wrong with it.</summary>
    public string? Read(IEnumerable<string> arguments)
    {
        foreach (string argument in arguments)
        {
            if (argument is not ['-', _, ..])
            {
                Operands.Add(argument);
            }
            else if (argument.StartsWith("--", StringComparison.Ordinal))
            {
                if (!Long.TryGetValue(argument, out char letter))
                {
                    return $"unrecognized option '{argument}'";
                }

                _given.Add(letter);
            }
            else if (argument[1..].FirstOrDefault(c => !"aAXbeNnqw".Contains(c)) is not '\0' and var unknown)
            {
                return $"invalid option -- '{unknown}'";
            }
            else
            {
                _given.UnionWith(argument[1..]);
            }
        }

        return null;
    }

    private bool Has(char letter) => _given.Contains(letter);
}
