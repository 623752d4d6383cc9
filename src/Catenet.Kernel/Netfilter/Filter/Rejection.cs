using System.Buffers.Binary;
using Catenet.Core;
using Catenet.Kernel.Icmp;
using Catenet.Kernel.Ip;
using Catenet.Wire.Internet;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Netfilter;

/// <summary>Tells the sender of a rejected packet.</summary>
internal static class Rejection
{
    /// <summary>Sends an ICMP error or a TCP reset; the packet stays the caller's. Nothing is sent about errors, resets, groups and later fragments.</summary>
    public static void Send(ref HookContext context, RejectKind kind)
    {
        if (!context.TryGetFields(out var fields) || fields.IsLaterFragment || fields.IsIcmpError ||
            fields.Source.IsUnspecified || fields.Source.IsMulticast || fields.Destination.IsMulticast || fields.Destination.IsLimitedBroadcast)
        {
            return;
        }

        if (kind == RejectKind.TcpReset && fields.Protocol == IpProtocol.Tcp)
        {
            SendReset(ref context, fields);
            return;
        }

        if (kind == RejectKind.HostUnreachable)
        {
            context.Host.Icmp.SendUnreachable(context.Packet, Unreachable.Host);
            return;
        }

        context.Host.Icmp.SendUnreachable(context.Packet, kind switch
        {
            RejectKind.NoRoute => Unreachable.NoRoute,
            RejectKind.AdminProhibited => Unreachable.Prohibited,
            _ => Unreachable.Port,
        });
    }

    /// <summary>The reset that the packet's destination would send if nobody listened there (RFC 9293 3.10.7.1).</summary>
    private static void SendReset(ref HookContext context, in PacketFields fields)
    {
        var host = context.Host;
        var segment = context.Packet.Span[fields.TransportOffset..];
        if ((fields.TcpFlags & TcpFlags.Rst) != 0 || !TcpView.TryParse(segment, out var tcp))
        {
            return;
        }

        bool acknowledges = (fields.TcpFlags & TcpFlags.Ack) != 0;
        int octets = fields.TransportLength - tcp.HeaderLength
            + ((fields.TcpFlags & TcpFlags.Syn) != 0 ? 1 : 0) + ((fields.TcpFlags & TcpFlags.Fin) != 0 ? 1 : 0);
        var reset = host.Loop.Packets.Rent(TcpView.MinSize);
        var header = reset.Append(TcpView.MinSize);
        TcpView.Write(header, fields.DestinationPort, fields.SourcePort, acknowledges ? tcp.Acknowledgment : default,
            acknowledges ? default : tcp.Sequence + octets, acknowledges ? TcpFlags.Rst : TcpFlags.Rst | TcpFlags.Ack, window: 0);
        TcpView.UpdateChecksum(header, InternetChecksum.PseudoHeader(fields.Destination, fields.Source, IpProtocol.Tcp, TcpView.MinSize));

        // The source may be another host's address: the way back is looked up without it.
        var way = host.Ip.Route(fields.Source, default, null, context.Packet.Mark, out _);
        if (way is null)
        {
            reset.Release();
            return;
        }

        host.Netfilter.Attach(reset, context.Packet, isError: false);
        host.Ip.Output(reset, way, IpProtocol.Tcp, new IpSendOptions { Source = fields.Destination });
    }
}
