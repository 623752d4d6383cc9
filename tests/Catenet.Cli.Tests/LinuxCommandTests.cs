using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Catenet.Cli.Tests;

/// <summary>Labs with Linux nodes as their users run them: a process that is held, entered, interrupted, killed; and nothing is left behind.</summary>
public sealed class LinuxCommandTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly string _folder = Directory.CreateTempSubdirectory("catenet-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_held_lab_is_entered_by_exec_and_ends_in_good_order_when_it_is_told_to()
    {
        NeedsRoot();
        string lab = Lab("echo started; sleep 1000");
        using var held = Start(["run", lab, "--hold", "--journey", "off"]);
        await held.Line("goes on until Ctrl-C");
        Assert.NotEmpty(Entries());

        using (var inside = Start(["exec", lab, "tux", "--", "sh", "-c", "ping -c 1 -W 20 bob && cat /etc/hosts; exit 9"]))
        {
            Assert.Equal(9, await inside.Exit());
            Assert.Contains("1 received", inside.Text);
            Assert.Contains("10.0.1.2 bob", inside.Text);
        }

        using (var wrong = Start(["exec", lab, "alice", "--", "true"]))
        {
            Assert.Equal(2, await wrong.Exit());
            Assert.Contains("no linux node 'alice'. Known: tux", wrong.Text);
        }

        await held.Signal("TERM");
        Assert.Equal(0, await held.Exit());
        Assert.Empty(Entries());
        Assert.Empty(Programs());
        using var late = Start(["exec", lab, "tux", "--", "true"]);
        Assert.Equal(2, await late.Exit());
        Assert.Contains("is running. Start it in another terminal", late.Text);
    }

    [Fact]
    public async Task A_killed_lab_leaves_no_program_and_the_next_start_removes_its_folder()
    {
        NeedsRoot();
        string lab = Lab("echo started; sleep 1000 & sleep 1000");
        using var held = Start(["run", lab, "--hold", "--journey", "off"]);
        await held.Line("goes on until Ctrl-C");
        using var inside = Start(["exec", lab, "tux", "--", "sh", "-c", "echo inside; sleep 1000"]);
        await inside.Line("inside");
        await held.Signal("KILL");
        await held.Exit();
        Assert.NotEqual(0, await inside.Exit());

        // The kernel kills what was started, in its own time: each is waited for.
        foreach (int program in Programs())
        {
            using var process = Find(program);
            if (process is not null)
            {
                await process.WaitForExitAsync().WaitAsync(Patience);
            }
        }

        Assert.Empty(Programs());
        Assert.NotEmpty(Entries());
        using var next = Start(["run", Lab("echo started", name: "next"), "--journey", "off"]);
        Assert.Equal(0, await next.Exit());
        Assert.Empty(Entries());
    }

    [Fact]
    public async Task An_interrupted_run_takes_back_what_it_made()
    {
        NeedsRoot();
        string lab = Lab($"touch {_folder}/begun; sleep 1000", ready: false);
        using var watcher = new FileSystemWatcher(_folder, "begun") { EnableRaisingEvents = true };
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        watcher.Created += (_, _) => begun.TrySetResult();

        // Ctrl-C, also where this test itself was started without it (in the background of a shell).
        using var running = Start(["run", lab, "--journey", "off"], "env", ["--default-signal=INT", $"CATENET_RUNTIME={_folder}/register"]);
        await begun.Task.WaitAsync(Patience);
        Assert.NotEmpty(Programs());
        await running.Signal("INT");
        Assert.Equal(1, await running.Exit());
        Assert.Contains("not decided", running.Text);
        Assert.Empty(Entries());
        foreach (int program in Programs())
        {
            using var process = Find(program);
            await (process?.WaitForExitAsync() ?? Task.CompletedTask).WaitAsync(Patience);
        }

        Assert.Empty(Programs());
    }

    [Fact]
    public async Task Virtual_time_cannot_be_held()
    {
        string file = Path.Combine(_folder, "lab.yaml");
        await File.WriteAllTextAsync(file, "name: t\nnodes: { a: {}, b: {} }\nlinks: [a - b]\n");
        using var held = Start(["run", file, "--hold"]);
        Assert.Equal(2, await held.Exit());
        Assert.Contains("Add --time real", held.Text);
    }

    [Fact]
    public async Task A_user_without_rights_is_root_of_a_namespace_of_its_own_where_the_machine_permits_it()
    {
        NeedsRoot();
        string lab = Lab("echo started", name: "rootless");

        // As an ordinary user, with a /dev/net/tun that is open to it: both in a mount namespace of this test.
        const string script = """
            mknod "$0/tun" c 10 200 && chmod 666 "$0/tun" && mount --bind "$0/tun" /dev/net/tun
            mkdir "$0/run" "$0/home" && chown -R 65534:65534 "$0/run" "$0/home" && chmod 755 "$0"
            export XDG_RUNTIME_DIR="$0/run" HOME="$0/home"
            exec setpriv --reuid 65534 --regid 65534 --clear-groups -- "$@"
            """;
        using var run = Start(["run", lab, "--journey", "off"], "unshare", ["--mount", "sh", "-e", "-c", script, _folder]);
        int code = await run.Exit();
        Assert.SkipWhen(code == 2 && run.Text.Contains("user namespace", StringComparison.Ordinal), "this machine does not let ordinary users make user namespaces: " + run.Text);
        Assert.SkipWhen(run.Text.Contains("Permission denied", StringComparison.Ordinal) && run.Text.Contains(AppContext.BaseDirectory, StringComparison.Ordinal), "the build folder is not readable for others");
        Assert.True(code == 0, run.Text);
        Assert.Contains("1 of 1 expectations hold", run.Text);
    }

    [Fact]
    public async Task A_user_without_rights_is_told_what_is_missing()
    {
        NeedsRoot();
        string lab = Lab("echo started", name: "refused");
        const string script = """
            chmod 755 "$0"; mkdir "$0/home"; chown 65534 "$0/home"; export HOME="$0/home" XDG_RUNTIME_DIR="$0/home"
            mknod "$0/tun" c 10 200 && chmod 600 "$0/tun" && mount --bind "$0/tun" /dev/net/tun
            exec setpriv --reuid 65534 --regid 65534 --clear-groups -- "$@"
            """;
        using var run = Start(["run", lab, "--journey", "off"], "unshare", ["--mount", "sh", "-e", "-c", script, _folder]);
        Assert.Equal(2, await run.Exit());
        Assert.True(run.Text.Contains("chmod 0666 /dev/net/tun", StringComparison.Ordinal) || run.Text.Contains("run as root", StringComparison.Ordinal), run.Text);
    }

    private static void NeedsRoot()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "needs root on Linux: network namespaces and interfaces take it");
        Assert.SkipUnless(File.Exists("/dev/net/tun"), "needs /dev/net/tun: load the module tun");
    }

    private string Marker => "catenet-cli-" + Path.GetFileName(_folder);

    private string Lab(string command, bool ready = true, string name = "t")
    {
        string file = Path.Combine(_folder, name + ".yaml");
        File.WriteAllText(file, $$"""
            name: {{name}}-{{Path.GetFileName(_folder)}}
            time: real
            nodes: { tux: { kind: linux }, bob: {} }
            links: [tux - bob]
            run: [{ name: service, on: tux, exec: ": {{Marker}}; {{command}}"{{(ready ? ", ready: started" : "")}} }]
            expect: [{ run: service }]
            """);
        return file;
    }

    /// <summary>This test's folders in the register of running labs.</summary>
    private List<string> Entries()
    {
        string register = Path.Combine(_folder, "register", "catenet");
        return Directory.Exists(register) ? [.. Directory.EnumerateDirectories(register)] : [];
    }

    /// <summary>The programs that this test's labs started and that still run.</summary>
    private List<int> Programs()
    {
        var found = new List<int>();
        foreach (string process in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(process), NumberStyles.None, CultureInfo.InvariantCulture, out int id))
            {
                try
                {
                    if (File.ReadAllText(Path.Combine(process, "cmdline")).Contains(Marker, StringComparison.Ordinal))
                    {
                        found.Add(id);
                    }
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    // It has ended.
                }
            }
        }

        return found;
    }

    private static Process? Find(int id)
    {
        try
        {
            return Process.GetProcessById(id);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private Running Start(string[] arguments, string? through = null, string[]? throughArguments = null)
    {
        string self = Path.Combine(AppContext.BaseDirectory, "catenet");
        var start = new ProcessStartInfo(through ?? self) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["CATENET_RUNTIME"] = Path.Combine(_folder, "register");
        if (through is not null)
        {
            start.Environment.Remove("CATENET_RUNTIME");
            Array.ForEach(throughArguments!, start.ArgumentList.Add);
            start.ArgumentList.Add(self);
        }

        Array.ForEach(arguments, start.ArgumentList.Add);
        return new Running(Process.Start(start)!);
    }

    /// <summary>A process of the command line, with what it has printed.</summary>
    private sealed class Running : IDisposable
    {
        private readonly StringBuilder _text = new();
        private readonly List<(string Text, TaskCompletionSource Seen)> _waiting = [];
        private readonly Task _ended;

        public Running(Process process)
        {
            Process = process;
            _ended = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError), process.WaitForExitAsync());
        }

        public Process Process { get; }

        public string Text
        {
            get
            {
                lock (_text)
                {
                    return _text.ToString();
                }
            }
        }

        public async Task Line(string text)
        {
            var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_text)
            {
                if (_text.ToString().Contains(text, StringComparison.Ordinal))
                {
                    return;
                }

                _waiting.Add((text, seen));
            }

            await Task.WhenAny(seen.Task, _ended).WaitAsync(Patience);
            Assert.Contains(text, Text);
        }

        public async Task<int> Exit()
        {
            await _ended.WaitAsync(Patience);
            return Process.ExitCode;
        }

        public async Task Signal(string name)
        {
            using var kill = Process.Start("kill", ["-s", name, Process.Id.ToString(CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync();
        }

        public void Dispose()
        {
            if (!Process.HasExited)
            {
                Process.Kill();
            }

            Process.Dispose();
        }

        private async Task ReadAsync(StreamReader reader)
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                lock (_text)
                {
                    _text.Append(line).Append('\n');
                    _waiting.RemoveAll(w => line.Contains(w.Text, StringComparison.Ordinal) && w.Seen.TrySetResult());
                }
            }
        }
    }
}
