using System.Globalization;
using Catenet.Linux.Native;

namespace Catenet.Packetdrill.Linux;

/// <summary>A thread that makes system calls which may wait, one at a time.</summary>
internal sealed unsafe class CallThread
{
    private readonly RealClock _clock;
    private readonly FileDescriptor _go = new(Libc.EventFd(0, 0x80000));
    private readonly int _done;
    private readonly string _state;
    private LinuxCall? _call;
    private long _result;
    private Instant _at;
    private volatile bool _busy;
    private volatile bool _ended;

    /// <summary>Starts the thread.</summary>
    /// <param name="clock">Tells when a call came back.</param>
    /// <param name="done">The eventfd that is written to when a call has come back.</param>
    public CallThread(RealClock clock, int done)
    {
        _clock = clock;
        _done = done;
        int number = 0;
        using var started = new ManualResetEventSlim();
        var thread = new Thread(
            () =>
            {
                number = Libc.GetThreadId();
                started.Set();
                Work();
            },
            256 * 1024)
        { IsBackground = true, Name = "packetdrill call" };
        thread.Start();
        started.Wait();
        _state = string.Create(CultureInfo.InvariantCulture, $"/proc/self/task/{number}/stat");
    }

    /// <summary>Whether a call has not come back.</summary>
    public bool IsBusy => _busy;

    /// <summary>Whether it may make another call: what the last one came back with has been taken.</summary>
    public bool IsFree { get; private set; } = true;

    /// <summary>Makes a call; returns when it has come back or waits in the kernel.</summary>
    /// <param name="call">The call.</param>
    /// <param name="untilWaiting">Whether to see to it that it has got so far; else this comes back at once.</param>
    public void Begin(LinuxCall call, bool untilWaiting)
    {
        IsFree = false;
        _call = call;
        _busy = true;
        Signal(_go.Value);
        var limit = _clock.Now + Duration.FromMilliseconds(20);
        while (untilWaiting && _busy && !IsAsleep() && _clock.Now < limit)
        {
            Thread.Yield();
        }
    }

    /// <summary>Takes what the call came back with.</summary>
    public (long Value, Instant At) Take()
    {
        IsFree = true;
        return (_result, _at);
    }

    /// <summary>Ends the thread as soon as its call is over.</summary>
    public void End()
    {
        _ended = true;
        Signal(_go.Value);
    }

    private static void Signal(int descriptor)
    {
        ulong one = 1;
        _ = Libc.Write(descriptor, &one, sizeof(ulong));
    }

    private void Work()
    {
        Urgency.Raise();
        ulong count;
        while (true)
        {
            _ = Libc.Read(_go.Value, &count, sizeof(ulong));
            if (_busy)
            {
                _result = _call!.Invoke();
                _at = _clock.Now;
                _busy = false;
                Signal(_done);
            }

            if (_ended)
            {
                _go.Dispose();
                return;
            }
        }
    }

    /// <summary>The thread has taken its work and sleeps in the kernel: "S" in its line of /proc, and not on the eventfd, which is empty then.</summary>
    private bool IsAsleep()
    {
        byte* line = stackalloc byte[256];
        int descriptor = Libc.Open(_state, Libc.O_RDONLY | Libc.O_CLOEXEC);
        nint length = Libc.Read(descriptor, line, 256);
        _ = Libc.Close(descriptor);
        var text = new ReadOnlySpan<byte>(line, (int)Math.Max(length, 0));
        int state = text.LastIndexOf((byte)')') + 2;
        return state < text.Length && text[state] == 'S' && !IsPending();
    }

    private bool IsPending()
    {
        var entry = new PollEntry { Descriptor = _go.Value, Events = 1 };
        return RawCalls.Poll(&entry, 1, 0) > 0;
    }
}
