using System.Runtime.InteropServices;
using Catenet.Linux.Native;

namespace Catenet.Linux.Namespaces;

/// <summary>Rights without root: in a user namespace of its own a process may make network namespaces and interfaces.</summary>
/// <remarks>Linux lets only a process of a single thread enter one, and .NET has several; so the process starts itself again in it.</remarks>
public static unsafe class UserNamespace
{
    private const string Mark = "CATENET_USER_NAMESPACE";

    /// <summary>Whether this process was started again by <see cref="Restart"/>.</summary>
    public static bool IsInside => Environment.GetEnvironmentVariable(Mark) is not null;

    /// <summary>Replaces this process by one of the same command line that is root of a new user namespace. It ends when this one is killed.</summary>
    /// <exception cref="LinuxException">This machine does not permit it; the message says what to do. Otherwise the method does not return.</exception>
    public static void Restart()
    {
        CheckPermitted();
        Environment.SetEnvironmentVariable(Mark, "1");
        string self = Environment.ProcessPath!;
        string[] command = Environment.GetCommandLineArgs();
        bool hosted = Path.GetFileNameWithoutExtension(self) == "dotnet";
        Execute(["unshare", "--user", "--map-root-user", "--fork", "--kill-child=KILL", "--", self, .. hosted ? command : command[1..]]);
    }

    private static void CheckPermitted()
    {
        if (ReadNumber("/proc/sys/kernel/unprivileged_userns_clone") == 0 || ReadNumber("/proc/sys/user/max_user_namespaces") == 0)
        {
            throw new LinuxException("cannot make a user namespace", Errno.EPERM,
                "This machine does not permit ordinary users to: run as root (sudo), or let root set kernel.unprivileged_userns_clone=1 and user.max_user_namespaces=10000 by sysctl");
        }

        if (ReadNumber("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == 1)
        {
            throw new LinuxException("cannot use a user namespace", Errno.EPERM,
                "AppArmor keeps ordinary users from it on this machine: run as root (sudo), or let root set kernel.apparmor_restrict_unprivileged_userns=0 by sysctl");
        }

        int tun = Libc.Open(TunControl.Path, Libc.O_RDWR | Libc.O_CLOEXEC);
        if (tun < 0)
        {
            int error = Libc.LastError;
            throw new LinuxException($"cannot open {TunControl.Path}", error, TunControl.OpenAdvice(error));
        }

        _ = Libc.Close(tun);
    }

    private static int? ReadNumber(string path) =>
        File.Exists(path) && int.TryParse(File.ReadAllText(path), out int value) ? value : null;

    private static void Execute(string[] words)
    {
        // execve wants the environment as this process has changed it, which C's own copy does not know.
        var variables = Environment.GetEnvironmentVariables();
        var environment = new List<string>();
        foreach (System.Collections.DictionaryEntry variable in variables)
        {
            environment.Add($"{variable.Key}={variable.Value}");
        }

        nint[] arguments = [.. words.Select(Marshal.StringToCoTaskMemUTF8), 0];
        nint[] pairs = [.. environment.Select(Marshal.StringToCoTaskMemUTF8), 0];
        foreach (string folder in (Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin").Split(':'))
        {
            fixed (nint* a = arguments, e = pairs)
            {
                _ = Libc.Execute(Path.Combine(folder, words[0]), a, e);
            }
        }

        throw new LinuxException($"cannot start {words[0]}", Errno.ENOENT, "It is of the package util-linux, which must be installed");
    }
}
