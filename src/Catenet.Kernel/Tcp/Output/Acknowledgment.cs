using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>Sends ACKs: at once, at the end of the batch that is being received, or after a delay (RFC 9293 3.8.6.3).</summary>
internal static class Acknowledgment
{
    /// <summary>Data up to this amount may share one ACK when it arrives in one batch, as with Linux's receive offload.</summary>
    private const int BatchLimit = 64 * 1024;

    /// <summary>Sends a segment without data.</summary>
    public static void SendNow(TcpConnection c)
    {
        if (c.State is TcpState.Closed or TcpState.SynSent)
        {
            return;
        }

        SegmentBuilder.Send(c, AcceptableSequence(c), 0, 0, TcpFlags.Ack);
    }

    /// <summary>The number that a segment without data may have: the peer must find it in its window, even if it took some of it back.</summary>
    public static SeqNumber AcceptableSequence(TcpConnection c)
    {
        var end = c.Snd.WindowEnd;
        return end >= c.Snd.Nxt || c.Snd.Nxt - end < 1 << c.Rcv.Scale ? c.Snd.Nxt : end;
    }

    /// <summary>After a segment was received: acknowledges now, soon or later.</summary>
    public static void AfterData(TcpConnection c)
    {
        ref var acks = ref c.Acks;
        if (!acks.Pending)
        {
            return;
        }

        if (acks.Now)
        {
            SendNow(c);
        }
        else if (c.Has(ConnectionFlags.Deferred) || (IsSecondSegment(c) && DoesEdgeMove(c)) || acks.IsQuick)
        {
            Soon(c);
        }
        else if (c.Reassembly is { IsEmpty: false })
        {
            HeldAcks.AnswerGap(c);
        }
        else
        {
            Later(c);
        }
    }

    /// <summary>Arms the timer of the delayed ACK, unless that is about to fire anyway: then the ACK goes now.</summary>
    public static void Later(TcpConnection c)
    {
        var delay = c.Acks.Delay(in c.Rtt, c.Layer.Settings.MinRto);
        ref var deadline = ref c.Deadlines.DelayedAck;
        if (deadline != Instant.Never && deadline <= c.Now + (c.Acks.HasEstimate ? delay / 4 : delay))
        {
            SendNow(c);
        }
        else
        {
            deadline = Instant.Min(deadline, c.Now + delay);
        }
    }

    /// <summary>After a read: acknowledges what the reader took, and tells the peer of a window that has opened.</summary>
    /// <param name="c">The connection.</param>
    /// <param name="octets">How many octets were read.</param>
    public static void AfterRead(TcpConnection c, int octets)
    {
        if (!c.IsSynchronized || c.State == TcpState.TimeWait || c.Has(ConnectionFlags.Deferred))
        {
            return;
        }

        ref var acks = ref c.Acks;
        if (acks.Pending && (IsSecondSegment(c) || (octets > 0 && IsDrainedOfPushed(c))))
        {
            Soon(c);
            return;
        }

        if (octets <= 0 || c.IsReadShut)
        {
            return;
        }

        long current = c.Rcv.CurrentWindow;
        if (2 * current <= c.Space.Clamp)
        {
            uint window = WindowSelection.Select(c);
            if (window > 0 && window >= 2 * current)
            {
                SendNow(c);
                c.ArmTimer();
            }
        }
    }

    /// <summary>TCP_QUICKACK: with a value an ACK that waits goes out now, and an even value delays the next again.</summary>
    public static void SetQuick(TcpConnection c, int value)
    {
        ref var acks = ref c.Acks;
        acks.PingPong = value == 0;
        if (value != 0 && acks.Pending && c.State is TcpState.Established or TcpState.CloseWait && value != 0)
        {
            acks.Pushed = true;
            AfterRead(c, 1);
            acks.PingPong = (value & 1) == 0;
        }
    }

    /// <summary>The delayed ACK's time has come.</summary>
    public static void OnDelayExpired(TcpConnection c)
    {
        if (!c.Acks.Pending)
        {
            return;
        }

        if (c.Reassembly is not { HeldAcks: > 0 })
        {
            c.Acks.OnDelayExpired(c.Rtt.Rto);
        }

        SendNow(c);
    }

    /// <summary>Sends an ACK once the frames that are already here have been dealt with.</summary>
    private static void Soon(TcpConnection c)
    {
        if (c.Rcv.Nxt - c.Rcv.AnnouncedAt >= BatchLimit)
        {
            SendNow(c);
        }
        else
        {
            c.Layer.Defer(c);
        }
    }

    private static bool IsSecondSegment(TcpConnection c) => c.Rcv.Nxt - c.Rcv.AnnouncedAt > c.Acks.SegmentSize;

    /// <summary>Whether an ACK now would let the peer send more; if not, the next read sends it. A window that runs out ends quick ACKs.</summary>
    private static bool DoesEdgeMove(TcpConnection c) =>
        c.Available < c.Options.ReceiveLowWater || WindowSelection.Select(c) >= c.Rcv.Wnd;

    /// <summary>The reader has taken everything, and the end of it was the end of something: no answer may follow to carry the ACK.</summary>
    private static bool IsDrainedOfPushed(TcpConnection c) =>
        (c.Acks.PushedTwice || (c.Acks.Pushed && !c.Acks.PingPong)) && WindowSelection.Memory(c) == 0;
}
