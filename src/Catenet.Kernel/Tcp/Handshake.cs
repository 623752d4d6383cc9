using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>The active side's SYN, and what both sides settle with theirs (RFC 9293 3.5, RFC 7323 1.3 and 2.2, RFC 2018 2).</summary>
internal static class Handshake
{
    /// <summary>Sends the SYN and enters SYN-SENT.</summary>
    /// <param name="c">The connection.</param>
    /// <param name="fast">Whether the user wants Fast Open.</param>
    /// <param name="data">What he has to send; some of it may go in the SYN.</param>
    /// <returns>How many octets went in the SYN; -1 if the SYN waits for data.</returns>
    public static int Begin(TcpConnection c, bool fast = false, ReadOnlySpan<byte> data = default)
    {
        if (!c.Has(ConnectionFlags.Prepared))
        {
            Prepare(c);
            Lifecycle.Enter(c, TcpState.SynSent);
            if (!fast && FastOpenClient.Defers(c))
            {
                return -1;
            }
        }

        if (fast || c.Options.FastOpenConnect)
        {
            return FastOpenClient.SendSyn(c, data);
        }

        SendSyn(c);
        return 0;
    }

    private static void Prepare(TcpConnection c)
    {
        var settings = c.Layer.Settings;
        c.Flags |= ConnectionFlags.Prepared;
        if (c.Snd.Iss.Value == 0) // otherwise it goes on from a connection in TIME-WAIT
        {
            c.Snd.Iss = new SeqNumber(c.Layer.Secret.InitialSequence(c.LocalEndpoint, c.RemoteEndpoint, c.Now));
        }

        c.Authentication = c.Options.Keys is null ? null : AuthenticatedFlows.ForOpening(c);
        c.Ts.Enabled = settings.Timestamps && c.Authentication is not Md5Authentication; // as Linux: with a signature, SACK needs the room
        SetUp(c);
        MtuProbing.Begin(c);
        SegmentSize.Update(c);
        c.AnnouncedMss = (ushort)SegmentSize.ToAnnounce(c);
        if (settings.Sack)
        {
            c.Flags |= ConnectionFlags.Sack;
        }

        var window = InitialWindow.Choose(c.Host.Settings, c.Options, SegmentSize.ToAnnounce(c), settings.WindowScaling);
        c.Rcv.Scale = window.Shift;
        c.Space.Clamp = window.Clamp;
        c.Space.Threshold = PathMetrics.BoundWindow(c.Route, window.Window, SegmentSize.ToAnnounce(c));
        c.Rcv.Wnd = (uint)c.Space.Threshold;
        EcnNegotiation.Begin(c);
    }

    /// <summary>Sets the variables that follow from addresses, route and ISS.</summary>
    public static void SetUp(TcpConnection c)
    {
        ulong pseudo = InternetChecksum.PseudoHeader(c.LocalAddress, c.RemoteAddress, TcpLayer.ProtocolNumber, 0);
        c.PseudoSum = (ushort)InternetChecksum.Combine(0, pseudo, 0);
        c.Ts.Offset = c.Layer.TimestampOffset(c.LocalAddress, c.RemoteAddress);
        ref var snd = ref c.Snd;
        snd.Una = snd.Nxt = snd.SmallEnd = snd.Iss;
        snd.WriteEnd = snd.DataStart = snd.Pushed = snd.Iss + 1;
        c.PeerMss = (ushort)SegmentSize.Assumed(c);
        SegmentSize.Update(c);
    }

