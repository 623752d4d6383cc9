using System.Net.Sockets;
using Catenet.Kernel.Ip;
using Catenet.Kernel.Udp;
using Catenet.Wire.Internet;

namespace Catenet.Kernel.Tcp;

/// <summary>A router says that a packet of ours was too large (RFC 1191, RFC 8201), and what a socket makes of it (IP_MTU_DISCOVER).</summary>
internal static class NarrowPath
{
    /// <summary>Whether packets leave with the DF bit.</summary>
    public static bool MayNotFragment(PathMtuDiscovery mode, Destination route) =>
        mode == PathMtuDiscovery.Do || (mode == PathMtuDiscovery.Want && !route.IsMtuLocked);

    /// <summary>Learns the path's MTU; what is in flight and does not fit it is sent again at once, in smaller segments.</summary>
    public static void OnError(TcpConnection c, in IcmpErrorInfo error)
    {
        if (c.State == TcpState.Closed)
        {
            return;
        }

        var mode = c.Options.PathMtuDiscovery;
        bool believes = mode is not (PathMtuDiscovery.Interface or PathMtuDiscovery.Omit);
        if (error.IsIPv6)
        {
            // What would not make segments smaller says nothing new.
            if (believes && error.Mtu >= IPv6View.MinMtu && SegmentSize.OfPacket(c, error.Mtu) < c.Mss && Learn(c, in error) is { } narrow)
            {
                Follow(c, narrow);
            }
        }
        else if (Learn(c, in error) is { } route)
        {
            if (error.Mtu < route.Mtu && MayNotFragment(mode, route))
            {
                c.SoftError = SocketError.MessageSize;
            }

            if (believes && mode != PathMtuDiscovery.Dont)
            {
                Follow(c, route);
            }
        }
    }

    private static Destination? Learn(TcpConnection c, in IcmpErrorInfo error)
    {
        c.Host.Ip.PathMtu.Learn(in error);
        return c.Route is { IsValid: true } ? c.Route : c.Layer.Reroute(c);
    }

    private static void Follow(TcpConnection c, Destination route)
    {
        if (route.Mtu >= c.PathMtu)
        {
            return;
        }

        if (c is { State: TcpState.SynSent, Opening.SentData: true })
        {
            FastOpenClient.OnNarrowPath(c);
            return;
        }

        SegmentSize.Update(c);
        SimpleRetransmission.Run(c);
    }
}
