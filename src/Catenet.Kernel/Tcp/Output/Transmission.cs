using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>Sends new data as far as congestion window, peer's window, Nagle and silly-window avoidance allow (RFC 9293 3.8.6.2.1, 3.7.4).</summary>
internal static class Transmission
{
    /// <summary>Sends what may be sent now. The caller arms the timer afterwards.</summary>
    public static void Push(TcpConnection c)
    {
        if (c.Writes is not null || OwesFin(c))
        {
            Push(c, Nagle.Of(c), PushExtent.All);
        }
    }

    /// <summary>An acknowledgment was dealt with: sends what may go now, and tells a writer who waits.</summary>
    public static void OnAck(TcpConnection c)
    {
        if (!c.Has(ConnectionFlags.WantsWritable))
        {
            Push(c);
        }
        else
        {
            // Linux looks for room between the pieces of a burst, when the window is not full yet.
            bool burst = c.Writes is not null && c.Window.Cwnd - c.InFlight > BufferSize.SegmentsAtOnce(c, c.Mss);
            Push(c);
            SendSpace.Check(c, burst);
        }

        if (c.Sent.IsEmpty && c.Writes is null)
        {
            c.Limits.End(SendLimitKind.Busy, idle: true, c.Now);
        }
    }

    /// <summary>Sends new data for a tail loss probe (RFC 8985 7.3).</summary>
    /// <returns>False if there is none that the peer's window takes.</returns>
    public static bool SendProbe(TcpConnection c)
    {
        int before = c.Sent.Count;
        Push(c, NagleMode.Off, PushExtent.Probe);
        return c.Sent.Count != before;
    }

    /// <summary>Sends as much as the peer's window takes, if only a part of a segment, when it has stayed too small for too long (RFC 9293 3.8.6.2.1).</summary>
    public static bool SendIntoWindow(TcpConnection c)
    {
        int room = c.Snd.WindowEnd - c.Snd.Nxt;
        bool hasData = c.Writes is { Count: > 0 };
        if (room <= 0 || (!hasData && !OwesFin(c)))
        {
            return false;
        }

        int mss = SegmentSize.Current(c);
        int length = hasData ? c.Writes!.Head.Length : 0;
        bool fin = OwesFin(c) && (!hasData || c.Writes!.Count == 1);
        int limit = Math.Min(Math.Min(length, room), mss);
        bool whole = limit == length && (!fin || room > length);
        if (hasData)
        {
            ref var head = ref c.Writes!.Head;
            head.Flags |= WriteFlags.Push;
            c.Snd.Pushed = SeqNumber.Max(c.Snd.Pushed, head.End);
        }

        var piece = new NextPiece(mss, NagleMode.None, PushExtent.One)
        {
            Length = limit,
            IsBeginning = limit < length,
            Flags = (hasData ? SentFlags.Push : SentFlags.None) | (fin && whole ? SentFlags.Fin : SentFlags.None),
        };
        var seq = c.Snd.Nxt;
        Take(c, in piece, mss);
        Emit(c, seq, limit, piece.Flags, mss);
        c.Pace?.OnSent(c, limit);
        LetGo(c);
        return true;
    }

    /// <summary>Sends so many octets of the buffers that wait as one segment, larger than others: a probe of the path's MTU.</summary>
    public static void SendMtuProbe(TcpConnection c, int length)
    {
        var seq = c.Snd.Nxt;
        var end = seq + length;
        var flags = c.Writes!.Take(length, out int used);
        c.Buffers += 1 - used;
        c.Sent.Add(c.Layer.Pools.SentRings, seq, end, flags | SentFlags.BufferEnd, c.Now);
        c.Snd.Nxt = end;
        c.HoldRecovery().PrrOut++;
        Emit(c, seq, length, flags, length);
    }

    public static bool OwesFin(TcpConnection c) =>
        (c.Flags & (ConnectionFlags.FinQueued | ConnectionFlags.FinSent)) == ConnectionFlags.FinQueued;

    /// <summary>Forgets what is neither sent nor acknowledged: the connection is over.</summary>
    public static void Forget(TcpConnection c)
    {
        c.Writes?.Clear();
        LetGo(c);
        c.Buffers = 0;
        c.Transmissions?.OnReleased();
    }

