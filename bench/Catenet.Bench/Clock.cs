using System.Diagnostics;

namespace Catenet.Bench;

/// <summary>Repeats work until a span of real time has passed.</summary>
internal static class Clock
{
    /// <summary>Calls <paramref name="step"/> for about so long, once at least.</summary>
    /// <param name="seconds">How long.</param>
    /// <param name="step">Does a millisecond's worth or more of work and says how much it did.</param>
    /// <returns>The amount of work per second.</returns>
    public static double PerSecond(double seconds, Func<double> step)
    {
        double amount = 0;
        long begin = Stopwatch.GetTimestamp();
        TimeSpan elapsed;
        do
        {
            amount += step();
            elapsed = Stopwatch.GetElapsedTime(begin);
        }
        while (elapsed.TotalSeconds < seconds);

        return amount / elapsed.TotalSeconds;
    }
}
