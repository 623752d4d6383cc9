using Catenet.Packetdrill.Calls;
using Catenet.Packetdrill.Code;
using Catenet.Packetdrill.Language;
using Catenet.Packetdrill.Packets;

namespace Catenet.Packetdrill.Running;

/// <summary>One run of one script.</summary>
internal sealed class ScriptRun
{
    private readonly Script _script;
    private readonly ScriptOptions _options;
    private readonly RunSettings _settings;
    private readonly IStack _stack;
    private readonly Timing _timing;
    private readonly PacketEvents _packets;
    private readonly CodeInterpreter _code;
    private PendingCall? _pending;
    private bool _polling;
    private ScriptEvent? _current;

    /// <param name="script">The script.</param>
    /// <param name="options">How it is run.</param>
    /// <param name="make">Makes the stack that it is run against.</param>
    public ScriptRun(Script script, ScriptOptions options, Func<RunSettings, ConversationTable, IStack> make)
    {
        _script = script;
        _options = options;
        _settings = new RunSettings(script, options);
        var conversations = new ConversationTable(_settings.Addressing);
        _stack = make(_settings, conversations);
        _stack.Clock.AfterStep = PollPending;
        _timing = new Timing(_settings);
        _packets = new PacketEvents(_stack, conversations, _timing, _settings);
        _code = new CodeInterpreter(_stack.Find);
    }

    /// <summary>Runs the script to its end, or to the first event that fails or is unsupported.</summary>
    public ScriptResult Run()
    {
        using var stack = _stack;
        using var owner = stack.Enter();
        var result = new ScriptResult { File = _script.File, Mode = _settings.Addressing.Mode, Outcome = ScriptOutcome.Passed };
        try
        {
            RunEvents();
            _stack.Verify();
        }
        catch (UnsupportedException e)
        {
            result = result with { Outcome = ScriptOutcome.Unsupported, Construct = e.Message };
        }
        catch (ScriptFailure e)
        {
            result = result with { Outcome = ScriptOutcome.Failed, Expected = e.Expected, Got = e.Got, IsDisturbed = e.IsDisturbance };
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
                LastPackets = [.. _stack.Wire.History.TakeLast(_options.PacketsTold).Select(_packets.Tell)],
            };
        }

        return result with { Output = _code.Output, Elapsed = _stack.Clock.Now - Instant.Zero, Unclaimed = [.. _stack.Wire.Sent.Select(_packets.Tell)] };
    }

    private void RunEvents()
    {
        if (_script.Init is { } init)
        {
            _stack.Shell(init.Text);
        }

        _stack.Clock.Start();
        _stack.Clock.Settle();
        _timing.Passed(Instant.Zero, _stack.Clock.Now);
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

        var (when, _) = _timing.WindowOf(item.Time);
        if (!item.Time.IsRelative)
        {
            _timing.Verify("the event", item.Time, when, when, Instant.Max(when, _stack.Clock.Now));
        }

        var tolerance = _timing.ToleranceAt(when);
        _stack.Clock.AdvanceTo(when);
        var reached = _stack.Clock.Now;
        if (reached > when + tolerance && item.Time.IsRelative)
        {
            throw new ScriptFailure($"to be on time at {when} (give or take {tolerance})", $"to it at {reached}") { IsDisturbance = true };
        }

        switch (item.Action)
        {
            case PacketAction inbound:
                _packets.Inject(inbound.Packet);
                break;
            case CallAction call:
                Call(item, call, when);
                break;
            case ShellAction shell:
                _stack.Shell(shell.Text);
                reached = _stack.Clock.Now;
                break;
            case CodeAction code:
                _stack.BeginCode();
                _code.Run(code.Text, code.Line);
                break;
        }

        _stack.Clock.Settle();
        _timing.Passed(when, reached);
    }

    private void Call(ScriptEvent item, CallAction call, Instant when)
    {
        if (call.End is null)
        {
            var outcome = _stack.Begin(call)();
            CallVerdict.Verify(call, outcome ?? throw new ScriptFailure($"{call.Name} to come back at once", "that it waits"));
            return;
        }

        AwaitPending();
        _current = item;
        var end = item.Time.IsRelative ? when + call.End.Value : Instant.Zero + call.End.Value;
        var tolerance = Duration.Max(_settings.Tolerance, (end > when ? end - when : Duration.Zero) * (_settings.TolerancePercent / 100));
        var pending = new PendingCall(item, call, _stack.Begin(call), end, tolerance);
        if (!pending.TryEnd(_stack.Clock.Now))
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
        if (pending.TryEnd(_stack.Clock.Now))
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
            if (!_stack.Clock.AdvanceUntil(() => _pending is null, _stack.Clock.Now + _stack.Clock.LongPatience))
            {
                throw new ScriptFailure("the call to come back", "nothing: it waits forever");
            }
        }
    }
}
