using System.Net.Sockets;
using Catenet.Core;
using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>SYN-SENT (RFC 9293 3.10.7.3).</summary>
internal static class SynSentArrival
{
    public static void Process(TcpConnection c, ref Segment s)
    {
        // First, check the ACK bit.
        bool acceptable = s.Has(TcpFlags.Ack) && s.Ack > c.Snd.Iss && s.Ack <= c.Snd.Nxt;
        if (s.Has(TcpFlags.Ack) && (!acceptable || IsEchoForeign(c, in s)))
        {
            if (!acceptable && c.Recovery.Timeouts == 0)
            {
                // Something is left of a connection of before: a new SYN may have better luck than the RST (Linux).
                RetransmitTimer.Set(c, SenderWait.Retransmission, RetransmitTimer.Least);
            }

            if (!s.Has(TcpFlags.Rst))
            {
                c.Layer.SendReset(in s);
            }

            SegmentArrival.Drop(c, ref s, DropReason.TcpInvalidAck);
            return;
        }

        // Second, check the RST bit (RFC 5961 3: the ACK has been found acceptable).
        if (s.Has(TcpFlags.Rst))
        {
            if (acceptable)
            {
                c.Layer.Counters.ResetsIn++;
                Lifecycle.End(c, SocketError.ConnectionRefused);
            }
            else
            {
                SegmentArrival.Drop(c, ref s, DropReason.TcpReset);
            }

            return;
        }

        // Fourth, check the SYN bit.
        if (!s.Has(TcpFlags.Syn))
        {
            SegmentArrival.Drop(c, ref s, DropReason.TcpFlags);
            return;
        }

        c.Acks.LastHeard = c.Now;
        Handshake.AcceptSyn(c, in s);
        if (acceptable)
        {
            Complete(c, ref s);
        }
        else
        {
            EcnNegotiation.OnSyn(c, in s);
            OpenSimultaneously(c);
        }
    }

    private static void Complete(TcpConnection c, ref Segment s)
    {
        EcnNegotiation.OnSynAck(c, in s);
        var outcome = AckArrival.Begin(c, in s);
        Scoreboard.Advance(c, s.Ack, ref outcome);
        bool timelyFirst = outcome.HasEcho && outcome.Echo == c.Recovery.RetransmissionStamp;
        AckArrival.Settle(c, ref outcome);
        Handshake.EndLoss(c, spurious: timelyFirst);
        RetransmitTimer.Clear(c);
        Lifecycle.Establish(c);

        // Data that comes with the SYN-ACK is taken with Fast Open only; the ACK goes out at once, unless data will carry it.
        if (c.Opening is { } opening && (opening.UsedOption || opening.SentData) && FastOpenClient.OnSynAck(c, ref s))
        {
            return;
        }

        if (c.Opening is { WriterWaits: true } || c.Options.DeferAccept > 0 || c.Acks.PingPong)
        {
            c.Acks.EnterQuickMode(c.Rcv.CurrentWindow);
            c.Acks.Pending = true;
            c.Deadlines.DelayedAck = c.Now + Duration.FromMilliseconds(200);
        }
        else
        {
            Acknowledgment.SendNow(c);
        }
    }

    /// <summary>Both SYNs crossed: SYN-RECEIVED, and our SYN goes out again with an ACK (RFC 9293 figure 8).</summary>
    private static void OpenSimultaneously(TcpConnection c)
    {
        Lifecycle.Enter(c, TcpState.SynReceived);
        SegmentBuilder.SendSyn(c);
        c.Sent[c.Sent.Head].SentAt = c.Now; // the round trip is that of the SYN-ACK
        RetransmitTimer.ArmRetransmission(c);
    }

    /// <summary>An echo of a timestamp that we cannot have sent: an old duplicate (RFC 7323 3.2).</summary>
    private static bool IsEchoForeign(TcpConnection c, in Segment s) =>
        c.Ts.Enabled && s.Options.HasTimestamps && s.Options.TimestampEcho != 0 && (c.Ts.Since(s.Options.TimestampEcho, c.Now) < 0 || (int)(s.Options.TimestampEcho - c.Recovery.RetransmissionStamp) < 0);
}
