using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>How far segments overtake each other on the path, as delivery shows it (Linux's tp->reordering; RFC 8985 6.2 step 3).</summary>
internal static class ReorderingDegree
{
    /// <summary>A segment that was sent once was delivered after others above it.</summary>
    public static void Note(TcpConnection c, SeqNumber low)
    {
        ref var recovery = ref c.HoldRecovery();
        int distance = Scoreboard.HighestSacked(c) - low;
        if (distance <= 0)
        {
            return;
        }

        int mss = c.Mss;
        if (distance > (long)c.Reordering * mss)
        {
            c.Reordering = Math.Min((distance + mss - 1) / mss, c.Layer.Settings.MaxReordering);
        }

        recovery.ReorderingSeen++;
        c.Layer.Counters.SackReordering++;
    }

    /// <summary>Without SACK: more duplicates than segments in flight can only come of reordering.</summary>
    public static void LimitDuplicates(TcpConnection c, int more)
    {
        if (NewReno.Limit(c))
        {
            c.Reordering = Math.Min(c.Sent.Count + more, c.Layer.Settings.MaxReordering);
            c.HoldRecovery().ReorderingSeen++;
            c.Layer.Counters.RenoReordering++;
        }
    }
}
