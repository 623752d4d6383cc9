using Catenet.Core;
using Catenet.Kernel.Ip;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>How much a segment may carry: by the peer's MSS, the path's MTU and the options in use (RFC 9293 3.7.1, RFC 6691).</summary>
internal static class SegmentSize
{
    /// <summary>The least MSS that is believed unless tcp_min_snd_mss says more.</summary>
    public const int Least = 48;

    /// <summary>The least MSS that is announced for want of a larger MTU (Linux's route/min_adv_mss).</summary>
    private const int LeastAnnounced = 256;

    /// <summary>Windows up to this size are taken as they are: a peer that small is not cut in half (Linux's TCP_MSS_DEFAULT).</summary>
    private const int SmallWindow = 536;

    /// <summary>The least IPv4 packet that every link takes (RFC 791).</summary>
    private const int LeastPacket = 68;

    /// <summary>What IP's length field can say: a loopback device's MTU is larger.</summary>
    private const int LargestPacket = 65535;

    /// <summary>What a peer that says nothing takes (RFC 9293 3.7.1).</summary>
    public static ushort DefaultOf(InetAddress peer) => (ushort)(peer.IsIPv4 ? 536 : 1220);

    /// <summary>The MSS to announce: as much as the path takes, or less if the user says so (TCP_MAXSEG).</summary>
    public static int ToAnnounce(TcpConnection c)
    {
        int mss = c.Route is null ? 536 : Announced(c.Route, c.LocalAddress);
        return Math.Clamp(c.Options.MaxSegment > 0 ? Math.Min(mss, c.Options.MaxSegment) : mss, Least, 65535);
    }

    /// <summary>What the peer's full segments can carry after what we announced (Linux's advmss).</summary>
    public static int Received(TcpConnection c) => c.AnnouncedMss;

    /// <summary>The same for a request that has no connection yet.</summary>
    public static int Announced(Destination route, InetAddress local) =>
        Math.Max(Math.Min(route.Mtu, LargestPacket) - HeaderSize(local), LeastAnnounced);

    /// <summary>The octets of IP and TCP header without options.</summary>
    public static int HeaderSize(InetAddress address) => (address.IsIPv4 ? 20 : 40) + TcpView.MinSize;

    /// <summary>What a peer takes that has not said: the user's TCP_MAXSEG, else the least that every path carries (RFC 9293 3.7.1).</summary>
    public static int Assumed(TcpConnection c) =>
        c.Options.MaxSegment > 0 ? c.Options.MaxSegment : c.RemoteAddress.IsIPv4 ? 536 : 1220;

    /// <summary>Takes the path's present MTU into account.</summary>
    public static void Update(TcpConnection c) => Update(c, Math.Min(c.Route?.Mtu ?? 576, LargestPacket));

    /// <summary>The payload of a full segment in packets of this size, options that every segment has taken off.</summary>
    public static int OfPacket(TcpConnection c, int packet)
    {
        int mss = Math.Min(packet - HeaderSize(c.LocalAddress), c.PeerMss);
        return Math.Max(mss, c.Layer.Settings.MinSendMss) - UsualOptions(c);
    }

    /// <summary>The packet that carries so much payload.</summary>
    public static int PacketOf(TcpConnection c, int payload) => payload + HeaderSize(c.LocalAddress) + UsualOptions(c);

    /// <summary>What a new data segment may carry now: less than a full one while SACK blocks are reported.</summary>
    public static int Current(TcpConnection c)
    {
        if (c.Route is { } route && Math.Min(route.Mtu, LargestPacket) != c.PathMtu)
        {
            Update(c);
        }

        int sacks = c.Sacks?.HeaderRoom(c.Ts.Enabled) ?? 0;
        int extra = sacks;
        if (c.Authentication is { } authentication)
        {
            // Signatures are no part of the usual options, and leave room for fewer blocks.
            int left = TcpOptionsWriter.MaxLength - authentication.OptionSize - UsualOptions(c);
            sacks = Math.Min(sacks, left < 12 ? 0 : 4 + (left - 4) / 8 * 8);
            extra = authentication.OptionSize + sacks;
        }

        if (c.Ecn is { Mode: EcnMode.Accurate } ecn)
        {
            extra += AccurateEcnOption.FitNow(c, ecn, sacks / 8, TcpOptionsWriter.MaxLength - extra - UsualOptions(c)).Size;
        }

        return extra == 0 ? c.Mss : Math.Max(c.Mss - extra, 8);
    }

    private static void Update(TcpConnection c, int pathMtu)
    {
        var probing = c.Probing;
        if (probing is not null)
        {
            probing.SearchHigh = Math.Min(probing.SearchHigh, pathMtu);
        }

        int mss = WithinHalfOfWindow(c, OfPacket(c, pathMtu));
        c.PathMtu = (ushort)pathMtu;
        c.Mss = probing is null ? mss : Math.Min(mss, OfPacket(c, probing.SearchLow));
    }

    /// <summary>A peer with a small buffer: two segments must fit, or every one waits for the delayed ACK (RFC 9293 3.8.6.2.1).</summary>
    private static int WithinHalfOfWindow(TcpConnection c, int mss)
    {
        uint largest = c.Snd.MaxWnd;
        int most = (int)Math.Min(largest > SmallWindow ? largest >> 1 : largest, LargestPacket);
        return most > 0 && mss > most ? Math.Max(most, LeastPacket - TcpView.MinSize - UsualOptions(c)) : mss;
    }

    private static int UsualOptions(TcpConnection c) => c.Ts.Enabled ? TcpOptionsWriter.TimestampsSize : 0;
}
