using Catenet.Lab.Planning;

namespace Catenet.Lab.Tests;

/// <summary>The labs of the repository, and short ways to plans.</summary>
internal static class LabFolder
{
    public static string Root
    {
        get
        {
            string folder = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(folder, "Catenet.slnx")))
            {
                folder = Path.GetDirectoryName(folder)!;
            }

            return Path.Combine(folder, "labs");
        }
    }

    public static IEnumerable<string> Names => Directory.GetFiles(Root, "lab.yaml", SearchOption.AllDirectories)
        .Select(f => Path.GetRelativePath(Root, Path.GetDirectoryName(f)!)).Order(StringComparer.Ordinal);

    public static string Text(string name) => File.ReadAllText(Path.Combine(Root, name, "lab.yaml"));

    public static LabPlan PlanOf(string name) => Plan(Text(name));

    public static LabPlan Plan(string yaml)
    {
        var reading = LabReading.OfText(yaml);
        Assert.True(reading.Mistakes.Count == 0, string.Join("\n", reading.Mistakes));
        return reading.Plan!;
    }
}
