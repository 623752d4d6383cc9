using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>Makes a connection of a request whose handshake is complete.</summary>
internal static class PassiveOpen
{
    /// <summary>The connection is in SYN-RECEIVED; the ACK that completes the handshake is for it to receive.</summary>
    public static TcpConnection Create(TcpLayer layer, TcpListener listener, RequestRecord request)
    {
        var c = new TcpConnection(layer, listener.Options.Clone())
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
        SetSender(c, request);
        SegmentSize.Update(c);
        Handshake.BeginReceiving(c);
        layer.Remove(request);
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
            c.Ts.RecentAt = c.Now;
            c.Ts.HasRecent = true;
        }
    }

    private static void SetSender(TcpConnection c, RequestRecord request)
    {
        c.Snd.Scale = request.PeerScale == RequestRecord.NoScale ? (byte)0 : request.PeerScale;
        c.Snd.Wnd = request.PeerWindow;
        c.Snd.MaxWnd = 0; // the largest window counts from the handshake's last ACK on: only that is scaled
        c.Snd.Wl1 = request.Irs;

        // The SYN-ACK counts as in flight until the ACK that is being received takes it off.
        c.Snd.Nxt = c.Snd.Iss + 1;
        c.Sent.Add(c.Layer.SentRings, c.Snd.Iss, c.Snd.Nxt, SentFlags.Syn | (request.Retransmissions > 0 ? SentFlags.EverRetransmitted : 0), c.Now);
        c.Recovery.Timeouts = request.Retransmissions;
        if (request.Retransmissions == 0)
        {
            c.Sent[c.Sent.Head].SentAt = request.SentAt;
        }
    }
}
