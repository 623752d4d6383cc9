using Catenet.Packetdrill.Language;

namespace Catenet.Packetdrill.Running;

/// <summary>Moves the loop in virtual time, one step at a time, and lets somebody look on after each.</summary>
/// <param name="loop">The loop.</param>
internal sealed class ScriptClock(EventLoop loop) : IStackClock
{
    private const long MaxSteps = 50_000_000;

    private long _steps;

    /// <summary>Called after each step: brings calls to their end that were waiting.</summary>
    public Action? AfterStep { get; set; }

    /// <summary>The present.</summary>
    public Instant Now => loop.Now;

    /// <summary>A burst comes at one instant.</summary>
    public Duration BurstTime => Duration.Zero;

    /// <summary>A day: it costs nothing.</summary>
    public Duration LongPatience { get; } = Duration.FromSeconds(3600 * 24);

    /// <summary>Virtual time begins with the loop.</summary>
    public void Start()
    {
    }

    /// <summary>Does everything that is due at this instant.</summary>
    public void Settle()
    {
        while (loop.RunOne())
        {
            OnStep();
        }

        AfterStep?.Invoke();
    }

    /// <summary>Lets time pass until an event of the script. What the stack would do at the very same instant comes after the event, as its timers never fire early.</summary>
    public void AdvanceTo(Instant when)
    {
        Settle();
        while (loop.NextDeadline < when)
        {
            loop.AdvanceTo(loop.NextDeadline);
            Settle();
        }

        if (when > loop.Now)
        {
            var just = loop.NextDeadline == when ? new Instant(when.Nanoseconds - 1) : when;
            loop.AdvanceTo(Instant.Max(just, loop.Now));
        }
    }

    /// <summary>Lets time pass until something is the case.</summary>
    /// <param name="done">Whether it is.</param>
    /// <param name="limit">When to give up.</param>
    /// <returns>Whether it came to pass.</returns>
    public bool AdvanceUntil(Func<bool> done, Instant limit)
    {
        while (true)
        {
            while (!done())
            {
                if (!loop.RunOne())
                {
                    break;
                }

                OnStep();
            }

            if (done())
            {
                return true;
            }

            var next = loop.NextDeadline;
            if (next == Instant.Never || next > limit)
            {
                return false;
            }

            loop.AdvanceTo(next);
        }
    }

    /// <summary>Sees to it that time does not jump over an instant.</summary>
    public void WakeAt(Instant when) => loop.Arm(new ActionTimer(static _ => { }), when);

    private void OnStep()
    {
        if (++_steps > MaxSteps)
        {
            throw new ScriptFailure("an end of the work at one instant or another", $"{MaxSteps} steps without one");
        }

        AfterStep?.Invoke();
    }
}
