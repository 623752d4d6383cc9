using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.ExceptionServices;
using Catenet.Linux.Native;

namespace Catenet.Linux.Namespaces;

/// <summary>A network namespace of Linux: interfaces, addresses, routes and sockets of its own, and programs that run in it.</summary>
/// <remarks>
/// It has no name under /run/netns and is held by a thread of this process, so it ends when it is disposed of or the process
/// ends, however it ends; the programs started in it are killed with it. It has a mount namespace too, so that
/// <see cref="Bind"/> can give its programs an /etc/resolv.conf of their own.
/// </remarks>
public sealed class NetworkNamespace : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly List<LinuxProcess> _processes = [];
    private readonly System.Threading.Thread _thread;

    private NetworkNamespace(string name)
    {
        Name = name;
        _thread = new System.Threading.Thread(Work) { IsBackground = true, Name = $"netns {name}" };
        _thread.Start();
        try
        {
            Thread = Run(Enter);
        }
        catch
        {
            _work.CompleteAdding();
            throw;
        }
    }

    /// <summary>What the namespace is called in messages.</summary>
    public string Name { get; }

    /// <summary>The thread of this process that is in the namespace, as /proc numbers it.</summary>
    public int Thread { get; }

    /// <summary>The path by which other programs reach the namespace while it lives: <c>nsenter --net=PATH</c>.</summary>
    public string Path => string.Create(CultureInfo.InvariantCulture, $"/proc/{Environment.ProcessId}/task/{Thread}/ns/net");

    /// <summary>Makes a namespace in which nothing but the loopback interface exists, switched on.</summary>
    /// <param name="name">What it is called in messages.</param>
    /// <exception cref="LinuxException">Linux refused; the message says what to do.</exception>
    public static NetworkNamespace Create(string name = "linux") => new(name);

    /// <summary>Runs something on the namespace's own thread and waits for it: sockets and interfaces made there belong to the namespace.</summary>
    public void Run(Action action) => Run(() =>
    {
        action();
        return true;
    });

    /// <inheritdoc cref="Run(Action)"/>
    public T Run<T>(Func<T> function)
    {
        if (System.Threading.Thread.CurrentThread == _thread)
        {
            return function();
        }

        T result = default!;
        ExceptionDispatchInfo? failure = null;
        using var done = new ManualResetEventSlim();
        _work.Add(() =>
        {
            try
            {
                result = function();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }

            done.Set();
        });
        done.Wait();
        failure?.Throw();
        return result;
    }

    /// <summary>Starts a program in the namespace; its output is kept. It and all it starts are killed with the namespace or this process.</summary>
    /// <param name="program">Its name or path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="LinuxException">There is no such program.</exception>
    public LinuxProcess Start(string program, params string[] arguments) => StartWith(new Dictionary<string, string>(), program, arguments);

    /// <summary>Starts a program in the namespace with variables added to its environment: see <see cref="Start"/>.</summary>
    public LinuxProcess StartWith(IReadOnlyDictionary<string, string> environment, string program, params string[] arguments) => Run(() =>
    {
        var process = LinuxProcess.Start(program, arguments, environment);
        lock (_processes)
        {
            _processes.RemoveAll(p => p.HasExited);
            _processes.Add(process);
        }

        return process;
    });

    /// <summary>Configures the namespace by iproute2: <c>Ip("addr add 10.0.0.1/24 dev tap0")</c>. Returns what it printed.</summary>
    /// <exception cref="IOException">iproute2 refused.</exception>
    public string Ip(string command)
    {
        using var ip = StartIp(command.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        int code = ip.WaitForExit();
        return code == 0 ? ip.Output : throw new IOException($"In {Name}, `ip {command}` failed: {ip.Errors.Trim()}");
    }

    /// <summary>Configures the namespace by several commands of iproute2, at once.</summary>
    /// <exception cref="IOException">iproute2 refused one of them.</exception>
    public void IpBatch(IEnumerable<string> commands)
    {
        using var ip = StartIp("-batch", "-");
        string text = string.Join('\n', commands);
        ip.Input.Write(text + "\n");
        ip.Input.Close();
        if (ip.WaitForExit() != 0)
        {
            throw new IOException($"In {Name}, ip refused: {ip.Errors.Trim()}\nThe commands were:\n{text}");
        }
    }

    /// <summary>Sets one of Linux's knobs for this namespace: <c>Sysctl("net.ipv4.tcp_ecn", "1")</c>.</summary>
    public void Sysctl(string name, string value) => Run(() => File.WriteAllText(SysctlPath(name), value));

    /// <summary>Reads one of Linux's knobs as it is in this namespace.</summary>
    public string Sysctl(string name) => Run(() => File.ReadAllText(SysctlPath(name)).Trim());

    /// <summary>Puts a file in the place of another for the programs of this namespace, and for nobody else.</summary>
    /// <param name="source">The file to be seen.</param>
    /// <param name="target">Where; it must exist.</param>
    /// <exception cref="LinuxException">Linux refused.</exception>
    public void Bind(string source, string target) => Run(() => Mount(source, target, null, Libc.MS_BIND));

    /// <summary>Runs something in a namespace, or where the caller is if none is given.</summary>
    internal static T RunIn<T>(NetworkNamespace? where, Func<T> function) => where is null ? function() : where.Run(function);

    /// <summary>Kills what runs in the namespace and lets go of it.</summary>
    public void Dispose()
    {
        if (_work.IsAddingCompleted)
        {
            return;
        }

        lock (_processes)
        {
            _processes.ForEach(p => p.Dispose());
            _processes.Clear();
        }

        _work.CompleteAdding();
        if (System.Threading.Thread.CurrentThread != _thread)
        {
            _thread.Join();
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>iproute2 starts nothing of its own, and is told of namespaces by the numbers of processes: it needs no PID namespace.</summary>
    private LinuxProcess StartIp(params string[] arguments) =>
        Run(() => LinuxProcess.Start("ip", arguments, new Dictionary<string, string>(), contained: false));

    private static string SysctlPath(string name) => "/proc/sys/" + name.Replace('.', '/');

    private static int Enter()
    {
        // The thread leaves the file system context it shares with the others, or its mounts could not be its own.
        if (Libc.Unshare(Libc.CLONE_FS | Libc.CLONE_NEWNET | Libc.CLONE_NEWNS) < 0)
        {
            int error = Libc.LastError;
            throw new LinuxException("cannot make a network namespace", error, error == Errno.EPERM
                ? "It takes the capability CAP_SYS_ADMIN: run as root, or as root of a user namespace (`unshare --user --map-root-user --net --mount COMMAND`)"
                : null);
        }

        Mount("none", "/", null, Libc.MS_REC | Libc.MS_PRIVATE);
        InterfaceControl.SetUp("lo", true);
        return Libc.GetThreadId();
    }

    private static void Mount(string source, string target, string? type, ulong flags)
    {
        if (Libc.Mount(source, target, type, (nuint)flags, 0) < 0)
        {
            throw new LinuxException($"cannot mount {source} on {target}", Libc.LastError);
        }
    }

    private void Work()
    {
        foreach (var action in _work.GetConsumingEnumerable())
        {
            action();
        }
    }
}
