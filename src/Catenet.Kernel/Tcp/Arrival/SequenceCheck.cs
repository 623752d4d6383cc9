using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>The first check: PAWS (RFC 7323 5.3) and the window (RFC 9293 3.10.7.4, RFC 7323 5.7).</summary>
internal static class SequenceCheck
{
    public static bool Passes(TcpConnection c, ref Segment s)
    {
        if (c.Ts.Enabled && s.Options.HasTimestamps && !s.Has(TcpFlags.Rst) &&
            c.Ts.IsOld(s.Options.TimestampValue, c.Now) && !IsDisorderedAck(c, in s))
        {
            bool harmless = IsPureAck(in s) && s.Seq < c.Rcv.Nxt && !s.Has(TcpFlags.Syn);
            if (harmless)
            {
                SegmentArrival.Drop(c, ref s, DropReason.TcpPaws); // an old ACK: usual, and nothing to be told
            }
            else
            {
                Answer(c, ref s, DropReason.TcpPaws);
            }

            return false;
        }

        if (s.Has(TcpFlags.Syn) && c.State == TcpState.SynReceived && s.Has(TcpFlags.Ack) && s.Seq == c.Rcv.Irs && s.Ack == c.Snd.Nxt)
        {
            // The other half of a simultaneous open: its SYN is known, its ACK is news (RFC 9293 figure 8).
            s.Flags &= ~TcpFlags.Syn;
            s.Seq++;
            s.RepeatsSyn = true;
        }

        if (s.Has(TcpFlags.Rst) && s.Seq == c.Rcv.Nxt - 1 && c.State is TcpState.CloseWait or TcpState.LastAck or TcpState.Closing)
        {
            // The peer answers what we had sent before its FIN came: the reset has the FIN's number, and is meant (as Linux has it).
            s.Seq++;
            s.End++;
        }

        if (!IsAcceptable(c, in s, out var reason))
        {
            if (s.Has(TcpFlags.Rst))
            {
                SegmentArrival.Drop(c, ref s, reason);
            }
            else
            {
                Answer(c, ref s, reason);
            }

            return false;
        }

        return true;
    }

    /// <summary>The four cases of the RFC's table in one, by both ends, as a zero window must still take ACKs, RSTs and probes.</summary>
    private static bool IsAcceptable(TcpConnection c, in Segment s, out DropReason reason)
    {
        reason = DropReason.TcpOldData;
        if (s.End < c.Rcv.AnnouncedAt)
        {
            return false;
        }

        reason = DropReason.TcpInvalidSequence;
        var limit = c.Rcv.Nxt + c.Rcv.CurrentWindow;
        if (s.End <= limit)
        {
            return true;
        }

        // A FIN takes no room. What reaches past the window is taken only by a reader who has nothing else to read.
        return s.Seq <= limit && (c.Available == 0 || s.End - (s.Has(TcpFlags.Fin) ? 1 : 0) <= limit);
    }

    private static bool IsPureAck(in Segment s) => s.Has(TcpFlags.Ack) && s.End == s.Seq;

    /// <summary>An ACK without data that was overtaken on the way: harmless, and no reason for a duplicate ACK in return.</summary>
    private static bool IsDisorderedAck(TcpConnection c, in Segment s) =>
        IsPureAck(in s) && s.Seq == c.Rcv.Nxt && s.Ack == c.Snd.Una && !UpdatesWindow(c, in s) &&
        (int)(c.Ts.Recent - s.Options.TimestampValue) <= c.Rtt.Rto.TotalMilliseconds * 1.2;

    private static bool UpdatesWindow(TcpConnection c, in Segment s)
    {
        uint window = (uint)s.Window << c.Snd.Scale;
        return s.Seq > c.Snd.Wl1 || (s.Seq == c.Snd.Wl1 && (window > c.Snd.Wnd || window == 0));
    }

    /// <summary>Unacceptable segments are answered with an ACK, at a limited rate, and dropped; data that came twice is reported (RFC 2883).</summary>
    private static void Answer(TcpConnection c, ref Segment s, DropReason reason)
    {
        if (s.Has(TcpFlags.Syn))
        {
            EcnNegotiation.ChallengeSyn(c, in s, isInWindow: false);
        }
        else if (ChallengeAck.MayAnswer(c, in s))
        {
            if (s.End > s.Seq && s.Seq < c.Rcv.Nxt)
            {
                c.Acks.EnterQuickMode(c.Rcv.Wnd);
                DataArrival.NoteDuplicate(c, s.Seq, SeqNumber.Min(s.End, c.Rcv.Nxt));
            }

            Acknowledgment.SendNow(c);
        }

        SegmentArrival.Drop(c, ref s, reason);
    }
}
