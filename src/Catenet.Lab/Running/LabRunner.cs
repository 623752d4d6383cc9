using Catenet.Core;
using Catenet.Hosting.Gate;
using Catenet.Hosting.Tls;
using Catenet.Lab.Capture;
using Catenet.Lab.Journeys;
using Catenet.Lab.Model;
using Catenet.Lab.Planning;
using Catenet.Lab.Running.Expectations;

namespace Catenet.Lab.Running;

/// <summary>Runs a lab: builds its network, starts its services, runs its programs, lets its faults happen, checks what it expects.</summary>
/// <remarks>
/// Expectations without a time are looked at one after another in the order of the lab; a program that one of them names runs
/// when its turn has come. Those with a time are looked at then. Not thread-safe; a runner runs once.
/// </remarks>
public sealed class LabRunner
{
    private readonly LabPlan _plan;
    private readonly LabRunOptions _options;
    private readonly EventLoop _loop;
    private readonly LabWorld _network;
    private readonly RunLog _log = new();
    private readonly JourneyRecorder _recorder = new();
    private readonly LabServices _services;
    private readonly ProgramRunner _programs;
    private readonly OutcomeCheck _outcomes;
    private readonly StateChecks _states;
    private readonly Dictionary<string, Task<(ProgramResult Result, long Retransmitted)>> _runs = new(StringComparer.Ordinal);
    private readonly ExpectationResult?[] _results;
    private Exchange? _exchange;

    /// <summary>Builds a lab's network; nothing runs yet.</summary>
    public LabRunner(LabPlan plan, LabRunOptions? options = null)
    {
        _plan = plan;
        _options = options ?? new LabRunOptions();
        _loop = new EventLoop(_options.Seed ?? plan.Model.Seed);
        var authority = new TlsAuthority(_loop);
        _network = new LabWorld(plan, _loop);
        _services = new LabServices(_network, authority);
        _programs = new ProgramRunner(_network, _services, authority);
        _outcomes = new OutcomeCheck(_log, _network);
        _states = new StateChecks(_network, _log);
        _results = new ExpectationResult?[plan.Model.Expectations.Count];
    }

    /// <summary>The network, for a look at its tables afterwards.</summary>
    public LabWorld Network => _network;

    /// <summary>Runs the lab to its end: every expectation decided and every program done, or the lab's limit reached.</summary>
    public LabResult Run()
    {
        using var logging = _loop.Tracer.Subscribe(_log);
        using var recording = _options.RecordJourney ? _loop.Tracer.Subscribe(_recorder) : null;
        using var capture = _options.Capture is { } stream ? _loop.Tracer.Subscribe(new PcapngCapture(stream, _loop.Epoch)) : null;
        var listening = _options.Listeners.Select(_loop.Tracer.Subscribe).ToList();
        using var stop = new CancellationTokenSource();
        try
        {
            Drive(stop);
        }
        finally
        {
            listening.ForEach(l => l.Dispose());
        }

        return Conclude();
    }

    private void Drive(CancellationTokenSource stop)
    {
        var mode = _options.Time ?? _plan.Model.Time;
        var limit = new Instant(_plan.Model.Limit.Nanoseconds);
        if (!mode.IsVirtual)
        {
            using var driver = new RealDriver(_loop, mode.Pace);
            driver.Run(limit, Begin(stop.Token));
            return;
        }

        using var gate = LabServices.NeedsGate(_plan) || _plan.Model.Expectations.Count > 0 ? new IdleGate(_loop, _plan.Model.Name) : null;
        var virtualDriver = new VirtualDriver(_loop)
        {
            IdleGate = gate,
            Progress = _options.Progress is { } tell ? now =>
            {
                tell(now);
                return true;
            }
            : null,
        };
        var done = Begin(stop.Token);
        try
        {
            virtualDriver.RunUntil(done, limit);
        }
        catch (TimeoutException) when (!done.IsCompleted)
        {
            // What has not been decided by now is told as such.
        }

        stop.Cancel();
        virtualDriver.Run(_services.StopAsync, Duration.FromSeconds(60));
    }

