using Catenet.Kernel.Devices;
using Catenet.Kernel.Ip;
using Catenet.Wire.Internet;

namespace Catenet.Kernel.Icmp;

/// <summary>Makes ICMP errors, where one may be made at all (RFC 1122 3.2.2, RFC 1812 4.3.2.7, RFC 4443 2.4 e).</summary>
internal sealed class IcmpErrorSender(Host host)
{
    /// <summary>What an IPv4 error quotes at most makes it 576 octets long (RFC 1812 4.3.2.3).</summary>
    private const int MostIPv4 = 576 - IPv4View.MinSize - IcmpView.Size;

    /// <summary>What an IPv6 error quotes at most makes it as long as the least MTU (RFC 4443 2.4 c).</summary>
    private const int MostIPv6 = IPv6View.MinMtu - IPv6View.Size - IcmpV6View.Size;

    private readonly IcmpRateLimiter _limiter = new(host);

    /// <summary>Errors that the rate limit held back.</summary>
    public long RateLimited { get; private set; }

    public void Send(PacketBuffer packet, byte type, byte code, uint rest)
    {
        if (packet.NetworkOffset < 0)
        {
            return;
        }

        var header = packet.From(packet.NetworkOffset);
        if (header.Length < IPv4View.MinSize)
        {
            return;
        }

        if (header[0] >> 4 == 4)
        {
            SendIPv4(packet, header, type, code, rest);
        }
        else if (header.Length >= IPv6View.Size)
        {
            SendIPv6(packet, header, type, code, rest);
        }
    }

    private void SendIPv4(PacketBuffer packet, Span<byte> header, byte type, byte code, uint rest)
    {
        if (!IPv4View.TryParseQuoted(header, out var ip) || packet.Kind is not (PacketKind.Host or PacketKind.Outgoing) || ip.FragmentOffset != 0)
        {
            return;
        }

        InetAddress source = ip.Source, destination = ip.Destination;
        if (!MaySendTo(source) || destination.IsMulticast || host.Routes.IsBroadcast(destination))
        {
            return;
        }

        // Never about an error (RFC 1122 3.2.2), nor about a redirect.
        if (ip.Protocol == IpProtocol.Icmp && header.Length > ip.HeaderLength &&
            (IcmpType.IsError(header[ip.HeaderLength]) || header[ip.HeaderLength] > IcmpType.AddressMaskReply))
        {
            return;
        }

        bool limited = (host.Settings.Icmp.RateMask >> type & 1) != 0;
        byte trafficClass = type == IcmpType.EchoReply ? ip.TrafficClass : (byte)(ip.TrafficClass & 0x1E | 0xC0);
        Emit(packet, source, destination, IpProtocol.Icmp, type, code, rest, MostIPv4, trafficClass, limited);
    }

    private void SendIPv6(PacketBuffer packet, Span<byte> header, byte type, byte code, uint rest)
    {
        if (!IPv6View.TryParseQuoted(header, out var ip))
        {
            return;
        }

        InetAddress source = ip.Source, destination = ip.Destination;
        // Two errors answer multicast: packet too big, for path MTU discovery, and an unknown option that asks for it.
        bool evenToGroups = type == IcmpV6Type.PacketTooBig || (type == IcmpV6Type.ParameterProblem && code == IcmpV6Code.UnknownOption);
        bool toGroup = destination.IsMulticast || packet.Kind is PacketKind.Multicast or PacketKind.Broadcast;
        if (!MaySendTo(source) || (toGroup && !evenToGroups))
        {
            return;
        }

        IPv6Upper.TryWalk(header, out var upper);
        if (!upper.IsLaterFragment &&
            (upper.Protocol == IpProtocol.IcmpV6 && header.Length > upper.Offset && (IcmpV6Type.IsError(header[upper.Offset]) || header[upper.Offset] == IcmpV6Type.Redirect)))
        {
            return;
        }

        var about = destination.IsIPv4 ? InetAddress.AnyIPv6 : destination; // IPv4-mapped: nobody's address on a wire
        Emit(packet, source, about, IpProtocol.IcmpV6, type, code, rest, MostIPv6, 0, limited: type != IcmpV6Type.PacketTooBig);
    }

    private bool MaySendTo(InetAddress source) =>
        !source.IsUnspecified && !source.IsMulticast && !host.Routes.IsBroadcast(source) && (!source.IsIPv4 || source.ToIPv4() >> 28 < 14);

    private void Emit(PacketBuffer packet, InetAddress to, InetAddress about, byte protocol, byte type, byte code, uint rest, int most, byte trafficClass, bool limited)
    {
        var input = host.Devices.ByIndex(packet.InputInterface);
        var from = to.IsIPv4 ? InetAddress.AnyIPv4 : InetAddress.AnyIPv6;
        if (host.Routes.IsLocal(about))
        {
            from = about;
        }
        else if (host.Settings.Icmp.ErrorsUseInboundAddress && input?.Addresses.Primary(to.IsIPv4) is { } inbound)
        {
            from = inbound.Address;
        }

        var route = host.Ip.Route(to, from, to.IsLinkLocal ? input : null, packet.Mark, out _);
        if (route is null || (limited && !route.Device.IsLoopback && !Allow(to)))
        {
            return;
        }

        byte[]? options = null;
        if (from == about && to.IsIPv4 && type != IcmpType.ParameterProblem && !IPv4Options.TryEcho(host, packet.From(packet.NetworkOffset), from, out options))
        {
            return;
        }

        var message = Build(packet, protocol, type, code, rest, most);
        from = from.IsUnspecified ? route.Source : from;
        Checksum(message, protocol, from, to);
        host.Netfilter.Attach(message, packet, isError: true);
        host.Ip.Output(message, route, protocol, new IpSendOptions { Source = from, TrafficClass = trafficClass, Options = options });
    }

    private PacketBuffer Build(PacketBuffer packet, byte protocol, byte type, byte code, uint rest, int most)
    {
        int ahead = packet.Offset - packet.NetworkOffset;
        int quoted = Math.Min(most, packet.Length + ahead);
        var message = host.Loop.Packets.Rent(IcmpView.Size + quoted);
        message.Mark = 0;
        var span = message.Append(IcmpView.Size + quoted);
        if (protocol == IpProtocol.Icmp)
        {
            IcmpView.Write(span, type, code, rest);
        }
        else
        {
            IcmpV6View.Write(span, type, code, rest);
        }

        var body = span[IcmpView.Size..];
        var linear = packet.From(packet.NetworkOffset);
        int part = Math.Min(linear.Length, quoted);
        linear[..part].CopyTo(body);
        packet.CopyTo(packet.LinearLength, body[part..]);
        return message;
    }

    internal static void Checksum(PacketBuffer message, byte protocol, InetAddress from, InetAddress to)
    {
        if (protocol == IpProtocol.Icmp)
        {
            IcmpView.UpdateChecksum(message.Span);
        }
        else
        {
            IcmpV6View.UpdateChecksum(message.Span, InternetChecksum.PseudoHeader(from, to, protocol, message.Length));
        }
    }

    private bool Allow(InetAddress destination)
    {
        if (_limiter.Allow(destination))
        {
            return true;
        }

        RateLimited++;
        host.Drops.Add(DropReason.IcmpRateLimit);
        return false;
    }

    /// <summary>Whether a redirect to an address may be sent now.</summary>
    internal bool AllowRedirect(InetAddress destination) => Allow(destination);
}
