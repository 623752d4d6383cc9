using System.Net.Sockets;
using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>A connection that Fast Open has made of a SYN: in SYN-RECEIVED, but read, written and closed like an established one (RFC 7413 4.2.2).</summary>
/// <remarks>Until the SYN-ACK is acknowledged that is all that is sent again; it is kept by the request from which the connection came.</remarks>
internal static class FastOpenChild
{
    /// <summary>Makes the connection and gives it what the SYN brought.</summary>
    public static TcpConnection Create(TcpListener listener, RequestRecord request, ref Segment s)
    {
        SynAck.ChooseWindow(request);
        var c = PassiveOpen.Adopt(request.Layer, listener, request);
        request.Flags |= RequestFlags.FastOpen;
        (request.Extras ??= new RequestExtras()).Child = c;
        var opening = c.Opening ??= new OpeningState();
        opening.IsChild = true;
        opening.Request = request;
        opening.SynAckAt = c.Now;
        c.Flags |= ConnectionFlags.AwaitsHandshake;
        listener.FastOpen.Enter();

        // As if our SYN were acknowledged: what is in flight from here on is data.
        ref var snd = ref c.Snd;
        snd.Una = snd.Nxt = snd.SmallEnd = snd.Iss + 1;
        ref var recovery = ref c.HoldRecovery();
        recovery.HighestSacked = recovery.Rack.End = snd.Una;
        snd.MaxWnd = snd.Wnd;
        c.LastSentAt = c.Now;
        c.Acks.LastHeard = c.Now;
        opening.SynData = s.Length;
        TakeData(c, ref s);
        c.Rcv.AnnouncedAt = c.Rcv.Nxt; // the window of the SYN-ACK begins behind the data
        c.Stats.NoteReceived(request.Irs + 1, in c.Rcv);
        c.Stats.SegmentsIn = c.Stats.DataSegmentsIn = opening.SynData > 0 ? 1u : 0; // as Linux, a SYN without data does not count
        c.Rtt.EndHandshake();
        request.ArmRetransmission();
        return c;
    }

    /// <summary>Takes the data of a SYN or SYN-ACK.</summary>
    public static void TakeData(TcpConnection c, ref Segment s)
    {
        if (s.Length == 0 || s.Packet is null)
        {
            return;
        }

        c.Rcv.Nxt += s.Length;
        c.Acks.LastHeard = c.Now;
        s.Packet.TrueSize = PacketCost.Of(s.Packet, s.WireLength);
        c.Layer.Pools.ReceiveQueues.Hold(ref c.Received).Add(s.Packet, c.Host.Loop.Packets);
        s.Packet = null;
        (c.Opening ??= new OpeningState()).DataAcked = true;
        c.Raise(PendingEvents.Readable);
    }

    /// <summary>What Linux looks at before anything else while the SYN-ACK is not acknowledged.</summary>
    /// <returns>False if the segment has been dealt with.</returns>
    public static bool Passes(TcpConnection c, ref Segment s)
    {
        var request = c.Opening!.Request!;
        bool old = RequestArrival.IsOld(request, in s);
        if (s.Seq == request.Irs && s.Has(TcpFlags.Syn) && !s.Has(TcpFlags.Rst | TcpFlags.Ack) && !old)
        {
            if (RequestArrival.MayAnswer(request, in s))
            {
                SendSynAckAgain(c, request);
            }

            return false;
        }

        var begin = request.Irs + 1 + c.Opening.SynData;
        bool inWindow = RequestArrival.IsInWindow(in s, begin, request.Window);
        if (old || !inWindow || RequestArrival.IsInexactReset(in s, begin))
        {
            if ((!s.Has(TcpFlags.Rst) || inWindow) && RequestArrival.MayAnswer(request, in s))
            {
                SynAck.SendAck(request, c.Snd.Nxt, begin);
            }

            SegmentArrival.Drop(c, ref s, old ? DropReason.TcpPaws : DropReason.TcpInvalidSequence);
            return false;
        }

        if (s.Has(TcpFlags.Rst))
        {
            c.Layer.Counters.ResetsIn++;
            Release(c, penalize: c.Has(ConnectionFlags.InAcceptQueue));
            SegmentArrival.OnReset(c);
            return false;
        }

        if (s.Has(TcpFlags.Syn) && s.Seq != request.Irs)
        {
            // A stranger's SYN does not end a connection that somebody may use already.
            c.Layer.SendReset(in s);
            SegmentArrival.Drop(c, ref s, DropReason.TcpFlags);
            return false;
        }

        if (!s.Has(TcpFlags.Ack))
        {
            SegmentArrival.Drop(c, ref s, DropReason.TcpInvalidAck);
            return false;
        }

        return true;
    }

