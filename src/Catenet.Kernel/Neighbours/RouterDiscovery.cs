using Catenet.Kernel.Devices;
using Catenet.Kernel.Ip;
using Catenet.Kernel.Routing;
using Catenet.Wire.Internet;
using Catenet.Wire.Internet.Ndp;

namespace Catenet.Kernel.Neighbours;

/// <summary>A host's part of router discovery (RFC 4861 6.3) and address autoconfiguration (RFC 4862 5.5): default routers, prefixes, addresses, MTU, name servers.</summary>
internal sealed class RouterDiscovery(Host host)
{
    private const int MostRouters = 16;
    private const int MostPrefixes = 16;

    private static readonly Duration s_twoHours = Duration.FromSeconds(7200);

    private readonly List<RouterSolicitor> _solicitors = [];
    private readonly List<RouteEntry> _routes = [];
    private ActionTimer? _expiry;

    /// <summary>Raised for each valid solicitation that came in: a router advertiser answers it.</summary>
    public event Action<NetDevice>? Solicited;

    /// <summary>A device has a link-local address: routers are asked for.</summary>
    public void OnLinkLocal(NetDevice device)
    {
        if (!host.Settings.IPv6Forwarding && device.Settings.AcceptRa && device.Settings.RouterSolicitations > 0)
        {
            OnDeviceStopped(device);
            _solicitors.Add(new RouterSolicitor(host, device));
        }
    }

    public void OnDeviceStopped(NetDevice device)
    {
        _solicitors.RemoveAll(s =>
        {
            if (s.Device == device)
            {
                host.Loop.Cancel(s);
            }

            return s.Device == device;
        });
    }

    public bool OnSolicitation(ReadOnlySpan<byte> message, in IpReceiveInfo info)
    {
        if (!RouterSolicitationView.TryParse(message, out var solicitation))
        {
            return false;
        }

        bool hasMac = NdpOptionEnumerator.TryFindLinkAddress(solicitation.OptionData, NdpOptionType.SourceLinkAddress, out var mac);
        if (info.Source.IsUnspecified && hasMac)
        {
            return false;
        }

        if (host.Settings.IPv6Forwarding)
        {
            if (hasMac)
            {
                host.Neighbours.GetOrCreate(info.Device, info.Source)?.Update(mac, NeighbourState.Stale, overrides: true);
            }

            Solicited?.Invoke(info.Device);
        }

        return true;
    }

    public bool OnAdvertisement(ReadOnlySpan<byte> message, in IpReceiveInfo info)
    {
        if (!info.Source.IsLinkLocal || !RouterAdvertisementView.TryParse(message, out var advertisement))
        {
            return false;
        }

        var device = info.Device;
        if (host.Settings.IPv6Forwarding || !device.Settings.AcceptRa)
        {
            return true;
        }

        OnDeviceStopped(device);
        if (advertisement.CurrentHopLimit != 0)
        {
            device.Settings.HopLimit = advertisement.CurrentHopLimit;
        }

        if (advertisement.ReachableTime is > 0 and <= 3_600_000)
        {
            device.AdvertisedReachableTime = Duration.FromMilliseconds(advertisement.ReachableTime);
        }

        // No bound is given; a longer one than this would only hold packets back.
        if (advertisement.RetransTimer is > 0 and <= 10_000)
        {
            device.AdvertisedRetransTime = Duration.FromMilliseconds(advertisement.RetransTimer);
        }

        var now = host.Loop.Now;
        uint metric = (uint)(1024 - advertisement.Preference);
        Keep(InetPrefix.AllIPv6, info.Source, device, metric, now + Duration.FromSeconds(advertisement.RouterLifetime), MostRouters);
        foreach (var option in advertisement.Options)
        {
            OnOption(in option, in info, now);
        }

        ArmExpiry();
        return true;
    }

    /// <summary>A neighbour is no router any more (RFC 4861 7.3.3).</summary>
    public void OnNoRouter(NetDevice device, InetAddress address) => Keep(InetPrefix.AllIPv6, address, device, 0, default, MostRouters);

    private void OnOption(in NdpOption option, in IpReceiveInfo info, Instant now)
    {
        var device = info.Device;
        if (option.Type == NdpOptionType.SourceLinkAddress && option.IsLinkAddress)
        {
            if (host.Neighbours.GetOrCreate(device, info.Source) is { } router)
            {
                router.Update(option.LinkAddress, NeighbourState.Stale, overrides: true);
                router.IsRouter = true;
            }
        }
        else if (option.IsMtu)
        {
            if (option.Mtu >= IPv6View.MinMtu && option.Mtu <= device.Mtu && device.IPv6Mtu != option.Mtu)
            {
                device.AdvertisedMtu = (int)option.Mtu;
                host.Routes.Touch();
            }
        }
        else if (option.IsRecursiveDnsServer)
        {
            for (int i = 0; i < option.DnsServerCount; i++)
            {
                host.NameServers.Update(option.DnsServer(i), Until(now, option.DnsServerLifetime), now);
            }
        }
        else if (option.IsPrefixInformation)
        {
            OnPrefix(option.PrefixInformation, device, now);
        }
    }