    /// <summary>Starts everything; the task is complete when all expectations are decided and all programs done.</summary>
    private Task Begin(CancellationToken stop)
    {
        using var owner = _loop.Enter();
        return LoopProgram.Start(_loop, "lab", () => LiveAsync(stop));
    }

    private async Task LiveAsync(CancellationToken stop)
    {
        await _services.StartAsync(stop);
        new FaultInjector(_network).Schedule(_plan.Model.Faults);
        foreach (var run in _plan.Model.Runs)
        {
            _runs.Add(run.Name, StartAsync(run));
        }

        var timed = new List<Task>();
        for (int i = 0; i < _results.Length; i++)
        {
            if (_plan.Model.Expectations[i].At is { } at)
            {
                timed.Add(CheckAtAsync(i, at));
            }
        }

        for (int i = 0; i < _results.Length; i++)
        {
            if (_plan.Model.Expectations[i].At is null)
            {
                await CheckAsync(i);
            }
        }

        await Task.WhenAll(timed);
        await Task.WhenAll(_runs.Values);
    }

    private async Task<(ProgramResult Result, long Retransmitted)> StartAsync(Run run)
    {
        await SleepUntilAsync(new Instant(run.At.Nanoseconds));
        return await ExecuteAsync(run.On, run.Program);
    }

    private async Task<(ProgramResult Result, long Retransmitted)> ExecuteAsync(string on, LabProgram program)
    {
        long before = _log.Retransmissions(on);
        bool isFirst = _exchange is null;
        _exchange ??= Exchanges.Of(on, program, _loop.Now) with { FirstStep = _recorder.Steps.Count };
        var result = await _programs.RunAsync(on, program);
        if (isFirst)
        {
            _exchange = _exchange with { LastStep = _recorder.Steps.Count };
        }

        return (result, _log.Retransmissions(on) - before);
    }

    private async Task CheckAtAsync(int index, Duration at)
    {
        await SleepUntilAsync(new Instant(at.Nanoseconds));
        await CheckAsync(index);
    }

    private async Task CheckAsync(int index)
    {
        var expectation = _plan.Model.Expectations[index];
        Verdict verdict;
        if (expectation is OutcomeExpectation outcome)
        {
            var (result, retransmitted) = outcome.Run is { } name
                ? await _runs[name]
                : await ExecuteAsync(outcome.From!, outcome.Program!);
            string on = outcome.From ?? _plan.Model.Runs.First(r => r.Name == outcome.Run).On;
            verdict = _outcomes.Check(outcome.Outcome, result, on, retransmitted);
        }
        else
        {
            verdict = _states.Check(expectation);
        }

        _results[index] = new ExpectationResult(expectation, ExpectationText.Describe(expectation), verdict.Holds, verdict.Seen, verdict.Cause)
        {
            Time = _loop.Now,
        };
    }

    private LabResult Conclude()
    {
        var results = new List<ExpectationResult>();
        for (int i = 0; i < _results.Length; i++)
        {
            var expectation = _plan.Model.Expectations[i];
            results.Add(_results[i] ?? new ExpectationResult(expectation, ExpectationText.Describe(expectation), false,
                $"not decided when the lab's limit of {_plan.Model.Limit} was reached", _log.Drops.LastOrDefault()?.ToString())
            { Time = _loop.Now });
        }

        return new LabResult
        {
            Expectations = results,
            Programs = [.. _runs.Where(r => r.Value.IsCompletedSuccessfully).Select(r => (r.Key, r.Value.Result.Result))],
            Journey = _options.RecordJourney && _exchange is not null ? Journey.Of(_exchange, _recorder) : null,
            End = _loop.Now,
            Events = _loop.EventsRun,
        };
    }

    private Task SleepUntilAsync(Instant when)
    {
        if (when <= _loop.Now)
        {
            return Task.CompletedTask;
        }

        var done = new TaskCompletionSource();
        _loop.Arm(new ActionTimer(_ => done.SetResult()), when);
        return done.Task;
    }
}
