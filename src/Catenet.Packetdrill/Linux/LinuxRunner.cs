using System.Reflection;
using System.Runtime.CompilerServices;
using Catenet.Linux;
using Catenet.Linux.Namespaces;
using Catenet.Packetdrill.Language;
using Catenet.Packetdrill.Running;

namespace Catenet.Packetdrill.Linux;

/// <summary>Runs scripts against the Linux of this machine, in real time: each in a network namespace of its own, from which nothing gets out.</summary>
public static class LinuxRunner
{
    /// <summary>How long a script may take, unless long ones are asked for.</summary>
    public static Duration LongestByDefault { get; } = Duration.FromSeconds(20);

    private const int MostRuns = 4;

    /// <summary>Goes through everything once, so that nothing of the program has to be made ready while scripts are on time.</summary>
    private const string WarmUp = """
        0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
        +0 setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0
        +0 bind(3, ..., ...) = 0
        +0 listen(3, 1) = 0
        +0 < S 0:0(0) win 32792 <mss 1000,sackOK,TS val 1 ecr 0,nop,wscale 7>
        +0 > S. 0:0(0) ack 1 <...>
        +.001 < . 1:1(0) ack 1 win 257 <nop,nop,TS val 2 ecr 0>
        +0 accept(3, ..., ...) = 4
        +0...0.005 read(4, ..., 1000) = 1000
        +.004 < P. 1:1001(1000) ack 1 win 257 <nop,nop,TS val 3 ecr 0>
        +0 > . 1:1(0) ack 1001 <...>
        +.001 write(4, ..., 900) = 900
        +0 > P. 1:901(900) ack 1001 <...>
        +0 %{ assert tcpi_unacked == 1 and tcpi_state == TCP_ESTABLISHED, tcpi_unacked }%
        +.001 < . 1001:1001(0) ack 901 win 257 <nop,nop,TS val 4 ecr 0>
        +0 getsockopt(4, SOL_TCP, TCP_NODELAY, [0], [4]) = 0
        +0 ioctl(4, SIOCOUTQ, [0]) = 0
        +0 fcntl(4, F_SETFL, O_RDWR|O_NONBLOCK) = 0
        +0 read(4, ..., 1000) = -1 EAGAIN (Resource temporarily unavailable)
        +0 poll([{fd=4, events=POLLOUT, revents=POLLOUT}], 1, 0) = 1
        +0 sendmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., 100}], msg_flags=0}, 0) = 100
        +0 > P. 901:1001(100) ack 1001 <...>
        +0 epoll_create(1) = 5
        +0 epoll_ctl(5, EPOLL_CTL_ADD, 4, {events=EPOLLIN, fd=4}) = 0
        +0 epoll_wait(5, {events=EPOLLIN, fd=4}, 1, 0) = 0
        +0 recvmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., 1000}], msg_flags=0}, 0) = -1 EAGAIN (Resource temporarily unavailable)
        +.001 < F. 1001:1001(0) ack 1001 win 257 <nop,nop,TS val 5 ecr 0>
        +0 > . 1001:1001(0) ack 1002 <...>
        +0 close(4) = 0
        """;

    /// <summary>Why scripts cannot be run on this machine by this user; null if they can.</summary>
    public static string? WhyNot()
    {
        if (!OperatingSystem.IsLinux())
        {
            return "this is not Linux";
        }

        if (!Environment.IsPrivilegedProcess)
        {
            return "network namespaces and interfaces take root: run it by sudo";
        }

        if (!File.Exists("/dev/net/tun"))
        {
            return "there is no /dev/net/tun: load the module (`modprobe tun`), or pass the device into the container";
        }

        try
        {
            using var space = NetworkNamespace.Create("packetdrill");
            return space.Run<string?>(() =>
            {
                using var tun = new TunInterface(1500);
                return null;
            });
        }
        catch (Exception e) when (e is LinuxException or IOException)
        {
            return e.Message;
        }
    }

