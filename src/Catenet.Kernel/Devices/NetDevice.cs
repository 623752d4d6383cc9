using System.Globalization;
using Catenet.Kernel.Ip;
using Catenet.Kernel.Queueing;
using Catenet.Kernel.Sockets;
using Catenet.Wire.Link;

namespace Catenet.Kernel.Devices;

/// <summary>A network device: where frames leave the host through a queue and come in from a wire.</summary>
/// <remarks>
/// Every frame in passes <see cref="Input"/> and every frame out passes <see cref="Transmit"/>: whatever wants to see or take
/// frames has its place there: packet sockets have, VLAN devices and bridges would. Belongs to the loop's thread.
/// </remarks>
public abstract class NetDevice : LoopTask
{
    private static readonly MacAddress s_allRouters = MacAddress.ForMulticast(InetAddress.AllRouters);

    private int _mtu;
    private DeviceFeatures _features;
    private Qdisc _queue;
    private DeviceCounters _counters;
    private InputRouteCache _inputRoutes;
    private PacketSocket? _listeners;

    /// <summary>Makes a device that is down.</summary>
    private protected NetDevice(Host host, string name, MacAddress mac, int mtu, DeviceFlags flags)
    {
        Host = host;
        Ip = host.Ip;
        Name = name;
        Mac = mac;
        _mtu = mtu;
        Flags = flags;
        Settings = host.Settings.DeviceDefaults.CopyFor(this);
        Addresses = new AddressList(this);
        Groups = new MulticastGroups(this);
        _queue = new PfifoQdisc(this);
    }

    /// <summary>The host.</summary>
    public Host Host { get; }

    private protected IpLayer Ip { get; }

    /// <summary>The name, unique on the host: <c>eth0</c>.</summary>
    public string Name { get; }

    /// <summary>The number, from one on, unique on the host.</summary>
    public int Index { get; internal set; }

    /// <summary>The hardware address.</summary>
    public MacAddress Mac { get; }

