using Catenet.Kernel.Devices;
using Catenet.Kernel.Icmp;
using Catenet.Kernel.Netfilter;
using Catenet.Kernel.Routing;
using Catenet.Wire.Internet;

namespace Catenet.Kernel.Ip;

/// <summary>The way up for IPv4: is the header right, may the addresses be, is it for this host or another (RFC 791, RFC 1122 3.2.1, RFC 1812 5.2).</summary>
internal sealed class IPv4Input(Host host, ITransport?[] transports)
{
    public void Receive(PacketBuffer packet, NetDevice device)
    {
        packet.MarkNetworkHeader();
        if (!packet.EnsureLinear(IPv4View.MinSize) || !packet.EnsureLinear((packet.Span[0] & 0xF) * 4) ||
            !IPv4View.TryParse(packet.Span, packet.Length, out var ip))
        {
            host.Drop(packet, DropReason.IpHeader);
            return;
        }

        if (!ip.HasValidChecksum)
        {
            host.Drop(packet, DropReason.IpChecksum);
            return;
        }

        if (packet.Length > ip.TotalLength)
        {
            packet.TrimTo(ip.TotalLength);
        }

        if (ip.IsFragment && host.Netfilter.NeedsWholePackets)
        {
            if (host.Ip.Reassembler.AddIPv4(packet, device) is not { } whole)
            {
                return;
            }

            packet = whole;
        }

        if (host.Ip.Passes(HookPoint.PreRouting, packet, device, null))
        {
            Route(packet, device);
        }
    }

    private void Route(PacketBuffer packet, NetDevice device)
    {
        if (!IPv4View.TryParse(packet.Span, packet.Length, out var ip))
        {
            host.Drop(packet, DropReason.IpHeader);
            return;
        }

        InetAddress source = ip.Source, destination = ip.Destination;
        if (ip.HasOptions && !IPv4Options.Accept(host, packet, device))
        {
            return;
        }

        var routes = host.Routes;
        if (!ip.HasOptions && device.InputRoutes.TryFind(source, destination, routes.Generation, out var known))
        {
            Follow(packet, device, known);
            return;
        }

        if (destination.IsMulticast)
        {
            if (!IsPossibleSource(source, device, unspecifiedToo: destination.IsLinkLocalMulticast))
            {
                host.Drop(packet, DropReason.IpInvalidSource);
            }
            else if (device.Groups.Contains(destination))
            {
                Deliver(packet, device);
            }
            else
            {
                host.Drop(packet, DropReason.IpInvalidDestination, device);
            }

            return;
        }

        var route = routes.Lookup(destination);
        bool everybody = destination.IsLimitedBroadcast || route is { Type: RouteType.Broadcast };
        if (!IsPossibleSource(source, device, unspecifiedToo: everybody) ||
            (routes.IsLocal(source) && !device.IsLoopback && packet.LinkOffset >= 0))
        {
            host.Drop(packet, DropReason.IpInvalidSource);
            return;
        }

        if (destination.ToIPv4() >> 24 == 0 || (destination.IsLoopback && !device.IsLoopback))
        {
            host.Drop(packet, DropReason.IpInvalidDestination);
            return;
        }

        if (device.Settings.RpFilter != 0 && !source.IsUnspecified && !ReversePathFits(source, device))
        {
            host.Drop(packet, DropReason.IpReversePathFilter, device);
            return;
        }

        if (everybody)
        {
            Deliver(packet, device);
        }
        else if (!ip.HasOptions && InputRouteCache.MayKeep(route, source, device, packet))
        {
            Follow(packet, device, device.InputRoutes.Add(source, destination, routes.Generation, route));
        }
        else if (route is { Type: RouteType.Local })
        {
            Deliver(packet, device);
        }
        else
        {
            host.Ip.Forwarder.ForwardIPv4(packet, device, route, null);
        }
    }

    private void Follow(PacketBuffer packet, NetDevice device, InputRoute known)
    {
        if (known.IsLocal)
        {
            Deliver(packet, device);
        }
        else
        {
            host.Ip.Forwarder.ForwardIPv4(packet, device, known.Route, known);
        }
    }

    /// <summary>Whether an address may be the source of a packet from a wire (RFC 1122 3.2.1.3).</summary>
    private static bool IsPossibleSource(InetAddress source, NetDevice device, bool unspecifiedToo)
    {
        uint value = source.ToIPv4();
        if (value == 0)
        {
            return unspecifiedToo;
        }

        return value >> 28 < 14 && value >> 24 != 0 && (value >> 24 != 127 || device.IsLoopback);
    }

    private bool ReversePathFits(InetAddress source, NetDevice device)
    {
        if (device.IsLoopback)
        {
            return true;
        }

        var back = host.Routes.Lookup(source);
        return back is { Type: RouteType.Unicast } && (back.Device == device || device.Settings.RpFilter == 2);
    }

    private void Deliver(PacketBuffer packet, NetDevice device)
    {
        IPv4View.TryParse(packet.Span, packet.Length, out var ip);
        if (ip.IsFragment)
        {
            if (host.Ip.Reassembler.AddIPv4(packet, device) is not { } whole)
            {
                return;
            }

            packet = whole;
        }

        if (ip.HasOptions)
        {
            IPv4Options.Arrive(host, packet);
        }

        if (!host.Ip.Passes(HookPoint.LocalIn, packet, device, null))
        {
            return;
        }

        if (!IPv4View.TryParse(packet.Span, packet.Length, out ip))
        {
            host.Drop(packet, DropReason.IpHeader);
            return;
        }

        var info = new IpReceiveInfo
        {
            Source = ip.Source,
            Destination = ip.Destination,
            Protocol = ip.Protocol,
            HopLimit = ip.Ttl,
            TrafficClass = ip.TrafficClass,
            Device = device,
        };
        var transport = info.Protocol == IpProtocol.IcmpV6 ? null : transports[info.Protocol];
        if (transport is null)
        {
            host.Icmp.SendUnreachable(packet, Unreachable.Protocol);
            host.Drop(packet, DropReason.IpNoProtocol);
            return;
        }

        int header = ip.HeaderLength;
        packet.Pull(header);
        packet.MarkTransportHeader();
        if (host.Loop.Tracer.Enabled)
        {
            host.Trace(TraceKind.Decapsulate, packet, device, null, "IPv4", header);
            host.Trace(TraceKind.LocalDeliver, packet, device, null, IpProtocol.Name(info.Protocol), info.Protocol);
        }

        transport.Receive(packet, in info);
    }
}
