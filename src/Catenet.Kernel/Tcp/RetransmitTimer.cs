using System.Net.Sockets;
using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>What the sender waits for, and what happens when it has waited long enough (RFC 6298 5).</summary>
internal static class RetransmitTimer
{
    /// <summary>Up to so many segments in flight, a stream is thin (Linux's tcp_stream_is_thin).</summary>
    private const int MostOfThinStream = 3;

    /// <summary>So many timeouts of a thin stream in a row do not back off (Linux's TCP_THIN_LINEAR_RETRIES).</summary>
    private const int LinearTimeouts = 6;

    /// <summary>The least that the timeout lies above SRTT.</summary>
    public static Duration MinRto(TcpConnection c) => PathMetrics.MinRto(c);

    /// <summary>The longest that a timer waits.</summary>
    public static Duration MaxRto(TcpConnection c) => c.Options.MaxRto > Duration.Zero ? c.Options.MaxRto : c.Layer.Settings.MaxRto;

    /// <summary>The shortest that a timer waits: two of Linux's clock ticks.</summary>
    public static Duration Least { get; } = Duration.FromMilliseconds(8);

    /// <summary>Starts the retransmission timer anew (RFC 6298 5.1, 5.3).</summary>
    public static void ArmRetransmission(TcpConnection c) => Set(c, SenderWait.Retransmission, c.Rtt.Rto);

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
            rto = Duration.Max(UntilTimeout(c), Duration.FromMilliseconds(1));
        }

        Set(c, SenderWait.Retransmission, rto);
    }

    /// <summary>After progress: the tail loss probe or, where there is none, the timeout.</summary>
    public static void Restart(TcpConnection c)
    {
        if (!TailLossProbe.Schedule(c, anew: true))
        {
            RearmRetransmission(c);
        }
    }

    /// <summary>How far the timeout lies ahead when it counts from the first segment's latest transmission.</summary>
    public static Duration UntilTimeout(TcpConnection c) => c.Sent[c.Sent.Head].SentAt + c.Rtt.Rto - c.Now;

    public static void Set(TcpConnection c, SenderWait wait, Duration after)
    {
        if (c.Has(ConnectionFlags.AwaitsHandshake))
        {
            return; // nothing but the SYN-ACK is sent again, and its timer is the request's
        }

        if (c.Pace is { } pace && wait != SenderWait.Reordering)
        {
            after += pace.Delay(c.Now); // what is held back cannot be acknowledged
        }

        c.Deadlines.Wait = wait;
        c.Deadlines.Sender = c.Now + Duration.Min(after, MaxRto(c));
    }

    public static void Clear(TcpConnection c)
    {
        c.Deadlines.Wait = SenderWait.None;
        c.Deadlines.Sender = Instant.Never;
    }

    /// <summary>The wait is over.</summary>
    public static void Expire(TcpConnection c)
    {
        // What the timer waited for counts: with these two it stays known until the handler sets another.
        c.Deadlines.Sender = Instant.Never;
        switch (c.Deadlines.Wait)
        {
            case SenderWait.Reordering:
                Rack.OnReorderingTimeout(c);
                break;
            case SenderWait.TailLoss:
                TailLossProbe.OnTimeout(c);
                break;
            case SenderWait.Retransmission:
                Clear(c);
                OnTimeout(c);
                break;
            case SenderWait.WindowProbe:
                Clear(c);
                WindowProbe.OnTimeout(c);
                break;
        }
    }

    /// <summary>A router says that it cannot reach the peer: the retransmission was not lost to congestion, and its doubling is taken back (RFC 6069 4; Linux's tcp_ld_RTO_revert).</summary>
    public static void RevertBackoff(TcpConnection c)
    {
        if (c.Recovery.Timeouts == 0 || c.Rtt.Backoff == 0 || c.Sent.IsEmpty)
        {
            return;
        }

        c.Rtt.RevertBackoff(c.Layer.Settings.InitialRto, MaxRto(c));
        var left = UntilTimeout(c);
        if (left > Duration.Zero)
        {
            Set(c, SenderWait.Retransmission, left);
        }
        else
        {
            OnTimeout(c);
        }
    }

    private static void OnTimeout(TcpConnection c)
    {
        if (c.Sent.IsEmpty)
        {
            return;
        }

        if (c.Snd.Wnd == 0 && !c.Has(ConnectionFlags.Orphan) && c.State is not (TcpState.SynSent or TcpState.SynReceived))
        {
            // The peer has closed its window over what is in flight: the retransmissions are probes, and it lives as long as it answers.
            if (Retries.IsProbeTooLate(c))
            {
                Lifecycle.End(c, Retries.Error(c));
                return;
            }

            TimeoutRecovery.Begin(c);
            Retransmission.Retransmit(c, c.Sent.Head, 1, "timeout");
        }
        else
        {
            c.Layer.Counters.Timeouts++;
            FindBlackHole(c);
            bool exhausted = Retries.AreExhausted(c);
            if (c.Opening is { } opening)
            {
                FastOpenClient.OnTimeout(c, opening, exhausted);
            }

            if (Orphans.EndIfTooMany(c, alive: c.Rtt.Rto < MaxRto(c)))
            {
                return;
            }

            if (exhausted)
            {
                Lifecycle.End(c, Retries.Error(c));
                return;
            }

            c.Stats.Rehashes++; // the path may be at fault: another flow label may lead over another (RFC 6438)
            TimeoutRecovery.Begin(c);
            TimeoutRecovery.Count(c);
            Retransmission.Retransmit(c, c.Sent.Head, 1, "timeout");
        }

        BackOff(c);
        Set(c, SenderWait.Retransmission, Retries.ClampToUserTimeout(c, c.Rtt.Rto));
    }

    /// <summary>Each timeout is twice as long as the one before (RFC 6298 5.5), but for the first SYNs and for thin streams that ask for it.</summary>
    private static void BackOff(TcpConnection c)
    {
        var settings = c.Layer.Settings;
        if (c.State == TcpState.Established && (settings.ThinLinearTimeouts || c.Options.ThinLinearTimeouts) &&
            c.Sent.Count <= MostOfThinStream && c.Window.Ssthresh < CongestionWindow.NoThreshold && c.Recovery.Timeouts <= LinearTimeouts)
        {
            c.Rtt.ForgetBackoff(MaxRto(c));
        }
        else if (c.State != TcpState.SynSent || c.Stats.Timeouts > settings.SynLinearTimeouts)
        {
            c.Rtt.BackOff(MaxRto(c));
        }
    }

    /// <summary>R1 is past (RFC 9293 3.8.3): the path is looked at anew.</summary>
    private static void FindBlackHole(TcpConnection c)
    {
        var settings = c.Layer.Settings;
        if (settings.MtuProbing != 0 && c.IsSynchronized && Retries.HaveTimedOut(c, settings.Retries1, Duration.Zero))
        {
            MtuProbing.OnBlackHole(c);
        }
    }
}
