using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>The active side's SYN, and what both sides settle with theirs (RFC 9293 3.5, RFC 7323 1.3 and 2.2, RFC 2018 2).</summary>
internal static class Handshake
{
    /// <summary>Sends the SYN and enters SYN-SENT.</summary>
    public static void Begin(TcpConnection c)
    {
        var settings = c.Layer.Settings;
        c.Snd.Iss = new SeqNumber(c.Layer.Secret.InitialSequence(c.LocalEndpoint, c.RemoteEndpoint, c.Now));
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
        c.Space.Threshold = window.Window;
        c.Rcv.Wnd = (uint)window.Window;
        EcnNegotiation.Begin(c);
        Lifecycle.Enter(c, TcpState.SynSent);
        SendSyn(c);
    }

    /// <summary>Sets the variables that follow from addresses, route and ISS.</summary>
    public static void SetUp(TcpConnection c)
    {
        c.PseudoSum = InternetChecksum.PseudoHeader(c.LocalAddress, c.RemoteAddress, TcpLayer.ProtocolNumber, 0);
        c.Ts.Offset = c.Layer.Secret.TimestampOffset(c.LocalAddress, c.RemoteAddress);
        ref var snd = ref c.Snd;
        snd.Una = snd.Nxt = snd.SmallEnd = snd.Iss;
        snd.WriteEnd = snd.DataStart = snd.Pushed = snd.Iss + 1;
        c.Recovery.HighestSacked = c.Recovery.Rack.End = snd.Iss;
        c.Recovery.Rack.SentAt = new Instant(long.MinValue / 2);
        c.PeerMss = SegmentSize.Assumed(c);
        SegmentSize.Update(c);
    }

    /// <summary>Sends the SYN for the first time and times it.</summary>
    public static void SendSyn(TcpConnection c)
    {
        c.Sent.Add(c.Layer.SentRings, c.Snd.Iss, c.Snd.Iss + 1, SentFlags.Syn, c.Now);
        c.Snd.Nxt = c.Snd.Iss + 1;
        SegmentBuilder.SendSyn(c);
        RetransmitTimer.ArmRetransmission(c);
        c.ArmTimer();
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
            c.Ts.RecentAt = c.Now;
            c.Ts.HasRecent = true;
            c.AnnouncedMss -= TcpOptionsWriter.TimestampsSize;
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
            c.PeerMss = Math.Min(options.MaximumSegmentSize, most);
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
