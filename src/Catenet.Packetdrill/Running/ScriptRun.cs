using Catenet.Kernel;
using Catenet.Packetdrill.Calls;
using Catenet.Packetdrill.Code;
using Catenet.Packetdrill.Language;
using Catenet.Packetdrill.Packets;
using Catenet.Packetdrill.Settings;

namespace Catenet.Packetdrill.Running;

/// <summary>One run of one script.</summary>
internal sealed class ScriptRun
{
    private readonly Script _script;
    private readonly ScriptOptions _options;
    private readonly RunSettings _settings;
    private readonly EventLoop _loop;
    private readonly Host _host;
    private readonly ScriptWire _wire;
    private readonly ScriptClock _clock;
    private readonly Timing _timing;
    private readonly CallContext _context;
    private readonly SystemCalls _calls;
    private readonly PacketEvents _packets;
    private readonly CodeInterpreter _code;
    private readonly ShellLines _shell;
    private PendingCall? _pending;
    private bool _polling;
    private ScriptEvent? _current;

    public ScriptRun(Script script, ScriptOptions options)
    {
        _script = script;
        _options = options;
        _settings = new RunSettings(script, options);
        _loop = new EventLoop(options.Seed);
        _host = new Host(_loop, "dut");
        _clock = new ScriptClock(_loop) { AfterStep = PollPending };
        _wire = new ScriptWire(_host, _settings.Addressing, _settings.Mtu);
        _timing = new Timing(_settings);
        _context = new CallContext(_host, _settings.Addressing) { WakeAt = _clock.WakeAt };
        _calls = new SystemCalls(_context);
        _packets = new PacketEvents(_context, _wire, _clock, _timing, _settings);
        _code = new CodeInterpreter(name => TcpInfoNames.Find(name, _packets.Snapshot));
        _shell = new ShellLines(_host, _wire.Device, span => _clock.AdvanceTo(_clock.Now + span));
    }

    /// <summary>Runs the script to its end, or to the first event that fails or is unsupported.</summary>
    public ScriptResult Run()
    {
        using var owner = _loop.Enter();
        var result = new ScriptResult { File = _script.File, Mode = _settings.Addressing.Mode, Outcome = ScriptOutcome.Passed };
        try
        {
            RunEvents();
            if (_host.Tcp.Counters.IllegalTransitions > 0)
            {
                throw new ScriptFailure("changes of state that are in the diagram of RFC 9293 only", "another");
            }
        }
        catch (UnsupportedException e)
        {
            result = result with { Outcome = ScriptOutcome.Unsupported, Construct = e.Message };
        }
        catch (ScriptFailure e)
        {
            result = result with { Outcome = ScriptOutcome.Failed, Expected = e.Expected, Got = e.Got };
        }
        catch (Exception e) when (e is not ScriptException)
        {
            // Whatever the stack throws, the other scripts still run.
            result = result with { Outcome = ScriptOutcome.Failed, Expected = "the stack to go on", Got = $"{e.GetType().Name}: {e.Message}" };
        }

        if (result.Outcome != ScriptOutcome.Passed)
        {
            result = result with
            {
                Line = _current?.Line ?? _script.Init?.Line ?? 0,
                Event = _current?.Text,
                LastPackets = [.. _wire.History.TakeLast(_options.PacketsTold).Select(_packets.Tell)],
            };
        }

        return result with { Output = _code.Output, Elapsed = _clock.Now - Instant.Zero, Unclaimed = [.. _wire.Sent.Select(_packets.Tell)] };
    }

    private void RunEvents()
    {
        if (_script.Init is { } init)
        {
            _shell.Run(init.Text);
        }

        _clock.Settle();
        foreach (var item in _script.Events)
        {
            _current = item;
            Run(item);
        }

        AwaitPending();
    }


    private void Run(ScriptEvent item)
    {
        if (item.Action is PacketAction { Packet.Direction: PacketDirection.Out } outbound)
        {
            _packets.Expect(item, outbound.Packet);
            return;
        }

        var (when, _) = Timing.WindowOf(item.Time, _clock.Now);
        _timing.Verify("the event", item.Time, when, when, Instant.Max(when, _clock.Now));
        _clock.AdvanceTo(when);
        switch (item.Action)
        {
            case PacketAction inbound:
                _packets.Inject(inbound.Packet);
                break;
            case CallAction call:
                Call(item, call, when);
                break;
            case ShellAction shell:
                _shell.Run(shell.Text);
                break;
            case CodeAction code:
                _code.Run(code.Text, code.Line);
                break;
        }

        _clock.Settle();
        _timing.Passed(when);
    }

    private void Call(ScriptEvent item, CallAction call, Instant when)
    {
        if (call.End is null)
        {
            var outcome = _calls.Begin(call)();
            CallVerdict.Verify(call, outcome ?? throw new ScriptFailure($"{call.Name} to come back at once", "that it waits"));
            return;
        }

        AwaitPending();
        _current = item;
        var end = item.Time.IsRelative ? when + call.End.Value : Instant.Zero + call.End.Value;
        var tolerance = Duration.Max(_settings.Tolerance, (end > when ? end - when : Duration.Zero) * (_settings.TolerancePercent / 100));
        var pending = new PendingCall(item, call, _calls.Begin(call), end, tolerance);
        if (!pending.TryEnd(_clock.Now))
        {
            _pending = pending;
        }
    }

    /// <summary>After each step of the loop: has the call come back that waits?</summary>
    private void PollPending()
    {
        if (_pending is not { } pending || _polling)
        {
            return;
        }

        _polling = true;
        var before = _current;
        _current = pending.Event;
        if (pending.TryEnd(_clock.Now))
        {
            _pending = null;
        }

        _current = before;
        _polling = false;
    }

    private void AwaitPending()
    {
        if (_pending is { } pending)
        {
            _current = pending.Event;
            if (!_clock.AdvanceUntil(() => _pending is null, _clock.Now + Timing.LongPatience))
            {
                throw new ScriptFailure("the call to come back", "nothing: it waits forever");
            }
        }
    }
}