    /// <summary>The SYN-ACK is acknowledged.</summary>
    public static void Complete(TcpConnection c)
    {
        c.HoldRecovery().Timeouts = 0;
        c.HoldRecovery().RetransmissionStamp = 0;
        TimeoutRecovery.EndTime(c);
        Release(c, penalize: false);
    }

    /// <summary>After the acknowledgment was dealt with: the round trip, if data has told none, and the timer for what is in flight.</summary>
    public static void AfterHandshake(TcpConnection c, int retransmissions)
    {
        if (!c.Rtt.HasSample && retransmissions == 0)
        {
            var settings = c.Layer.Settings;
            long sample = RttEstimator.Between(c.Opening!.SynAckAt, c.Now);
            c.Rtt.NoteLeast(sample, c.Now, settings.MinRttWindow);
            c.Rtt.AddSample(sample, c.Snd.Una, c.Snd.Nxt, RetransmitTimer.MinRto(c), RetransmitTimer.MaxRto(c));
        }

        RetransmitTimer.RearmRetransmission(c);
    }

    /// <summary>The SYN-ACK has not been acknowledged in time.</summary>
    public static void OnTimeout(TcpConnection c, RequestRecord request)
    {
        // One try more than a request has: the connection may be in use.
        int most = c.Options.SynRetries > 0 ? c.Options.SynRetries : c.Layer.Settings.SynAckRetries + 1;
        if (request.Timeouts >= most)
        {
            Lifecycle.End(c, SocketError.TimedOut);
            c.DeliverEvents();
            return;
        }

        if (c.Recovery.Timeouts == 1)
        {
            LoseWindow(c);
        }

        SendSynAckAgain(c, request);
        request.Timeouts++;
        TimeoutRecovery.Count(c);
        request.ArmRetransmission();
    }

    /// <summary>As with a SYN, the second timeout says that the path is congested (RFC 5681 3.1).</summary>
    private static void LoseWindow(TcpConnection c)
    {
        if (c.Sent.IsEmpty)
        {
            c.Window.Cwnd = 1;
        }
        else
        {
            TimeoutRecovery.Begin(c);
        }
    }

    /// <summary>The connection does not need its request any more.</summary>
    public static void Release(TcpConnection c, bool penalize)
    {
        if (!c.Has(ConnectionFlags.AwaitsHandshake))
        {
            return;
        }

        c.Flags &= ~ConnectionFlags.AwaitsHandshake;
        var request = c.Opening!.Request!;
        c.Opening.Request = null;
        c.Layer.RequestTimer.Cancel(request);
        request.Listener.FastOpen.Leave(penalize);
    }

    private static void SendSynAckAgain(TcpConnection c, RequestRecord request)
    {
        request.Retransmissions = (byte)Math.Min(request.Retransmissions + 1, byte.MaxValue);
        c.Stats.Retransmissions++;
        c.Layer.Counters.Retransmissions++;
        if (c.Host.Loop.Tracer.Enabled)
        {
            c.Host.Trace(TraceKind.TcpRetransmit, null, null, c, "SYN-ACK");
        }

        SynAck.Send(request, request.Irs + 1 + c.Opening!.SynData);
    }
}