    /// <summary>Sends what may be sent under a rule for partial segments.</summary>
    /// <param name="c">The connection.</param>
    /// <param name="nagle">The rule.</param>
    /// <param name="extent">How much.</param>
    /// <param name="size">The segment size, if it was settled already: a call that writes has one from beginning to end.</param>
    public static void Push(TcpConnection c, NagleMode nagle, PushExtent extent, int size = 0)
    {
        if (c.State is not (TcpState.Established or TcpState.SynReceived or TcpState.CloseWait or TcpState.FinWait1 or TcpState.Closing or TcpState.LastAck))
        {
            return;
        }

        if (c.Sent.IsEmpty)
        {
            RestartAfterIdle(c);
        }

        if (c.InFlight == 0)
        {
            CongestionEvents.Raise(c, CongestionEvent.TransmissionStart, c.Now - c.LastSentAt);
        }

        int before = c.Sent.Count;
        int mss = size > 0 ? size : SegmentSize.Current(c);
        if (extent == PushExtent.All && c.Probing is { } probing && MtuProbe.Try(c, probing) == MtuProbe.Decision.Wait)
        {
            return;
        }

        var piece = new NextPiece(mss, nagle, extent);
        Send(c, ref piece, mss, extent);
        LetGo(c);
        if (piece.IsLimitedByPeer)
        {
            c.Limits.Begin(SendLimitKind.PeerWindow, c.Now);
        }
        else
        {
            c.Limits.End(SendLimitKind.PeerWindow, idle: false, c.Now);
        }

        bool limited = piece.IsLimitedByCongestion || c.InFlight >= c.Window.Cwnd;
        if (c.Sent.Count != before || limited)
        {
            NoteUse(c, limited);
            if (!c.Window.MayGrow && c.Writes is null && c.Has(ConnectionFlags.WantsWritable) && Connection.MaySend(c))
            {
                c.Limits.Begin(SendLimitKind.SendBuffer, c.Now);
            }
        }

        if (c.Sent.Count != before)
        {
            AfterSending(c, before, extent);
        }
        else if (before == 0 && c.Deadlines.Wait == SenderWait.None && (c.Writes is not null || OwesFin(c)))
        {
            WindowProbe.Arm(c);
        }
    }

    /// <summary>Sends piece after piece. Pieces that follow one another leave as one packet where somebody will cut it.</summary>
    private static void Send(TcpConnection c, ref NextPiece piece, int mss, PushExtent extent)
    {
        int most = SuperSegment.Limit(c, mss);
        var seq = c.Snd.Nxt;
        int held = 0;
        while (piece.Decide(c))
        {
            if (SmallQueues.MustWait(c, piece.Length, most, shift: 0))
            {
                break;
            }

            if (held + piece.Length > most && held > 0)
            {
                Emit(c, seq, held, SentFlags.None, mss);
                (seq, held) = (seq + held, 0);
            }

            Take(c, in piece, mss);
            held += piece.Length;
            while (held > most)
            {
                Emit(c, seq, most, SentFlags.None, mss);
                (seq, held) = (seq + most, held - most);
                EcnOutput.Continue(c, true);
            }

            // Several segments at once always end with PSH, so that the receiver need not wait for more to put together (Linux).
            var shown = piece.Flags | (piece.Length > mss ? SentFlags.Push : SentFlags.None);
            if (shown != SentFlags.None || piece.Length % mss != 0 || c.Pace is not null)
            {
                Emit(c, seq, held, shown, mss);
                (seq, held) = (c.Snd.Nxt, 0);
                c.Pace?.OnSent(c, piece.Length);
            }

            EcnOutput.Continue(c, false);

            if (extent != PushExtent.All)
            {
                break;
            }
        }

        if (held > 0)
        {
            Emit(c, seq, held, SentFlags.None, mss);
        }
    }

