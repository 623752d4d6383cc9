using System.Net.Sockets;
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

        // Data that came with the SYN-ACK is allowed for; the ACK goes out at once.
        s.Flags &= ~TcpFlags.Syn;
        s.Seq++;
        if (s.Length > 0 || s.Has(TcpFlags.Fin))
        {
            DataArrival.Process(c, ref s);
        }

        if (c.IsSynchronized)
        {
            Acknowledgment.SendNow(c);
        }
    }

    /// <summary>Both SYNs crossed: SYN-RECEIVED, and our SYN goes out again with an ACK (RFC 9293 figure 8).</summary>
    private static void OpenSimultaneously(TcpConnection c)
    {
        Lifecycle.Enter(c, TcpState.SynReceived);
        SegmentBuilder.SendSyn(c);
        RetransmitTimer.ArmRetransmission(c);
    }

    /// <summary>An echo of a timestamp that we cannot have sent: an old duplicate (RFC 7323 3.2).</summary>
    private static bool IsEchoForeign(TcpConnection c, in Segment s) =>
        c.Ts.Enabled && s.Options.HasTimestamps && s.Options.TimestampEcho != 0 && c.Ts.Since(s.Options.TimestampEcho, c.Now) < 0;
}
