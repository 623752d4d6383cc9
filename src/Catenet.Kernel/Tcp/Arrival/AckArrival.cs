using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>The ACK field in the synchronized states (RFC 9293 3.10.7.4, fifth; RFC 5961 5).</summary>
internal static class AckArrival
{
    /// <returns>False if the segment is to be dropped, and has been.</returns>
    public static bool Process(TcpConnection c, ref Segment s)
    {
        if (!IsAcceptable(c, ref s))
        {
            return false;
        }

        c.Acks.LastHeard = c.Now;
        c.Recovery.Probes = 0;
        bool old = s.Ack < c.Snd.Una;
        if (!old && c.Ts.Enabled && s.Options.HasTimestamps)
        {
            uint recent = c.Ts.Recent;
            c.Ts.Update(in s, c.Rcv.AnnouncedAt, c.Now);
            s.HasNewerTimestamp = recent != c.Ts.Recent;
        }

        var outcome = AckOutcome.For(c.Snd.Una);
        outcome.HasEcho = c.Ts.Enabled && s.Options.HasTimestamps;
        outcome.Echo = s.Options.TimestampEcho;
        bool opened = !old && UpdateWindow(c, in s);
        outcome.HasDataOrWindow = opened || s.Length > 0 || s.Has(TcpFlags.Fin);
        if (s.Ack > c.Snd.Una)
        {
            Scoreboard.Acknowledge(c, s.Ack, ref outcome);
        }

        if (s.Options.SackCount > 0 && c.UsesSack)
        {
            Scoreboard.ApplySack(c, in s, ref outcome);
        }

        if (c.Ecn is { } ecn)
        {
            EcnArrival.OnAck(c, ecn, in s, ref outcome);
        }

        TakeRoundTrip(c, ref outcome);
        TailLossProbe.OnAck(c, s.Ack, in outcome);
        if (!outcome.Advanced && c.Sent.IsEmpty)
        {
            AnswerToProbe(c);
            return true;
        }

        Recover(c, in outcome);
        if (outcome.FinAcked)
        {
            OnFinAcked(c);
        }

        return true;
    }

    /// <summary>Takes a round-trip sample from the newest information (RFC 6298 3, RFC 7323 4).</summary>
    public static void TakeRoundTrip(TcpConnection c, ref AckOutcome outcome)
    {
        var sample = Duration.Zero;
        if (outcome.FirstSentAt != Instant.Never && !outcome.RetransmittedAcked)
        {
            sample = c.Now - outcome.FirstSentAt;
        }
        else if (outcome.SackedSentAt != Instant.Never)
        {
            sample = c.Now - outcome.SackedSentAt;
        }
        else if (outcome.Advanced && outcome.HasEcho && outcome.Echo != 0)
        {
            int ticks = c.Ts.Since(outcome.Echo, c.Now);
            if (ticks is < 0 or > 600_000)
            {
                return;
            }

            sample = Duration.FromMilliseconds(Math.Max(ticks, 1));
        }
        else
        {
            return;
        }

        var settings = c.Layer.Settings;
        outcome.Rtt = Duration.Max(sample, new Duration(1));
        c.Rtt.AddSample(outcome.Rtt, c.Now, c.Snd.Una, c.Snd.Nxt, settings.MinRto, settings.MaxRto);
    }

    /// <summary>Undisturbed progress: opens the congestion window, restarts the timer.</summary>
    public static void AfterAdvance(TcpConnection c, in AckOutcome outcome, in AckSample sample)
    {
        if (outcome.Delivered > 0 && c.Window.MayGrow && (c.Recovery.Phase != CongestionPhase.Disorder || outcome.Advanced))
        {
            c.Algorithm.OnAck(ref c.Window, in sample);
        }

        Progress(c);
    }

    /// <summary>SND.UNA has moved: the timer starts anew, unless RACK waits for the end of its reordering window.</summary>
    private static void Progress(TcpConnection c)
    {
        c.Recovery.Timeouts = 0;
        bool reordering = c.Deadlines.Wait == SenderWait.Reordering && c.Sent.SackedOut > 0;
        if (!reordering && !TailLossProbe.Schedule(c))
        {
            RetransmitTimer.RearmRetransmission(c);
        }

        c.Route?.Confirm();
    }

