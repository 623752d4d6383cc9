namespace Catenet.Kernel.Tcp;

/// <summary>Whether there is room to write, reckoned as Linux does: a buffer costs its octets and what it takes to manage it.</summary>
internal static class SendSpace
{
    /// <summary>What a buffer costs beside its octets (Linux's truesize of an empty sk_buff, x86-64).</summary>
    public const int Overhead = 832;

    /// <summary>The largest link, IP and TCP header (MAX_TCP_HEADER), sk_buff and skb_shared_info, which the growth of the buffer goes by.</summary>
    private const int MaxHeader = 256, SharedInfo = 320, BufferHead = 256;

    /// <summary>The memory of what was written and not acknowledged (Linux's sk_wmem_queued).</summary>
    public static int Queued(TcpConnection c) => c.Unacknowledged + c.Buffers * Overhead;

    /// <summary>Whether another buffer may be begun (Linux's sk_stream_memory_free).</summary>
    public static bool IsFree(TcpConnection c) => Queued(c) < c.SendLimit && HasFewUnsent(c, 0);

    /// <summary>Whether a writer is to be told that there is room: a third must be free (Linux's __sk_stream_is_writeable).</summary>
    public static bool IsWritable(TcpConnection c)
    {
        int queued = Queued(c);
        return c.SendLimit - queued >= queued >> 1 && queued < c.SendLimit && HasFewUnsent(c, 1);
    }

    /// <summary>After progress: lets the buffer grow and tells a writer who waits (Linux's tcp_check_space).</summary>
    /// <param name="c">The connection.</param>
    /// <param name="burst">Whether what was just sent took several pieces.</param>
    public static void Check(TcpConnection c, bool burst)
    {
        if ((burst || c.InFlight < c.Window.Cwnd) && c.Layer.Memory.AllowsGrowth)
        {
            Expand(c);
        }

        Notify(c);
    }

    /// <summary>Tells a writer who waits, if there is room.</summary>
    public static void Notify(TcpConnection c)
    {
        if (c.Has(ConnectionFlags.WantsWritable) && IsWritable(c) && Connection.MaySend(c))
        {
            c.Flags &= ~ConnectionFlags.WantsWritable;
            c.Limits.End(SendLimitKind.SendBuffer, idle: false, c.Now);
            c.Raise(PendingEvents.Writable);
        }
    }

    /// <summary>Lets the buffer grow to twice the congestion window (Linux's tcp_sndbuf_expand).</summary>
    public static void Expand(TcpConnection c)
    {
        if (c.Options.SendBuffer > 0)
        {
            return;
        }

        uint segment = (uint)(Math.Max(c.PeerMss, c.Mss) + MaxHeader + SharedInfo);
        long each = System.Numerics.BitOperations.RoundUpToPowerOf2(segment) + BufferHead;
        long wanted = 2 * each * Math.Max(Math.Max(c.Layer.Settings.InitialWindow, c.Window.Cwnd), c.Reordering + 1);
        if (c.SendLimit < wanted)
        {
            c.SendLimit = (int)Math.Min(wanted, c.Layer.Settings.MaxSendBuffer);
        }
    }

    /// <summary>Whether less waits for its first transmission than TCP_NOTSENT_LOWAT allows; half of that before a writer is woken.</summary>
    private static bool HasFewUnsent(TcpConnection c, int shift)
    {
        uint most = c.Options.NotSentLowWater;
        most = most != 0 ? most : c.Layer.Settings.NotSentLowWater;
        return most == uint.MaxValue || (ulong)(uint)c.Unsent << shift < most;
    }
}
