namespace Catenet.Interop.Oracle;

/// <summary>The differences that <c>docs/differences.md</c> admits: for each stimulus the lines that the comparison must give, no more and no less.</summary>
/// <remarks>In the page a stimulus is a line of its own in backquotes behind <c>Stimulus:</c>; its differences are the list that follows.</remarks>
internal static class ListedDifferences
{
    private const string StimulusMark = "Stimulus: `";
    private const string DifferenceMark = "- `";

    private static readonly Lazy<Dictionary<string, List<string>>> s_all = new(Read);

    /// <summary>All stimuli with differences.</summary>
    public static IReadOnlyDictionary<string, List<string>> All => s_all.Value;

    /// <summary>What is admitted for a stimulus.</summary>
    public static IReadOnlyList<string> Of(string stimulus) => All.TryGetValue(stimulus, out var lines) ? lines : [];

    private static Dictionary<string, List<string>> Read()
    {
        var all = new Dictionary<string, List<string>>();
        List<string>? current = null;
        foreach (string line in File.ReadLines(Path.Combine(Root(), "docs", "differences.md")))
        {
            if (line.StartsWith(StimulusMark, StringComparison.Ordinal))
            {
                current = all[line[StimulusMark.Length..].TrimEnd('`')] = [];
            }
            else if (line.StartsWith(DifferenceMark, StringComparison.Ordinal))
            {
                current?.Add(line[DifferenceMark.Length..].TrimEnd('`'));
            }
        }

        return all;
    }

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Catenet.slnx")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("The tests run outside the repository: Catenet.slnx is nowhere above.");
    }
}
