using Catenet.Kernel.Devices;
using Catenet.Kernel.Icmp;
using Catenet.Kernel.Netfilter;
using Catenet.Kernel.Routing;
using Catenet.Wire.Internet;

namespace Catenet.Kernel.Ip;

/// <summary>The way up for IPv6: is the header right, may the addresses be, is it for this host or another (RFC 8200, RFC 4291, RFC 4007).</summary>
internal sealed class IPv6Input(Host host, ITransport?[] transports)
{
    public void Receive(PacketBuffer packet, NetDevice device)
    {
        packet.MarkNetworkHeader();
        if (!packet.EnsureLinear(IPv6View.Size) || !IPv6View.TryParse(packet.Span, packet.Length, out var ip))
        {
            host.Drop(packet, DropReason.IpHeader);
            return;
        }

        if (device.Settings.DisableIPv6)
        {
            host.Drop(packet, DropReason.UnhandledProtocol, device);
            return;
        }

        if (packet.Length > ip.TotalLength)
        {
            packet.TrimTo(ip.TotalLength);
        }

        InetAddress source = ip.Source, destination = ip.Destination;
        if (source.IsMulticast || source.IsIPv4 || (source.IsLoopback && !device.IsLoopback))
        {
            host.Drop(packet, DropReason.IpInvalidSource);
            return;
        }

        // Groups of interface-local or reserved scope never come from a wire (RFC 4291 2.7).
        if (destination.IsUnspecified || destination.IsIPv4)
        {
            host.Icmp.SendUnreachable(packet, Unreachable.NoRoute);
            host.Drop(packet, DropReason.IpInvalidDestination);
            return;
        }

        if (!device.IsLoopback && (destination.IsLoopback || (destination.IsMulticast && (destination.High >> 48 & 0xF) <= 1)))
        {
            host.Drop(packet, DropReason.IpInvalidDestination);
            return;
        }

        byte next = ip.NextHeader;
        if (next == IpProtocol.HopByHop && !IPv6Extensions.AcceptHopByHop(host, packet))
        {
            return;
        }

        if (host.Netfilter.NeedsWholePackets && next is not (IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.IcmpV6))
        {
            packet.Linearize();
            if (IPv6Upper.TryWalk(packet.Span, out var upper) && upper.IsFragment && !upper.IsAtomicFragment)
            {
                if (host.Ip.Reassembler.AddIPv6(packet, in upper, device) is not { } whole)
                {
                    return;
                }

                packet = whole;
            }
        }

        if (host.Ip.Passes(HookPoint.PreRouting, packet, device, null))
        {
            Route(packet, device);
        }
    }

    private void Route(PacketBuffer packet, NetDevice device)
    {
        if (!IPv6View.TryParse(packet.Span, packet.Length, out var ip))
        {
            host.Drop(packet, DropReason.IpHeader);
            return;
        }

        InetAddress source = ip.Source, destination = ip.Destination;
        if (device.InputRoutes.TryFind(source, destination, host.Routes.Generation, out var known))
        {
            Follow(packet, device, known);
            return;
        }

        if (destination.IsMulticast)
        {
            if (device.Groups.Contains(destination) || (destination == InetAddress.AllRouters && host.Settings.IPv6Forwarding))
            {
                Deliver(packet, device);
            }
            else
            {
                host.Drop(packet, DropReason.IpInvalidDestination, device);
            }

            return;
        }

        if (destination.IsLinkLocal)
        {
            // Link-local addresses are told apart by device: the one it came in by must have it, checked or still being checked (for NS of DAD).
            if (device.IsLoopback ? host.Routes.IsLocal(destination) : device.Addresses.Find(destination) is { IsUsable: true })
            {
                Deliver(packet, device);
                return;
            }
        }

        var route = host.Routes.Lookup(destination);
        if (device.Settings.RpFilter != 0 && !device.IsLoopback && !source.IsUnspecified && !source.IsLinkLocal &&
            !(host.Routes.Lookup(source) is { Type: RouteType.Unicast } back && (back.Device == device || device.Settings.RpFilter == 2)))
        {
            host.Drop(packet, DropReason.IpReversePathFilter, device);
            return;
        }

        if (!destination.IsLinkLocal && !source.IsLinkLocal && InputRouteCache.MayKeep(route, source, device, packet))
        {
            Follow(packet, device, device.InputRoutes.Add(source, destination, host.Routes.Generation, route));
        }
        else if (route is { Type: RouteType.Local } && !destination.IsLinkLocal)
        {
            Deliver(packet, device);
        }
        else
        {
            host.Ip.Forwarder.ForwardIPv6(packet, device, route, null);
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
            host.Ip.Forwarder.ForwardIPv6(packet, device, known.Route, known);
        }
    }

    private void Deliver(PacketBuffer packet, NetDevice device)
    {
        byte next = packet.Span[6];
        int offset = IPv6View.Size;
        if (next is not (IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.IcmpV6) && !IPv6Extensions.Walk(host, ref packet, device, out next, out offset))
        {
            return;
        }

        if (!host.Ip.Passes(HookPoint.LocalIn, packet, device, null))
        {
            return;
        }

        if (!IPv6View.TryParse(packet.Span, packet.Length, out var ip))
        {
            host.Drop(packet, DropReason.IpHeader);
            return;
        }

        var info = new IpReceiveInfo
        {
            Source = ip.Source,
            Destination = ip.Destination,
            Protocol = next,
            HopLimit = ip.HopLimit,
            TrafficClass = ip.TrafficClass,
            Device = device,
        };
        var transport = next is IpProtocol.Icmp or IpProtocol.Igmp ? null : transports[next];
        if (transport is null)
        {
            IPv6Extensions.RefuseProtocol(host, packet);
            return;
        }

        packet.Pull(offset);
        packet.MarkTransportHeader();
        if (host.Loop.Tracer.Enabled)
        {
            host.Trace(TraceKind.Decapsulate, packet, device, null, "IPv6", offset);
            host.Trace(TraceKind.LocalDeliver, packet, device, null, IpProtocol.Name(next), next);
        }

        transport.Receive(packet, in info);
    }
}
