using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>The first check: PAWS (RFC 7323 5.3) and the window (RFC 9293 3.10.7.4, RFC 7323 5.7).</summary>
internal static class SequenceCheck
{
    public static bool Passes(TcpConnection c, ref Segment s)
    {
        if (c.Ts.Enabled && s.Options.HasTimestamps && !s.Has(TcpFlags.Rst) &&
            c.Ts.IsOld(s.Options.TimestampValue, c.Now) && !IsReorderedAck(c, in s))
        {
            Answer(c, ref s, DropReason.TcpPaws);
            return false;
        }

        if (s.Has(TcpFlags.Syn) && c.State == TcpState.SynReceived && s.Has(TcpFlags.Ack) && s.Seq == c.Rcv.Irs && s.Ack == c.Snd.Nxt)
        {
            // The other half of a simultaneous open: its SYN is known, its ACK is news (RFC 9293 figure 8).
            s.Flags &= ~TcpFlags.Syn;
            s.Seq++;
        }

        if (s.Has(TcpFlags.Rst) && s.Seq == c.Rcv.Nxt - 1 && c.State is TcpState.CloseWait or TcpState.LastAck or TcpState.Closing)
        {
            // The peer answers what we had sent before its FIN came: the reset has the FIN's number, and is meant (as Linux has it).
            s.Seq++;
            s.End++;
        }

        if (!IsAcceptable(c, in s))
        {
            if (s.Has(TcpFlags.Rst))
            {
                SegmentArrival.Drop(c, ref s, DropReason.TcpInvalidSequence);
            }
            else
            {
                Answer(c, ref s, s.End <= c.Rcv.Nxt ? DropReason.TcpOldData : DropReason.TcpInvalidSequence);
            }

            return false;
        }

        if (c.Ts.Enabled && s.Options.HasTimestamps)
        {
            c.Ts.Update(in s, c.Acks.LastSent, c.Now);
        }

        return true;
    }

    /// <summary>The four cases of the RFC's table in one, by both ends, as a zero window must still take ACKs, RSTs and probes.</summary>
    private static bool IsAcceptable(TcpConnection c, in Segment s) =>
        s.End >= c.Rcv.AnnouncedAt && s.Seq <= c.Rcv.Nxt + c.Rcv.CurrentWindow;

    /// <summary>An ACK without data that was overtaken on the way: harmless, and no reason for a duplicate ACK in return.</summary>
    private static bool IsReorderedAck(TcpConnection c, in Segment s) =>
        s.Seq == c.Rcv.Nxt && s.End == s.Seq && s.Has(TcpFlags.Ack) && s.Ack == c.Snd.Una &&
        (uint)s.Window << c.Snd.Scale == c.Snd.Wnd && (int)(c.Ts.Recent - s.Options.TimestampValue) <= c.Rtt.Rto.TotalMilliseconds * 2;

    /// <summary>Unacceptable segments are answered with an ACK, at a limited rate, and dropped; data that came twice is reported (RFC 2883).</summary>
    private static void Answer(TcpConnection c, ref Segment s, DropReason reason)
    {
        if (s.Length > 0 && s.Seq < c.Rcv.Nxt)
        {
            c.Acks.EnterQuickMode(c.Rcv.CurrentWindow);
            if (c.UsesSack && c.Layer.Settings.DuplicateSack)
            {
                c.Sacks.NoteDuplicate(s.Seq, SeqNumber.Min(s.End, c.Rcv.Nxt));
            }

            Acknowledgment.SendNow(c);
        }
        else if (s.Has(TcpFlags.Syn))
        {
            ChallengeAck.Send(c);
        }
        else if (ChallengeAck.MayAnswer(c, in s))
        {
            Acknowledgment.SendNow(c);
        }

        SegmentArrival.Drop(c, ref s, reason);
    }
}
