using Catenet.Kernel.Devices;
using Catenet.Kernel.Ip;
using Catenet.Kernel.Routing;
using Catenet.Wire.Internet;
using Catenet.Wire.Internet.Ndp;

namespace Catenet.Kernel.Icmp;

/// <summary>Redirects: routers tell hosts of a better first hop, hosts believe their own router (RFC 1122 3.2.2.2, RFC 1812 5.2.7.2, RFC 4861 8).</summary>
internal sealed class IcmpRedirects(Host host, IcmpErrorSender errors)
{
    private const int Limit = 256;

    private readonly Queue<RouteEntry> _learned = new();

    /// <summary>How long a redirect holds without being renewed; Linux's gc_timeout.</summary>
    private static readonly Duration s_lifetime = Duration.FromSeconds(300);

    /// <summary>Tells the sender of a packet that leaves by the device it came in by of the next hop, if that is on the sender's link.</summary>
    public void Send(PacketBuffer packet, NetDevice device, InetAddress source, InetAddress destination, InetAddress nextHop)
    {
        var back = host.Routes.Lookup(source, device);
        bool onLink = source.IsIPv6 && source.IsLinkLocal || back is { Gateway: null, Type: RouteType.Unicast };
        if (!onLink || !errors.AllowRedirect(source))
        {
            return;
        }

        if (source.IsIPv4)
        {
            errors.Send(packet, IcmpType.Redirect, IcmpCode.RedirectHost, IcmpView.RestOfGateway(nextHop));
        }
        else if (device.Addresses.LinkLocal is { } from && (nextHop.IsLinkLocal || nextHop == destination))
        {
            SendIPv6(packet, device, from.Address, source, destination, nextHop);
        }
    }

    public void ReceiveIPv4(PacketBuffer packet, in IpReceiveInfo info)
    {
        IcmpView.TryParse(packet.Linearize(), out var message);
        if (!IPv4View.TryParseQuoted(message.Body, out var quoted))
        {
            host.Drop(packet, DropReason.IcmpInvalid);
            return;
        }

        var gateway = message.Gateway;
        if (!host.Settings.IPv4Forwarding && host.Routes.IsLocal(quoted.Source))
        {
            Learn(info.Device, info.Source, quoted.Destination, gateway);
        }

        host.Drop(packet, DropReason.Consumed);
    }

    public void ReceiveIPv6(PacketBuffer packet, in IpReceiveInfo info)
    {
        if (info.HopLimit != 255 || !info.Source.IsLinkLocal || !NdpRedirectView.TryParse(packet.Linearize(), out var message) ||
            message.Destination.IsMulticast || !(message.Target.IsLinkLocal || message.Target == message.Destination))
        {
            host.Drop(packet, DropReason.NdpInvalid);
            return;
        }

        if (!host.Settings.IPv6Forwarding && Learn(info.Device, info.Source, message.Destination, message.Target) &&
            NdpOptionEnumerator.TryFindLinkAddress(message.OptionData, NdpOptionType.TargetLinkAddress, out var mac))
        {
            host.Neighbours.GetOrCreate(info.Device, message.Target)?.Update(mac, Neighbours.NeighbourState.Stale, overrides: true);
        }

        host.Drop(packet, DropReason.Consumed);
    }

    /// <summary>Takes a host route for a destination, if the one who says so is the first hop now and the new one is on the link.</summary>
    private bool Learn(NetDevice device, InetAddress from, InetAddress destination, InetAddress gateway)
    {
        if (!device.Settings.AcceptRedirects || gateway.IsMulticast || gateway.IsUnspecified || host.Routes.IsLocal(gateway))
        {
            return false;
        }

        var present = host.Routes.Lookup(destination, device);
        bool onLink = gateway.IsLinkLocal || host.Routes.Lookup(gateway, device) is { Gateway: null, Type: RouteType.Unicast };
        if (present is not { Type: RouteType.Unicast } || present.Gateway != from || present.Device != device || !onLink)
        {
            return false;
        }

        while (_learned.Count >= Limit || (_learned.TryPeek(out var oldest) && oldest.Expires <= host.Loop.Now))
        {
            host.Routes.Remove(_learned.Dequeue());
        }

        if (present.Protocol == RouteProtocol.Redirect)
        {
            host.Routes.Remove(present);
        }

        var route = new RouteEntry(new InetPrefix(destination, destination.Bits))
        {
            Gateway = gateway == destination ? null : gateway,
            Device = device,
            Protocol = RouteProtocol.Redirect,
            Expires = host.Loop.Now + s_lifetime,
        };
        host.Routes.Add(route);
        _learned.Enqueue(route);
        return true;
    }

    private void SendIPv6(PacketBuffer packet, NetDevice device, InetAddress from, InetAddress to, InetAddress destination, InetAddress nextHop)
    {
        const int MostQuoted = IPv6View.MinMtu - IPv6View.Size - NdpRedirectView.Size - 16;
        var message = host.Loop.Packets.Rent(IPv6View.MinMtu);
        var linear = packet.From(packet.NetworkOffset);
        var span = message.Append(NdpRedirectView.Size + 8 + 8 + Math.Min(MostQuoted, linear.Length & ~7));
        NdpRedirectView.Write(span, nextHop, destination);
        var options = new NdpOptionWriter(span[NdpRedirectView.Size..]);
        if (host.Neighbours.Find(device, nextHop) is { Mac.IsNone: false } neighbour)
        {
            options.AddTargetLinkAddress(neighbour.Mac);
        }

        options.AddRedirectedHeader(linear[..Math.Min(MostQuoted, linear.Length & ~7)]);
        message.TrimTo(NdpRedirectView.Size + options.Length);
        IcmpErrorSender.Checksum(message, IpProtocol.IcmpV6, from, to);
        host.Ip.Sender.SendOnLink(message, device, from, to, IpProtocol.IcmpV6, new IpSendOptions { HopLimit = 255 });
    }
}
