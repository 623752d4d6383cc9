using Catenet.Kernel.Devices;
using Catenet.Kernel.Icmp;
using Catenet.Kernel.Ip;
using Catenet.Wire.Internet;
using Catenet.Wire.Internet.Ndp;

namespace Catenet.Kernel.Neighbours;

/// <summary>Neighbour discovery (RFC 4861 7): asks for link addresses of IPv6 neighbours, tells this host's own, and checks new addresses for duplicates.</summary>
internal sealed class NdpProtocol(Host host)
{
    private readonly List<DuplicateAddressDetection> _checks = [];

    /// <summary>Takes in a neighbour discovery message, whose checksum is right, and ends it.</summary>
    public void Receive(PacketBuffer packet, in IpReceiveInfo info)
    {
        var message = packet.Linearize();
        bool valid = info.HopLimit == 255 && (message[0] switch
        {
            IcmpV6Type.NeighbourSolicitation => OnSolicitation(message, in info),
            IcmpV6Type.NeighbourAdvertisement => OnAdvertisement(message, in info),
            IcmpV6Type.RouterAdvertisement => host.Neighbours.RouterDiscovery.OnAdvertisement(message, in info),
            _ => host.Neighbours.RouterDiscovery.OnSolicitation(message, in info),
        });
        host.Drop(packet, valid ? DropReason.Consumed : DropReason.NdpInvalid);
    }

    /// <summary>Asks for a neighbour's link address: its group, or (when only checking) itself.</summary>
    public void Solicit(Neighbour neighbour, MacAddress to, InetAddress hint)
    {
        var device = neighbour.Device;
        var source = !hint.IsUnspecified && device.Addresses.Find(hint) is { IsUsable: true } ? hint
            : device.Addresses.LinkLocal?.Address ?? SourceAddress.Select(host, neighbour.Address, device);
        if (!source.IsUnspecified)
        {
            SendSolicitation(device, source, to.IsNone ? neighbour.Address.SolicitedNode : neighbour.Address, neighbour.Address);
        }
    }

    /// <summary>Checks that nobody else has an address before it is used (RFC 4862 5.4).</summary>
    public void StartDad(InterfaceAddress address)
    {
        StopDad(address);
        if (address.Device.Settings.DadTransmits == 0 || !address.Device.NeedsNeighbours)
        {
            OnUnique(address);
            return;
        }

        address.IsTentative = true;
        if (address.Device.Settings.OptimisticDad)
        {
            address.IsOptimistic = true;
            address.Device.Addresses.OnUsable(address);
        }

        _checks.Add(new DuplicateAddressDetection(host, address));
    }

    /// <summary>Gives up checking an address.</summary>
    public void StopDad(InterfaceAddress address)
    {
        for (int i = _checks.Count - 1; i >= 0; i--)
        {
            if (_checks[i].Address == address)
            {
                host.Loop.Cancel(_checks[i]);
                _checks.RemoveAt(i);
            }
        }
    }

    /// <summary>Nobody objected: the address is this host's.</summary>
    public void OnUnique(InterfaceAddress address)
    {
        StopDad(address);
        bool usable = address.IsOptimistic;
        address.IsTentative = false;
        address.IsOptimistic = false;
        if (!usable)
        {
            address.Device.Addresses.OnUsable(address);
        }
        else
        {
            host.Routes.Touch();
        }

        if (address.Device.Settings.NdiscNotify)
        {
            SendAdvertisement(address.Device, address.Address, InetAddress.AllNodes, address.Address, solicited: false, overrides: true);
        }

        if (address.Address.IsLinkLocal)
        {
            host.Neighbours.RouterDiscovery.OnLinkLocal(address.Device);
        }
    }

    public void SendSolicitation(NetDevice device, InetAddress source, InetAddress destination, InetAddress target)
    {
        var packet = host.Loop.Packets.Rent(NeighbourSolicitationView.Size + 8);
        var span = packet.Append(NeighbourSolicitationView.Size + (source.IsUnspecified ? 0 : 8));
        NeighbourSolicitationView.Write(span, target);
        if (!source.IsUnspecified && device.Addresses.Find(source) is not { IsOptimistic: true })
        {
            new NdpOptionWriter(span[NeighbourSolicitationView.Size..]).AddSourceLinkAddress(device.Mac);
        }
        else
        {
            packet.TrimTo(NeighbourSolicitationView.Size);
        }

        Send(packet, device, source, destination);
    }

    /// <summary>Completes the checksum of a message and sends it with hop limit 255.</summary>
    public void Send(PacketBuffer message, NetDevice device, InetAddress source, InetAddress destination)
    {
        IcmpErrorSender.Checksum(message, IpProtocol.IcmpV6, source, destination);
        host.Ip.Sender.SendOnLink(message, device, source, destination, IpProtocol.IcmpV6, new IpSendOptions { HopLimit = 255, NoMulticastLoop = true });
    }

