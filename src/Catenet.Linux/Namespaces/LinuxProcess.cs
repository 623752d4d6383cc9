using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Catenet.Linux.Namespaces;

/// <summary>A real program that runs in a network namespace. It and all it starts end with this process, even if that is killed.</summary>
/// <remarks>Thread-safe. It runs in a PID namespace of its own: when it ends or is killed, what it left in the background is killed too.</remarks>
public sealed class LinuxProcess : IDisposable
{
    /// <summary>
    /// The first process of the PID namespace. It gives the program a number of its own, since some (ping) tell their packets
    /// from those of others by it, and is itself not the program, since a first process ignores signals it does not handle.
    /// </summary>
    private const string First = """{ echo "$0" >/proc/sys/kernel/ns_last_pid; } 2>/dev/null; "$@"; exit $?""";

    /// <summary>
    /// Arguments of setpriv: the program is killed when the thread that started it ends. If this process ended before Linux was
    /// told so, the program has another parent by now, and does not begin.
    /// </summary>
    internal static readonly string[] WithParent =
        ["--pdeathsig", "KILL", "--", "sh", "-c", """[ "$PPID" = "$0" ] && exec "$@" """, Environment.ProcessId.ToString(CultureInfo.InvariantCulture)];

    /// <summary>Characters of output that are kept; a program that writes without end must not fill the memory.</summary>
    private const int MostKept = 64 * 1024 * 1024;

    /// <summary>A longer line is taken for several.</summary>
    private const int LongestLine = 64 * 1024;

    private static int s_numbers;

    /// <summary>What to put in front of a program for it to run in a PID namespace of its own.</summary>
    internal static string[] InPidNamespace() =>
        ["unshare", "--pid", "--fork", "--kill-child=KILL", "--mount-proc", "--", "sh", "-c", First, NextNumber()];

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();
    private readonly List<(Func<string, bool> Match, TaskCompletionSource<string> Line)> _waiting = [];
    private readonly List<string> _lines = [];
    private readonly Task<int> _exit;
    private int _kept;

