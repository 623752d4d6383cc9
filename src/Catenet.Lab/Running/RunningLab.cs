using System.Globalization;
using System.Text.Json;
using Catenet.Linux.Namespaces;

namespace Catenet.Lab.Running;

/// <summary>An entry in the small register of labs that run on this machine with pieces of Linux in them.</summary>
/// <remarks>
/// Each has a folder in a runtime directory, with its files and <c>lab.json</c>, which says where its namespaces are. The folder
/// goes with the lab; what a killed process left is removed when the next lab starts. Namespaces, interfaces and programs need no
/// such care: Linux itself takes them back with the process.
/// </remarks>
public sealed class RunningLab : IDisposable
{
    private const string EntryFile = "lab.json";

    private static int s_labs;

    private RunningLab(string folder) => Folder = folder;

    /// <summary>The folder of the lab's files.</summary>
    public string Folder { get; }

    /// <summary>Where the register is: under XDG_RUNTIME_DIR, else under /run for root, else under the temporary folder.</summary>
    public static string Directory => Path.Combine(
        Environment.GetEnvironmentVariable("CATENET_RUNTIME") ?? Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") ??
        (Environment.IsPrivilegedProcess && System.IO.Directory.Exists("/run") ? "/run" : Path.Combine(Path.GetTempPath(), "catenet-" + Environment.UserName)), "catenet");

    /// <summary>Makes the folder of a lab that is about to start, and removes those of labs that are no more.</summary>
    internal static RunningLab Create(string lab)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException($"The lab '{lab}' has linux nodes: it runs on Linux only.");
        }

        const UnixFileMode ours = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(Directory)!, ours);
        System.IO.Directory.CreateDirectory(Directory, ours);
        foreach (string left in System.IO.Directory.EnumerateDirectories(Directory).Where(f => !IsAlive(f)))
        {
            Remove(left);
        }

        int process = Environment.ProcessId;
        string folder = Path.Combine(Directory, string.Create(
            CultureInfo.InvariantCulture, $"{lab}.{process}.{StartOf(process)}.{Interlocked.Increment(ref s_labs)}"));
        System.IO.Directory.CreateDirectory(folder);
        return new RunningLab(folder);
    }

    /// <summary>Finds the running lab of a name; the one started last if there are several. Null if there is none.</summary>
    public static LabEntry? Find(string lab)
    {
        if (!System.IO.Directory.Exists(Directory))
        {
            return null;
        }

        return System.IO.Directory.EnumerateDirectories(Directory)
            .Where(f => IsAlive(f) && File.Exists(Path.Combine(f, EntryFile)))
            .OrderByDescending(System.IO.Directory.GetCreationTimeUtc)
            .Select(Read)
            .FirstOrDefault(e => e?.Lab == lab);
    }

    /// <summary>Says where the lab's namespaces are, for others to enter them.</summary>
    internal void Publish(IReadOnlyDictionary<string, NetworkNamespace> nodes, IReadOnlyDictionary<string, string> environment)
    {
        var entry = new LabEntry
        {
            Lab = environment["CATENET_LAB"],
            Process = Environment.ProcessId,
            Nodes = nodes.ToDictionary(n => n.Key, n => n.Value.Thread),
            Environment = new Dictionary<string, string>(environment),
        };

        // Written aside and renamed: who finds it finds it whole.
        string file = Path.Combine(Folder, EntryFile);
        File.WriteAllText(file + ".new", JsonSerializer.Serialize(entry));
        File.Move(file + ".new", file);
    }

    /// <summary>Removes the lab's folder.</summary>
    public void Dispose() => Remove(Folder);

    private static void Remove(string folder)
    {
        try
        {
            System.IO.Directory.Delete(folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Another lab that starts just now was quicker.
        }
    }

    private static LabEntry? Read(string folder)
    {
        try
        {
            return JsonSerializer.Deserialize<LabEntry>(File.ReadAllText(Path.Combine(folder, EntryFile)));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null; // The lab has just ended.
        }
    }

    /// <summary>Whether the process that made a folder still runs; a later process of the same number began at another time.</summary>
    private static bool IsAlive(string folder)
    {
        string[] parts = Path.GetFileName(folder).Split('.');
        return parts.Length >= 4 && int.TryParse(parts[^3], NumberStyles.None, CultureInfo.InvariantCulture, out int process) &&
            StartOf(process) is { } start && start == parts[^2];
    }

    /// <summary>When a process began, in clock ticks since boot (proc(5), field 22 of stat); null if there is no such process.</summary>
    private static string? StartOf(int process)
    {
        try
        {
            string stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19];
        }
        catch (IOException)
        {
            return null;
        }
    }
}

/// <summary>Where a running lab is.</summary>
public sealed record LabEntry
{
    /// <summary>The lab's name.</summary>
    public required string Lab { get; init; }

    /// <summary>The process that runs it.</summary>
    public required int Process { get; init; }

    /// <summary>Its Linux nodes, each with the thread of that process which is in its namespaces.</summary>
    public required IReadOnlyDictionary<string, int> Nodes { get; init; }

    /// <summary>What its programs find in their environment.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }
}
