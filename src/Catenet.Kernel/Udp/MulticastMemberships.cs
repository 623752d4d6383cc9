using System.Net.Sockets;
using Catenet.Kernel.Devices;

namespace Catenet.Kernel.Udp;

/// <summary>The groups that one endpoint joined, left again when it closes.</summary>
/// <remarks>As on Linux (IP_MULTICAST_ALL), what a membership decides is what the device lets in, not which of the host's sockets gets it.</remarks>
internal sealed class MulticastMemberships(Host host)
{
    private readonly List<(InetAddress Group, NetDevice Device)> _joined = [];

    /// <summary>Joins a group; a device that is null is found by the route to the group.</summary>
    public SocketError Join(InetAddress group, NetDevice? device)
    {
        if (!group.IsMulticast)
        {
            return SocketError.InvalidArgument;
        }

        device ??= DeviceFor(group);
        if (device is null)
        {
            return SocketError.AddressNotAvailable; // Linux: ENODEV, for which .NET has no name
        }

        if (_joined.Contains((group, device)))
        {
            return SocketError.AddressAlreadyInUse;
        }

        if (_joined.Count >= host.Settings.Sockets.MaxMemberships || !device.Groups.Join(group))
        {
            return SocketError.NoBufferSpaceAvailable;
        }

        _joined.Add((group, device));
        return SocketError.Success;
    }

    /// <summary>Leaves a group; without a device, on the first on which it was joined.</summary>
    public SocketError Leave(InetAddress group, NetDevice? device)
    {
        int at = _joined.FindIndex(m => m.Group == group && (device is null || m.Device == device));
        if (at < 0)
        {
            return SocketError.AddressNotAvailable;
        }

        _joined[at].Device.Groups.Leave(group);
        _joined.RemoveAt(at);
        return SocketError.Success;
    }

    /// <summary>Leaves every group.</summary>
    public void LeaveAll()
    {
        foreach (var (group, device) in _joined)
        {
            device.Groups.Leave(group);
        }

        _joined.Clear();
    }

    private NetDevice? DeviceFor(InetAddress group)
    {
        if (host.Ip.Route(group, group.IsIPv4 ? InetAddress.AnyIPv4 : InetAddress.AnyIPv6, null, 0, out _) is { } route)
        {
            return route.Device;
        }

        foreach (var device in host.Devices.All)
        {
            if (device.IsUp && !device.IsLoopback)
            {
                return device;
            }
        }

        return null;
    }
}
