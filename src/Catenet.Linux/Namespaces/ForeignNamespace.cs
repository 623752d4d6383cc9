using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Catenet.Linux.Namespaces;

/// <summary>Runs programs in a namespace that another process holds.</summary>
public static class ForeignNamespace
{
    /// <summary>Runs a program there to its end, on this process's terminal. It is killed when the process that holds the namespace ends.</summary>
    /// <param name="process">The process that holds it.</param>
    /// <param name="thread">The thread of that process which is in it: <see cref="NetworkNamespace.Thread"/>.</param>
    /// <param name="environment">Variables to add to the program's environment.</param>
    /// <param name="program">The program and its arguments.</param>
    /// <returns>The program's exit code.</returns>
    /// <exception cref="LinuxException">The programs that enter namespaces are missing.</exception>
    public static int Run(int process, int thread, IReadOnlyDictionary<string, string> environment, IReadOnlyList<string> program)
    {
        string spaces = string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/task/{thread}/ns");
        var start = new ProcessStartInfo("setpriv") { UseShellExecute = false };
        string[] user = IsOwn(spaces + "/user") ? [] : ["--preserve-credentials", $"--user={spaces}/user"];
        string[] enter = [.. LinuxProcess.WithParent, "nsenter", .. user, $"--net={spaces}/net", $"--mount={spaces}/mnt", "--", .. LinuxProcess.InPidNamespace()];
        foreach (string argument in (IEnumerable<string>)[.. enter, .. program])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            using var holder = Process.GetProcessById(process);
            using var running = Process.Start(start)!;
            using var watch = new CancellationTokenSource();
            _ = KillWith(holder, running, watch.Token);
            running.WaitForExit();
            watch.Cancel();
            return running.ExitCode;
        }
        catch (Win32Exception e)
        {
            throw new LinuxException("cannot enter the namespace", e.NativeErrorCode, "setpriv, nsenter and unshare, of the package util-linux, must be installed");
        }
    }

    /// <summary>Whether a user namespace is the one this process is in.</summary>
    private static bool IsOwn(string path) => new FileInfo(path).LinkTarget == new FileInfo("/proc/self/ns/user").LinkTarget;

    private static async Task KillWith(Process holder, Process running, CancellationToken done)
    {
        try
        {
            await holder.WaitForExitAsync(done).ConfigureAwait(false);
            running.Kill();
        }
        catch (Exception e) when (e is OperationCanceledException or InvalidOperationException)
        {
            // The program ended first.
        }
    }
}