    /// <summary>Sends the SYN for the first time and times it.</summary>
    /// <param name="c">The connection.</param>
    /// <param name="length">How many octets of the send buffer go with it: for Linux a segment of their own, so that each can be sent again without the other.</param>
    public static void SendSyn(TcpConnection c, int length = 0)
    {
        c.Sent.Add(c.Layer.Pools.SentRings, c.Snd.Iss, c.Snd.Iss + 1, SentFlags.Syn, c.Now);
        c.Snd.Nxt = c.Snd.Iss + 1;
        c.HoldRecovery().RetransmissionStamp = Math.Max(1, c.Ts.Value(c.Now)); // giving up counts from the first SYN
        if (length > 0)
        {
            c.Sent.Add(c.Layer.Pools.SentRings, c.Snd.Nxt, c.Snd.Nxt + length, SentFlags.Push | SentFlags.BufferEnd, c.Now);
            c.Snd.Nxt += length;
            c.Opening!.SentData = true;
        }

        SegmentBuilder.SendSyn(c, length);
        RetransmitTimer.ArmRetransmission(c);
        c.ArmTimer();
    }

    /// <summary>Our SYN is acknowledged: the congestion window begins, with one segment if the SYN had to be repeated more than once (RFC 5681 3.1; Linux forgives the first time).</summary>
    /// <param name="c">The connection.</param>
    /// <param name="spurious">Whether the acknowledgment is known to be for the first SYN.</param>
    public static void EndLoss(TcpConnection c, bool spurious)
    {
        ref var recovery = ref c.HoldRecovery();
        c.Window.Cwnd = c.Stats.Retransmissions > 1 && !spurious ? 1 : PathMetrics.InitialWindow(c);
        c.Window.Ssthresh = CongestionWindow.NoThreshold;
        c.Window.UsedAt = c.Now;
        recovery.Phase = CongestionPhase.Open;
        recovery.Timeouts = 0;
        recovery.MayUndo = recovery.Frto = false;
        recovery.RetransmissionStamp = 0;
        TimeoutRecovery.EndTime(c);
    }

    /// <summary>Takes over what the peer's SYN says.</summary>
    public static void AcceptSyn(TcpConnection c, in Segment s)
    {
        ref readonly TcpOptions options = ref s.Options;
        c.Authentication?.OnPeerSyn(s.Seq);
        c.Rcv.Irs = s.Seq;
        c.Rcv.Nxt = c.Rcv.AnnouncedAt = s.Seq + 1;
        c.Ts.Enabled &= options.HasTimestamps;
        if (c.Ts.Enabled)
        {
            c.Ts.Recent = options.TimestampValue;
            c.Ts.RecentAt = Timestamps.ToSeconds(c.Now);
            c.Ts.HasRecent = true;
            c.AnnouncedMss -= s.Has(TcpFlags.Ack) ? (ushort)TcpOptionsWriter.TimestampsSize : (ushort)0; // Linux forgets it where SYNs cross
        }

        if (!options.Has(TcpOptionSet.SackPermitted))
        {
            c.Flags &= ~ConnectionFlags.Sack;
        }

        if (options.Has(TcpOptionSet.WindowScale))
        {
            c.Snd.Scale = c.Rcv.Scale == 0 && !c.Layer.Settings.WindowScaling ? (byte)0 : options.WindowScale;
        }
        else
        {
            c.Rcv.Scale = 0;
            c.Space.Clamp = Math.Min(c.Space.Clamp, 65535);
        }

        if (options.Has(TcpOptionSet.MaximumSegmentSize) && options.MaximumSegmentSize > 0)
        {
            int most = c.Options.MaxSegment > 0 ? c.Options.MaxSegment : int.MaxValue;
            c.PeerMss = (ushort)Math.Min(options.MaximumSegmentSize, most);
        }

        // The window of a SYN is never scaled (RFC 7323 2.2).
        c.Snd.Wnd = s.Window;
        c.Snd.MaxWnd = Math.Max(c.Snd.MaxWnd, s.Window);
        c.Snd.Wl1 = s.Seq;
        c.Snd.Wl2 = s.Ack;
        SegmentSize.Update(c);
        BeginReceiving(c);
    }

    /// <summary>Addresses, options and windows are settled: data may come.</summary>
    public static void BeginReceiving(TcpConnection c)
    {
        int announced = SegmentSize.Received(c);
        c.Acks.SegmentSize = SegmentMeasure.Guess(c);
        c.Space.Settle(announced);
        c.Sizing.Begin(c, announced);
    }
}
