namespace Catenet.Core;

/// <summary>Runs a loop in virtual time: when nothing is left to do at an instant, the next one that matters has come.</summary>
/// <remarks>Runs on the calling thread, which owns the loop meanwhile. Not thread-safe.</remarks>
/// <param name="loop">The loop to run.</param>
public sealed class VirtualDriver(EventLoop loop)
{
    /// <summary>Holds time back while the process works; null if everything runs on the loop.</summary>
    public IIdleGate? IdleGate { get; set; }

    /// <summary>Called before time moves to the next event, with that event's time: for status lines. Return false to stop the run.</summary>
    public Func<Instant, bool>? Progress { get; set; }

    /// <summary>Runs for a span of virtual time; afterwards exactly that much has passed.</summary>
    public void RunFor(Duration span) => RunUntil(loop.Now + span);

    /// <summary>Runs until a point in virtual time; afterwards it is then.</summary>
    public void RunUntil(Instant end) => Run(end, null, stopWhenSilent: false);

    /// <summary>Runs until nothing is ready and no timer is armed, or the limit comes first.</summary>
    /// <returns>Whether the loop fell silent before the limit.</returns>
    public bool RunUntilIdle(Instant limit)
    {
        Run(limit, null, stopWhenSilent: true);
        return loop.NextDeadline == Instant.Never;
    }

    /// <summary>Runs until a task of a program is complete, and throws what it threw.</summary>
    /// <param name="task">The task.</param>
    /// <param name="limit">The point in virtual time at which to give up.</param>
    /// <exception cref="TimeoutException">The limit came first, or nothing is left that could complete the task.</exception>
    public void RunUntil(Task task, Instant limit)
    {
        Run(limit, task, stopWhenSilent: true);
        if (!task.IsCompleted)
        {
            throw new TimeoutException(loop.NextDeadline == Instant.Never
                ? $"At {loop.Now} nothing is scheduled any more, and the task is not complete: what does it wait for?"
                : $"The task is not complete at {loop.Now}.");
        }

        task.GetAwaiter().GetResult();
    }

    /// <summary>Starts a program on the loop, runs until it is complete, and returns its result.</summary>
    /// <exception cref="TimeoutException">The program is not complete after <paramref name="limit"/>.</exception>
    public T Run<T>(Func<Task<T>> program, Duration limit)
    {
        Task<T> task;
        using (loop.Enter())
        {
            task = program();
        }

        RunUntil(task, loop.Now + limit);
        return task.GetAwaiter().GetResult();
    }

    /// <summary>Starts a program on the loop and runs until it is complete.</summary>
    /// <exception cref="TimeoutException">The program is not complete after <paramref name="limit"/>.</exception>
    public void Run(Func<Task> program, Duration limit)
    {
        Task task;
        using (loop.Enter())
        {
            task = program();
        }

        RunUntil(task, loop.Now + limit);
    }

    private void Run(Instant end, Task? until, bool stopWhenSilent)
    {
        using var owner = loop.Enter();
        while (until is not { IsCompleted: true })
        {
            if (loop.RunOne() || (IdleGate is not null && IdleGate.Settle()))
            {
                continue;
            }

            Instant next = loop.NextDeadline;
            if (next > end || next == Instant.Never)
            {
                if (!stopWhenSilent || next != Instant.Never)
                {
                    loop.AdvanceTo(end);
                }

                return;
            }

            if (until is { IsCompleted: true } || (Progress is not null && !Progress(next)))
            {
                return;
            }

            loop.AdvanceTo(next);
        }
    }
}
