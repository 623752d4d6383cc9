namespace Catenet.Kernel.Devices;

/// <summary>The multicast groups that a host listens to on one device, and the hardware filter made of them.</summary>
/// <remarks>Joining and leaving is reported to routers by IGMPv3 and MLDv2. At most <see cref="Limit"/> groups.</remarks>
public sealed class MulticastGroups
{
    /// <summary>The most groups on one device.</summary>
    public const int Limit = 1024;

    private readonly NetDevice _device;
    private readonly List<Membership> _groups = [];
    private ulong _filter;

    internal MulticastGroups(NetDevice device) => _device = device;

    private struct Membership
    {
        public InetAddress Group;
        public MacAddress Mac;
        public int Users;
    }

    /// <summary>How many groups there are.</summary>
    public int Count => _groups.Count;

    /// <summary>A group.</summary>
    /// <param name="index">0 up to <see cref="Count"/>.</param>
    public InetAddress this[int index] => _groups[index].Group;

    /// <summary>Listens to a group; joined twice, it must be left twice.</summary>
    /// <returns>False if there are too many groups already.</returns>
    public bool Join(InetAddress group)
    {
        int at = IndexOf(group);
        if (at >= 0)
        {
            var membership = _groups[at];
            membership.Users++;
            _groups[at] = membership;
            return true;
        }

        if (_groups.Count >= Limit)
        {
            return false;
        }

        var mac = MacAddress.ForMulticast(group);
        _groups.Add(new Membership { Group = group, Mac = mac, Users = 1 });
        _filter |= Bit(mac);
        _device.Host.Ip.Membership.OnJoined(_device, group);
        return true;
    }

    /// <summary>Stops listening to a group, if nobody else on the host listens.</summary>
    public void Leave(InetAddress group)
    {
        int at = IndexOf(group);
        if (at < 0)
        {
            return;
        }

        var membership = _groups[at];
        if (--membership.Users > 0)
        {
            _groups[at] = membership;
            return;
        }

        _groups.RemoveAt(at);
        _filter = 0;
        foreach (var left in _groups)
        {
            _filter |= Bit(left.Mac);
        }

        _device.Host.Ip.Membership.OnLeft(_device, group);
    }

    /// <summary>Whether the host listens to a group on this device. All hosts and all nodes are always listened to.</summary>
    public bool Contains(InetAddress group) => IsAllSystems(group) || IndexOf(group) >= 0;

    /// <summary>Whether the hardware filter lets a group address through: a hash of 64 bits first, then the exact groups.</summary>
    internal bool Accepts(MacAddress mac)
    {
        if (mac.Value is 0x3333_0000_0001 or 0x0100_5E00_0001)
        {
            return true;
        }

        if ((_filter & Bit(mac)) == 0)
        {
            return false;
        }

        foreach (var membership in _groups)
        {
            if (membership.Mac == mac)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>224.0.0.1 or ff02::1, which every system is a member of without saying so.</summary>
    internal static bool IsAllSystems(InetAddress group) => group == InetAddress.AllNodes || (group.IsIPv4 && group.ToIPv4() == 0xE000_0001);

    private int IndexOf(InetAddress group)
    {
        for (int i = 0; i < _groups.Count; i++)
        {
            if (_groups[i].Group == group)
            {
                return i;
            }
        }

        return -1;
    }

    private static ulong Bit(MacAddress mac) => 1UL << (int)(StableHash.Mix(mac.Value) & 63);
}
