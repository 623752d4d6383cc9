using Catenet.Core;

namespace Catenet.Hosting.Gate;

/// <summary>Starts programs that live on a loop and await what runs on the thread pool, such as HttpClient.</summary>
public static class LoopProgram
{
    /// <summary>Starts a program on its loop; after each <c>await</c> it goes on there.</summary>
    /// <remarks>
    /// With an <see cref="IdleGate"/>, programs that could go on at one instant do so in the order in which they were started.
    /// A program that only uses Catenet's own sockets and timers needs none of this.
    /// </remarks>
    /// <param name="loop">The loop. The caller must be on it.</param>
    /// <param name="name">What an error calls the program.</param>
    /// <param name="program">The program.</param>
    /// <returns>The program's task.</returns>
    /// <exception cref="InvalidOperationException">The calling thread does not own the loop.</exception>
    public static Task Start(EventLoop loop, string name, Func<Task> program)
    {
        if (!loop.IsOnLoop)
        {
            throw new InvalidOperationException($"Program '{name}' must be started on its loop's thread: start it inside the driver's Run.");
        }

        Task? task = null;
        ProgramContext.Create(LoopDoor.Of(loop), name).Run(_ => task = program(), null);
        return task!;
    }
}
