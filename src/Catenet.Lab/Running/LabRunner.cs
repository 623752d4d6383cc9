using Catenet.Core;
using Catenet.Hosting.Gate;
using Catenet.Hosting.Tls;
using Catenet.Lab.Capture;
using Catenet.Lab.Journeys;
using Catenet.Lab.Model;
using Catenet.Lab.Planning;
using Catenet.Lab.Running.Expectations;
using Catenet.Linux.Driving;

namespace Catenet.Lab.Running;

/// <summary>Runs a lab: builds its network, starts its services, runs its programs, lets its faults happen, checks what it expects.</summary>
/// <remarks>
/// Expectations with a time are looked at then. Those without are taken one after another in the order of the lab when the programs of
/// <c>run:</c> have ended; state that is expected may take a moment to settle. Not thread-safe; a runner runs once.
/// </remarks>
public sealed class LabRunner
{
    private static readonly Duration Settling = Duration.FromSeconds(3);
    private static readonly Duration Look = Duration.FromMilliseconds(20);

    private readonly LabPlan _plan;
    private readonly LabRunOptions _options;
    private readonly EventLoop _loop;
    private readonly LabWorld _network;
    private readonly TlsAuthority? _authority;
    private readonly RunLog _log = new();
    private readonly JourneyRecorder _recorder = new();
    private readonly LabServices _services;
    private readonly ProgramRunner _programs;
    private readonly OutcomeCheck _outcomes;
    private readonly StateChecks _states;
    private readonly List<(Run Run, Task<(ProgramResult Result, long Retransmitted)> Task)> _runs = [];
    private readonly ExpectationResult?[] _results;
    private Exchange? _exchange;

    /// <summary>Builds a lab's network; nothing runs yet.</summary>
    public LabRunner(LabPlan plan, LabRunOptions? options = null)
    {
        _plan = plan;
        _options = options ?? new LabRunOptions();

        // Linux's programs look at the clock on the wall, and at certificates by it.
        _loop = new EventLoop(_options.Seed ?? plan.Model.Seed, plan.NeedsLinux ? DateTimeOffset.UtcNow : null);
        var authority = _authority = NeedsAuthority(plan) ? new TlsAuthority(_loop) : null;
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
    /// <exception cref="ArgumentException">The way of passing time does not go with the lab.</exception>
    /// <exception cref="Catenet.Linux.LinuxException">The lab has Linux nodes, and Linux refused to make them; the message says what to do.</exception>
    public LabResult Run()
    {
        using var logging = _loop.Tracer.Subscribe(_log);
        using var recording = _options.RecordJourney ? _loop.Tracer.Subscribe(_recorder) : null;
        using var capture = _options.Capture is { } stream ? _loop.Tracer.Subscribe(new PcapngCapture(stream, _loop.Epoch)) : null;
        var listening = _options.Listeners.Select(_loop.Tracer.Subscribe).ToList();
        try
        {
            Drive();
        }
        finally
        {
            listening.ForEach(l => l.Dispose());
        }

        return Conclude();
    }

    private void Drive()
    {
        var mode = _options.Time ?? _plan.Model.Time;
        var limit = new Instant(_plan.Model.Limit.Nanoseconds);
        if (_plan.NeedsLinux && mode != TimeMode.Real)
        {
            throw new ArgumentException($"The lab '{_plan.Model.Name}' has linux nodes, whose clock is the one on the wall: it runs in real time only.");
        }

        if (mode.IsVirtual && _options.Hold is not null)
        {
            throw new ArgumentException("A lab is held by the clock only: virtual time would run away. Add --time real.");
        }

        if (!mode.IsVirtual)
        {
            DriveByTheClock(mode.Pace, limit);
            return;
        }

        using var gate = NeedsGate(_plan) ? new IdleGate(_loop, _plan.Model.Name) : null;
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
        var done = Begin();
        try
        {
            virtualDriver.RunUntil(done, limit);
        }
        catch (TimeoutException e) when (!done.IsCompleted && e is not IdleTimeoutException)
        {
            // What has not been decided by now is told as such.
        }

        virtualDriver.Run(_services.StopAsync, Duration.FromSeconds(60));
    }

    private void DriveByTheClock(double pace, Instant limit)
    {
        using var waiter = _plan.NeedsLinux ? new EpollWaiter() : null;
        using var machines = waiter is not null ? new LinuxMachines(_network, _authority, waiter) : null;
        _programs.Linux = machines;
        var done = Begin();
        using (var driver = new RealDriver(_loop, pace, waiter))
        using (_options.Cancel.Register(driver.Stop))
        {
            driver.Run(limit, done);
            if (_options.Hold is { } hold && !done.IsFaulted && !_options.Cancel.IsCancellationRequested)
            {
                driver.Run(Instant.Never, hold(Conclude()));
            }
        }

        if (done.IsFaulted)
        {
            done.GetAwaiter().GetResult();
        }

        Task stopped;
        using (_loop.Enter())
        {
            stopped = LoopProgram.Start(_loop, "end", _services.StopAsync);
        }

        using var ending = new RealDriver(_loop, waiter: waiter);
        ending.Run(_loop.Now + Duration.FromSeconds(5), stopped);
    }

    /// <summary>Starts everything; the task is complete when all expectations are decided and all programs done.</summary>
    private Task Begin()
    {
        using var owner = _loop.Enter();
        return LoopProgram.Start(_loop, "lab", LiveAsync);
    }

    private async Task LiveAsync()
    {
        await _services.StartAsync();
        new FaultInjector(_network, _services).Schedule(_plan.Model.Faults);
        foreach (var run in _plan.Model.Runs)
        {
            _runs.Add((run, StartAsync(run)));
        }

        var timed = new List<Task>();
        for (int i = 0; i < _results.Length; i++)
        {
            if (_plan.Model.Expectations[i].At is { } at)
            {
                timed.Add(CheckAtAsync(i, at));
            }
        }

        await Task.WhenAll(_runs.Select(r => r.Task));
        for (int i = 0; i < _results.Length; i++)
        {
            if (_plan.Model.Expectations[i].At is null)
            {
                await CheckAsync(i);
            }
        }

        await Task.WhenAll(timed);
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
                ? await _runs.Find(r => r.Run.Name == name).Task
                : await ExecuteAsync(outcome.From!, outcome.Program!);
            string on = outcome.From ?? _plan.Model.Runs.First(r => r.Name == outcome.Run).On;
            verdict = _outcomes.Check(outcome.Outcome, result, on, retransmitted);
        }
        else
        {
            verdict = await SettleAsync(expectation);
        }

        _results[index] = new ExpectationResult(expectation, ExpectationText.Describe(expectation), verdict.Holds, verdict.Seen, verdict.Cause)
        {
            Time = _loop.Now,
        };
    }

