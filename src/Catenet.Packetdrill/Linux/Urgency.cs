namespace Catenet.Packetdrill.Linux;

/// <summary>Threads that are to be on time go before others, as far as this machine permits it.</summary>
internal static unsafe class Urgency
{
    private const int RoundRobin = 2, Priority = 10;

    /// <summary>Raises the calling thread. A thread that has not the processor when it is to stop for the garbage collector keeps all others waiting.</summary>
    public static void Raise()
    {
        int priority = Priority;
        _ = RawCalls.SetScheduler(0, RoundRobin, &priority);
    }

    /// <summary>Makes the calling thread as usual again.</summary>
    public static void Lower()
    {
        int priority = 0;
        _ = RawCalls.SetScheduler(0, 0, &priority);
    }
}
