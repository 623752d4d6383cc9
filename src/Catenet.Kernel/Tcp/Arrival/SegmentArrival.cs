using System.Net.Sockets;
using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>SEGMENT ARRIVES (RFC 9293 3.10.7): one branch per group of states, the checks in the RFC's order.</summary>
internal static class SegmentArrival
{
    public static void Process(TcpConnection c, ref Segment s)
    {
        if (FastPath.TryProcess(c, ref s))
        {
            return;
        }

        switch (c.State)
        {
            case TcpState.Closed or TcpState.TimeWait:
                return;
            case TcpState.SynSent:
                SynSentArrival.Process(c, ref s);
                break;
            default:
                Otherwise(c, ref s);
                break;
        }

        if (c.State != TcpState.Closed)
        {
            c.ArmTimer();
        }
    }

    /// <summary>3.10.7.4: all states from SYN-RECEIVED on.</summary>
    private static void Otherwise(TcpConnection c, ref Segment s)
    {
        bool opensFast = c.Has(ConnectionFlags.AwaitsHandshake);
        int retransmissions = opensFast ? c.Opening!.Request!.Retransmissions : 0;
        if (opensFast && !FastOpenChild.Passes(c, ref s))
        {
            return;
        }

        // First, check the sequence number; second, RST; third, security (not offered); fourth, SYN.
        if (!SequenceCheck.Passes(c, ref s) || !Continues(c, ref s))
        {
            return;
        }

        // Fifth, check the ACK field.
        if (!s.Has(TcpFlags.Ack))
        {
            Drop(c, ref s, DropReason.TcpFlags);
            return;
        }

        bool wasOpen = c.State == TcpState.Established;
        if (c.State == TcpState.SynReceived && !SynReceivedArrival.AcceptAck(c, ref s))
        {
            return;
        }

        // Linux counts marks while both directions are open, and not before or afterwards.
        if (wasOpen && (c.Ecn is not null || s.EcnField != EcnField.NotCapable))
        {
            EcnArrival.Count(c, in s);
        }

        if (opensFast)
        {
            FastOpenChild.Complete(c);
        }

        bool waitedForAck = c.State == TcpState.FinWait1;
        if (!AckArrival.Process(c, ref s) || c.State is TcpState.Closed or TcpState.TimeWait)
        {
            return;
        }

        if (opensFast)
        {
            FastOpenChild.AfterHandshake(c, retransmissions);
        }

        if (c.Has(ConnectionFlags.ShutWhenOpen) && c.State == TcpState.Established)
        {
            c.Flags &= ~ConnectionFlags.ShutWhenOpen;
            Connection.QueueFin(c, TcpState.FinWait1);
        }

        if (waitedForAck && c.State == TcpState.FinWait2 && c.Has(ConnectionFlags.Orphan) && c.Options.Linger2 < Duration.Zero)
        {
            // The user will not have the peer's FIN waited for (TCP_LINGER2).
            c.Layer.SendReset(in s);
            Drop(c, ref s, DropReason.TcpClose);
            Lifecycle.End(c, SocketError.Success);
            return;
        }

        if (waitedForAck && c.State == TcpState.FinWait2 && c.Has(ConnectionFlags.Orphan) && !s.Has(TcpFlags.Fin) && s.End <= c.Rcv.Nxt)
        {
            // The user has gone, and the segment brought nothing but the ACK of our FIN.
            Drop(c, ref s, DropReason.TcpOldData);
            return;
        }

        if (c.State == TcpState.Established && c.Ts.Enabled && s.Options.HasTimestamps)
        {
            c.Sizing.MeasureByEcho(c, in s);
        }

        // Sixth, the urgent pointer.
        if (c.Urgent is not null || s.Has(TcpFlags.Urg))
        {
            UrgentArrival.Process(c, ref s);
        }

        // Seventh, the text; eighth, the FIN.
        if (s.Length > 0 || s.Has(TcpFlags.Fin))
        {
            DataArrival.Process(c, ref s);
        }
        else if (s.RepeatsSyn)
        {
            // The SYN has come twice, and is told of as data would be (RFC 2883 4), as Linux does.
            DataArrival.NoteDuplicate(c, c.Rcv.Irs, c.Rcv.Irs + 1);
            c.Acks.EnterQuickMode(c.Rcv.Wnd);
            c.Acks.Pending = true;
        }

        if (c.State is not (TcpState.Closed or TcpState.TimeWait))
        {
            Transmission.OnAck(c);
            Acknowledgment.AfterData(c);
        }
    }

    /// <summary>Second and fourth check: RST and SYN of a segment that is in the window (RFC 5961 3, 4).</summary>
    private static bool Continues(TcpConnection c, ref Segment s)
    {
        if (s.Has(TcpFlags.Rst))
        {
            // Only an exact match may reset, also at the end of what is reported by SACK: the peer has sent as far as that.
            if (s.Seq == c.Rcv.Nxt || (c.Sacks is { Count: > 0 } sacks && s.Seq == sacks.RightEdge))
            {
                c.Layer.Counters.ResetsIn++;
                OnReset(c);
            }
            else
            {
                FastOpenClient.OnInexactReset(c);
                ChallengeAck.Send(c);
                Drop(c, ref s, DropReason.TcpInvalidSequence);
            }

            return false;
        }

        if (s.Has(TcpFlags.Syn))
        {
            // The SYN-ACK of a simultaneous open repeats the SYN below the window; SequenceCheck let it through.
            EcnNegotiation.ChallengeSyn(c, in s, isInWindow: true);
            Drop(c, ref s, DropReason.TcpFlags);
            return false;
        }

        return true;
    }

    /// <summary>The connection ends as by a reset of the peer's.</summary>
    internal static void OnReset(TcpConnection c) => Lifecycle.End(c, ErrorOfReset(c));

    /// <summary>What the user is told of a reset, by the state in which it comes.</summary>
    internal static SocketError ErrorOfReset(TcpConnection c) => c.State switch
    {
        TcpState.SynSent => SocketError.ConnectionRefused,
        TcpState.CloseWait => SocketError.Shutdown, // Linux: EPIPE
        TcpState.TimeWait => SocketError.Success,
        TcpState.Closing or TcpState.LastAck when c.Has(ConnectionFlags.Orphan) => SocketError.Success,
        _ => SocketError.ConnectionReset,
    };

    internal static void Drop(TcpConnection c, ref Segment s, DropReason reason)
    {
        if (s.Packet is { } packet)
        {
            s.Packet = null;
            c.Host.Drop(packet, reason, c);
        }
    }
}
