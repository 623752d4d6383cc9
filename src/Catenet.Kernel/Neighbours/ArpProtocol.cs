using Catenet.Kernel.Devices;
using Catenet.Kernel.Routing;
using Catenet.Wire.Link;

namespace Catenet.Kernel.Neighbours;

/// <summary>ARP (RFC 826, RFC 5227): asks for link addresses of IPv4 neighbours and tells this host's own.</summary>
internal sealed class ArpProtocol(Host host)
{
    /// <summary>Takes in an ARP packet and ends it.</summary>
    public void Receive(PacketBuffer packet, NetDevice device)
    {
        packet.MarkNetworkHeader();
        if (!packet.EnsureLinear(ArpView.Size) || !ArpView.TryParse(packet.Span, out var arp) || arp.SenderMac.IsMulticast ||
            arp.TargetAddress.IsMulticast || arp.TargetAddress.IsLoopback || arp.SenderAddress.IsMulticast || arp.SenderAddress.IsLoopback || arp.SenderAddress.IsLimitedBroadcast)
        {
            host.Drop(packet, DropReason.ArpInvalid);
            return;
        }

        InetAddress sender = arp.SenderAddress, target = arp.TargetAddress;
        var senderMac = arp.SenderMac;
        bool request = arp.Operation == ArpView.Request;
        if (device.Addresses.Find(sender) is { } own)
        {
            if (senderMac != device.Mac)
            {
                host.Neighbours.OnConflict(own, senderMac);
            }

            // Nobody else is a neighbour under our own address; yet who asks is answered.
            if (!request || sender == target)
            {
                host.Drop(packet, DropReason.ArpConsumed);
                return;
            }
        }

        if (request && Answers(device, sender, target, arp.IsGratuitous))
        {
            if (!sender.IsUnspecified)
            {
                host.Neighbours.GetOrCreate(device, sender)?.Update(senderMac, NeighbourState.Stale, overrides: true);
            }

            Send(device, ArpView.Reply, senderMac, target, senderMac, sender);
        }
        else if (!sender.IsUnspecified)
        {
            Learn(packet.Kind, device, in arp);
        }

        host.Drop(packet, DropReason.ArpConsumed);
    }

    /// <summary>Asks for a neighbour's link address.</summary>
    /// <param name="neighbour">The neighbour.</param>
    /// <param name="to">Its link address if it is only asked whether it is still there; none: everybody is asked.</param>
    /// <param name="hint">The source address to use if it is ours.</param>
    public void Solicit(Neighbour neighbour, MacAddress to, InetAddress hint)
    {
        var device = neighbour.Device;
        var source = !hint.IsUnspecified && host.Routes.IsLocal(hint) ? hint : SourceFor(device, neighbour.Address);
        Send(device, ArpView.Request, to.IsNone ? MacAddress.Broadcast : to, source, MacAddress.None, neighbour.Address);
    }

    /// <summary>Tells everybody this host's own address, so that they put their entries right (RFC 5227 2.3).</summary>
    public void Announce(InterfaceAddress address) =>
        Send(address.Device, ArpView.Request, MacAddress.Broadcast, address.Address, MacAddress.None, address.Address);

    private bool Answers(NetDevice device, InetAddress sender, InetAddress target, bool gratuitous)
    {
        if (gratuitous)
        {
            return false;
        }

        if (host.Routes.IsLocal(target))
        {
            return true;
        }

        if (!device.Settings.ProxyArp || !host.Settings.IPv4Forwarding || sender.IsUnspecified)
        {
            return false;
        }

        // RFC 1027: this host stands in for those it reaches by another device.
        return host.Routes.Lookup(target) is { Type: RouteType.Unicast } route && route.Device != device;
    }

    private void Learn(PacketKind kind, NetDevice device, in ArpView arp)
    {
        var entry = host.Neighbours.Find(device, arp.SenderAddress);
        if (entry is null && arp.IsGratuitous && device.Settings.ArpAccept)
        {
            entry = host.Neighbours.GetOrCreate(device, arp.SenderAddress);
        }

        if (entry is not null)
        {
            bool answer = arp.Operation == ArpView.Reply && kind == PacketKind.Host;
            entry.Update(arp.SenderMac, answer ? NeighbourState.Reachable : NeighbourState.Stale, arp.IsGratuitous || !entry.HasMac || entry.MayOverride);
        }
    }

    private static InetAddress SourceFor(NetDevice device, InetAddress target)
    {
        foreach (var address in device.Addresses)
        {
            if (address.Address.IsIPv4 && address.Prefix.Contains(target))
            {
                return address.Address;
            }
        }

        return device.Addresses.Primary(ipv4: true)?.Address ?? InetAddress.AnyIPv4;
    }

    private void Send(NetDevice device, ushort operation, MacAddress to, InetAddress sender, MacAddress targetMac, InetAddress target)
    {
        var packet = host.Loop.Packets.Rent(ArpView.Size);
        packet.Kind = PacketKind.Outgoing;
        ArpView.Write(packet.Append(ArpView.Size), operation, device.Mac, sender, targetMac, target);
        packet.MarkNetworkHeader();
        if (host.Loop.Tracer.Enabled)
        {
            host.Trace(TraceKind.Encapsulate, packet, device, null, "ARP", ArpView.Size);
        }

        device.Send(packet, to, EtherType.Arp);
    }
}
