using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>Fast Open, the client's side (RFC 7413 4.2.1): data in the SYN where a cookie of the server's is known, a request for one where not.</summary>
internal static class FastOpenClient
{
    /// <summary>A connection whose user has asked for Fast Open, but has no data yet (<c>TCP_FASTOPEN_CONNECT</c>).</summary>
    /// <returns>True if the SYN waits for the data; otherwise it is to be sent, with a request for a cookie.</returns>
    public static bool Defers(TcpConnection c)
    {
        if (!c.Options.FastOpenConnect)
        {
            return false;
        }

        int mss = 0;
        (c.Opening ??= new OpeningState()).Deferred = IsPossible(c, ref mss, out _);
        return c.Opening.Deferred;
    }

    /// <summary>Sends the first SYN of a connection that wants Fast Open.</summary>
    /// <param name="c">The connection, set up for the handshake.</param>
    /// <param name="data">What the user has to send.</param>
    /// <returns>How many of its octets went in the SYN.</returns>
    public static int SendSyn(TcpConnection c, ReadOnlySpan<byte> data)
    {
        var opening = c.Opening ??= new OpeningState();
        opening.Deferred = false;
        int mss = SegmentSize.ToAnnounce(c);
        bool possible = IsPossible(c, ref mss, out var cookie);
        c.PeerMss = (ushort)(c.Options.MaxSegment > 0 ? Math.Min(mss, c.Options.MaxSegment) : mss); // until the server says itself
        SegmentSize.Update(c);
        int length = 0;
        if (possible)
        {
            // Room for all the options there could be, ours and those that something on the way may add.
            int room = Math.Min(c.PeerMss, c.PathMtu - SegmentSize.HeaderSize(c.LocalAddress)) - TcpOptionsWriter.MaxLength;
            length = Math.Clamp(data.Length, 0, Math.Max(0, Math.Min(room, c.SendLimit)));
            c.Layer.Pools.SendBuffers.Hold(ref c.SendData).Append(data[..length], c.Host.Loop.Packets);
            c.Snd.WriteEnd += length;
            c.Snd.Pushed = c.Snd.WriteEnd;
            c.Buffers += length > 0 ? 1 : 0;
        }

        opening.Cookie = cookie;
        Handshake.SendSyn(c, length);
        opening.Cookie = default; // SYNs that are sent again are plain
        return length;
    }

    /// <summary>What the SYN-ACK says of Fast Open; data that it does not acknowledge goes out again at once.</summary>
    /// <returns>Whether data was sent again, and with it our ACK.</returns>
    public static bool OnSynAck(TcpConnection c, ref Segment s)
    {
        var opening = c.Opening!;
        bool again = c.Stats.Retransmissions > 0;
        var cookie = opening.UsedOption ? FastOpenCookie.Of(in s) : default;
        byte tried = 0;
        if (opening.UsedOption && !again && !cookie.IsPresent && !opening.SentData)
        {
            tried = (byte)(opening.UsedExperimental ? 2 : 1);
        }

        int mss = s.Options.MaximumSegmentSize > 0 ? s.Options.MaximumSegmentSize : c.PeerMss;
        c.Layer.FastOpenCache.Note(c.LocalAddress, c.RemoteAddress, mss, cookie, tried);
        if (opening.SentData && !c.Sent.IsEmpty)
        {
            opening.ClientFail = (byte)(again ? 3 : 2);
            c.Layer.Counters.FastOpenActiveFailed++;
            SendDataAgain(c);
            return true;
        }

        opening.DataAcked = opening.SentData;
        if (opening.SentData && c.Rate.Delivered > 1)
        {
            c.Rate.Delivered--; // SYN and data left as one segment
        }

        c.Layer.Counters.FastOpenActive += opening.SentData ? 1 : 0;
        FastOpenChild.TakeData(c, ref s);
        if (s.Has(TcpFlags.Fin))
        {
            DataArrival.TakeFin(c);
        }

        return false;
    }

    /// <summary>Timeouts in a row on a connection that used Fast Open: perhaps something on the way does not let it pass (RFC 7413 7.1).</summary>
    public static void OnTimeout(TcpConnection c, OpeningState opening, bool failed)
    {
        int timeouts = c.Recovery.Timeouts;
        if ((opening.UsedOption || opening.SentData || opening.DataAcked) && (timeouts == 2 || (timeouts < 2 && failed)))
        {
            Suspect(c);
        }
    }

    /// <summary>Gives Fast Open up for a while.</summary>
    public static void Suspect(TcpConnection c)
    {
        if (c.Layer.FastOpenCache.Disable(c.Layer.Settings))
        {
            c.Layer.Counters.FastOpenBlackholes++;
        }
    }

    /// <summary>A RST that is in the window but not exact, before any data: perhaps of something on the way.</summary>
    public static void OnInexactReset(TcpConnection c)
    {
        if (c is { Opening.UsedOption: true, State: TcpState.Established, Reassembly: null } && c.Rcv.Nxt == c.Rcv.Irs + 1)
        {
            Suspect(c);
        }
    }

    /// <summary>The connection is over: a FIN ahead of a gap says that data was held back on the way; if all went well, what was suspected is forgotten.</summary>
    public static void OnEnd(TcpConnection c)
    {
        if (c.Opening is not { UsedOption: true } opening)
        {
            return;
        }

        if (c.Reassembly is { RunCount: 1 } && c.Rcv.HasFin)
        {
            Suspect(c);
        }
        else if (opening.Probes && !c.RemoteAddress.IsLoopback)
        {
            c.Layer.FastOpenCache.Enable();
        }
    }

    /// <summary>Whether data may go in the SYN; if not, which option is to go in its place.</summary>
    private static bool IsPossible(TcpConnection c, ref int mss, out FastOpenCookie cookie)
    {
        var (opening, settings) = (c.Opening ??= new OpeningState(), c.Layer.Settings);
        cookie = c.Layer.FastOpenCache.Find(c.LocalAddress, c.RemoteAddress, ref mss);
        if (c.Layer.FastOpenCache.IsDisabled(settings, out bool probes))
        {
            cookie = default;
            return false;
        }

        opening.Probes |= probes;
        if ((settings.FastOpen & FastOpenBits.ClientWithoutCookie) != 0 || c.Options.FastOpenNoCookie)
        {
            cookie = default;
            return true;
        }

        opening.ClientFail = (byte)(cookie.HasValue ? opening.ClientFail : 1);
        return cookie.HasValue;
    }

    /// <summary>The SYN with its data was too large: it is sent again without.</summary>
    public static void OnNarrowPath(TcpConnection c)
    {
        SegmentSize.Update(c);
        SendDataAgain(c);
    }

    /// <summary>Sends what the SYN-ACK does not acknowledge again, without blaming congestion.</summary>
    private static void SendDataAgain(TcpConnection c) => SimpleRetransmission.Run(c, all: true);
}
