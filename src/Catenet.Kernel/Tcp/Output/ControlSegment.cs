using Catenet.Core;
using Catenet.Kernel.Ip;
using Catenet.Kernel.Udp;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>Segments that belong to no connection: resets, SYN-ACKs of requests, ACKs of TIME-WAIT.</summary>
internal static class ControlSegment
{
    public static void Send(TcpLayer layer, FlowRecord flow, Destination route, SeqNumber seq, SeqNumber ack, TcpFlags flags, ushort window,
        ReadOnlySpan<byte> options, TcpSocketOptions? socket, byte? trafficClass = null, SegmentAuthentication? authentication = null)
    {
        Send(layer, flow.LocalEndpoint, flow.RemoteEndpoint, route, seq, ack, flags, window, options, socket, trafficClass, authentication);
    }

    public static void Send(TcpLayer layer, InetEndpoint local, InetEndpoint remote, Destination route, SeqNumber seq, SeqNumber ack,
        TcpFlags flags, ushort window, ReadOnlySpan<byte> options, TcpSocketOptions? socket, byte? trafficClass = null, SegmentAuthentication? authentication = null)
    {
        var host = layer.Host;
        var packet = host.Loop.Packets.Rent(TcpView.MaxSize);
        int length = TcpView.MinSize + options.Length;
        var segment = packet.Append(length);
        options.CopyTo(segment[TcpView.MinSize..]);
        TcpView.Write(segment, local.Port, remote.Port, seq, ack, flags, window, length);
        authentication?.Sign(layer.Keyed!.Input, new SegmentImage(local.Address, remote.Address, segment));
        TcpView.UpdateChecksum(segment, InternetChecksum.PseudoHeader(local.Address, remote.Address, TcpLayer.ProtocolNumber, length));
        packet.MarkTransportHeader();
        packet.Mark = socket?.Mark ?? 0;
        layer.Counters.SegmentsOut++;
        if (host.Loop.Tracer.Enabled)
        {
            host.Trace(TraceKind.Encapsulate, packet, null, null, "TCP", length);
        }

        var ip = new IpSendOptions
        {
            Source = local.Address,
            HopLimit = socket?.HopLimit ?? 0,
            TrafficClass = trafficClass ?? socket?.TrafficClass ?? 0,
            DontFragment = NarrowPath.MayNotFragment(socket?.PathMtuDiscovery ?? PathMtuDiscovery.Want, route),
        };
        host.Ip.Output(packet, route, TcpLayer.ProtocolNumber, in ip);
    }
}
