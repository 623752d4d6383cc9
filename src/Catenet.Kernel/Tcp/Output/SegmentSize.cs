using Catenet.Core;
using Catenet.Kernel.Ip;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>How much a segment may carry: by the peer's MSS, the path's MTU and the options in use (RFC 9293 3.7.1, RFC 6691).</summary>
internal static class SegmentSize
{
    /// <summary>The least MSS that is believed (Linux's tcp_min_snd_mss).</summary>
    public const int Least = 48;

    /// <summary>What IP's length field can say: a loopback device's MTU is larger.</summary>
    private const int LargestPacket = 65535;

    /// <summary>What a peer that says nothing takes (RFC 9293 3.7.1).</summary>
    public static ushort DefaultOf(InetAddress peer) => (ushort)(peer.IsIPv4 ? 536 : 1220);

    /// <summary>The MSS to announce: by the device's MTU, not by what the path was found to take.</summary>
    public static int ToAnnounce(TcpConnection c)
    {
        int mss = c.Route is null ? 536 : Announced(c.Route, c.LocalAddress);
        return Math.Clamp(c.Options.MaxSegment > 0 ? Math.Min(mss, c.Options.MaxSegment) : mss, Least, 65535);
    }

    /// <summary>What the peer's full segments can carry after what we announced (Linux's advmss).</summary>
    public static int Received(TcpConnection c) => ToAnnounce(c) - (c.Ts.Enabled ? TcpOptionsWriter.TimestampsSize : 0);

    /// <summary>The same for a request that has no connection yet.</summary>
    public static int Announced(Destination route, InetAddress local) => Math.Min(route.Device.Mtu, LargestPacket) - HeaderSize(local);

    /// <summary>The octets of IP and TCP header without options.</summary>
    public static int HeaderSize(InetAddress address) => (address.IsIPv4 ? 20 : 40) + TcpView.MinSize;

    /// <summary>Takes the path's present MTU into account.</summary>
    public static void Update(TcpConnection c)
    {
        c.PathMtu = Math.Min(c.Route?.Mtu ?? 576, LargestPacket);
        int mss = Math.Min(c.PeerMss, c.PathMtu - HeaderSize(c.LocalAddress));
        if (c.Options.MaxSegment > 0)
        {
            mss = Math.Min(mss, c.Options.MaxSegment);
        }

        mss -= c.Ts.Enabled ? TcpOptionsWriter.TimestampsSize : 0;
        c.Mss = Math.Max(mss, Least - 20);
    }

    /// <summary>What a new data segment may carry now: half the largest window at most, less while SACK blocks are reported.</summary>
    public static int Current(TcpConnection c)
    {
        if (c.Route is { } route && Math.Min(route.Mtu, LargestPacket) != c.PathMtu)
        {
            Update(c);
        }

        int mss = BoundToHalfWindow(c);

        if (c.Ecn is { Mode: EcnMode.Accurate } ecn)
        {
            int room = c.Sacks.IsEmpty ? 0 : c.Sacks.HeaderRoom(c.Ts.Enabled);
            int remaining = TcpOptionsWriter.MaxLength - room - (c.Ts.Enabled ? TcpOptionsWriter.TimestampsSize : 0);
            mss -= AccurateEcnOption.FitNow(c, ecn, room / 8, remaining).Size;
        }

        return c.Sacks.IsEmpty ? mss : Math.Max(mss - c.Sacks.HeaderRoom(c.Ts.Enabled), 8);
    }

    /// <summary>A peer with a small buffer: two segments must fit, or every one waits for the delayed ACK.</summary>
    public static int BoundToHalfWindow(TcpConnection c)
    {
        uint largest = c.Snd.MaxWnd;
        if (largest >= 2u * (uint)c.Mss)
        {
            return c.Mss;
        }

        int bound = largest > 536 ? (int)(largest >> 1) : (int)largest;
        return bound > 0 ? Math.Min(c.Mss, Math.Max(bound, 28)) : c.Mss;
    }
}
