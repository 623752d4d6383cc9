using Catenet.Kernel;
using Catenet.Kernel.Devices;
using Catenet.Kernel.Tcp;

namespace Catenet.Interop.Oracle.Subjects;

/// <summary>A new Catenet host in virtual time for each stimulus.</summary>
internal sealed class CatenetSubject : ISubject
{
    private readonly EventLoop _loop = new();
    private readonly VirtualDriver _driver;
    private readonly Host _host;
    private readonly List<Port> _ports = [];
    private readonly List<CatenetSocket> _sockets = [];
    private List<SentFrame> _sent = [];

    public CatenetSubject(bool isRouter)
    {
        _driver = new VirtualDriver(_loop);

        // Linux's clock never stands at zero.
        _loop.AdvanceTo(Instant.Zero + Duration.FromSeconds(1000));
        var settings = new Settings { Forwarding = isRouter };
        settings.DeviceDefaults.DadTransmits = 0;
        settings.DeviceDefaults.RouterSolicitations = 0;
        settings.Icmp.RateLimit = Duration.Zero;
        settings.Icmp.MessagesBurst = settings.Icmp.MessagesPerSecond = 1_000_000;
        settings.Tcp.InvalidRateLimit = Duration.Zero;
        settings.Tcp.MaxReceiveBuffer = 6291456;
        settings.Tcp.CompressedSackMost = 0;
        using (_loop.Enter())
        {
            _host = new Host(_loop, "host", new HostOptions { Settings = settings });
            for (int i = 0; i < (isRouter ? 2 : 1); i++)
            {
                var device = _host.Devices.AddEthernet("eth" + i, Network.HostMac(i));
                var port = new Port(this, i);
                _ports.Add(port);
                device.Connect(port);
                device.BringUp();
                device.Addresses.Add(Network.HostIPv4(i), 16);
                device.Addresses.Add(Network.HostIPv6(i), 64);
            }
        }

        // What a new interface says of itself, with its repetitions, is not the subject.
        _driver.RunFor(Duration.FromSeconds(30));
        _sent.Clear();
    }

    public string Name => "Catenet";

    public EventLoop Loop => _loop;

    public NetDevice FirstDevice => _ports[0].Device;

    public void Inject(int device, byte[] frame) => Do(() => _ports[device].Receive(_loop.Packets.Rent(frame)));

    public IReadOnlyList<SentFrame> Take()
    {
        var taken = _sent;
        _sent = [];
        return taken;
    }

    public void Wait(int milliseconds) => _driver.RunFor(Duration.FromMilliseconds(milliseconds));

    public void AwaitFrame(int limitMilliseconds, Func<SentFrame, bool> concerns)
    {
        var limit = _loop.Now + Duration.FromMilliseconds(limitMilliseconds);
        while (!_sent.Exists(f => concerns(f)) && _loop.NextDeadline <= limit)
        {
            _driver.RunUntil(_loop.NextDeadline);
        }
    }

    public void Set(string knob, int value)
    {
        var settings = _host.Settings;
        switch (knob)
        {
            case "net.ipv4.tcp_timestamps": settings.Tcp.Timestamps = value != 0; break;
            case "net.ipv4.tcp_sack": settings.Tcp.Sack = value != 0; break;
            case "net.ipv4.tcp_window_scaling": settings.Tcp.WindowScaling = value != 0; break;
            case "net.ipv4.icmp_echo_ignore_broadcasts": settings.Icmp.EchoIgnoreBroadcasts = value != 0; break;
            case "net.ipv4.icmp_echo_ignore_all": settings.Icmp.EchoIgnoreAll = value != 0; break;
            case "net.ipv4.tcp_syn_retries": settings.Tcp.SynRetries = value; break;
            case "net.ipv4.conf.eth0.accept_source_route": FirstDevice.Settings.AcceptSourceRoute = value != 0; break;
            case "net.ipv4.conf.all.accept_source_route": break; // Linux wants both
            case "net.ipv4.conf.eth0.rp_filter": FirstDevice.Settings.RpFilter = value; break;
            case "net.ipv4.conf.eth0.proxy_arp": FirstDevice.Settings.ProxyArp = value != 0; break;
            case "net.ipv4.conf.eth0.arp_accept": FirstDevice.Settings.ArpAccept = value != 0; break;
            case "net.ipv4.icmp_errors_use_inbound_ifaddr": settings.Icmp.ErrorsUseInboundAddress = value != 0; break;
            default: throw new ArgumentException($"Catenet's knob for {knob} is not known here.", nameof(knob));
        }
    }

    public void AddAddress(InetAddress address, int prefixLength) => Do(() => FirstDevice.Addresses.Add(address, prefixLength));

    public ISubjectSocket Listen(InetEndpoint local, int backlog)
    {
        CatenetSocket? socket = null;
        Do(() => socket = Keep(CatenetSocket.OfListener(this, _host.Tcp.Listen(local, backlog, out _)!)));
        return socket!;
    }

    public ISubjectSocket Connect(InetEndpoint local, InetEndpoint remote, out string result)
    {
        CatenetSocket? socket = null;
        System.Net.Sockets.SocketError error = default;
        Do(() =>
        {
            var connection = _host.Tcp.CreateConnection();
            error = connection.Connect(local, remote);
            socket = Keep(CatenetSocket.OfConnection(this, connection));
        });
        result = error.ToString();
        return socket!;
    }

    public ISubjectSocket Udp(InetEndpoint local)
    {
        CatenetSocket? socket = null;
        Do(() =>
        {
            var endpoint = _host.Udp.Open(local.Address.Family);
            endpoint.Bind(local);
            socket = Keep(CatenetSocket.OfUdp(this, endpoint));
        });
        return socket!;
    }

    public void Reset()
    {
        foreach (var socket in _sockets)
        {
            Do(socket.Abort);
        }

        // Nothing may be left that holds a packet: fragments wait longest, TIME-WAIT nearly as long.
        _driver.RunFor(Duration.FromSeconds(400));
        _loop.Packets.AssertNoLeaks();
    }

    public CatenetSocket Keep(CatenetSocket socket)
    {
        _sockets.Add(socket);
        return socket;
    }

    /// <summary>Does something as the loop's owner, then what follows from it at the same instant.</summary>
    public void Do(Action action)
    {
        using (_loop.Enter())
        {
            action();
        }

        _driver.RunUntil(_loop.Now);
    }

    /// <summary>The far end of an interface's cable.</summary>
    private sealed class Port(CatenetSubject subject, int index) : ILinkPort
    {
        public EthernetDevice Device { get; private set; } = null!;

        public bool TryTransmit(PacketBuffer frame)
        {
            subject._sent.Add(new SentFrame(index, frame.ToArray()));
            frame.Release();
            return true;
        }

        public void Attach(IFrameEndpoint endpoint) => Device = (EthernetDevice)endpoint;

        public void Receive(PacketBuffer frame) => Device.OnFrame(frame);
    }
}
