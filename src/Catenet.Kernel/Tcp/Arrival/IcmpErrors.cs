using System.Buffers.Binary;
using System.Net.Sockets;
using Catenet.Core;
using Catenet.Kernel.Ip;
using Catenet.Wire.Internet;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>ICMP errors about our segments (RFC 9293 3.9.2.2, RFC 1122 4.2.3.9, RFC 5927: only those that quote a number in flight).</summary>
internal static class IcmpErrors
{
    public static void Process(TcpLayer layer, in IcmpErrorInfo error)
    {
        if (error.Quoted.Length < 8)
        {
            return;
        }

        ushort localPort = BinaryPrimitives.ReadUInt16BigEndian(error.Quoted);
        ushort remotePort = BinaryPrimitives.ReadUInt16BigEndian(error.Quoted[2..]);
        var seq = new SeqNumber(BinaryPrimitives.ReadUInt32BigEndian(error.Quoted[4..]));
        switch (layer.Find(error.Source, error.Destination, localPort, remotePort))
        {
            case TcpConnection c when seq >= (c.Has(ConnectionFlags.AwaitsHandshake) ? c.Snd.Iss : c.Snd.Una) && seq <= c.Snd.Nxt:
                Process(c, seq, in error);
                break;
            case null when layer.FindRecord(error.Source, error.Destination, localPort, remotePort) is RequestRecord request
                && seq == request.Iss && EndsRequest(in error):
                request.Listener.Forget(request);
                break;
        }
    }

    /// <summary>Whether a half-open request ends by an error, as in Linux: over IPv4 if the peer is out of reach, over IPv6 if the error is final.</summary>
    private static bool EndsRequest(in IcmpErrorInfo error) => error.IsIPv6
        ? error.IsHard
        : error.Type is IcmpType.ParameterProblem or IcmpType.TimeExceeded ||
          (error.Type == IcmpType.DestinationUnreachable && error.Code is IcmpCode.NetUnreachable or IcmpCode.HostUnreachable);

    private static void Process(TcpConnection c, SeqNumber seq, in IcmpErrorInfo error)
    {
        if (error.IsTooBig)
        {
            c.Host.Ip.PathMtu.Learn(in error);
            OnNarrowPath(c);
        }
        else if (c.State is TcpState.SynSent or TcpState.SynReceived && !IsInUse(c) && error.Error != SocketError.Success)
        {
            // Nothing has been established that waiting could save: fail at once, as Linux does.
            if (c.Options.ReceiveErrors)
            {
                c.Keep(in error);
            }

            Lifecycle.End(c, error.Error);
        }
        else if (error.Error != SocketError.Success)
        {
            // Established connections outlive errors, hard ones too (RFC 5461 2.2): the peer's ACKs decide.
            c.SoftError = error.Error;
            if (IsConnectivityLost(in error) && seq == c.Snd.Una)
            {
                RetransmitTimer.RevertBackoff(c);
            }
        }

        c.DeliverEvents();
        if (c.State != TcpState.Closed)
        {
            c.ArmTimer();
        }
    }

    /// <summary>A connection of Fast Open's that somebody has accepted already is treated like an established one.</summary>
    private static bool IsInUse(TcpConnection c) => c.Has(ConnectionFlags.AwaitsHandshake) && !c.Has(ConnectionFlags.InAcceptQueue);

    /// <summary>The path takes less than was thought: what does not fit is sent again in smaller segments, without blaming congestion (RFC 1191 6.4).</summary>
    private static void OnNarrowPath(TcpConnection c)
    {
        int before = c.Mss;
        var route = c.Route is { IsValid: true } ? c.Route : c.Layer.Reroute(c);
        if (c is { State: TcpState.SynSent, Opening.SentData: true } && route is not null && route.Mtu < c.PathMtu)
        {
            FastOpenClient.OnNarrowPath(c);
            return;
        }

        if (route is null || !c.IsSynchronized || route.Mtu >= c.PathMtu)
        {
            return;
        }

        SegmentSize.Update(c);
        if (c.Mss >= before || c.Sent.IsEmpty)
        {
            return;
        }

        TimeoutRecovery.OnNarrowPath(c);
    }

    /// <summary>Whether a router has no way to the peer, for now: its answer shows that the path to it works (RFC 6069 3).</summary>
    private static bool IsConnectivityLost(in IcmpErrorInfo error) => error.IsIPv6
        ? error.Type == IcmpV6Type.DestinationUnreachable && error.Code == 0
        : error.Type == IcmpType.DestinationUnreachable && error.Code is IcmpCode.NetUnreachable or IcmpCode.HostUnreachable;
}
