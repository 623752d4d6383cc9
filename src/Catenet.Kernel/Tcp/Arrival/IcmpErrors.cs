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
            case TcpConnection:
                layer.Counters.OutOfWindowIcmp++;
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
        if (c.Authentication is not null && AoControl.Ignores(c, in error))
        {
            return;
        }

        if (error.IsTooBig)
        {
            NarrowPath.OnError(c, in error);
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

    /// <summary>Whether a router has no way to the peer, for now: its answer shows that the path to it works (RFC 6069 3).</summary>
    private static bool IsConnectivityLost(in IcmpErrorInfo error) => error.IsIPv6
        ? error.Type == IcmpV6Type.DestinationUnreachable && error.Code == 0
        : error.Type == IcmpType.DestinationUnreachable && error.Code is IcmpCode.NetUnreachable or IcmpCode.HostUnreachable;
}
