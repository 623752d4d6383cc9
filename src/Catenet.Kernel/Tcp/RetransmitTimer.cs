using System.Net.Sockets;
using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>What the sender waits for, and what happens when it has waited long enough (RFC 6298 5, RFC 9293 3.8.6.1).</summary>
internal static class RetransmitTimer
{
    /// <summary>Starts the retransmission timer anew (RFC 6298 5.1, 5.3).</summary>
    public static void ArmRetransmission(TcpConnection c) => Set(c, SenderWait.Retransmission, ClampToUserTimeout(c, c.Rtt.Rto));

    /// <summary>Starts the timer for what is in flight, or stops it if nothing is; after a probe it counts from the first segment's transmission.</summary>
    public static void RearmRetransmission(TcpConnection c)
    {
        if (c.Sent.IsEmpty)
        {
            Clear(c);
            return;
        }

        var rto = c.Rtt.Rto;
        if (c.Deadlines.Wait is SenderWait.TailLoss or SenderWait.Reordering)
        {
            rto = Duration.Max(c.Sent[c.Sent.Head].SentAt + rto - c.Now, Duration.FromMilliseconds(1));
        }

        Set(c, SenderWait.Retransmission, ClampToUserTimeout(c, rto));
    }

    /// <summary>Waits for the peer to open its window.</summary>
    public static void ArmWindowProbe(TcpConnection c)
    {
        var settings = c.Layer.Settings;
        var wait = Duration.Max(c.Rtt.Rto, settings.MinRto) * (1L << Math.Min(c.Recovery.ProbeBackoff, (byte)20));
        Set(c, SenderWait.WindowProbe, ClampToUserTimeout(c, Duration.Min(wait, settings.MaxRto)));
    }

    public static void Set(TcpConnection c, SenderWait wait, Duration after)
    {
        c.Deadlines.Wait = wait;
        c.Deadlines.Sender = c.Now + after;
    }

    public static void Clear(TcpConnection c)
    {
        c.Deadlines.Wait = SenderWait.None;
        c.Deadlines.Sender = Instant.Never;
    }

    /// <summary>The wait is over.</summary>
    public static void Expire(TcpConnection c)
    {
        var wait = c.Deadlines.Wait;
        if (wait is SenderWait.Retransmission)
        {
            // What the timer waited for counts: the wait stays known until the handler sets another.
            Clear(c);
            OnRetransmissionTimeout(c);
            return;
        }

        Clear(c);
        switch (wait)
        {
            case SenderWait.Reordering:
                Rack.OnReorderingTimeout(c);
                break;
            case SenderWait.TailLoss:
                TailLossProbe.OnTimeout(c);
                break;
            case SenderWait.WindowProbe:
                OnWindowProbeTimeout(c);
                break;
        }
    }

    private static void OnRetransmissionTimeout(TcpConnection c)
    {
        if (c.Sent.IsEmpty)
        {
            return;
        }

        ref var recovery = ref c.Recovery;
        if (recovery.Timeouts > 0 && HasFailed(c))
        {
            Lifecycle.End(c, SocketError.TimedOut);
            return;
        }

        if (recovery.Timeouts == 0)
        {
            recovery.FailingSince = c.Now;
        }

        if (c.IsSynchronized)
        {
            FindBlackHole(c);
            TimeoutRecovery.Begin(c);
        }
        else
        {
            c.Ecn?.OnReduction();
        }

        recovery.Timeouts = (byte)Math.Min(recovery.Timeouts + 1, byte.MaxValue);
        Retransmission.Retransmit(c, c.Sent.Head, "timeout");
        c.Rtt.BackOff(c.Layer.Settings.MaxRto);
        ArmRetransmission(c);
    }

