using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>Makes a connection of a request whose handshake is complete, or is taken for complete by Fast Open.</summary>
internal static class PassiveOpen
{
    /// <summary>The connection is in SYN-RECEIVED; the ACK that completes the handshake is for it to receive.</summary>
    public static TcpConnection Create(TcpLayer layer, TcpListener listener, RequestRecord request, in Segment s)
    {
        var c = Adopt(layer, listener, request);
        ExpectAck(c, request, in s);
        layer.Remove(request);
        return c;
    }

    /// <summary>The connection without anything in flight.</summary>
    public static TcpConnection Adopt(TcpLayer layer, TcpListener listener, RequestRecord request)
    {
        var c = new TcpConnection(layer, listener.Options)
        {
            LocalAddress = request.LocalAddress,
            RemoteAddress = request.RemoteAddress,
            LocalPort = request.LocalPort,
            RemotePort = request.RemotePort,
            State = TcpState.SynReceived,
            Listener = listener,
        };
        layer.Keyed?.HandOver(request, c);
        c.Flags |= ConnectionFlags.Passive | ConnectionFlags.InAcceptQueue | (request.Sack ? ConnectionFlags.Sack : 0);
        layer.Reroute(c);
        EcnNegotiation.Adopt(c, request.Ecn, request.SynTrafficClass);
        c.Snd.Iss = request.Iss;
        c.Ts.Enabled = request.Timestamps;
        Handshake.SetUp(c);
        c.PeerMss = request.PeerMss;
        c.AnnouncedMss = (ushort)(SegmentSize.ToAnnounce(c) - (c.Ts.Enabled ? TcpOptionsWriter.TimestampsSize : 0));
        SetReceiver(c, listener, request);
        c.Snd.Scale = request.PeerScale == RequestRecord.NoScale ? (byte)0 : request.PeerScale;
        c.Snd.Wnd = request.PeerWindow;
        c.Snd.MaxWnd = 0; // the largest window counts from the handshake's last ACK on: only that is scaled
        c.Snd.Wl1 = request.Irs;
        SegmentSize.Update(c);
        Handshake.BeginReceiving(c);
        if (request.Extras?.SavedSyn is { } saved)
        {
            (c.Opening ??= new OpeningState()).SavedSyn = saved;
        }

        layer.Add(c);
        return c;
    }

    private static void SetReceiver(TcpConnection c, TcpListener listener, RequestRecord request)
    {
        c.Rcv.Irs = request.Irs;
        c.Rcv.Nxt = c.Rcv.AnnouncedAt = request.Irs + 1;
        bool scaling = request.PeerScale != RequestRecord.NoScale;
        c.Space.Threshold = request.Window;
        c.Rcv.Wnd = (uint)request.Window;
        c.Rcv.Scale = scaling ? listener.Scale : (byte)0;
        c.Space.Clamp = InitialWindow.Choose(c.Host.Settings, listener.Options, SegmentSize.Received(c), scaling).Clamp;
        if (request.Timestamps)
        {
            c.Ts.Recent = request.PeerTimestamp;
            c.Ts.RecentAt = Timestamps.ToSeconds(c.Now);
            c.Ts.HasRecent = true;
        }
    }

    /// <summary>The SYN-ACK counts as in flight until the ACK that is being received takes it off.</summary>
    private static void ExpectAck(TcpConnection c, RequestRecord request, in Segment s)
    {
        c.Snd.Nxt = c.Snd.Iss + 1;
        var sentAt = request.FirstSentAt;
        bool isTimed = sentAt is not null && request.Retransmissions == 0; // nor has a SYN that came again armed the timer anew
        c.Sent.Add(c.Layer.Pools.SentRings, c.Snd.Iss, c.Snd.Nxt, SentFlags.Syn | (isTimed ? 0 : SentFlags.EverRetransmitted), c.Now);
        if (isTimed)
        {
            c.Sent[c.Sent.Head].SentAt = sentAt!.Value;
        }

        // What congestion there was shows in SYN-ACKs that had to be repeated, unless the first arrived after all.
        c.Stats.Retransmissions = request.Retransmissions;
        c.Stats.Timeouts = request.Timeouts;
        c.Stats.TimeoutRecoveries = (ushort)Math.Min((int)request.Timeouts, 1);
        c.Stats.SegmentsIn = 1; // the SYN
        c.HoldRecovery().MayUndo = request.Timeouts > 0 && !EchoesFirst(request, in s);
    }

    private static bool EchoesFirst(RequestRecord request, in Segment s) => request.Timestamps && s.Options.HasTimestamps &&
        request.FirstEcho is { } first && s.Options.TimestampEcho == first;
}