    /// <summary>When a program has ended, its last segments may still be on their way: state gets a moment to become what is expected.</summary>
    private async Task<Verdict> SettleAsync(Expectation expectation)
    {
        var until = _loop.Now + Settling;
        var verdict = _states.Check(expectation);
        while (!verdict.Holds && expectation.At is null && _loop.Now < until)
        {
            await SleepUntilAsync(_loop.Now + Look);
            verdict = _states.Check(expectation);
        }

        return verdict;
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
            Programs = [.. _runs.Where(r => r.Task.IsCompletedSuccessfully).Select(r => (NameOf(r.Run), r.Task.Result.Result))],
            Failures = _services.Failures,
            Journey = _options.RecordJourney && _exchange is not null ? Journey.Of(_exchange, _recorder) : null,
            End = _loop.Now,
            Events = _loop.EventsRun,
        };
    }

    /// <summary>Whether code of the thread pool takes part, web servers or clients, so that virtual time must wait for it.</summary>
    private static bool NeedsGate(LabPlan plan) => plan.Nodes.Any(n => n.Apps.Any(a => a is WebApp)) || Pages(plan).Any();

    /// <summary>Whether anybody speaks TLS; its keys take a while to make.</summary>
    private static bool NeedsAuthority(LabPlan plan) => plan.Nodes.Any(n => n.Apps.OfType<WebApp>().Any(w => w.Tls)) ||
        Pages(plan).Any(get => get.Url.StartsWith("https:", StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<GetProgram> Pages(LabPlan plan) => plan.Model.Runs.Select(r => r.Program)
        .Concat(plan.Model.Expectations.OfType<OutcomeExpectation>().Select(e => e.Program)).OfType<GetProgram>();

    private static string NameOf(Run run) => run.Name.Length > 0 ? run.Name : $"{run.On} {run.Program.Verb} {ProgramRunner.Describe(run.Program)}";

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