    private static bool HasFailed(TcpConnection c)
    {
        var settings = c.Layer.Settings;
        int timeouts = c.Recovery.Timeouts;
        if (c.State is TcpState.SynSent)
        {
            int syns = c.Options.SynRetries > 0 ? c.Options.SynRetries : settings.SynRetries;
            return timeouts >= syns || IsPastUserTimeout(c);
        }

        if (c.State is TcpState.SynReceived)
        {
            return timeouts >= settings.SynAckRetries;
        }

        if (c.Options.UserTimeout > Duration.Zero)
        {
            return IsPastUserTimeout(c);
        }

        if (c.Snd.Wnd == 0 && !c.Has(ConnectionFlags.Orphan))
        {
            // The peer took its window back: what is sent again is a probe, and as long as it is answered the peer lives (RFC 9293 3.8.6.1).
            return c.Now - c.Acks.LastHeard > settings.MaxRto * 2 && c.Now - c.Recovery.FailingSince > settings.MaxRto * 2;
        }

        int retries = c.Has(ConnectionFlags.Orphan) ? (settings.OrphanRetries > 0 ? settings.OrphanRetries : 8) : settings.Retries2;
        return c.Now - c.Recovery.FailingSince >= TimeOf(retries, settings);
    }

    /// <summary>R1 is past (RFC 9293 3.8.3): the path is looked at anew.</summary>
    private static void FindBlackHole(TcpConnection c)
    {
        var settings = c.Layer.Settings;
        if (settings.MtuProbing != 0 && c.Recovery.Timeouts > 0 && c.Now - c.Recovery.FailingSince >= TimeOf(settings.Retries1, settings))
        {
            MtuProbing.OnBlackHole(c);
        }
    }

    /// <summary>How long a number of retransmissions takes when the timeout begins at the minimum: what Linux makes of tcp_retries2.</summary>
    private static Duration TimeOf(int retries, TcpSettings settings)
    {
        var total = Duration.Zero;
        var timeout = settings.MinRto;
        for (int i = 0; i <= retries; i++)
        {
            total += timeout;
            timeout = Duration.Min(timeout * 2, settings.MaxRto);
        }

        return total;
    }

    private static bool IsPastUserTimeout(TcpConnection c) =>
        c.Options.UserTimeout > Duration.Zero && c.Now - c.Recovery.FailingSince >= c.Options.UserTimeout;

    private static Duration ClampToUserTimeout(TcpConnection c, Duration wait)
    {
        var limit = c.Options.UserTimeout;
        if (limit == Duration.Zero || (c.Recovery.Timeouts == 0 && c.Recovery.Probes == 0))
        {
            return wait;
        }

        var left = c.Recovery.FailingSince + limit - c.Now;
        return Duration.Min(wait, Duration.Max(left, Duration.FromMilliseconds(1)));
    }

    private static void OnWindowProbeTimeout(TcpConnection c)
    {
        ref var recovery = ref c.Recovery;
        if (!c.Sent.IsEmpty || (c.Unsent == 0 && !Transmission.OwesFin(c)))
        {
            return;
        }

        if (recovery.Probes == 0)
        {
            recovery.FailingSince = c.Now;
        }

        int most = c.Has(ConnectionFlags.Orphan) ? (c.Layer.Settings.OrphanRetries > 0 ? c.Layer.Settings.OrphanRetries : 8) : c.Layer.Settings.Retries2;
        if (recovery.Probes >= most || (recovery.Probes > 0 && IsPastUserTimeout(c)))
        {
            Lifecycle.End(c, SocketError.TimedOut);
            return;
        }

        recovery.Probes++;
        recovery.ProbeBackoff = (byte)Math.Min(recovery.ProbeBackoff + 1, 20);
        if (Transmission.SendIntoWindow(c))
        {
            recovery.Probes = recovery.ProbeBackoff = 0;
            ArmRetransmission(c);
        }
        else
        {
            SendWindowProbe(c);
            ArmWindowProbe(c);
        }
    }

    /// <summary>A segment without data that the peer must answer, since its number lies before the window.</summary>
    public static void SendProbe(TcpConnection c) => SegmentBuilder.Send(c, c.Snd.Una - 1, 0, 0, TcpFlags.Ack);

    /// <summary>The same for a closed window, with a segment more if the peer is to learn of urgent data that it does not fit.</summary>
    private static void SendWindowProbe(TcpConnection c)
    {
        if (UrgentSending.IsProbed(c))
        {
            SegmentBuilder.Send(c, c.Snd.Una, 0, 0, TcpFlags.Ack);
        }

        SendProbe(c);
    }
}
