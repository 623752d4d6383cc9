namespace Catenet.Kernel.Devices;

/// <summary>The network devices of a host, in the order in which they were made.</summary>
public sealed class DeviceTable
{
    private readonly Host _host;
    private readonly List<NetDevice> _devices = new(2);

    internal DeviceTable(Host host)
    {
        _host = host;
        Loopback = new LoopbackDevice(host);
        Add(Loopback);
    }

    /// <summary>The device <c>lo</c>.</summary>
    public LoopbackDevice Loopback { get; }

    /// <summary>All devices; their indexes count from one.</summary>
    public IReadOnlyList<NetDevice> All => _devices;

    /// <summary>The device of an index; null if there is none.</summary>
    public NetDevice? ByIndex(int index) => (uint)(index - 1) < (uint)_devices.Count ? _devices[index - 1] : null;

    /// <summary>The device of a name; null if there is none.</summary>
    public NetDevice? ByName(string name) => _devices.Find(d => d.Name == name);

    /// <summary>Makes an Ethernet interface that is down and has no cable.</summary>
    /// <param name="name">Its name, unique on the host: <c>eth0</c>.</param>
    /// <param name="mac">Its hardware address; made from the names of host and device if not given.</param>
    /// <param name="mtu">Its MTU in octets.</param>
    /// <exception cref="ArgumentException">There is a device of that name.</exception>
    public EthernetDevice AddEthernet(string name, MacAddress? mac = null, int mtu = 1500) =>
        Make(name, mac, mtu, DeviceFlags.Broadcast);

    /// <summary>Makes an interface that is down, at whose other end there is one station only: nobody asks for link addresses there. Its port is to be a TUN.</summary>
    /// <param name="name">Its name, unique on the host: <c>tun0</c>.</param>
    /// <param name="mtu">Its MTU in octets.</param>
    /// <exception cref="ArgumentException">There is a device of that name.</exception>
    public EthernetDevice AddPointToPoint(string name, int mtu = 1500) =>
        Make(name, null, mtu, DeviceFlags.PointToPoint | DeviceFlags.NoArp);

    internal string? NameOf(int index) => ByIndex(index)?.Name;

    private EthernetDevice Make(string name, MacAddress? mac, int mtu, DeviceFlags kind)
    {
        if (ByName(name) is not null)
        {
            throw new ArgumentException($"{_host.Name} has a device {name} already.", nameof(name));
        }

        var device = new EthernetDevice(_host, name, mac ?? MacAddress.LocallyAdministered(StableHash.Of($"{_host.Name}/{name}")), mtu, kind);
        Add(device);
        return device;
    }

    private void Add(NetDevice device)
    {
        _devices.Add(device);
        device.Index = _devices.Count;
    }
}