    /// <summary>Runs files, several at once: they mostly sleep.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="options">How.</param>
    /// <param name="jobs">How many at once.</param>
    /// <param name="longest">Scripts that would take longer are not run.</param>
    /// <returns>The results, in the order of the files.</returns>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static IReadOnlyList<ScriptResult> RunFiles(IReadOnlyList<string> paths, ScriptOptions options, int jobs, Duration longest)
    {
        var results = new ScriptResult[paths.Count];
        var work = new List<(int Place, Script Script)>();
        for (int i = 0; i < paths.Count; i++)
        {
            int place = i;
            results[i] = ScriptRunner.Read(paths[i], File.ReadAllText(paths[i]), options, script =>
            {
                work.Add((place, script));
                return new ScriptResult { File = paths[place], Mode = options.Mode, Outcome = ScriptOutcome.Skipped, Construct = "not run" };
            });
        }

        Prepare();

        // The longest first, so that at the end none is alone.
        var queue = new Queue<(int Place, Script Script, Duration Length)>(work.Select(w => (w.Place, w.Script, Length: ScriptLength.Of(w.Script))).OrderByDescending(w => w.Length));
        var threads = Enumerable.Range(0, Math.Min(jobs, paths.Count)).Select(_ => new Thread(Work)).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        return results;

        void Work()
        {
            Urgency.Raise();
            while (true)
            {
                (int Place, Script Script, Duration Length) next;
                lock (queue)
                {
                    if (!queue.TryDequeue(out next))
                    {
                        return;
                    }
                }

                results[next.Place] = next.Length > longest
                    ? new ScriptResult { File = next.Script.File, Mode = options.Mode, Outcome = ScriptOutcome.Skipped, Construct = $"it would take {next.Length}" }
                    : ScriptRunner.Guard(next.Script.File, options, () => RunOrTell(next.Script, options));
            }
        }
    }

    /// <summary>Runs a script.</summary>
    /// <param name="file">A name, for messages.</param>
    /// <param name="text">The script.</param>
    /// <param name="options">How.</param>
    /// <exception cref="LinuxException">Linux permits no namespace or interface: see <see cref="WhyNot"/>.</exception>
    public static ScriptResult RunText(string file, string text, ScriptOptions options) =>
        ScriptRunner.Read(file, text, options, script => RunUndisturbed(script, options));

    /// <summary>Linux may run out of namespaces or memory: the other scripts are still run.</summary>
    private static ScriptResult RunOrTell(Script script, ScriptOptions options)
    {
        try
        {
            return RunUndisturbed(script, options);
        }
        catch (IOException e)
        {
            return new ScriptResult { File = script.File, Mode = options.Mode, Outcome = ScriptOutcome.Failed, Expected = "a namespace to run it in", Got = e.Message };
        }
    }

    /// <summary>A run in which the script was not on time is void, whatever Linux did, and is done anew.</summary>
    private static ScriptResult RunUndisturbed(Script script, ScriptOptions options)
    {
        ScriptResult result;
        int runs = 0;
        do
        {
            result = Run(script, options);
        }
        while (result.IsDisturbed && ++runs < MostRuns);
        return result;
    }

    /// <summary>Makes everything ready: compiles what is compiled when it is first used, and runs a script that may take its time.</summary>
    internal static ScriptResult Prepare()
    {
        foreach (var type in typeof(LinuxRunner).Assembly.GetTypes().Where(t => !t.ContainsGenericParameters && !t.IsInterface && !t.IsSubclassOf(typeof(Delegate))))
        {
            const BindingFlags Own = BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;
            foreach (var method in type.GetMethods(Own).Cast<MethodBase>().Concat(type.GetConstructors(Own)).Where(m => !m.ContainsGenericParameters && (m.Attributes & (MethodAttributes.Abstract | MethodAttributes.PinvokeImpl)) == 0))
            {
                RuntimeHelpers.PrepareMethod(method.MethodHandle);
            }

            RuntimeHelpers.RunClassConstructor(type.TypeHandle);
        }

        return Run(Script.Parse("warm-up", WarmUp.ReplaceLineEndings("\n")), new ScriptOptions { Tolerance = Duration.FromSeconds(5) });
    }

    private static ScriptResult Run(Script script, ScriptOptions options)
    {
        using var space = NetworkNamespace.Create("packetdrill");
        var patience = ScriptLength.Of(script) + Duration.FromSeconds(10);
        return space.Run(() => new ScriptRun(script, options, (settings, conversations) => new LinuxStack(space, settings, conversations, patience)).Run());
    }
}
