using System.Diagnostics;
using System.Globalization;
using Catenet.Core;

namespace Catenet.Hosting.Gate;

/// <summary>Lets virtual time pass only when the process is idle, and lets what applications did meanwhile into the loop in canonical order.</summary>
/// <remarks>
/// Give it to <see cref="VirtualDriver.IdleGate"/> of a run that hosts Kestrel, HttpClient or other code of the thread
/// pool. Idle means: no work item waits and no pool thread works, seen twice in a row with nothing completed between. What it
/// cannot see are threads outside the pool and timers of real time; <c>docs/determinism.md</c> says what follows from that.
/// </remarks>
public sealed class IdleGate : IIdleGate, IDisposable
{
    private const int YieldAfter = 400;
    private const int SleepAfter = 4_000;

    private readonly EventLoop _loop;
    private readonly LoopDoor _door;
    private readonly string _run;

    /// <summary>Makes the gate of a loop; from now on outside code reaches that loop at idle moments only.</summary>
    /// <param name="loop">The loop.</param>
    /// <param name="run">What to call the run in an error: the lab's or the test's name.</param>
    public IdleGate(EventLoop loop, string run = "unnamed")
    {
        _loop = loop;
        _run = run;
        _door = LoopDoor.Of(loop);
        _door.IsGated = true;
        loop.HoldsPosts = true;
    }

    /// <summary>How long, in real time, the process may stay busy at one instant before that is an error: 10 s to begin with.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    /// <exception cref="IdleTimeoutException">The process did not become idle within <see cref="Patience"/>.</exception>
    public bool Settle()
    {
        // What was posted runs before the door opens, so that the two never mix.
        return !WaitUntilIdle() || _loop.TakePosts() || _door.Open();
    }

    /// <summary>Takes the gate away: outside code reaches the loop at once again.</summary>
    public void Dispose()
    {
        _loop.HoldsPosts = false;
        _door.IsGated = false;
    }

    /// <summary>True when idle; false if a thread seems to wait for what it posted to the loop, which has now been let in.</summary>
    private bool WaitUntilIdle()
    {
        // A driver that itself runs on a pool thread does not count.
        int own = Thread.CurrentThread.IsThreadPoolThread ? 1 : 0;
        long began = 0;
        int rounds = 0;
        while (!IsIdle(own))
        {
            if (rounds == 0)
            {
                began = Stopwatch.GetTimestamp();
            }
            else if (rounds % 64 == 0 && Stopwatch.GetElapsedTime(began) > Patience)
            {
                throw new IdleTimeoutException(Describe(own));
            }

            // Spinning finds the end of short work soonest; when work is long, its thread needs the core more than we do.
            if (++rounds < YieldAfter)
            {
                Thread.SpinWait(20);
            }
            else if (rounds < SleepAfter)
            {
                Thread.Yield();
            }
            else if (IsStuck() && _loop.TakePosts())
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether the pool's threads neither took nor finished anything while we slept a little.</summary>
    private static bool IsStuck()
    {
        long completed = ThreadPool.CompletedWorkItemCount;
        Thread.Sleep(1);
        return ThreadPool.PendingWorkItemCount == 0 && ThreadPool.CompletedWorkItemCount == completed;
    }

    private static bool IsIdle(int own)
    {
        if (!IsQuiet(own))
        {
            return false;
        }

        long completed = ThreadPool.CompletedWorkItemCount;
        Thread.SpinWait(20);
        return IsQuiet(own) && ThreadPool.CompletedWorkItemCount == completed;
    }

    private static bool IsQuiet(int own) => ThreadPool.PendingWorkItemCount == 0 && Working() <= own;

    private static int Working()
    {
        ThreadPool.GetMaxThreads(out int most, out _);
        ThreadPool.GetAvailableThreads(out int available, out _);
        return most - available;
    }

    private string Describe(int own)
    {
        string[] served = [.. _door.LastServed.Distinct().Take(20)];
        string who = served.Length == 0 ? "nobody" : string.Join(", ", served);
        return string.Create(CultureInfo.InvariantCulture,
            $"Run '{_run}' at {_loop.Now}: the process was still busy after {Patience.TotalSeconds:0.###} s of real time, so virtual time cannot pass. ") +
            $"Pool threads at work or blocked: {Working() - own}; work items waiting: {ThreadPool.PendingWorkItemCount}. " +
            $"Given something to do last: {who}. " +
            "Usual causes: an application that blocks its thread (.Result, .Wait(), Thread.Sleep, a synchronous read) " +
            "where it should await, or that never stops computing.";
    }
}