    private LinuxProcess(Process process, string command)
    {
        _process = process;
        Command = command;
        _exit = Task.WhenAll(Read(process.StandardOutput, _output), Read(process.StandardError, _errors), process.WaitForExitAsync())
            .ContinueWith(_ => Ended(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    /// <summary>The command line, for messages.</summary>
    public string Command { get; }

    /// <summary>What it has written to its standard output so far; of much, the first 64 million characters.</summary>
    public string Output => TextOf(_output);

    /// <summary>What it has written to its standard error so far; of much, the first 64 million characters.</summary>
    public string Errors => TextOf(_errors);

    /// <summary>What it has written to both so far, line by line as it came.</summary>
    public string Everything
    {
        get
        {
            lock (_lines)
            {
                return string.Concat(_lines.Select(l => l + "\n"));
            }
        }
    }

    /// <summary>Its standard input.</summary>
    public StreamWriter Input => _process.StandardInput;

    /// <summary>Whether it has ended and all its output is here.</summary>
    public bool HasExited => _exit.IsCompleted;

    /// <summary>Completes with its exit code when it has ended and all its output is here; 128 + the signal's number if it was killed.</summary>
    public Task<int> Exit => _exit;

    /// <summary>Waits until it has ended.</summary>
    /// <returns>Its exit code.</returns>
    /// <exception cref="TimeoutException">It has not ended within the limit, 60 s if not given; it goes on.</exception>
    public int WaitForExit(TimeSpan? limit = null) => _exit.Wait(limit ?? TimeSpan.FromSeconds(60))
        ? _exit.Result
        : throw new TimeoutException($"`{Command}` has not ended. So far it wrote:\n{Output}{Errors}");

    /// <summary>Completes with the first line, of standard output or error, that contains a text; also one that was written before.</summary>
    /// <exception cref="InvalidOperationException">The program ended without writing it.</exception>
    public Task<string> Line(string text) => Line(line => line.Contains(text, StringComparison.Ordinal));

    /// <summary>Completes with the first line, of standard output or error, that matches; also one that was written before.</summary>
    /// <exception cref="InvalidOperationException">The program ended without writing it.</exception>
    public Task<string> Line(Func<string, bool> match)
    {
        lock (_lines)
        {
            if (_lines.Find(l => match(l)) is { } line)
            {
                return Task.FromResult(line);
            }

            var source = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_exit is { IsCompleted: true })
            {
                source.SetException(EndedEarly());
            }
            else
            {
                _waiting.Add((match, source));
            }

            return source.Task;
        }
    }

    /// <summary>Sends it a signal by name: <c>INT</c>, <c>TERM</c>, <c>HUP</c>.</summary>
    public void Signal(string signal)
    {
        // unshare has one child, the namespace's first process, and that has the program as its first.
        if (FirstChild(_process.Id) is { } first && FirstChild(first) is { } program)
        {
            using var kill = Process.Start("kill", ["-s", signal, program.ToString(CultureInfo.InvariantCulture)]);
            kill.WaitForExit();
        }
    }

    /// <summary>Kills it and all it started; harmless if it has ended.</summary>
    public void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    /// <summary>Kills it if it still runs, and waits for its end.</summary>
    public void Dispose()
    {
        Kill();
        _exit.Wait(TimeSpan.FromSeconds(30));
        _process.Dispose();
    }

    /// <inheritdoc/>
    public override string ToString() => Command;

    /// <summary>Starts a program from the calling thread, which must live on: the program is killed when that thread ends.</summary>
    /// <param name="program">Its name or path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Variables to add to its environment.</param>
    /// <param name="contained">Whether it runs in a PID namespace, with which all ends that it starts.</param>
    internal static LinuxProcess Start(string program, string[] arguments, IReadOnlyDictionary<string, string> environment, bool contained = true)
    {
        var start = new ProcessStartInfo("setpriv")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (string argument in (IEnumerable<string>)[.. WithParent, .. contained ? InPidNamespace() : [], program, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        string command = string.Join(' ', [program, .. arguments]);
        if (!Exists(program))
        {
            throw new LinuxException($"cannot start `{command}`", Native.Errno.ENOENT, $"Install {program}, or give its path");
        }

        try
        {
            return new LinuxProcess(Process.Start(start)!, command);
        }
        catch (Win32Exception e)
        {
            throw new LinuxException($"cannot start `{command}`", e.NativeErrorCode, "setpriv and unshare, of the package util-linux, must be installed");
        }
    }

    private static string NextNumber() => (1000 + Interlocked.Increment(ref s_numbers) % 30_000).ToString(CultureInfo.InvariantCulture);

    private static int? FirstChild(int process)
    {
        try
        {
            string[] children = File.ReadAllText($"/proc/{process}/task/{process}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return children.Length == 0 ? null : int.Parse(children[0], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null; // It has ended.
        }
    }

    private static bool Exists(string program) => program.Contains('/')
        ? File.Exists(program)
        : (Environment.GetEnvironmentVariable("PATH") ?? "/usr/sbin:/usr/bin:/sbin:/bin").Split(':').Any(d => File.Exists(Path.Combine(d, program)));

    private async Task Read(StreamReader reader, StringBuilder into)
    {
        var buffer = new char[8192];
        var line = new StringBuilder();
        while (await reader.ReadAsync(buffer).ConfigureAwait(false) is > 0 and int count)
        {
            lock (_lines)
            {
                into.Append(buffer, 0, Math.Min(count, Math.Max(0, MostKept - into.Length)));
                Split(buffer.AsSpan(0, count), line);
            }
        }

        lock (_lines)
        {
            if (line.Length > 0)
            {
                Take(line);
            }
        }
    }

    /// <summary>Takes the lines out of what was read; the last one may go on in what is read next.</summary>
    private void Split(ReadOnlySpan<char> text, StringBuilder line)
    {
        while (!text.IsEmpty)
        {
            int end = text.IndexOf('\n');
            int length = Math.Min(end < 0 ? text.Length : end, LongestLine - line.Length);
            line.Append(text[..length]);
            text = text[length..];
            bool ended = !text.IsEmpty && text[0] == '\n';
            if (ended || line.Length == LongestLine)
            {
                Take(line);
                text = text[(ended ? 1 : 0)..];
            }
        }
    }

    private void Take(StringBuilder text)
    {
        string line = text.ToString();
        text.Clear();
        if (_kept < MostKept)
        {
            _kept += line.Length + 1;
            _lines.Add(line);
        }

        for (int i = _waiting.Count - 1; i >= 0; i--)
        {
            if (_waiting[i].Match(line))
            {
                _waiting[i].Line.SetResult(line);
                _waiting.RemoveAt(i);
            }
        }
    }

    private int Ended()
    {
        lock (_lines)
        {
            _waiting.ForEach(w => w.Line.SetException(EndedEarly()));
            _waiting.Clear();
        }

        return _process.ExitCode;
    }

    private InvalidOperationException EndedEarly() =>
        new($"`{Command}` ended with code {_process.ExitCode} without writing the line waited for. It wrote:\n{_output}{_errors}");

    private string TextOf(StringBuilder text)
    {
        lock (_lines)
        {
            return text.ToString();
        }
    }
}
