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

        SegmentBuilder.Send(c, c.Snd.Nxt, 0, 0, TcpFlags.Ack);
    }

    /// <summary>After data was received: acknowledges now, soon or later.</summary>
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
        else if (acks.IsQuick || IsSecondSegment(c))
        {
            Soon(c);
        }
        else
        {
            Later(c);
        }
    }

    /// <summary>Arms the timer of the delayed ACK, unless that is about to fire anyway: then the ACK goes now.</summary>
    private static void Later(TcpConnection c)
    {
        var delay = c.Acks.Delay(in c.Rtt);
        if (c.Deadlines.DelayedAck == Instant.Never)
        {
            c.Deadlines.DelayedAck = c.Now + delay;
        }
        else if (c.Deadlines.DelayedAck <= c.Now + Duration.Max(delay / 4, c.Acks.HasEstimate ? Duration.Zero : delay))
        {
            SendNow(c);
        }
    }

    /// <summary>After a read: acknowledges what the reader took, and tells the peer of a window that has opened.</summary>
    public static void AfterRead(TcpConnection c)
    {
        if (!c.IsSynchronized || c.State == TcpState.TimeWait)
        {
            return;
        }

        int queued = c.Received.Available;
        c.Space.OnRead(c.Rcv.Nxt - queued, c.Now, c.Acks.SegmentSize, c.Layer.Settings.MaxReceiveBuffer);
        if (c.Has(ConnectionFlags.Deferred) || c.IsPeerDone)
        {
            return;
        }

        if (c.Acks.Pending && (IsSecondSegment(c) || (queued == 0 && c.Acks.Pushed && !c.Acks.PingPong)))
        {
            Soon(c);
            return;
        }

        uint current = c.Rcv.CurrentWindow;
        if (2L * current <= c.Space.Full)
        {
            uint window = c.Space.Select(in c.Rcv, queued, c.Acks.SegmentSize);
            if (window > 0 && window >= 2 * current)
            {
                SendNow(c);
                c.ArmTimer();
            }
        }
    }

    /// <summary>The delayed ACK's time has come.</summary>
    public static void OnDelayExpired(TcpConnection c)
    {
        if (c.Acks.Pending)
        {
            c.Acks.OnDelayExpired(c.Rtt.Rto);
            SendNow(c);
        }
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
}
