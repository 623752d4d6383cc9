using Catenet.Core;
using Catenet.Kernel.Ip;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>The segments that a half-open request sends: SYN-ACKs, and ACKs for what is not acceptable.</summary>
internal static class SynAck
{
    /// <summary>Sends the SYN-ACK.</summary>
    /// <param name="r">The request.</param>
    /// <param name="ack">What it acknowledges: the SYN, and the data in it if Fast Open has taken that.</param>
    /// <param name="cookie">The Fast Open cookie to grant, if any.</param>
    /// <returns>False if there is no way to the peer.</returns>
    public static bool Send(RequestRecord r, SeqNumber ack, FastOpenCookie cookie = default)
    {
        var listener = r.Listener;
        var route = r.Layer.Host.Ip.Route(r.RemoteAddress, r.LocalAddress, null, listener.Options.Mark, out _);
        if (route is null)
        {
            return false;
        }

        var authentication = r.Layer.Keyed?.Of(r);
        if (authentication is not null && r.Sack)
        {
            r.Flags &= ~RequestFlags.Timestamps; // as Linux: a SYN has no room for all three
        }

        int mss = SegmentToAnnounce(r, route);
        ChooseWindow(r, route, mss);
        bool tellsOctets = r.Ecn.Mode == EcnMode.Accurate && r.Layer.Settings.EcnOption > 0 && r.Retransmissions == 0;
        uint value = (r.Flags & RequestFlags.Cookie) != 0 ? SynCookies.Timestamp(r) : r.Timestamp();
        Span<byte> room = stackalloc byte[TcpOptionsWriter.MaxLength];
        var options = new TcpOptionsWriter(room);
        authentication?.AddOption(ref options);
        SynOptions.Write(ref options, mss, r.Sack, r.Timestamps, value, r.PeerTimestamp, r.PeerScale == RequestRecord.NoScale ? -1 : listener.Scale, tellsOctets);
        cookie.Write(ref options);
        ControlSegment.Send(r.Layer, r, route, r.Iss, ack, TcpFlags.Syn | TcpFlags.Ack | r.Ecn.SynAckFlags(r.SynTrafficClass),
            (ushort)Math.Min(r.Window, 65535), room[..options.Length], listener.Options, r.TrafficClass, authentication);
        return true;
    }

    /// <summary>Chooses the window as a SYN-ACK would announce it, for a request that a cookie has brought back.</summary>
    public static void ChooseWindow(RequestRecord r)
    {
        if (r.Layer.Host.Ip.Route(r.RemoteAddress, r.LocalAddress, null, r.Listener.Options.Mark, out _) is { } route)
        {
            ChooseWindow(r, route, SegmentToAnnounce(r, route));
        }
    }

    private static void ChooseWindow(RequestRecord r, Destination route, int mss)
    {
        if (r.Window == 0)
        {
            int segment = mss - (r.Timestamps ? TcpOptionsWriter.TimestampsSize : 0);
            r.Window = PathMetrics.BoundWindow(route, InitialWindow.Choose(r.Layer.Host.Settings, r.Listener.Options, segment, r.PeerScale != RequestRecord.NoScale).Window, segment);
        }
    }

    private static int SegmentToAnnounce(RequestRecord r, Destination route)
    {
        int mss = SegmentSize.Announced(route, r.LocalAddress);
        int own = r.Listener.Options.MaxSegment;
        return Math.Clamp(own > 0 ? Math.Min(mss, own) : mss, SegmentSize.Least, 65535);
    }

    /// <summary>Tells the peer what is awaited (RFC 9293 3.10.7.4, first).</summary>
    public static void SendAck(RequestRecord r) => SendAck(r, r.Iss + 1, r.Irs + 1);

    /// <summary>The same for a connection that Fast Open has made.</summary>
    public static void SendAck(RequestRecord r, SeqNumber seq, SeqNumber ack)
    {
        var listener = r.Listener;
        var route = r.Layer.Host.Ip.Route(r.RemoteAddress, r.LocalAddress, null, listener.Options.Mark, out _);
        if (route is null)
        {
            return;
        }

        Span<byte> room = stackalloc byte[TcpOptionsWriter.MaxLength];
        var options = new TcpOptionsWriter(room);
        if (r.Timestamps)
        {
            options.AddTimestamps(r.Timestamp(), r.PeerTimestamp);
        }

        var authentication = r.Layer.Keyed?.Of(r);
        authentication?.AddOption(ref options);
        int scale = r.PeerScale == RequestRecord.NoScale ? 0 : listener.Scale;
        ControlSegment.Send(r.Layer, r, route, seq, ack, TcpFlags.Ack, (ushort)Math.Min(r.Window >> scale, 65535), room[..options.Length], listener.Options, authentication: authentication);
    }
}
