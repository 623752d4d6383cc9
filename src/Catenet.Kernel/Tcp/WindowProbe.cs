using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>Probing a closed window until the peer opens it (RFC 9293 3.8.6.1), with Linux's times.</summary>
internal static class WindowProbe
{
    private static readonly Duration LeastWait = Duration.FromMilliseconds(2);

    /// <summary>Begins to wait for the peer to open its window.</summary>
    public static void Arm(TcpConnection c) => RetransmitTimer.Set(c, SenderWait.WindowProbe, Base(c));

    /// <summary>Nothing is in flight, and an acknowledgment has come: if the window has opened, data may go; otherwise the next probe waits longer.</summary>
    public static void OnAck(TcpConnection c)
    {
        if (c.Unsent == 0 && !Transmission.OwesFin(c))
        {
            return;
        }

        int next = c.Writes is { Count: > 0 } writes ? writes.Head.Length : 0;
        if (c.Snd.WindowEnd - c.Snd.Nxt >= Math.Max(next, 1))
        {
            c.Rtt.ForgetProbes();
            c.HoldRecovery().ProbingSince = 0;
            RetransmitTimer.Clear(c);
        }
        else
        {
            ArmNext(c);
        }
    }

    /// <summary>The wait is over (Linux's tcp_probe_timer).</summary>
    public static void OnTimeout(TcpConnection c)
    {
        ref var recovery = ref c.HoldRecovery();
        if (!c.Sent.IsEmpty || (c.Unsent == 0 && !Transmission.OwesFin(c)))
        {
            c.Probes = 0;
            recovery.ProbingSince = 0;
            return;
        }

        // A peer that answers may keep its window closed for ever; one that does not, or a user with little patience, ends it.
        var settings = c.Layer.Settings;
        bool impatient = false;
        if (recovery.ProbingSince == 0)
        {
            recovery.ProbingSince = Math.Max(Timestamps.ToTicks(c.Now), 1);
        }
        else
        {
            impatient = c.Options.UserTimeout > Duration.Zero && Elapsed(c) >= c.Options.UserTimeout;
        }

        int most = settings.Retries2;
        if (c.Has(ConnectionFlags.Orphan))
        {
            bool alive = c.Rtt.Rto * (1L << Math.Min(c.Rtt.Backoff, (byte)30)) < RetransmitTimer.MaxRto(c);
            most = Retries.OfOrphan(c, alive);
            impatient |= !alive && c.Rtt.Backoff >= most;
            if (!impatient && Orphans.EndIfTooMany(c, alive: true))
            {
                return;
            }
        }

        if (impatient || c.Probes >= most)
        {
            Lifecycle.End(c, Retries.Error(c));
            return;
        }

        Send(c);
    }

    /// <summary>Makes the peer answer: by what of the next segment its window takes, else by a segment without data that lies before its window (Linux's tcp_write_wakeup).</summary>
    public static void Wake(TcpConnection c)
    {
        if (!Transmission.SendIntoWindow(c))
        {
            if (UrgentSending.IsProbed(c))
            {
                SegmentBuilder.Send(c, c.Snd.Una, 0, 0, TcpFlags.Ack); // the peer is to learn of urgent data that it does not fit
            }

            SendEmpty(c);
        }
        else if (c.Deadlines.Wait is SenderWait.None or SenderWait.TailLoss or SenderWait.WindowProbe)
        {
            RetransmitTimer.RearmRetransmission(c);
        }
    }

    /// <summary>A segment without data that the peer must answer, since its number lies before the window.</summary>
    public static void SendEmpty(TcpConnection c) => SegmentBuilder.Send(c, c.Snd.Una - 1, 0, 0, TcpFlags.Ack);

    private static void Send(TcpConnection c)
    {
        ref var recovery = ref c.HoldRecovery();
        Wake(c);
        if (!c.Sent.IsEmpty || c.Unsent == 0)
        {
            c.Probes = 0;
            recovery.ProbingSince = 0;
            c.Rtt.ForgetProbes();
            return;
        }

        c.Probes = (byte)Math.Min(c.Probes + 1, byte.MaxValue);
        c.Rtt.CountProbe(c.Layer.Settings.Retries2);
        ArmNext(c);
    }

    private static void ArmNext(TcpConnection c)
    {
        var settings = c.Layer.Settings;
        int most = System.Numerics.BitOperations.Log2((ulong)(RetransmitTimer.MaxRto(c).Nanoseconds / settings.MinRto.Nanoseconds)) + 1;
        var wait = Base(c) * (1L << Math.Min(most, c.Rtt.Backoff));
        wait = Duration.Min(wait, RetransmitTimer.MaxRto(c));
        if (c.Options.UserTimeout > Duration.Zero && c.Recovery.ProbingSince != 0)
        {
            wait = Duration.Min(wait, Duration.Max(c.Options.UserTimeout - Elapsed(c), LeastWait));
        }

        RetransmitTimer.Set(c, SenderWait.WindowProbe, wait);
    }

    private static Duration Base(TcpConnection c) => Duration.Max(c.Rtt.Rto, c.Layer.Settings.MinRto);

    private static Duration Elapsed(TcpConnection c) => Duration.FromMilliseconds(Timestamps.ToTicks(c.Now) - c.Recovery.ProbingSince);
}
