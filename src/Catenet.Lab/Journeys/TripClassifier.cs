using Catenet.Wire.Dissection;
using Catenet.Wire.Internet;
using Catenet.Wire.Transport;

namespace Catenet.Lab.Journeys;

/// <summary>Tells what a packet is for from its headers.</summary>
internal static class TripClassifier
{
    private const int DnsPort = 53;

    public static TripKind Classify(PacketTrip trip)
    {
        var flow = trip.FirstFrame?.Flow ?? trip.Steps.FirstOrDefault(s => s.Flow is not null)?.Flow;
        if (flow is null)
        {
            return TripKind.Talk;
        }

        if (flow.IsNeighbourTalk)
        {
            return TripKind.Neighbours;
        }

        if (IsPort(flow, DnsPort))
        {
            return TripKind.Names;
        }

        return flow.Protocol switch
        {
            IpProtocol.Tcp => ClassifyTcp(flow, trip.Dissection),
            IpProtocol.Icmp or IpProtocol.IcmpV6 => IsEcho(trip.Dissection) ? TripKind.Talk : TripKind.Error,
            _ => TripKind.Talk,
        };
    }

    private static TripKind ClassifyTcp(PacketFlow flow, FrameDissection? frame)
    {
        if ((flow.TcpFlags & TcpFlags.Syn) != 0)
        {
            return TripKind.Connect;
        }

        if ((flow.TcpFlags & (TcpFlags.Fin | TcpFlags.Rst)) != 0 && flow.PayloadLength == 0)
        {
            return TripKind.Close;
        }

        if (flow.PayloadLength == 0)
        {
            return TripKind.Acknowledge;
        }

        var tls = frame?.Layers.Where(l => l.Protocol == "TLS").ToList();
        bool handshake = tls is { Count: > 0 } && tls.Any(l => !l.Summary.Contains("Application Data", StringComparison.OrdinalIgnoreCase));
        return handshake ? TripKind.Secure : TripKind.Talk;
    }

    private static bool IsEcho(FrameDissection? frame) =>
        frame?.Layers.FirstOrDefault(l => l.Protocol is "ICMP" or "ICMPv6")?.Summary.Contains("echo", StringComparison.OrdinalIgnoreCase) ?? false;

    private static bool IsPort(PacketFlow flow, int port) =>
        flow.Protocol is IpProtocol.Udp or IpProtocol.Tcp && (flow.Source.Port == port || flow.Destination.Port == port);
}
