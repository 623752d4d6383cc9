using System.Collections;
using Catenet.Kernel.Neighbours;
using Catenet.Kernel.Routing;

namespace Catenet.Kernel.Devices;

/// <summary>The IP addresses of a device, in the order in which they were added. They bring their routes with them.</summary>
public sealed class AddressList : IReadOnlyList<InterfaceAddress>
{
    private readonly NetDevice _device;
    private readonly List<InterfaceAddress> _addresses = new(2);

    internal AddressList(NetDevice device) => _device = device;

    /// <inheritdoc/>
    public int Count => _addresses.Count;

    /// <inheritdoc/>
    public InterfaceAddress this[int index] => _addresses[index];

    private Host Host => _device.Host;

    /// <summary>Adds an address; an IPv6 one is first checked for duplicates if the device is running.</summary>
    /// <param name="address">A unicast address.</param>
    /// <param name="prefixLength">How many bits the neighbours' addresses share with it.</param>
    /// <exception cref="ArgumentException">The address is none for a device, or is there already.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The prefix length is out of range.</exception>
    public InterfaceAddress Add(InetAddress address, int prefixLength)
    {
        if (address.IsMulticast || address.IsUnspecified || address.IsLimitedBroadcast)
        {
            throw new ArgumentException($"{address} is no address of a device.", nameof(address));
        }

        if (Find(address) is not null)
        {
            throw new ArgumentException($"{_device.Name} has the address {address} already.", nameof(address));
        }

        if (address.IsIPv6 && !_device.HasIPv6)
        {
            throw new ArgumentException($"{_device.Name} has no IPv6: it is disabled, or the MTU is below 1280.", nameof(address));
        }

        var added = new InterfaceAddress(_device, address, prefixLength);
        Insert(added);
        return added;
    }

    /// <summary>Removes an address with its routes; false if it is not there.</summary>
    public bool Remove(InetAddress address)
    {
        if (Find(address) is not { } found)
        {
            return false;
        }

        _addresses.Remove(found);
        Host.Neighbours.Ndp.StopDad(found);
        if (_device.IsUp)
        {
            RemoveRoutes(found);
        }

        return true;
    }

    /// <summary>The entry of an address; null if the device has not got it.</summary>
    public InterfaceAddress? Find(InetAddress address)
    {
        foreach (var candidate in _addresses)
        {
            if (candidate.Address == address)
            {
                return candidate;
            }
        }

        return null;
    }

    /// <summary>The first usable address of a family that is not only valid on the link, or else the first usable one; null if there is none.</summary>
    public InterfaceAddress? Primary(bool ipv4)
    {
        InterfaceAddress? linkLocal = null;
        foreach (var candidate in _addresses)
        {
            if (candidate.Address.IsIPv4 == ipv4 && candidate.IsUsable)
            {
                if (candidate.Scope != AddressScope.Link)
                {
                    return candidate;
                }

                linkLocal ??= candidate;
            }
        }

        return linkLocal;
    }

    /// <summary>The usable IPv6 link-local address; null if there is none.</summary>
    public InterfaceAddress? LinkLocal => _addresses.Find(a => a.Address.IsIPv6 && a.Address.IsLinkLocal && a.IsUsable);

    /// <inheritdoc/>
    public IEnumerator<InterfaceAddress> GetEnumerator() => _addresses.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal void Insert(InterfaceAddress added)
    {
        _addresses.Add(added);
        if (_device.IsUp)
        {
            Install(added);
            if (_device.IsRunning)
            {
                Begin(added);
            }
        }
    }

    internal void OnDeviceUp()
    {
        if (_device.IsLoopback)
        {
            AddOnce(InetAddress.LoopbackIPv4, 8);
            if (_device.HasIPv6)
            {
                AddOnce(InetAddress.LoopbackIPv6, 128);
            }
        }
        else if (_device.HasIPv6)
        {
            // RFC 4291 2.5.6 and appendix A: the link-local address is made of the hardware address.
            AddOnce(new InetAddress(0xFE80_0000_0000_0000, InterfaceIdentifier.Of(_device.Mac)), 64);
        }

        foreach (var address in _addresses)
        {
            Install(address);
        }
    }

    internal void OnRunning()
    {
        for (int i = 0; i < _addresses.Count; i++)
        {
            Begin(_addresses[i]);
        }
    }

    internal void OnDeviceDown()
    {
        _addresses.RemoveAll(a => a.IsAutoconfigured);
        foreach (var address in _addresses)
        {
            Host.Neighbours.Ndp.StopDad(address);
            RemoveRoutes(address);
        }
    }

    /// <summary>The address was checked, or needs no check: it may be used.</summary>
    internal void OnUsable(InterfaceAddress address) => Host.Routes.AddLocal(address.Address, _device);

    /// <summary>Somebody else has the address.</summary>
    internal void OnDuplicate(InterfaceAddress address) => Host.Routes.RemoveLocal(address.Address, _device);

    private void AddOnce(InetAddress address, int prefixLength)
    {
        if (Find(address) is null)
        {
            _addresses.Add(new InterfaceAddress(_device, address, prefixLength));
        }
    }

    private void Install(InterfaceAddress address)
    {
        var routes = Host.Routes;
        if (address.Address.IsIPv4 || _device.IsLoopback)
        {
            OnUsable(address);
        }
        else
        {
            address.IsTentative = true;
            address.IsDuplicate = false;
            _device.Groups.Join(address.Address.SolicitedNode);
        }

        if (address.Broadcast is { } broadcast)
        {
            routes.AddBroadcast(broadcast, _device);
        }

        if (address.Prefix.Length == address.Address.Bits || (address.IsAutoconfigured && address.Prefix.Length == 0))
        {
            return;
        }

        bool ipv4 = address.Address.IsIPv4;
        routes.AddUnlessThere(new RouteEntry(address.Prefix)
        {
            Type = _device.IsLoopback ? RouteType.Local : RouteType.Unicast,
            Device = _device,
            PreferredSource = ipv4 ? address.Address : null,
            Metric = ipv4 ? 0u : 256,
            Protocol = RouteProtocol.Kernel,
        });
    }

    private void Begin(InterfaceAddress address)
    {
        if (address.Address.IsIPv6 && !_device.IsLoopback)
        {
            Host.Neighbours.Ndp.StartDad(address);
        }
        else if (address.Address.IsIPv4 && _device.NeedsNeighbours && _device.Settings.ArpNotify)
        {
            Host.Neighbours.Arp.Announce(address);
        }
    }

    private void RemoveRoutes(InterfaceAddress address)
    {
        var routes = Host.Routes;
        routes.RemoveLocal(address.Address, _device);
        if (address.Address.IsIPv6 && !_device.IsLoopback)
        {
            _device.Groups.Leave(address.Address.SolicitedNode);
        }

        if (address.Broadcast is { } broadcast && !_addresses.Exists(a => a != address && a.Broadcast == broadcast))
        {
            routes.RemoveBroadcast(broadcast, _device);
        }

        if (!_addresses.Exists(a => a != address && a.Prefix == address.Prefix))
        {
            routes.RemoveConnected(address.Prefix, _device);
        }
    }
}
