namespace Catenet.Linux.Tests.Support;

/// <summary>What a test cannot do without; where it is missing, the test is skipped and says so.</summary>
internal static class Needs
{
    /// <summary>Root, /dev/net/tun and the named programs.</summary>
    public static void Linux(params string[] programs)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root: network namespaces and interfaces take it");
        Assert.SkipUnless(File.Exists("/dev/net/tun"), "needs /dev/net/tun: load the module tun");
        foreach (string program in (IEnumerable<string>)["ip", "setpriv", "unshare", .. programs])
        {
            Assert.SkipUnless(
                Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(d => File.Exists(Path.Combine(d, program))),
                $"needs the program {program}");
        }
    }
}
