using System.Diagnostics;
using System.Globalization;
using Catenet.Linux.Namespaces;
using Catenet.Wire.Internet;
using Catenet.Wire.Link;

namespace Catenet.Interop.Oracle.Subjects;

/// <summary>Linux in a network namespace, its interfaces TAPs whose other side is here.</summary>
/// <remarks>
/// After every frame a marker follows: an ARP request from nobody's address. Its reply proves that everything before it was dealt with,
/// so that silence is known without waiting. The namespace serves many stimuli; each has peers of its own.
/// </remarks>
internal sealed class LinuxSubject : ISubject, IDisposable
{
    private const int PatienceMilliseconds = 10_000;

    private readonly NetworkNamespace _namespace = NetworkNamespace.Create("oracle");
    private readonly List<LinuxTap> _taps = [];
    private readonly List<LinuxSocket> _sockets = [];
    private readonly Dictionary<string, string> _changed = [];
    private readonly List<string> _added = [];
    private readonly byte[] _marker;
    private List<SentFrame> _sent = [];
    private int _markersSeen;
    private long _undisturbedSince;

    public LinuxSubject(bool isRouter)
    {
        _marker = MakeMarker();
        _namespace.Run(() => Prepare(isRouter));
        for (int i = 0; i < (isRouter ? 2 : 1); i++)
        {
            string name = "eth" + i.ToString(CultureInfo.InvariantCulture);
            _namespace.Run(() => _taps.Add(new LinuxTap(name)));
            _namespace.Ip($"link set {name} address {Network.HostMac(i)} up");
            _namespace.Ip($"addr add {Network.HostIPv4(i)}/16 brd + dev {name}");
            _namespace.Ip($"addr add {Network.HostIPv6(i)}/64 dev {name} nodad");
        }

        _namespace.Run(() => DeviceIndex = (int)LinuxCalls.InterfaceIndex("eth0"));
        Set("net.ipv4.conf.eth0.rp_filter", 0);
        _changed.Clear();

        // What a new interface says of itself is not the subject.
        Settle();
        for (int i = 0; i < _taps.Count; i++)
        {
            AwaitIPv6(i);
        }

        Take();
    }

    public string Name => "Linux";

    /// <summary>The number of the first interface.</summary>
    public int DeviceIndex { get; private set; }

    /// <summary>How much time, in milliseconds, has passed in this stimulus beside what it waits: timers that fired meanwhile were not meant to.</summary>
    public double LostTime { get; private set; }

    public void Inject(int device, byte[] frame)
    {
        _taps[device].Write(frame);
        Settle();
    }

    public IReadOnlyList<SentFrame> Take()
    {
        Settle();
        var taken = _sent;
        _sent = [];
        return taken;
    }

    public void Wait(int milliseconds)
    {
        Settle();
        long end = Stopwatch.GetTimestamp() + milliseconds * Stopwatch.Frequency / 1000;
        while (Stopwatch.GetTimestamp() < end)
        {
            ReadOne((int)((end - Stopwatch.GetTimestamp()) * 1000 / Stopwatch.Frequency) + 1);
        }

        _undisturbedSince = end;
    }

    public void AwaitFrame(int limitMilliseconds, Func<SentFrame, bool> concerns)
    {
        Settle();
        long end = Stopwatch.GetTimestamp() + limitMilliseconds * Stopwatch.Frequency / 1000;
        while (!_sent.Exists(f => concerns(f)) && Stopwatch.GetTimestamp() < end)
        {
            ReadOne((int)((end - Stopwatch.GetTimestamp()) * 1000 / Stopwatch.Frequency) + 1);
        }

        _undisturbedSince = Stopwatch.GetTimestamp();
    }

    public void Set(string knob, int value)
    {
        _changed.TryAdd(knob, _namespace.Sysctl(knob));
        _namespace.Sysctl(knob, value.ToString(CultureInfo.InvariantCulture));
    }

    public void AddAddress(InetAddress address, int prefixLength)
    {
        _namespace.Ip($"addr add {address}/{prefixLength} dev eth0");
        _added.Add($"{address}/{prefixLength}");
        _undisturbedSince = Stopwatch.GetTimestamp();
    }

    public ISubjectSocket Listen(InetEndpoint local, int backlog)
    {
        var socket = Open(local, stream: true);
        socket.Bind(local);
        socket.Listen(backlog);
        return socket;
    }

    public ISubjectSocket Connect(InetEndpoint local, InetEndpoint remote, out string result)
    {
        var socket = Open(local, stream: true);
        socket.Bind(local);
        result = socket.ConnectTo(remote);
        return socket;
    }

    public ISubjectSocket Udp(InetEndpoint local)
    {
        var socket = Open(local, stream: false);
        socket.Bind(local);
        return socket;
    }

    public LinuxSocket Keep(LinuxSocket socket)
    {
        _sockets.Add(socket);
        return socket;
    }

    /// <summary>A new stimulus begins.</summary>
    public void Begin()
    {
        Take();
        LostTime = 0;
        _undisturbedSince = Stopwatch.GetTimestamp();
    }

    public void Reset()
    {
        foreach (var socket in _sockets)
        {
            socket.Abort();
        }

        _sockets.Clear();
        foreach (string address in _added)
        {
            _namespace.Ip($"addr del {address} dev eth0");
        }

        _added.Clear();
        foreach (var (knob, value) in _changed)
        {
            _namespace.Sysctl(knob, value);
        }

        _changed.Clear();
    }

