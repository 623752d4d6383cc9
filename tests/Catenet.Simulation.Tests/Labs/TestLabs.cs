using Catenet.Lab;
using Catenet.Lab.Planning;
using Catenet.Lab.Running;

namespace Catenet.Simulation.Tests.Labs;

/// <summary>The labs of the repository.</summary>
internal static class TestLabs
{
    /// <summary>Where the labs are.</summary>
    public static string Folder { get; } = Find();

    /// <summary>The names of all.</summary>
    public static IReadOnlyList<string> All { get; } =
        [.. Directory.EnumerateDirectories(Folder).Select(d => Path.GetFileName(d)!).Order(StringComparer.Ordinal)];

    /// <summary>Those that live in this process alone, and repeat.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Where(n => !Plan(n).NeedsLinux)];

    /// <summary>Skips a test whose lab takes what this machine or user does not have.</summary>
    public static void SkipUnlessPossible(string name)
    {
        if (Plan(name).NeedsLinux)
        {
            Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: the lab has linux nodes");
            Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root: network namespaces and interfaces take it");
            Assert.SkipUnless(File.Exists("/dev/net/tun"), "needs /dev/net/tun: load the module tun");
            foreach (string program in (string[])["ip", "setpriv", "unshare", "curl", "ping"])
            {
                Assert.SkipUnless(IsInstalled(program), $"needs the program {program}");
            }
        }
    }

    /// <summary>Whether a program is there to be started.</summary>
    public static bool IsInstalled(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .Any(d => File.Exists(Path.Combine(d, program)));

    public static LabPlan Plan(string name)
    {
        var reading = LabReading.OfFile(Path.Combine(Folder, name));
        return reading.Plan ?? throw new InvalidOperationException(string.Join("\n", reading.Mistakes));
    }

    /// <summary>Whether octets under TLS are random; then only times and sizes repeat.</summary>
    public static bool UsesTls(string name) => Plan(name).Nodes.Any(n => n.Apps.OfType<Lab.Model.WebApp>().Any(a => a.Tls));

    /// <summary>Runs a lab and returns its capture.</summary>
    public static byte[] Capture(string name, ulong? seed = null)
    {
        using var stream = new MemoryStream();
        new LabRunner(Plan(name), new LabRunOptions { Seed = seed, Capture = stream }).Run();
        return stream.ToArray();
    }

    private static string Find()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Catenet.slnx")))
            {
                return Path.Combine(directory.FullName, "labs");
            }
        }

        throw new InvalidOperationException("The tests run outside the repository: Catenet.slnx is nowhere above.");
    }
}