    /// <summary>The largest packet, without link header, in octets: 68 (RFC 791) to 65536. Below 1280 there is no IPv6 on the device.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public int Mtu
    {
        get => _mtu;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 68);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 65536);
            _mtu = value;
            Host.Routes.Touch();
        }
    }

    /// <summary>What the device is and how it is set.</summary>
    public DeviceFlags Flags { get; private set; }

    /// <summary>The device's knobs.</summary>
    public DeviceSettings Settings { get; }

    /// <summary>What the port does for the kernel, as far as it is let: set it as <c>ethtool -K</c> would. A cable brings its port's features with it.</summary>
    /// <remarks>Segmentation needs checksums: without <see cref="DeviceFeatures.TransmitChecksum"/> there is no <see cref="DeviceFeatures.TcpSegmentation"/>. What comes in is the port's affair.</remarks>
    /// <exception cref="ArgumentException">The port cannot do it, or what comes in was to be changed.</exception>
    public DeviceFeatures Features
    {
        get => _features;
        set
        {
            const DeviceFeatures Incoming = DeviceFeatures.ReceiveChecksum | DeviceFeatures.ReceiveSegments;
            if ((value & ~(PortFeatures | DeviceFeatures.Generic)) != 0 || (value & Incoming) != (PortFeatures & Incoming))
            {
                throw new ArgumentException($"{Name}'s port has the features {PortFeatures}: transmit features may be taken from them, others not set ({value}).", nameof(value));
            }

            _features = (value & DeviceFeatures.TransmitChecksum) != 0 ? value : value & ~DeviceFeatures.TcpSegmentation;
        }
    }

    /// <summary>What the port can do.</summary>
    private protected DeviceFeatures PortFeatures { get; set; }

    /// <summary>What it has counted.</summary>
    public ref readonly DeviceCounters Counters => ref _counters;

    internal ref DeviceCounters Count => ref _counters;

    /// <summary>What was decided over packets that came in by the device.</summary>
    internal ref InputRouteCache InputRoutes => ref _inputRoutes;

    /// <summary>The IP addresses.</summary>
    public AddressList Addresses { get; }

    /// <summary>The multicast groups the host listens to on this device.</summary>
    public MulticastGroups Groups { get; }

    /// <summary>What stands in front of the driver. Put another one here before traffic flows.</summary>
    public Qdisc Queue
    {
        get => _queue;
        set
        {
            _queue = value;
            OnQueueChanged();
        }
    }

    /// <summary>Whether the device is switched on.</summary>
    public bool IsUp => (Flags & DeviceFlags.Up) != 0;

    /// <summary>Whether the device is switched on and has a carrier.</summary>
    public bool IsRunning => (Flags & (DeviceFlags.Up | DeviceFlags.Running)) == (DeviceFlags.Up | DeviceFlags.Running);

    /// <summary>Whether this is the loopback device.</summary>
    public bool IsLoopback => (Flags & DeviceFlags.Loopback) != 0;

    /// <summary>Whether link addresses are resolved on this device.</summary>
    public bool NeedsNeighbours => (Flags & (DeviceFlags.NoArp | DeviceFlags.Loopback)) == 0;

    /// <summary>The MTU for IPv6: the device's, or less if a router advertised it (RFC 4861 6.3.4).</summary>
    public int IPv6Mtu => AdvertisedMtu != 0 ? Math.Min(AdvertisedMtu, _mtu) : _mtu;

    /// <summary>The MTU a router advertised; zero if none did.</summary>
    internal int AdvertisedMtu { get; set; }

    /// <summary>The base of the reachable time that a router advertised; null if none did.</summary>
    internal Duration? AdvertisedReachableTime { get; set; }

    /// <summary>The time between solicitations that a router advertised; null if none did.</summary>
    internal Duration? AdvertisedRetransTime { get; set; }

    /// <summary>Whether the device carries IPv6.</summary>
    public bool HasIPv6 => !Settings.DisableIPv6 && _mtu >= 1280;

    /// <summary>Whether frames to other stations are taken in too.</summary>
    public bool Promiscuous
    {
        get => (Flags & DeviceFlags.Promiscuous) != 0;
        set => Set(DeviceFlags.Promiscuous, value);
    }

    /// <summary>Whether frames to all groups are taken in.</summary>
    public bool AllMulticast
    {
        get => (Flags & DeviceFlags.AllMulticast) != 0;
        set => Set(DeviceFlags.AllMulticast, value);
    }

    /// <summary>Switches the device on: its addresses get their routes, IPv6 gets its link-local address.</summary>
    public void BringUp()
    {
        if (!IsUp)
        {
            Set(DeviceFlags.Up, true);
            Addresses.OnDeviceUp();
            if (IsRunning)
            {
                OnRunning();
            }
        }
    }

    /// <summary>Switches the device off: what waits is discarded, its routes and neighbours go.</summary>
    public void TakeDown()
    {
        if (IsUp)
        {
            Set(DeviceFlags.Up, false);
            DropWaiting();
            Host.Ip.OnDeviceStopped(this);
            Addresses.OnDeviceDown();
            Host.Neighbours.Flush(this);
            Host.Routes.Flush(this);
        }
    }

    /// <summary>Sends a frame, which begins at its link header, through the queue to the driver.</summary>
    public void Transmit(PacketBuffer frame)
    {
        if (!IsRunning)
        {
            Count.TxDropped++;
            Host.Drop(frame, DropReason.DeviceDown, this);
            return;
        }

        TransmitRunning(frame);
    }

    /// <summary>Puts a link header in front of a packet and sends it.</summary>
    /// <param name="packet">The packet, from its network header on.</param>
    /// <param name="destination">The station or group.</param>
    /// <param name="etherType">The packet's protocol (<see cref="EtherType"/>).</param>
    public void Send(PacketBuffer packet, MacAddress destination, ushort etherType)
    {
        EthernetView.Write(packet.Push(EthernetView.Size), destination, Mac, etherType);
        packet.MarkLinkHeader();
        packet.Protocol = etherType;
        if (Host.Loop.Tracer.Enabled)
        {
            Host.Trace(TraceKind.Encapsulate, packet, this, null, "Ethernet", EthernetView.Size);
        }

        Transmit(packet);
    }

    /// <summary>Adds a packet socket behind those that are there.</summary>
    internal void AddListener(PacketSocket socket)
    {
        if (_listeners is null)
        {
            _listeners = socket;
            return;
        }

        var last = _listeners;
        while (last.Next is { } next)
        {
            last = next;
        }

        last.Next = socket;
    }

    /// <summary>Takes a packet socket out.</summary>
    internal void RemoveListener(PacketSocket socket)
    {
        if (_listeners == socket)
        {
            _listeners = socket.Next;
            return;
        }

        for (var before = _listeners; before is not null; before = before.Next)
        {
            if (before.Next == socket)
            {
                before.Next = socket.Next;
                return;
            }
        }
    }

    /// <summary>Lets the queue give packets to the driver as long as it takes them; a shaping queue calls it when a packet's time has come.</summary>
    public abstract void StartQueue();

    private protected abstract void TransmitRunning(PacketBuffer frame);

    private protected virtual void OnQueueChanged()
    {
    }

    /// <summary>Discards what waits in the rings and the queue.</summary>
    private protected virtual void DropWaiting()
    {
        while (Queue.Dequeue() is { } packet)
        {
            Host.Drop(packet, DropReason.DeviceDown, this);
        }
    }

    private protected void SetCarrier(bool up)
    {
        if (up == ((Flags & DeviceFlags.Running) != 0))
        {
            return;
        }

        Set(DeviceFlags.Running, up);
        if (!IsUp)
        {
            return;
        }

        if (up)
        {
            OnRunning();
        }
        else
        {
            DropWaiting();
            Host.Ip.OnDeviceStopped(this);
            Host.Neighbours.Flush(this);
        }
    }

    /// <summary>Takes a frame in, from its link header on: finds out to whom it is addressed, takes the header off and hands it to its protocol.</summary>
    private protected void Input(PacketBuffer frame)
    {
        frame.InputInterface = Index;
        frame.MarkLinkHeader();
        Count.RxPackets++;
        Count.RxBytes += frame.Length;
        bool traced = Host.Loop.Tracer.Enabled;
        if (traced)
        {
            Host.Trace(TraceKind.DeviceReceive, frame, this, value: frame.Length);
        }

        if (!frame.EnsureLinear(EthernetView.Size) || !EthernetView.TryParse(frame.Span, out var ethernet))
        {
            Count.RxErrors++;
            Host.Drop(frame, DropReason.PacketTooSmall, this);
            return;
        }

        frame.Kind = KindOf(ethernet.Destination);
        frame.Protocol = ethernet.EtherType;
        bool heard = _listeners is not null && (frame.Kind != PacketKind.OtherHost || Promiscuous) && PacketSocket.Show(frame, _listeners);
        if (frame.Kind == PacketKind.OtherHost)
        {
            // A promiscuous device shows such frames to those who look on, and the host still has no use for them.
            Count.RxDropped++;
            Host.Drop(frame, DropReason.OtherHost, this);
            return;
        }

        frame.Pull(EthernetView.Size);
        frame.MarkNetworkHeader();
        if (traced)
        {
            Host.Trace(TraceKind.Decapsulate, frame, this, null, "Ethernet", EthernetView.Size);
        }

        switch (frame.Protocol)
        {
            case EtherType.IPv4:
            case EtherType.IPv6:
                Ip.Receive(frame, this);
                break;
            case EtherType.Arp when NeedsNeighbours:
                Host.Neighbours.Arp.Receive(frame, this);
                break;
            default:
                Unhandled(frame, heard);
                break;
        }
    }

    /// <summary>Ends a frame whose protocol the host does not speak: a loss, unless a program does.</summary>
    private void Unhandled(PacketBuffer frame, bool heard)
    {
        Count.RxDropped += heard ? 0 : 1;
        Host.Drop(frame, heard ? DropReason.Consumed : DropReason.UnhandledProtocol, this);
    }

    private PacketKind KindOf(MacAddress destination)
    {
        if (destination == Mac)
        {
            return PacketKind.Host;
        }

        if (!destination.IsMulticast)
        {
            return PacketKind.OtherHost;
        }

        if (destination.IsBroadcast)
        {
            return PacketKind.Broadcast;
        }

        Count.RxMulticast++;
        bool toRouters = Host.Settings.IPv6Forwarding && destination == s_allRouters;
        return AllMulticast || Promiscuous || toRouters || Groups.Accepts(destination) ? PacketKind.Multicast : PacketKind.OtherHost;
    }

    private void OnRunning()
    {
        Addresses.OnRunning();
        Host.Ip.OnDeviceRunning(this);
    }

    private void Set(DeviceFlags flag, bool on) => Flags = on ? Flags | flag : Flags & ~flag;

    /// <summary>As <c>ip link</c> shows it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Index}: {Name}: <{Flags.ToString().ToUpperInvariant().Replace(" ", "", StringComparison.Ordinal)}> mtu {Mtu} link/{(IsLoopback ? "loopback" : "ether")} {Mac}");
}