    private static bool IsAcceptable(TcpConnection c, ref Segment s)
    {
        if (s.Ack < c.Snd.Una)
        {
            // RFC 5961 5.2: older than anything the peer could still have under way, or than anything that was sent at all.
            uint acknowledged = (uint)(c.Snd.Una - c.Snd.Iss) - (c.Has(ConnectionFlags.Passive) ? 1u : 0u);
            if (s.Ack < c.Snd.Una - Math.Min(c.Snd.MaxWnd, acknowledged))
            {
                ChallengeAck.Send(c);
                SegmentArrival.Drop(c, ref s, DropReason.TcpInvalidAck);
                return false;
            }
        }
        else if (s.Ack > c.Snd.Nxt)
        {
            ChallengeAck.Send(c);
            SegmentArrival.Drop(c, ref s, DropReason.TcpInvalidAck);
            return false;
        }

        return true;
    }

    private static void Recover(TcpConnection c, in AckOutcome outcome)
    {
        ref var recovery = ref c.Recovery;
        c.Rate.Delivered += (uint)outcome.Delivered;
        var sample = CongestionEvents.Of(c, in outcome);
        if (outcome.SynAcked)
        {
            CongestionEvents.Raise(c, CongestionEvent.Begin); // what was delivered until now is the SYN, of no use to a control
        }
        else
        {
            c.Algorithm.OnDelivered(ref c.Window, in sample);
        }

        int lostBefore = c.Sent.LostOut;
        bool again = false;
        if (recovery.Phase != CongestionPhase.Open || !outcome.Advanced || outcome.Sacked > 0 || outcome.Duplicate || outcome.IsEcnEcho)
        {
            again = FastRecovery.OnAck(c, in outcome);
        }

        if (recovery.Phase is CongestionPhase.Recovery or CongestionPhase.Reduction)
        {
            if (outcome.Advanced)
            {
                Progress(c);
            }

            int delivered = c.UsesSack ? outcome.Delivered : Math.Max(outcome.Delivered, outcome.HasDataOrWindow ? 0 : 1);
            Prr.OnAck(c, delivered, Math.Max(0, c.Sent.LostOut - lostBefore), outcome.Advanced);
        }
        else if (outcome.Advanced)
        {
            AfterAdvance(c, in outcome, in sample);
        }
        else if (outcome.Sacked > 0 && c.Deadlines.Wait == SenderWait.TailLoss)
        {
            RetransmitTimer.RearmRetransmission(c);
        }

        if (again)
        {
            Retransmission.SendLost(c);
        }
    }

    /// <summary>Updates SND.WND by a segment that is newer than the one the window is from (RFC 9293 3.10.7.4: SND.WL1, SND.WL2).</summary>
    /// <returns>Whether the window changed.</returns>
    private static bool UpdateWindow(TcpConnection c, in Segment s)
    {
        ref var snd = ref c.Snd;
        uint window = (uint)s.Window << snd.Scale;
        if (s.Ack > snd.Una || s.Seq > snd.Wl1 || (s.Seq == snd.Wl1 && (window > snd.Wnd || window == 0)))
        {
            bool changed = window != snd.Wnd;
            snd.Wnd = window;
            snd.Wl1 = s.Seq;
            snd.Wl2 = s.Ack;
            if (window > snd.MaxWnd)
            {
                snd.MaxWnd = window;
                SegmentSize.Update(c);
            }

            return changed;
        }

        return false;
    }

    /// <summary>Nothing is in flight: if the window has opened, data may go; otherwise the next probe waits longer.</summary>
    private static void AnswerToProbe(TcpConnection c)
    {
        if (c.Unsent == 0 && !Transmission.OwesFin(c))
        {
            return;
        }

        int next = Math.Min(c.Unsent, SegmentSize.Current(c));
        if (c.Snd.WindowEnd - c.Snd.Nxt >= Math.Max(next, 1))
        {
            c.Recovery.ProbeBackoff = 0;
            RetransmitTimer.Clear(c);
        }
        else
        {
            RetransmitTimer.ArmWindowProbe(c);
        }
    }

    /// <summary>Our FIN is acknowledged (RFC 9293 3.10.7.4, the states that wait for it).</summary>
    private static void OnFinAcked(TcpConnection c)
    {
        switch (c.State)
        {
            case TcpState.FinWait1:
                Lifecycle.Enter(c, TcpState.FinWait2);
                if (c.Has(ConnectionFlags.Orphan))
                {
                    Lifecycle.AwaitFin(c);
                }

                break;
            case TcpState.Closing:
                Lifecycle.EnterTimeWait(c);
                break;
            case TcpState.LastAck:
                Lifecycle.End(c, System.Net.Sockets.SocketError.Success);
                break;
        }
    }
}
