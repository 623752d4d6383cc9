using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>Keeps queues in the host itself short: a connection sends on as its packets leave (Linux's TCP small queues), and small writes wait meanwhile (autocorking).</summary>
internal sealed class SmallQueues(EventLoop loop) : LoopTask
{
    /// <summary>About a millisecond of the pace may wait (Linux's sk_pacing_shift).</summary>
    private const int PacingShift = 10;

    private readonly Queue<TcpConnection> _resumed = new();

    /// <summary>What a packet counts for until it leaves.</summary>
    public static int CostOf(int length, int packets = 1) => length + packets * SendSpace.Overhead;

    /// <summary>Whether a packet has to wait for others to leave (Linux's tcp_small_queue_check); then its connection goes on when one does.</summary>
    /// <param name="c">The connection.</param>
    /// <param name="length">Octets that would leave.</param>
    /// <param name="most">Octets of one packet.</param>
    /// <param name="shift">By how many doublings more may wait: one for what is sent again.</param>
    public static bool MustWait(TcpConnection c, int length, int most, int shift)
    {
        if (c.Leaving == 0 || c.Sent.Count <= 1 || c.Leaving < LimitOf(c, CostOf(length, ((length - 1) / most) + 1)) << shift)
        {
            return false;
        }

        c.Flags |= ConnectionFlags.Throttled;
        return true;
    }

    /// <summary>Whether a small write waits for what was sent before it (Linux's tcp_should_autocork): more may be written until that has left.</summary>
    public static bool Corks(TcpConnection c, int goal)
    {
        if (c.Leaving == 0 || !c.Layer.Settings.Autocorking || c.Writes is not { Count: > 0 } writes)
        {
            return false;
        }

        ref var tail = ref writes.Tail;
        if (tail.Length >= goal || !tail.MayGrow || c.Sent.IsEmpty || c.Leaving < CostOf(tail.Length))
        {
            return false;
        }

        if (!c.Has(ConnectionFlags.Throttled))
        {
            c.Layer.Counters.AutoCorks++;
            c.Flags |= ConnectionFlags.Throttled;
        }

        return true;
    }

    /// <summary>Lets a connection go on as soon as the device is through with what it does now.</summary>
    public void Resume(TcpConnection c)
    {
        _resumed.Enqueue(c);
        loop.Schedule(this);
    }

    protected override void Run()
    {
        for (int count = _resumed.Count; count > 0; count--)
        {
            var c = _resumed.Dequeue();
            if (c.Sent.LostOut > c.Sent.RetransOut && c.Window.Cwnd > c.InFlight && c.IsSynchronized)
            {
                Retransmission.SendLost(c);
            }

            Transmission.Push(c);
            if (c.State != TcpState.Closed)
            {
                c.ArmTimer();
            }
        }
    }

    private static long LimitOf(TcpConnection c, int cost)
    {
        long pace = c.Pace?.Rate ?? (c.Rtt.HasSample ? PacingRate.Of(c) : PacingRate.Unlimited);
        long limit = Math.Max(2L * cost, pace >> PacingShift);
        return c.Pace is null ? Math.Min(limit, c.Layer.Settings.LimitOutput) : limit;
    }
}