    /// <summary>Enters a piece among the segments in flight.</summary>
    private static void Take(TcpConnection c, in NextPiece piece, int mss)
    {
        ref var snd = ref c.Snd;
        if (piece.Length == 0 || piece.IsBeginning)
        {
            c.Buffers++; // a FIN of its own, or what is cut off
        }

        int left = piece.Length;
        do
        {
            int part = Math.Min(left, mss);
            left -= part;
            var seq = snd.Nxt;
            var end = seq + part;
            var flags = left == 0 ? piece.Flags | SentFlags.BufferEnd : SentFlags.None;
            if ((flags & SentFlags.Fin) != 0)
            {
                end++;
                c.Flags |= ConnectionFlags.FinSent;
            }

            if (part < mss)
            {
                snd.SmallEnd = end;
            }

            c.Sent.Add(c.Layer.Pools.SentRings, seq, end, flags, c.Now);
            c.Rate.OnSent(ref c.Sent[c.Sent.Tail - 1].Rate, c.Now, first: c.Sent.Count == 1);
            snd.Nxt = end;
            c.HoldRecovery().PrrOut++;
        }
        while (left > 0);

        if (piece.IsBeginning)
        {
            c.Writes!.Head.Seq = snd.Nxt;
        }
        else if (piece.Length > 0)
        {
            c.Writes!.RemoveHead();
        }
    }

    /// <summary>Gives a queue back in which nothing waits.</summary>
    private static void LetGo(TcpConnection c)
    {
        if (c.Writes is { Count: 0 })
        {
            c.Layer.Pools.WriteQueues.Return(ref c.Writes);
        }
    }

    /// <summary>Sends one or several segments in one packet.</summary>
    private static void Emit(TcpConnection c, SeqNumber seq, int length, SentFlags kind, int mss)
    {
        var flags = (kind & SentFlags.Fin) != 0 ? TcpFlags.Ack | TcpFlags.Fin : TcpFlags.Ack;
        if ((kind & SentFlags.Push) != 0)
        {
            flags |= TcpFlags.Psh;
        }

        if (c.Ecn is { } ecn)
        {
            ecn.Flags |= EcnFlags.NewData;
        }

        SegmentBuilder.Send(c, seq, seq - c.Snd.DataStart, length, flags, mss);
        c.Transmissions?.OnTransmitted((uint)(seq - c.Snd.Iss), (uint)(seq - c.Snd.Iss) + (uint)length);
    }

    private static void AfterSending(TcpConnection c, int before, PushExtent extent)
    {
        if (before == 0 || c.Deadlines.Wait is SenderWait.TailLoss or SenderWait.None or SenderWait.WindowProbe)
        {
            RetransmitTimer.RearmRetransmission(c);
        }

        if (extent != PushExtent.Probe)
        {
            TailLossProbe.Schedule(c, anew: false);
        }
    }

    private static void NoteUse(TcpConnection c, bool limiting)
    {
        if (!c.Window.NoteUse(limiting, c.Sent.Count, c.Snd.Una, c.Snd.Nxt, c.Now))
        {
            return;
        }

        if (c.Layer.Settings.SlowStartAfterIdle && !Prr.IsLeftToAlgorithm(c) && c.Window.UsedAt.Until(c.Now) >= c.Rtt.Rto)
        {
            bool waits = c.Has(ConnectionFlags.WantsWritable) || c.Has(ConnectionFlags.Orphan); // the user would write more
            if (c.Recovery.Phase == CongestionPhase.Open && !waits)
            {
                c.Window.ShrinkToUse(PathMetrics.InitialWindow(c), c.Now);
            }
            else
            {
                c.Window.UsedAt = c.Now;
            }
        }
    }

    /// <summary>Data is to go out again after a pause: the window of then is no longer to be trusted (RFC 5681 4.1).</summary>
    public static void RestartAfterIdle(TcpConnection c)
    {
        if (!c.Layer.Settings.SlowStartAfterIdle || !c.Sent.IsEmpty || Prr.IsLeftToAlgorithm(c))
        {
            return;
        }

        var idle = c.Now - c.LastSentAt;
        if (idle > c.Rtt.Rto)
        {
            CongestionEvents.Raise(c, CongestionEvent.Restart, idle);
            c.Window.RestartAfterIdle(idle, c.Rtt.Rto, PathMetrics.InitialWindow(c), c.Recovery.IsReducing, c.Now);
        }
    }
}
