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

        var outcome = Begin(c, in s);
        if (s.Ack < c.Snd.Una)
        {
            TakeOld(c, in s, ref outcome);
            return true;
        }

        if (outcome.HasEcho)
        {
            uint recent = c.Ts.Recent;
            c.Ts.Update(in s, c.Rcv.AnnouncedAt, c.Now);
            s.HasNewerTimestamp = recent != c.Ts.Recent;
        }

        outcome.Flags = s.End != s.Seq ? AckFlags.Data : AckFlags.None;
        UpdateWindow(c, in s, ref outcome);
        if (s.Ack > c.Snd.Una)
        {
            Scoreboard.Advance(c, s.Ack, ref outcome);
        }

        if (s.Options.SackCount > 0 && c.UsesSack)
        {
            SackTagging.Apply(c, in s, ref outcome);
            c.Rate.Delivered += (uint)outcome.SackDelivered;
        }

        c.Acks.LastHeard = c.Now;
        c.Probes = 0;
        c.SoftError = System.Net.Sockets.SocketError.Success;
        bool wasEmpty = c.Sent.IsEmpty;
        if (!wasEmpty)
        {
            Settle(c, ref outcome);
        }

        if (c.Ecn is { } ecn)
        {
            EcnArrival.OnAck(c, ecn, in s, ref outcome);
        }

        if (wasEmpty)
        {
            AfterNothing(c, s.Ack, ref outcome);
            return true;
        }

        Recover(c, s.Ack, ref outcome);
        if (outcome.Has(AckFlags.FinAcked))
        {
            OnFinAcked(c);
        }

        return true;
    }

    /// <summary>What an acknowledgment begins with.</summary>
    public static AckOutcome Begin(TcpConnection c, in Segment s)
    {
        var outcome = AckOutcome.For(c);
        outcome.HasEcho = c.Ts.Enabled && s.Options.HasTimestamps;
        outcome.Echo = s.Options.TimestampEcho;
        return outcome;
    }

    /// <summary>Takes off the queue what is acknowledged, and what that tells of the path (Linux's tcp_clean_rtx_queue).</summary>
    public static void Settle(TcpConnection c, ref AckOutcome outcome)
    {
        bool sacked = c.Sent.SackedOut > 0;
        Scoreboard.Clean(c, ref outcome);
        bool sampled = RoundTrip.Take(c, sacked, ref outcome);
        if (outcome.Has(AckFlags.Acked))
        {
            outcome.Flags |= AckFlags.SetTimer;
            if (!c.UsesSack)
            {
                NewReno.Acknowledge(c, outcome.Removed);
                if (outcome.Has(AckFlags.RetransmissionAcked))
                {
                    outcome.Flags &= ~AckFlags.OriginalDelivered; // without SACK nobody knows which arrived
                }
            }
            else if (outcome.Reordered < outcome.PriorHighest)
            {
                ReorderingDegree.Note(c, outcome.Reordered); // a hole was filled that nobody had sent again
            }
        }
        else if (sampled && outcome.FirstSackedAt != Instant.Never && !c.Sent.IsEmpty && outcome.FirstSackedAt < c.Sent[c.Sent.Head].SentAt)
        {
            outcome.Flags |= AckFlags.SetTimer; // the sample is older than the first segment's latest transmission
        }

        if (outcome.Has(AckFlags.SynAcked))
        {
            c.HoldRecovery().RetransmissionStamp = 0;
            c.Rtt.EndHandshake();
            c.Stats.BytesAcked -= c.Has(ConnectionFlags.Passive) ? 1u : 0; // Linux counts the SYN of an active open only
        }
    }

    /// <summary>Undisturbed progress: opens the congestion window, restarts the timer.</summary>
    public static void AfterAdvance(TcpConnection c, in AckOutcome outcome, in AckSample sample)
    {
        if (outcome.Has(AckFlags.SetTimer))
        {
            RetransmitTimer.Restart(c);
        }

        c.Route?.Confirm();
        WindowControl.Adapt(c, in outcome, in sample);
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

    private static void Recover(TcpConnection c, SeqNumber ack, ref AckOutcome outcome)
    {
        ref var recovery = ref c.HoldRecovery();
        Rack.UpdateWindow(c, in outcome);
        var before = CongestionEvents.Of(c, in outcome);
        if (outcome.Has(AckFlags.SynAcked))
        {
            CongestionEvents.Raise(c, CongestionEvent.Begin); // what was delivered until now is the SYN, of no use to a control
        }
        else
        {
            c.Algorithm.OnDelivered(ref c.Window, in before);
        }

        if (recovery.ProbeOut)
        {
            TailLossProbe.OnAck(c, ack, in outcome);
        }

        var resending = Resending.None;
        if (!outcome.Has(AckFlags.NotDuplicate) || outcome.Has(AckFlags.Alert) || recovery.Phase != CongestionPhase.Open)
        {
            bool duplicate = !outcome.Has(AckFlags.Advanced | AckFlags.NotDuplicate | AckFlags.Duplicate);
            resending = FastRecovery.OnAck(c, duplicate, ref outcome);
        }

        if (outcome.Has(AckFlags.SetTimer))
        {
            RetransmitTimer.Restart(c);
        }

        if (outcome.Has(AckFlags.Acked | AckFlags.DataSacked) || !outcome.Has(AckFlags.NotDuplicate))
        {
            c.Route?.Confirm();
        }

        var after = CongestionEvents.Of(c, in outcome);
        WindowControl.Adapt(c, in outcome, in after);
        Resend(c, resending);
    }

    /// <summary>Sends what recovery demands; the caller sends new data afterwards (Linux's tcp_xmit_recovery).</summary>
    private static void Resend(TcpConnection c, Resending what)
    {
        if (what == Resending.None || c.State == TcpState.SynSent)
        {
            return;
        }

        if (what == Resending.New)
        {
            Transmission.Push(c, NagleMode.Off, PushExtent.All);
            if (c.Snd.Nxt > c.Recovery.Point)
            {
                return;
            }

            c.HoldRecovery().Frto = false;
        }

        Retransmission.SendLost(c);
    }

    /// <summary>The acknowledgment was overtaken by another: only what its SACK blocks say is news.</summary>
    private static void TakeOld(TcpConnection c, in Segment s, ref AckOutcome outcome)
    {
        if (s.Options.SackCount > 0 && c.UsesSack)
        {
            SackTagging.Apply(c, in s, ref outcome);
            Resend(c, FastRecovery.OnAck(c, duplicate: false, ref outcome));
        }
    }

    /// <summary>Nothing was in flight: a D-SACK may still undo a reduction, and a closed window may have opened.</summary>
    private static void AfterNothing(TcpConnection c, SeqNumber ack, ref AckOutcome outcome)
    {
        if (outcome.Has(AckFlags.Duplicate))
        {
            FastRecovery.OnAck(c, duplicate: false, ref outcome);
        }

        WindowProbe.OnAck(c);
        if (c.Recovery.ProbeOut)
        {
            TailLossProbe.OnAck(c, ack, in outcome);
        }
    }

    /// <summary>Updates SND.WND by a segment that is newer than the one the window is from (RFC 9293 3.10.7.4: SND.WL1, SND.WL2).</summary>
    private static void UpdateWindow(TcpConnection c, in Segment s, ref AckOutcome outcome)
    {
        ref var snd = ref c.Snd;
        uint window = (uint)s.Window << snd.Scale;
        if (s.Ack > snd.Una || s.Seq > snd.Wl1 || (s.Seq == snd.Wl1 && (window > snd.Wnd || window == 0)))
        {
            outcome.Flags |= AckFlags.WindowUpdate;
            snd.Wl1 = s.Seq;
            snd.Wl2 = s.Ack;
            if (window != snd.Wnd)
            {
                snd.Wnd = window;
                if (window > snd.MaxWnd)
                {
                    snd.MaxWnd = window;
                    SegmentSize.Update(c);
                }

                if (c.Unsent > 0)
                {
                    Transmission.RestartAfterIdle(c);
                }
            }
        }
    }

    /// <summary>Our FIN is acknowledged (RFC 9293 3.10.7.4, the states that wait for it).</summary>
    private static void OnFinAcked(TcpConnection c)
    {
        switch (c.State)
        {
            case TcpState.FinWait1:
                Lifecycle.Enter(c, TcpState.FinWait2);
                if (c.Has(ConnectionFlags.Orphan) && c.Options.Linger2 >= Duration.Zero)
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