    private void SendAdvertisement(NetDevice device, InetAddress source, InetAddress destination, InetAddress target, bool solicited, bool overrides, bool withMac = true)
    {
        var packet = host.Loop.Packets.Rent(NeighbourAdvertisementView.Size + 8);
        var span = packet.Append(NeighbourAdvertisementView.Size + (withMac ? 8 : 0));
        NeighbourAdvertisementView.Write(span, target, host.Settings.IPv6Forwarding, solicited, overrides);
        if (withMac)
        {
            new NdpOptionWriter(span[NeighbourAdvertisementView.Size..]).AddTargetLinkAddress(device.Mac);
        }

        Send(packet, device, source, destination);
    }

    private bool OnSolicitation(ReadOnlySpan<byte> message, in IpReceiveInfo info)
    {
        if (!NeighbourSolicitationView.TryParse(message, out var solicitation) || !solicitation.IsTargetUnicast)
        {
            return false;
        }

        bool check = info.Source.IsUnspecified;
        bool hasMac = NdpOptionEnumerator.TryFindLinkAddress(solicitation.OptionData, NdpOptionType.SourceLinkAddress, out var mac);
        if (check && (hasMac || info.Destination != solicitation.Target.SolicitedNode))
        {
            return false;
        }

        var device = info.Device;
        if (device.Addresses.Find(solicitation.Target) is not { IsDuplicate: false } own)
        {
            return true;
        }

        if (own.IsTentative)
        {
            // RFC 4862 5.4.3: somebody else is checking the same address.
            if (check)
            {
                OnDuplicate(own, MacAddress.None);
                return true;
            }

            if (!own.IsOptimistic)
            {
                return true;
            }
        }

        if (hasMac && !check && !mac.IsMulticast)
        {
            host.Neighbours.GetOrCreate(device, info.Source)?.Update(mac, NeighbourState.Stale, overrides: true);
        }

        bool byGroup = info.Destination.IsMulticast;
        if (byGroup && !check && !hasMac && host.Neighbours.Find(device, info.Source) is null)
        {
            return true; // RFC 4861 4.3: a solicitation by group must tell where it comes from
        }

        // Whoever asks this host directly has its link address already (RFC 4861 7.2.4).
        SendAdvertisement(device, own.Address, check ? InetAddress.AllNodes : info.Source, own.Address, solicited: !check,
            overrides: byGroup && !own.IsOptimistic, withMac: byGroup);
        return true;
    }

    private bool OnAdvertisement(ReadOnlySpan<byte> message, in IpReceiveInfo info)
    {
        if (!NeighbourAdvertisementView.TryParse(message, out var advertisement) || !advertisement.IsTargetUnicast ||
            (info.Destination.IsMulticast && advertisement.IsSolicited))
        {
            return false;
        }

        var device = info.Device;
        bool hasMac = NdpOptionEnumerator.TryFindLinkAddress(advertisement.OptionData, NdpOptionType.TargetLinkAddress, out var mac);
        if (device.Addresses.Find(advertisement.Target) is { } own)
        {
            if (own.IsTentative)
            {
                OnDuplicate(own, mac);
            }
            else if (!own.IsDuplicate && mac != device.Mac)
            {
                host.Neighbours.OnConflict(own, mac);
            }

            return true;
        }

        if (host.Neighbours.Find(device, advertisement.Target) is { } entry)
        {
            Apply(entry, in advertisement, hasMac, mac);
        }

        return true;
    }

    /// <summary>RFC 4861 7.2.5.</summary>
    private void Apply(Neighbour entry, in NeighbourAdvertisementView advertisement, bool hasMac, MacAddress mac)
    {
        if (!entry.HasMac && !hasMac)
        {
            return;
        }

        mac = hasMac ? mac : entry.Mac;
        bool replaces = !entry.HasMac || advertisement.IsOverride || mac == entry.Mac;
        entry.Update(mac, advertisement.IsSolicited && replaces ? NeighbourState.Reachable : NeighbourState.Stale, replaces);
        if (replaces)
        {
            if (entry.IsRouter && !advertisement.IsRouter)
            {
                host.Neighbours.RouterDiscovery.OnNoRouter(entry.Device, entry.Address);
            }

            entry.IsRouter = advertisement.IsRouter;
        }
    }

    private void OnDuplicate(InterfaceAddress address, MacAddress other)
    {
        StopDad(address);
        address.IsDuplicate = true;
        address.IsOptimistic = false;
        address.Device.Addresses.OnDuplicate(address);
        host.Neighbours.OnConflict(address, other);
    }
}
