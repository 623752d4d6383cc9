using System.Net.Sockets;
using Catenet.Kernel.Ip;
using Catenet.Wire.Internet;

namespace Catenet.Kernel.Icmp;

/// <summary>Reads ICMP errors: tells the transport whose packet is quoted, which alone knows whether to believe it (RFC 1122 3.2.2, RFC 1191, RFC 8201).</summary>
internal sealed class IcmpErrorReceiver(Host host)
{
    /// <summary>The last code of destination unreachable that is defined: precedence cut-off (RFC 1812 5.2.7.1).</summary>
    private const byte LastUnreachable = 15;

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

        // Codes nobody has defined say nothing; fragments of ours that were not put together may come whole the next time.
        if ((message.Type == IcmpType.DestinationUnreachable && message.Code > LastUnreachable) ||
            (message.Type == IcmpType.TimeExceeded && message.Code == IcmpCode.ReassemblyTimeExceeded))
        {
            host.Drop(packet, DropReason.IcmpIgnored);
            return;
        }

        int mtu = 0;
        if (message.Type == IcmpType.DestinationUnreachable && message.Code == IcmpCode.FragmentationNeeded && !Believes(message.Mtu, quoted.Protocol, out mtu))
        {
            host.Drop(packet, DropReason.IcmpIgnored);
            return;
        }

        var (error, hard) = MapIPv4(message.Type, message.Code);
        host.Ip.DeliverError(new IcmpErrorInfo
        {
            Reporter = info.Source,
            HopLimit = info.HopLimit,
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

        int mtu = message.Type == IcmpV6Type.PacketTooBig ? (int)Math.Min(message.Mtu, ushort.MaxValue) : 0;
        var (error, hard) = MapIPv6(message.Type, message.Code);
        host.Ip.DeliverError(new IcmpErrorInfo
        {
            Reporter = info.Source,
            HopLimit = info.HopLimit,
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

    /// <summary>What ip_no_pmtu_disc makes of the MTU that an error tells.</summary>
    private bool Believes(int told, byte protocol, out int mtu)
    {
        int mode = host.Settings.NoPathMtuDiscovery;
        mtu = mode == 1 ? 0 : told;
        return mode < 2 || (mode == 3 && protocol == IpProtocol.Tcp);
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
        (IcmpV6Type.DestinationUnreachable, IcmpV6Code.BeyondScope or IcmpV6Code.AddressUnreachable) => (SocketError.HostUnreachable, false),
        (IcmpV6Type.DestinationUnreachable, _) => (SocketError.ProtocolNotSupported, true), // Linux: EPROTO
        (IcmpV6Type.PacketTooBig, _) => (SocketError.MessageSize, false),
        (IcmpV6Type.ParameterProblem, _) => (SocketError.ProtocolNotSupported, true),
        _ => (SocketError.HostUnreachable, false),
    };
}
