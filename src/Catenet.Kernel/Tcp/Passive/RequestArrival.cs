using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>SEGMENT ARRIVES for a half-open request: the third leg of the handshake, or something that is not it (RFC 9293 3.10.7.4 for SYN-RECEIVED after LISTEN).</summary>
internal static class RequestArrival
{
    public static void Process(RequestRecord r, ref Segment s)
    {
        bool old = IsOld(r, in s);
        if (s.Seq == r.Irs && s.Has(TcpFlags.Syn) && !s.Has(TcpFlags.Rst | TcpFlags.Ack) && !old)
        {
            SynAgain(r, in s);
            return;
        }

        if (s.Has(TcpFlags.Ack) && !s.Has(TcpFlags.Rst) && s.Ack != r.Iss + 1)
        {
            // RFC 9293 3.5.3: in a state that is not synchronized, what acknowledges anything else is answered with a reset.
            r.Listener.Receive(ref s);
        }
        else if (old || IsEchoForeign(r, in s) || !IsInWindow(in s, r.Irs + 1, r.Window) || IsInexactReset(in s, r.Irs + 1))
        {
            if ((!s.Has(TcpFlags.Rst) || IsInWindow(in s, r.Irs + 1, r.Window)) && MayAnswer(r, in s))
            {
                SynAck.SendAck(r);
            }

            Drop(r, ref s, old ? DropReason.TcpPaws : DropReason.TcpInvalidSequence);
        }
        else if (s.Has(TcpFlags.Rst) || (s.Has(TcpFlags.Syn) && s.Seq != r.Irs))
        {
            End(r, ref s);
        }
        else if (!s.Has(TcpFlags.Ack))
        {
            Drop(r, ref s, DropReason.TcpInvalidAck);
        }
        else if (r.Timeouts < r.Listener.Options.DeferAccept && s.End == r.Irs + 1)
        {
            // Nothing but the ACK: whoever listens wants to hear of the connection when there is data (TCP_DEFER_ACCEPT).
            r.Flags |= RequestFlags.Acked;
            r.Layer.Counters.DeferAcceptDrops++;
            Drop(r, ref s, DropReason.TcpInvalidAck);
        }
        else
        {
            r.Listener.Complete(r, ref s);
        }
    }

    /// <summary>Whether a segment has something in the window, or is empty at an edge of it (Linux has the right edge too).</summary>
    public static bool IsInWindow(in Segment s, SeqNumber begin, int window)
    {
        var end = begin + Math.Min(window, ushort.MaxValue); // the window of a SYN-ACK is not scaled
        return s.Seq == begin || (s.End > begin && s.Seq < end) || (s.Seq == end && s.End == end);
    }

    /// <summary>A RST in the window must have the number that is awaited, or it is challenged (RFC 5961 3).</summary>
    public static bool IsInexactReset(in Segment s, SeqNumber next) => s.Has(TcpFlags.Rst) && s.Seq != next;

    /// <summary>PAWS (RFC 7323 5.3); a peer that sent zero is never old.</summary>
    public static bool IsOld(RequestRecord r, in Segment s) =>
        s.Options.HasTimestamps && !s.Has(TcpFlags.Rst) && r.PeerTimestamp != 0 && (int)(s.Options.TimestampValue - r.PeerTimestamp) < 0;

    /// <summary>Whether something unacceptable may be answered now: at most twice a second, unless it brings data.</summary>
    public static bool MayAnswer(RequestRecord r, in Segment s)
    {
        if (s.End != s.Seq && !s.Has(TcpFlags.Syn))
        {
            return true;
        }

        uint ticks = Timestamps.ToTicks(r.Layer.Host.Loop.Now) | 1;
        if (r.AnsweredAt != 0 && ticks - r.AnsweredAt < (uint)r.Layer.Settings.InvalidRateLimit.TotalMilliseconds)
        {
            return false;
        }

        r.AnsweredAt = ticks;
        return true;
    }

    /// <summary>Our SYN-ACK was lost, or is late: it goes out again, and the wait begins anew.</summary>
    private static void SynAgain(RequestRecord r, in Segment s)
    {
        if (MayAnswer(r, in s) && r.SendAgain())
        {
            r.RearmRetransmission();
        }
    }

    /// <summary>RST or SYN within the window: the request ends (RFC 9293 3.10.7.4, second and fourth, passive OPEN).</summary>
    private static void End(RequestRecord r, ref Segment s)
    {
        if (s.Has(TcpFlags.Rst))
        {
            r.Layer.Counters.ResetsIn++;
        }
        else
        {
            r.Layer.SendReset(in s);
        }

        r.Listener.Forget(r);
        Drop(r, ref s, s.Has(TcpFlags.Rst) ? DropReason.TcpReset : DropReason.TcpFlags);
    }

    /// <summary>An echo of a timestamp that no SYN-ACK of ours had (RFC 7323 3.2).</summary>
    private static bool IsEchoForeign(RequestRecord r, in Segment s)
    {
        if (!r.Timestamps || !s.Options.HasTimestamps || s.Options.TimestampEcho == 0)
        {
            return false;
        }

        uint now = r.Timestamp();
        uint echo = s.Options.TimestampEcho;
        return (int)(now - echo) < 0 ||
            (r.FirstTicks is { } first && now - echo > Timestamps.ToTicks(r.Layer.Host.Loop.Now) - first);
    }

    private static void Drop(RequestRecord r, ref Segment s, DropReason reason)
    {
        if (s.Packet is { } packet)
        {
            s.Packet = null;
            r.Layer.Host.Drop(packet, reason, r);
        }
    }
}
