using Catenet.Core;

namespace Catenet.Programs;

/// <summary>Waiting for programs: sleep(3) by the loop's clock.</summary>
internal static class LoopDelay
{
    /// <summary>Waits for a time, or throws when cancelled.</summary>
    public static Task SleepAsync(this EventLoop loop, Duration time, CancellationToken cancellationToken = default) =>
        SleepUntilAsync(loop, loop.Now + time, cancellationToken);

    /// <summary>Waits until an instant, or throws when cancelled.</summary>
    public static async Task SleepUntilAsync(this EventLoop loop, Instant when, CancellationToken cancellationToken = default)
    {
        if (when <= loop.Now)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return;
        }

        var done = new TaskCompletionSource();
        var timer = new ActionTimer(_ => done.TrySetResult());
        loop.Arm(timer, when);
        using var registration = cancellationToken.UnsafeRegister(static (done, token) =>
            ((TaskCompletionSource)done!).TrySetCanceled(token), done);
        try
        {
            await done.Task;
        }
        finally
        {
            loop.Cancel(timer);
        }
    }
}
