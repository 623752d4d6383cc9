using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>SYN-RECEIVED, fifth check (RFC 9293 3.10.7.4): the ACK of our SYN.</summary>
internal static class SynReceivedArrival
{
    /// <summary>Becomes ESTABLISHED if the ACK is acceptable, else answers with a reset.</summary>
    public static bool AcceptAck(TcpConnection c, ref Segment s)
    {
        // A connection that Fast Open has made counts its SYN as acknowledged already.
        if (s.Ack < c.Snd.Una || s.Ack > c.Snd.Nxt || (s.Ack == c.Snd.Una && !c.Has(ConnectionFlags.AwaitsHandshake)))
        {
            c.Layer.SendReset(in s);
            SegmentArrival.Drop(c, ref s, DropReason.TcpInvalidAck);
            return false;
        }

        EcnNegotiation.OnThirdAck(c, in s);
        c.Snd.Wnd = (uint)s.Window << c.Snd.Scale;
        if (c.Snd.Wnd > c.Snd.MaxWnd)
        {
            c.Snd.MaxWnd = c.Snd.Wnd;
            SegmentSize.Update(c);
        }

        c.Acks.SegmentSize = SegmentMeasure.Guess(c);
        c.Snd.Wl1 = s.Seq;
        c.Snd.Wl2 = s.Ack;
        if (!c.Has(ConnectionFlags.AwaitsHandshake))
        {
            Handshake.EndLoss(c, spurious: c.Has(ConnectionFlags.Passive) && !c.Recovery.MayUndo);
            c.Rate.Delivered += c.Has(ConnectionFlags.Passive) ? 0u : 1; // a SYN-ACK of our own counts beside the SYN
        }

        Lifecycle.Establish(c);
        return true;
    }
}
