using Catenet.Kernel.Devices;
using Catenet.Kernel.Icmp;
using Catenet.Kernel.Neighbours;
using Catenet.Kernel.Netfilter;
using Catenet.Kernel.Offload;
using Catenet.Kernel.Routing;
using Catenet.Wire.Internet;

namespace Catenet.Kernel.Ip;

/// <summary>Passes packets on that are for others (RFC 1812 5.3, RFC 8200).</summary>
internal sealed class IpForwarder(Host host)
{
    /// <summary>Passes an IPv4 packet on by a route.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="input">The device it came in by.</param>
    /// <param name="route">The route; null if there is none.</param>
    /// <param name="known">What is remembered of such packets; null if nothing is.</param>
    public void ForwardIPv4(PacketBuffer packet, NetDevice input, RouteEntry? route, InputRoute? known)
    {
        if (!host.Settings.IPv4Forwarding)
        {
            host.Drop(packet, DropReason.IpForwardingOff);
            return;
        }

        if (!MayForward(packet, route))
        {
            return;
        }

        IPv4View.TryParse(packet.Span, packet.Length, out var ip);
        if (ip.Ttl <= 1)
        {
            host.Icmp.SendError(packet, IcmpType.TimeExceeded, IcmpCode.TtlExceeded);
            host.Drop(packet, DropReason.TtlExceeded, route);
            return;
        }

        var output = route!.Device!;
        var destination = ip.Destination;
        var nextHop = route.Gateway ?? destination;
        int mtu = MtuOf(route, output, destination);
        if (packet.Length > mtu && ip.DontFragment && SuperPacket.WireLength(packet) > mtu)
        {
            host.Icmp.SendTooBig(packet, mtu);
            host.Drop(packet, DropReason.FragmentationNeeded, route);
            return;
        }

        bool hasOptions = ip.HasOptions;
        var source = ip.Source;
        packet.EnsureWritable();
        IPv4View.DecrementTtl(packet.Span);
        if (output == input && input.Settings.SendRedirects && !hasOptions)
        {
            host.Icmp.Redirects.Send(packet, input, source, destination, nextHop);
        }

        if (hasOptions && !IPv4Options.Forward(host, packet, output))
        {
            return;
        }

        PassOn(packet, input, output, route, known, nextHop, mtu, packet.Span[8]);
    }

    /// <summary>Passes an IPv6 packet on by a route.</summary>
    public void ForwardIPv6(PacketBuffer packet, NetDevice input, RouteEntry? route, InputRoute? known)
    {
        if (!host.Settings.IPv6Forwarding)
        {
            if (route is null)
            {
                host.Icmp.SendUnreachable(packet, Unreachable.NoRoute);
            }

            host.Drop(packet, DropReason.IpForwardingOff);
            return;
        }

        IPv6View.TryParse(packet.Span, packet.Length, out var ip);
        InetAddress source = ip.Source, destination = ip.Destination;
        if (source.IsUnspecified || destination.IsLinkLocal)
        {
            host.Drop(packet, source.IsUnspecified ? DropReason.IpInvalidSource : DropReason.IpInvalidDestination);
            return;
        }

        if (!MayForward(packet, route))
        {
            return;
        }

        if (source.IsLinkLocal)
        {
            // A link-local source stays on its link (RFC 4007 9).
            host.Icmp.SendError(packet, IcmpV6Type.DestinationUnreachable, IcmpV6Code.BeyondScope);
            host.Drop(packet, DropReason.IpInvalidSource, route);
            return;
        }

        if (ip.HopLimit <= 1)
        {
            host.Icmp.SendError(packet, IcmpV6Type.TimeExceeded, IcmpV6Code.HopLimitExceeded);
            host.Drop(packet, DropReason.TtlExceeded, route);
            return;
        }

        var output = route!.Device!;
        var nextHop = route.Gateway ?? destination;
        int mtu = MtuOf(route, output, destination);
        if (packet.Length > mtu && (packet.FragmentSize == 0 || packet.FragmentSize > mtu) && SuperPacket.WireLength(packet) > mtu)
        {
            host.Icmp.SendTooBig(packet, mtu);
            host.Drop(packet, DropReason.FragmentationNeeded, route);
            return;
        }

        if (output == input && input.Settings.SendRedirects)
        {
            host.Icmp.Redirects.Send(packet, input, source, destination, nextHop);
        }

        packet.EnsureWritable();
        IPv6View.DecrementHopLimit(packet.Span);
        PassOn(packet, input, output, route, known, nextHop, mtu, packet.Span[7]);
    }

    private bool MayForward(PacketBuffer packet, RouteEntry? route)
    {
        if (packet.Kind != PacketKind.Host)
        {
            host.Drop(packet, DropReason.OtherHost);
            return false;
        }

        switch (route?.Type)
        {
            case RouteType.Unicast:
                return true;
            case null:
                host.Icmp.SendUnreachable(packet, Unreachable.NoRoute);
                break;
            case RouteType.Unreachable:
                host.Icmp.SendUnreachable(packet, Unreachable.Host);
                break;
            case RouteType.Prohibit:
                host.Icmp.SendUnreachable(packet, Unreachable.Prohibited);
                break;
        }

        host.Drop(packet, DropReason.IpNoRoute, (object?)route ?? host.Routes);
        return false;
    }

    private int MtuOf(RouteEntry route, NetDevice output, InetAddress destination)
    {
        int mtu = destination.IsIPv4 ? output.Mtu : output.IPv6Mtu;
        if (route.Mtu != 0)
        {
            mtu = Math.Min(mtu, route.Mtu);
        }

        return host.Settings.ForwardUsePathMtu && host.Ip.PathMtu.Lookup(destination, out _) is > 0 and var learned ? Math.Min(learned, mtu) : mtu;
    }

    private void PassOn(PacketBuffer packet, NetDevice input, NetDevice output, RouteEntry route, InputRoute? known, InetAddress nextHop, int mtu, byte hopLimit)
    {
        if (host.Loop.Tracer.Enabled)
        {
            host.Trace(TraceKind.RouteLookup, packet, output, route, nextHop.ToString());
            host.Trace(TraceKind.Forward, packet, output, route, null, hopLimit);
        }

        if (!host.Ip.Passes(HookPoint.Forward, packet, input, output) || !host.Ip.Passes(HookPoint.PostRouting, packet, input, output))
        {
            return;
        }

        Neighbour? neighbour = null;
        if (output.NeedsNeighbours)
        {
            neighbour = known is null ? route.GatewayNeighbour : known.Neighbour;
            if (neighbour is null or { IsDead: true })
            {
                neighbour = route.GatewayNeighbour is { IsDead: false } gateway ? gateway : host.Neighbours.GetOrCreate(output, nextHop);
                if (neighbour is null)
                {
                    host.Drop(packet, DropReason.NeighbourTableFull, host.Neighbours);
                    return;
                }

                if (route.Gateway is not null)
                {
                    route.GatewayNeighbour = neighbour;
                }

                if (known is not null)
                {
                    known.Neighbour = neighbour;
                }
            }
        }

        host.Ip.Sender.Emit(packet, output, neighbour, nextHop, mtu);
    }
}
