using Catenet.Linux.Namespaces;
using Catenet.Linux.Native;
using Catenet.Packetdrill.Calls;
using Catenet.Packetdrill.Language;
using Catenet.Packetdrill.Packets;
using Catenet.Packetdrill.Running;
using Catenet.Packetdrill.Settings;

namespace Catenet.Packetdrill.Linux;

/// <summary>Linux itself: a namespace of this machine with a TUN towards the script, in real time.</summary>
internal sealed unsafe class LinuxStack : IStack
{
    /// <summary>How long a call may take that is to come back at once: the machine may be busy.</summary>
    private static readonly Duration s_atOnce = Duration.FromSeconds(1);

    private readonly RealClock _clock;
    private readonly TunInterface _tun;
    private readonly TunWire _wire;
    private readonly ScriptProcess _process;
    private readonly LinuxCalls _calls;
    private readonly SocketFacts _facts;
    private readonly LinuxShell _programs;
    private readonly ShellLines _shell;
    private readonly FileDescriptor _done = new(Libc.EventFd(0, 0x80800)); // EFD_CLOEXEC | EFD_NONBLOCK
    private readonly List<CallThread> _threads = [];

    /// <summary>Makes it in the namespace, whose thread is the calling one.</summary>
    public LinuxStack(NetworkNamespace space, RunSettings settings, ConversationTable conversations, Duration patience)
    {
        foreach (string name in (IEnumerable<string>)["default", "all"])
        {
            // No traffic but the script's.
            space.Sysctl($"net.ipv6.conf.{name}.accept_dad", "0");
            space.Sysctl($"net.ipv6.conf.{name}.router_solicitations", "0");
            space.Sysctl($"net.ipv6.conf.{name}.accept_ra", "0");
        }

        space.Sysctl("net.ipv6.conf.default.addr_gen_mode", "1");
        _clock = new RealClock(patience);
        _tun = new TunInterface(settings.Mtu);
        _wire = new TunWire(_tun, _clock);
        _tun.SetUp(settings.Addressing);
        _clock.Watch(_done.Value);
        _process = new ScriptProcess(settings.Addressing, conversations, _clock, settings.Tolerance);
        _calls = new LinuxCalls(_process);
        _facts = new SocketFacts(_process);
        _programs = new LinuxShell(space, _process);
        _shell = new ShellLines(_programs, span => _clock.AdvanceTo(_clock.Now + span));
        _threads.Add(new CallThread(_clock, _done.Value));
    }

    public IStackClock Clock => _clock;

    public IStackWire Wire => _wire;

    public IDisposable Enter()
    {
        Urgency.Raise();
        return new Entered();
    }

    public Attempt Begin(CallAction call)
    {
        var prepared = _calls.Prepare(call);
        if (!prepared.MayWait)
        {
            return () => Outcome(prepared, prepared.Invoke(), null);
        }

        if (_threads.Exists(t => !t.IsFree))
        {
            _clock.Settle(); // a call that waited may have come back just now
        }

        var thread = _threads.Find(t => t.IsFree);
        if (thread is null)
        {
            thread = new CallThread(_clock, _done.Value);
            _threads.Add(thread);
        }

        bool waits = call.End is not null;
        bool begun = false;
        CallOutcome? outcome = null;
        return () =>
        {
            if (!begun)
            {
                begun = true;
                thread.Begin(prepared, waits);
                if (!waits)
                {
                    _clock.AdvanceUntil(() => !thread.IsBusy, _clock.Now + s_atOnce);
                }
            }

            if (outcome is null && !thread.IsBusy)
            {
                ulong count;
                _ = Libc.Read(_done.Value, &count, sizeof(ulong));
                var (value, at) = thread.Take();
                outcome = Outcome(prepared, value, at);
            }

            return outcome;
        };
    }

    public void Shell(string text)
    {
        // The programs that the shell starts are not to go before others.
        Urgency.Lower();
        _shell.Run(text);
        Urgency.Raise();
    }

    public bool IsListening(Conversation conversation)
    {
        const int SO_ACCEPTCONN = 30;
        int value = 0;
        uint length = sizeof(int);
        return _process.SocketOf(conversation) is { } socket
            && RawCalls.GetSocketOption(socket.Number, Symbols.SOL_SOCKET, SO_ACCEPTCONN, &value, &length) == 0 && value != 0;
    }

    /// <summary>Linux has it all.</summary>
    public void Refuse(PacketSpec packet)
    {
    }

    public void BeginCode() => _facts.Begin();

    public object? Find(string name) => _facts.Find(name);

    public void Verify()
    {
    }

    public void Dispose()
    {
        if (_threads.Exists(t => t.IsBusy))
        {
            _process.ShutSockets();
            _clock.AfterStep = null;
            _clock.AdvanceUntil(() => !_threads.Exists(t => t.IsBusy), _clock.Now + s_atOnce);
        }

        bool stuck = _threads.Exists(t => t.IsBusy);
        _process.Memory.IsKept = stuck;
        _process.Dispose();
        _threads.ForEach(t => t.End());
        _programs.Dispose();
        _wire.Dispose();
        _tun.Dispose();
        if (!stuck)
        {
            _done.Dispose();
        }
    }

    private static CallOutcome Outcome(LinuxCall call, long result, Instant? at)
    {
        long value = call.Finish?.Invoke(result) ?? result;
        return (value >= 0 ? new CallOutcome(value, null) : CallOutcome.Fail(Calls.Errno.NameOf((int)-value))) with { At = at };
    }

    private sealed class Entered : IDisposable
    {
        public void Dispose() => Urgency.Lower();
    }
}