    public void Dispose()
    {
        Reset();
        foreach (var tap in _taps)
        {
            tap.Dispose();
        }

        _namespace.Dispose();
    }

    /// <summary>Tells the IPv4 and IPv6 knobs that differ from what a new namespace begins with.</summary>
    private static void Prepare(bool isRouter)
    {
        Write("net/ipv6/conf/all/disable_ipv6", "0");
        Write("net/ipv6/conf/default/disable_ipv6", "0");
        Write("net/ipv6/conf/default/accept_dad", "0");
        Write("net/ipv6/conf/default/dad_transmits", "0");
        Write("net/ipv6/conf/default/router_solicitations", "0");
        Write("net/ipv4/conf/all/rp_filter", "0");
        Write("net/ipv4/conf/default/rp_filter", "0");
        Write("net/ipv4/icmp_ratelimit", "0");
        Write("net/ipv4/icmp_ratemask", "0");
        Write("net/ipv6/icmp/ratelimit", "0");
        Write("net/ipv4/tcp_invalid_ratelimit", "0");
        Write("net/ipv4/tcp_challenge_ack_limit", "2147483647");
        Write("net/ipv4/tcp_no_metrics_save", "1");

        // No timer for ACKs of data ahead of gaps: one for each, as they come.
        Write("net/ipv4/tcp_comp_sack_nr", "0");

        // Newer kernels begin with more; Catenet begins with these.
        Write("net/ipv4/tcp_rmem", "4096 131072 6291456");
        Write("net/ipv4/tcp_wmem", "4096 16384 4194304");
        if (isRouter)
        {
            Write("net/ipv4/ip_forward", "1");
            Write("net/ipv6/conf/all/forwarding", "1");
        }
    }

    private static void Write(string knob, string value) => File.WriteAllText("/proc/sys/" + knob, value);

    private static byte[] MakeMarker()
    {
        var frame = new byte[EthernetView.Size + ArpView.Size];
        EthernetView.Write(frame, Network.HostMac(0), Network.MarkerMac, EtherType.Arp);
        ArpView.Write(frame.AsSpan(EthernetView.Size), ArpView.Request, Network.MarkerMac, Network.Marker, MacAddress.None, Network.HostIPv4(0));
        return frame;
    }

    /// <summary>IPv6 comes up some time after the interface: waits until the link-local address answers, and an echo to the global one.</summary>
    private void AwaitIPv6(int device)
    {
        var nobody = new StimulusAddresses(0);
        var craft = new Frames(nobody);
        byte[] solicitation = craft.Solicitation(nobody.LinkLocal(0), 0, Network.HostLinkLocal(device), device);
        byte[] echo = craft.ToHost(
            craft.IPv6(IpProtocol.IcmpV6, craft.EchoV6(8, source: nobody.LinkLocal(0), destination: Network.HostIPv6(device)), nobody.LinkLocal(0), Network.HostIPv6(device)), device);
        long begin = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begin).TotalMilliseconds < PatienceMilliseconds)
        {
            _sent.Clear();
            Inject(device, solicitation);
            Inject(device, echo);
            if (_sent.Count(f => EthernetView.TryParse(f.Octets, out var ethernet) && ethernet.Destination == nobody.Mac(0)) >= 2)
            {
                return;
            }

            AwaitFrame(20, _ => false);
        }

        throw new TimeoutException("Linux has no IPv6 on its interface.");
    }

    private LinuxSocket Open(InetEndpoint local, bool stream)
    {
        LinuxSocket? socket = null;
        _namespace.Run(() => socket = new LinuxSocket(this, local.Address.IsIPv4, stream));
        return Keep(socket!);
    }

    /// <summary>Takes in everything sent up to a marker's reply.</summary>
    private void Settle()
    {
        int seen = _markersSeen;
        _taps[0].Write(_marker);
        long begin = Stopwatch.GetTimestamp();
        while (_markersSeen == seen)
        {
            ReadOne(PatienceMilliseconds);
            if (Stopwatch.GetElapsedTime(begin).TotalMilliseconds > PatienceMilliseconds)
            {
                throw new TimeoutException("Linux does not answer the marker.");
            }
        }

        if (_undisturbedSince != 0)
        {
            LostTime += Stopwatch.GetElapsedTime(_undisturbedSince).TotalMilliseconds;
        }

        _undisturbedSince = Stopwatch.GetTimestamp();
    }

    /// <summary>Takes in what there is, or waits for the next frame so long.</summary>
    private void ReadOne(int milliseconds)
    {
        Span<LinuxCalls.PollEntry> entries = stackalloc LinuxCalls.PollEntry[2];
        for (int i = 0; i < _taps.Count; i++)
        {
            entries[i] = new LinuxCalls.PollEntry { Descriptor = _taps[i].Descriptor, Events = 1 };
        }

        LinuxCalls.Poll(entries, (nuint)_taps.Count, milliseconds);

        // The marker goes to the first interface: what the others have sent was sent before its reply.
        for (int i = _taps.Count - 1; i >= 0; i--)
        {
            while (_taps[i].TryRead() is { } frame)
            {
                if (IsMarkerReply(frame))
                {
                    _markersSeen++;
                }
                else
                {
                    _sent.Add(new SentFrame(i, frame));
                }
            }
        }
    }

    private static bool IsMarkerReply(byte[] frame) => EthernetView.TryParse(frame, out var ethernet) && ethernet.Destination == Network.MarkerMac;
}
