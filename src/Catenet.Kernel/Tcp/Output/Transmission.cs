using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>Sends new data as far as congestion window, peer's window, Nagle and silly-window avoidance allow (RFC 9293 3.8.6.2.1, 3.7.4).</summary>
internal static class Transmission
{
    /// <summary>Sends what may be sent now. The caller arms the timer afterwards.</summary>
    public static void Push(TcpConnection c)
    {
        if (c.Unsent == 0 && !OwesFin(c))
        {
            return;
        }

        if (c.State is not (TcpState.Established or TcpState.CloseWait or TcpState.FinWait1 or TcpState.Closing or TcpState.LastAck))
        {
            return;
        }

        if (c.Sent.IsEmpty)
        {
            EndIdleness(c);
        }

        int before = c.Sent.Count;
        int mss = SegmentSize.Current(c);
        int most = SuperSegment.Limit(c, mss);
        while (Next(c, mss, out int length, out bool fin))
        {
            var seq = c.Snd.Nxt;
            Account(c, length, fin, mss);
            int total = length;
            bool ends = fin;
            while (total + mss <= most && length == mss && !ends && Next(c, mss, out length, out fin))
            {
                Account(c, length, fin, mss);
                total += length;
                ends = fin;
            }

            Emit(c, seq, total, ends, mss);
        }

        int count = c.Sent.Count;
        if (count != before)
        {
            AfterSending(c, before);
        }
        else if (count == 0 && c.Deadlines.Wait == SenderWait.None)
        {
            RetransmitTimer.ArmWindowProbe(c);
        }
    }

    /// <summary>Sends a segment of new data now, whatever the congestion window says: for probes.</summary>
    /// <returns>False if there is none that the peer's window takes.</returns>
    public static bool SendOne(TcpConnection c, int limit)
    {
        long room = c.Snd.WindowEnd - c.Snd.Nxt;
        int length = (int)Math.Min(Math.Min(c.Unsent, limit), Math.Max(room, 0));
        bool fin = length == c.Unsent && room > length && OwesFin(c);
        if (length == 0 && !fin)
        {
            return false;
        }

        var seq = c.Snd.Nxt;
        Account(c, length, fin, limit);
        Emit(c, seq, length, fin, limit);
        return true;
    }

    public static bool OwesFin(TcpConnection c) =>
        (c.Flags & (ConnectionFlags.FinQueued | ConnectionFlags.FinSent)) == ConnectionFlags.FinQueued;

    /// <summary>Decides on the next segment.</summary>
    private static bool Next(TcpConnection c, int mss, out int length, out bool fin)
    {
        int unsent = c.Unsent;
        length = Math.Min(unsent, mss);
        fin = length == unsent && OwesFin(c);
        if (length == 0 && !fin)
        {
            return false;
        }

        // A FIN of its own does not wait for the congestion window.
        if (length > 0 && c.InFlight >= c.Window.Cwnd)
        {
            c.Window.NoteUse(limiting: true, c.Sent.Count, c.Snd.Una, c.Snd.Nxt);
            return false;
        }

        // Sender SWS avoidance: a segment goes as a whole or not at all.
        int room = c.Snd.WindowEnd - c.Snd.Nxt;
        if (room < length + (fin ? 1 : 0))
        {
            fin = false;
            if (length == 0 || room < length)
            {
                return false;
            }
        }

        return length >= mss || fin || MaySendPartial(c);
    }

    /// <summary>Nagle's algorithm in Minshall's variant: one partial segment may be outstanding (RFC 9293 3.7.4).</summary>
    private static bool MaySendPartial(TcpConnection c)
    {
        if (c.Options.Cork)
        {
            return false;
        }

        return c.Options.NoDelay || c.Sent.IsEmpty || c.Snd.SmallEnd <= c.Snd.Una || c.Snd.SmallEnd > c.Snd.Nxt;
    }

    /// <summary>Enters a segment among those in flight.</summary>
    private static void Account(TcpConnection c, int length, bool fin, int mss)
    {
        ref var snd = ref c.Snd;
        var seq = snd.Nxt;
        var end = seq + length;
        if (length < mss)
        {
            snd.SmallEnd = end;
        }

        var kind = SentFlags.None;
        if (fin)
        {
            kind = SentFlags.Fin;
            end++;
            c.Flags |= ConnectionFlags.FinSent;
        }

        c.Sent.Add(c.Layer.SentRings, seq, end, kind, c.Now);
        snd.Nxt = end;
        c.Recovery.PrrOut++;
    }

    /// <summary>Sends one or several segments in one packet.</summary>
    private static void Emit(TcpConnection c, SeqNumber seq, int length, bool fin, int mss)
    {
        var flags = fin ? TcpFlags.Ack | TcpFlags.Fin : TcpFlags.Ack;
        if (length > 0 && seq < c.Snd.PushEnd && c.Snd.PushEnd <= seq + length)
        {
            flags |= TcpFlags.Psh;
        }

        var now = c.Now;
        c.LastSentAt = now;
        c.Acks.OnDataSent(now);
        if (c.Ecn is { } ecn)
        {
            ecn.Flags |= EcnFlags.NewData;
        }

        SegmentBuilder.Send(c, seq, seq - c.Snd.DataStart, length, flags, mss);
    }

    private static void AfterSending(TcpConnection c, int before)
    {
        c.Window.NoteUse(c.InFlight >= c.Window.Cwnd, c.Sent.Count, c.Snd.Una, c.Snd.Nxt);
        if (before == 0 || c.Deadlines.Wait is SenderWait.TailLoss or SenderWait.None or SenderWait.WindowProbe)
        {
            RetransmitTimer.RearmRetransmission(c);
        }

        TailLossProbe.Schedule(c);
    }

    private static void EndIdleness(TcpConnection c)
    {
        var idle = c.Now - c.LastSentAt;
        CongestionEvents.Raise(c, CongestionEvent.TransmissionStart, idle);
        if (idle > c.Rtt.Rto && c.Layer.Settings.SlowStartAfterIdle)
        {
            CongestionEvents.Raise(c, CongestionEvent.Restart, idle);
            c.Window.RestartAfterIdle(idle, c.Rtt.Rto, c.Layer.Settings.InitialWindow);
        }
    }
}
