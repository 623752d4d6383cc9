namespace Catenet.Interop.Programs.Support;

/// <summary>What a test cannot do without; where it is missing, the test is skipped and says so.</summary>
internal static class Needs
{
    /// <summary>Root.</summary>
    public static void Namespaces()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root: network namespaces and interfaces take it");
    }

    /// <summary>Root, /dev/net/tun, tshark and the named programs.</summary>
    public static void Linux(params string[] programs)
    {
        Namespaces();
        Assert.SkipUnless(File.Exists("/dev/net/tun"), "needs /dev/net/tun: load the module tun");
        foreach (string program in (IEnumerable<string>)["ip", "setpriv", "unshare", "tshark", .. programs])
        {
            Program(program);
        }
    }

    /// <summary>A program.</summary>
    public static void Program(string name) => Assert.SkipUnless(Find(name), $"needs the program {name}");

    private static bool Find(string program) => program.StartsWith('/')
        ? File.Exists(program)
        : Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(d => File.Exists(Path.Combine(d, program)));
}
