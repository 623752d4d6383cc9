using Catenet.Lab.Planning;
using Catenet.Lab.Running;
using Catenet.Linux.Namespaces;

namespace Catenet.Cli;

/// <summary>Lets an ordinary user run labs with Linux nodes: this program starts itself again as root of a user namespace of its own.</summary>
internal static class Rootless
{
    /// <summary>Starts the program again if the lab needs rights it does not have; does not return if that succeeds.</summary>
    public static void EnsureRights(LabPlan plan)
    {
        if (!plan.NeedsLinux || !OperatingSystem.IsLinux() || Environment.IsPrivilegedProcess || UserNamespace.IsInside)
        {
            return;
        }

        // The register of running labs stays where the user's next command looks for it.
        Environment.SetEnvironmentVariable("CATENET_RUNTIME", Path.GetDirectoryName(RunningLab.Directory));
        UserNamespace.Restart();
    }
}
