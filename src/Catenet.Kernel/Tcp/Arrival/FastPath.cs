using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>Header prediction: in-sequence data or a plain ACK on an undisturbed connection skips every check that cannot fail.</summary>
internal static class FastPath
{
    private const TcpFlags Unusual = TcpFlags.Syn | TcpFlags.Fin | TcpFlags.Rst | TcpFlags.Urg | TcpFlags.Ack;

    public static bool TryProcess(TcpConnection c, ref Segment s)
    {
        if (c.State != TcpState.Established || (s.Flags & Unusual) != TcpFlags.Ack || s.Seq != c.Rcv.Nxt ||
            (uint)s.Window << c.Snd.Scale != c.Snd.Wnd || s.Ack > c.Snd.Nxt || s.Ack < c.Snd.Una)
        {
            return false;
        }

        if ((c.Ecn is not null || s.EcnField != EcnField.NotCapable) && !EcnArrival.IsRoutine(c, in s))
        {
            return false;
        }

        if (c.Ts.Enabled)
        {
            if (s.Options.Present != TcpOptionSet.Timestamps || (int)(s.Options.TimestampValue - c.Ts.Recent) < 0)
            {
                return false;
            }
        }
        else if (s.Options.Present != TcpOptionSet.None)
        {
            return false;
        }

        if (s.Length == 0)
        {
            return s.Ack > c.Snd.Una && c.Recovery.Phase == CongestionPhase.Open && c.Sent.SackedOut == 0 && TakeAck(c, ref s);
        }

        if (c.Writes is not null && PacketCost.Of(s.Packet!, s.WireLength) > HostMemory.Forward(c))
        {
            return false; // Linux has to charge for more memory, and pushes then what MSG_MORE held back
        }

        return s.Ack == c.Snd.Una && c.Reassembly is null && (uint)s.Length <= c.Rcv.CurrentWindow &&
            !c.Has(ConnectionFlags.Orphan) && c.Urgent is null && ReceiveMemory.Fits(c) && c.Layer.Memory.IsAmple && TakeData(c, ref s);
    }

    private static bool TakeAck(TcpConnection c, ref Segment s)
    {
        Heard(c, ref s);
        var outcome = AckArrival.Begin(c, in s);
        outcome.Flags = AckFlags.WindowUpdate;
        c.Snd.Wl1 = s.Seq;
        c.Snd.Wl2 = s.Ack;
        Scoreboard.Advance(c, s.Ack, ref outcome);
        AckArrival.Settle(c, ref outcome);
        if (c.Recovery.ProbeOut)
        {
            TailLossProbe.OnAck(c, s.Ack, in outcome);
        }

        var sample = CongestionEvents.Of(c, in outcome);
        c.Algorithm.OnDelivered(ref c.Window, in sample);
        AckArrival.AfterAdvance(c, in outcome, in sample);
        Transmission.OnAck(c);
        c.ArmTimer();
        return true;
    }

    private static bool TakeData(TcpConnection c, ref Segment s)
    {
        Heard(c, ref s);
        if (c.Ts.Enabled)
        {
            c.Sizing.MeasureByEcho(c, in s);
        }

        SackReport.ForgetDuplicate(c);
        DataArrival.TakeInSequence(c, ref s);
        Acknowledgment.AfterData(c);
        c.ArmTimer();
        return true;
    }

    private static void Heard(TcpConnection c, ref Segment s)
    {
        c.Acks.LastHeard = c.Now;
        c.Probes = 0;
        if (c.Ecn is not null)
        {
            EcnArrival.Count(c, in s);
        }

        c.SoftError = System.Net.Sockets.SocketError.Success;
        if (c.Ts.Enabled && s.Seq <= c.Rcv.AnnouncedAt)
        {
            c.Ts.Recent = s.Options.TimestampValue;
            c.Ts.RecentAt = Timestamps.ToSeconds(c.Now);
        }
    }
}
