using System.Net.Sockets;
using Catenet.Kernel.Ip;
using Catenet.Wire.Internet;

namespace Catenet.Kernel.Icmp;

/// <summary>Reads ICMP errors: learns path MTUs and tells the transport whose packet is quoted (RFC 1122 3.2.2, RFC 1191, RFC 8201).</summary>
internal sealed class IcmpErrorReceiver(Host host)
{
    public void ReceiveIPv4(PacketBuffer packet, in IpReceiveInfo info)
    {
        IcmpView.TryParse(packet.Linearize(), out var message);
        if (!IPv4View.TryParseQuoted(message.Body, out var quoted) || quoted.Payload.Length < 8)
        {
            host.Drop(packet, DropReason.IcmpInvalid);
            return;
        }

        // Only what this host sent concerns it; a later fragment tells no transport anything.
        if (!host.Routes.IsLocal(quoted.Source) || quoted.FragmentOffset != 0)
        {
            host.Drop(packet, DropReason.IcmpIgnored);
            return;
        }

        int mtu = 0;
        if (message.Type == IcmpType.DestinationUnreachable && message.Code == IcmpCode.FragmentationNeeded)
        {
            mtu = message.Mtu != 0 ? message.Mtu : Plateau(quoted.TotalLength);
            mtu = LearnMtu(quoted.Source, quoted.Destination, Math.Max(mtu, host.Settings.MinPathMtu));
        }

        var (error, hard) = MapIPv4(message.Type, message.Code);
        host.Ip.DeliverError(new IcmpErrorInfo
        {
            Reporter = info.Source,
            Source = quoted.Source,
            Destination = quoted.Destination,
            Protocol = quoted.Protocol,
            Type = message.Type,
            Code = message.Code,
            Mtu = mtu,
            Quoted = quoted.Payload,
            Error = error,
            IsHard = hard,
        });
        host.Drop(packet, DropReason.Consumed);
    }

    public void ReceiveIPv6(PacketBuffer packet, in IpReceiveInfo info)
    {
        IcmpV6View.TryParse(packet.Linearize(), out var message);
        if (!IPv6View.TryParseQuoted(message.Body, out var quoted) || !IPv6Upper.TryWalk(message.Body, out var upper) || message.Body.Length < upper.Offset + 8)
        {
            host.Drop(packet, DropReason.IcmpInvalid);
            return;
        }

        if (!host.Routes.IsLocal(quoted.Source) || upper.IsLaterFragment)
        {
            host.Drop(packet, DropReason.IcmpIgnored);
            return;
        }

        int mtu = 0;
        if (message.Type == IcmpV6Type.PacketTooBig)
        {
            // Less than the least MTU cannot be (RFC 8201 4).
            mtu = (int)Math.Min(message.Mtu, ushort.MaxValue);
            mtu = mtu < IPv6View.MinMtu ? 0 : LearnMtu(quoted.Source, quoted.Destination, mtu);
        }

        var (error, hard) = MapIPv6(message.Type, message.Code);
        host.Ip.DeliverError(new IcmpErrorInfo
        {
            Reporter = info.Source,
            Source = quoted.Source,
            Destination = quoted.Destination,
            Protocol = upper.Protocol,
            Type = message.Type,
            Code = message.Code,
            IsIPv6 = true,
            Mtu = mtu,
            Quoted = message.Body[upper.Offset..],
            Error = error,
            IsHard = hard,
        });
        host.Drop(packet, DropReason.Consumed);
    }

    /// <summary>Believes a path MTU if it is below what the first link takes anyway.</summary>
    private int LearnMtu(InetAddress source, InetAddress destination, int mtu)
    {
        var route = host.Ip.Route(destination, source, null, 0, out _);
        if (route is null || route.IsLocal || mtu >= route.Mtu)
        {
            return route is null ? 0 : Math.Min(mtu, route.Mtu);
        }

        host.Ip.PathMtu.Learn(destination, mtu);
        return mtu;
    }

    /// <summary>Old gateways do not tell the MTU: the next lower of those in use is tried (RFC 1191 7).</summary>
    private static int Plateau(int length)
    {
        ReadOnlySpan<int> plateaus = [32000, 17914, 8166, 4352, 2002, 1492, 576, 296, 216, 128, 68];
        foreach (int plateau in plateaus)
        {
            if (plateau < length)
            {
                return plateau;
            }
        }

        return 68;
    }

    private static (SocketError Error, bool Hard) MapIPv4(byte type, byte code) => (type, code) switch
    {
        (IcmpType.DestinationUnreachable, IcmpCode.NetUnreachable) => (SocketError.NetworkUnreachable, false),
        (IcmpType.DestinationUnreachable, IcmpCode.HostUnreachable) => (SocketError.HostUnreachable, false),
        (IcmpType.DestinationUnreachable, IcmpCode.ProtocolUnreachable) => (SocketError.ProtocolOption, true),
        (IcmpType.DestinationUnreachable, IcmpCode.PortUnreachable) => (SocketError.ConnectionRefused, true),
        (IcmpType.DestinationUnreachable, IcmpCode.FragmentationNeeded) => (SocketError.MessageSize, false),
        (IcmpType.DestinationUnreachable, IcmpCode.SourceRouteFailed) => (SocketError.OperationNotSupported, false),
        (IcmpType.DestinationUnreachable, IcmpCode.NetUnknown or IcmpCode.NetProhibited) => (SocketError.NetworkUnreachable, true),
        (IcmpType.DestinationUnreachable, IcmpCode.HostUnknown) => (SocketError.HostDown, true),
        (IcmpType.DestinationUnreachable, IcmpCode.NetUnreachableForTos) => (SocketError.NetworkUnreachable, false),
        (IcmpType.DestinationUnreachable, IcmpCode.HostUnreachableForTos) => (SocketError.HostUnreachable, false),
        (IcmpType.DestinationUnreachable, _) => (SocketError.HostUnreachable, true),
        (IcmpType.ParameterProblem, _) => (SocketError.ProtocolNotSupported, true),
        _ => (SocketError.HostUnreachable, false),
    };

    private static (SocketError Error, bool Hard) MapIPv6(byte type, byte code) => (type, code) switch
    {
        (IcmpV6Type.DestinationUnreachable, IcmpV6Code.NoRoute) => (SocketError.NetworkUnreachable, false),
        (IcmpV6Type.DestinationUnreachable, IcmpV6Code.Prohibited or IcmpV6Code.PolicyFailed or IcmpV6Code.RejectRoute) => (SocketError.AccessDenied, true),
        (IcmpV6Type.DestinationUnreachable, IcmpV6Code.PortUnreachable) => (SocketError.ConnectionRefused, true),
        (IcmpV6Type.DestinationUnreachable, _) => (SocketError.HostUnreachable, false),
        (IcmpV6Type.PacketTooBig, _) => (SocketError.MessageSize, false),
        (IcmpV6Type.ParameterProblem, _) => (SocketError.ProtocolNotSupported, true),
        _ => (SocketError.HostUnreachable, false),
    };
}
