namespace Catenet.Core;

/// <summary>How the thread of a real driver sleeps, and what wakes it: a clock and posts, or sockets and devices as well.</summary>
public interface ILoopWaiter
{
    /// <summary>Sleeps until something came in, <see cref="Wake"/> was called since the last sleep, or the time is up.</summary>
    /// <param name="limit">How long at most, in real time; zero looks without sleeping.</param>
    void Wait(Duration limit);

    /// <summary>Lets in, on the loop, what the last <see cref="Wait"/> found.</summary>
    void Dispatch();

    /// <summary>Ends the present or the next sleep; from any thread.</summary>
    void Wake();
}