    private void OnPrefix(PrefixInformation information, NetDevice device, Instant now)
    {
        var prefix = information.Prefix;
        if (prefix.IsIPv4 || prefix.Address.IsLinkLocal || prefix.Address.IsMulticast)
        {
            return;
        }

        if (information.OnLink)
        {
            Keep(prefix, null, device, 256, Until(now, information.ValidLifetime), MostPrefixes);
        }

        if (information.Autonomous && device.Settings.Autoconf && prefix.Length == 64 && information.PreferredLifetime <= information.ValidLifetime)
        {
            Autoconfigure(information, device, now);
        }
    }

    /// <summary>Makes an address of a prefix, or renews it; its lifetime is never cut below two hours by an unauthenticated message (RFC 4862 5.5.3).</summary>
    private void Autoconfigure(PrefixInformation information, NetDevice device, Instant now)
    {
        var address = new InetAddress(information.Prefix.Address.High, InterfaceIdentifier.Of(device.Mac));
        var valid = Until(now, information.ValidLifetime);
        var own = device.Addresses.Find(address);
        if (own is null)
        {
            if (information.ValidLifetime == 0 || device.Addresses.Count(a => a.IsAutoconfigured) >= MostPrefixes)
            {
                return;
            }

            own = new InterfaceAddress(device, address, 64) { IsAutoconfigured = true, ValidUntil = valid, PreferredUntil = Until(now, information.PreferredLifetime) };
            device.Addresses.Insert(own);
            return;
        }

        if (own.IsAutoconfigured)
        {
            if (valid - now > s_twoHours || valid > own.ValidUntil)
            {
                own.ValidUntil = valid;
            }
            else if (own.ValidUntil - now > s_twoHours)
            {
                own.ValidUntil = now + s_twoHours;
            }

            own.PreferredUntil = Until(now, information.PreferredLifetime);
        }
    }

    /// <summary>Adds a route that a router advertised, renews it, or (when its time is past) removes it.</summary>
    private void Keep(InetPrefix prefix, InetAddress? gateway, NetDevice device, uint metric, Instant until, int most)
    {
        _routes.RemoveAll(r => !r.IsInTable);
        var known = _routes.Find(r => r.Prefix == prefix && r.Gateway == gateway && r.Device == device);
        if (known is not null && until > host.Loop.Now && known.Metric == metric)
        {
            known.Expires = until;
            return;
        }

        if (known is not null)
        {
            host.Routes.Remove(known);
            _routes.Remove(known);
        }

        if (until > host.Loop.Now && _routes.Count(r => (r.Gateway is null) == (gateway is null)) < most)
        {
            var route = new RouteEntry(prefix) { Gateway = gateway, Device = device, Metric = metric, Protocol = RouteProtocol.Ra, Expires = until };
            host.Routes.Add(route);
            _routes.Add(route);
        }
    }

    private void ArmExpiry()
    {
        var next = Instant.Never;
        foreach (var route in _routes)
        {
            next = Instant.Min(next, route.Expires);
        }

        foreach (var device in host.Devices.All)
        {
            foreach (var address in device.Addresses)
            {
                next = Instant.Min(next, address.ValidUntil);
                next = Instant.Min(next, address.PreferredUntil > host.Loop.Now ? address.PreferredUntil : Instant.Never);
            }
        }

        if (next != Instant.Never)
        {
            host.Loop.Arm(_expiry ??= new ActionTimer(Expire), next);
        }
    }

    private void Expire(Instant now)
    {
        foreach (var route in _routes.FindAll(r => r.Expires <= now))
        {
            host.Routes.Remove(route);
            _routes.Remove(route);
        }

        foreach (var device in host.Devices.All)
        {
            foreach (var address in device.Addresses.Where(a => a.ValidUntil <= now).ToList())
            {
                device.Addresses.Remove(address.Address);
            }
        }

        // Addresses that became deprecated change which source is chosen.
        host.Routes.Touch();
        ArmExpiry();
    }

    private static Instant Until(Instant now, uint seconds) => seconds == PrefixInformation.Infinite ? Instant.Never : now + Duration.FromSeconds(seconds);
}
