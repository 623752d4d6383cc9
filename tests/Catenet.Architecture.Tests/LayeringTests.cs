using System.Xml.Linq;

namespace Catenet.Architecture.Tests;

/// <summary>The house's rule: each project uses only those under it.</summary>
public sealed class LayeringTests
{
    /// <summary>From the ground up; a project may refer to those before it.</summary>
    private static readonly string[] GroundUp =
    [
        "Catenet.Core", "Catenet.Wire", "Catenet.Kernel", "Catenet.Linux", "Catenet.Fabric", "Catenet.Hosting",
        "Catenet.Programs", "Catenet.Packetdrill", "Catenet.Lab", "Catenet.Testing", "Catenet.Web", "Catenet.Cli",
    ];

    /// <summary>The libraries that take no package at all at run time.</summary>
    private static readonly string[] WithoutPackages =
        ["Catenet.Core", "Catenet.Wire", "Catenet.Kernel", "Catenet.Linux", "Catenet.Fabric", "Catenet.Packetdrill"];

    public static TheoryData<string> Projects() =>
        [.. Directory.EnumerateDirectories(Path.Combine(Root, "src")).Select(d => Path.GetFileName(d)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_refers_only_to_those_under_it(string project)
    {
        int floor = Array.IndexOf(GroundUp, project);
        Assert.True(floor >= 0, $"{project} has no place in the house: give it one in {nameof(GroundUp)} and in docs/architecture.md.");

        var above = References(project, "ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(r))
            .Where(r => Array.IndexOf(GroundUp, r) >= floor);
        Assert.Empty(above);
    }

    [Fact]
    public void The_libraries_below_the_lab_take_no_package()
    {
        var packages = WithoutPackages
            .Where(p => Directory.Exists(Path.Combine(Root, "src", p)))
            .SelectMany(p => References(p, "PackageReference").Select(r => $"{p}: {r}"));
        Assert.Empty(packages);
    }

    [Fact]
    public void Every_project_with_protocol_behaviour_bans_clocks_and_chance()
    {
        string[] banned = ["Catenet.Core", "Catenet.Wire", "Catenet.Kernel", "Catenet.Fabric", "Catenet.Programs", "Catenet.Packetdrill"];
        var without = banned.Where(p => Load(p).Descendants("BanClocks").All(e => e.Value != "true"));
        Assert.Empty(without);
    }

    [Fact]
    public void Packages_are_pinned_in_one_place()
    {
        var versioned = Directory.EnumerateFiles(Root, "*.csproj", SearchOption.AllDirectories)
            .Where(f => XDocument.Load(f).Descendants("PackageReference").Any(e => e.Attribute("Version") is not null));
        Assert.Empty(versioned);
    }

    private static string Root { get; } = FindRoot();

    private static IEnumerable<string> References(string project, string kind) =>
        Load(project).Descendants(kind).Select(e => (string)e.Attribute("Include")!);

    private static XDocument Load(string project) =>
        XDocument.Load(Path.Combine(Root, "src", project, project + ".csproj"));

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Catenet.slnx")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("The tests run outside the repository: Catenet.slnx is nowhere above.");
    }
}
