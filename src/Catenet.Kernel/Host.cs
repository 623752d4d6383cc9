using Catenet.Kernel.Devices;
using Catenet.Kernel.Icmp;
using Catenet.Kernel.Ip;
using Catenet.Kernel.Neighbours;
using Catenet.Kernel.Netfilter;
using Catenet.Kernel.Routing;
using Catenet.Kernel.Sockets;
using Catenet.Kernel.Sockets.Backends;
using Catenet.Kernel.Sockets.Operations;
using Catenet.Kernel.Tcp;
using Catenet.Kernel.Udp;

namespace Catenet.Kernel;

/// <summary>One host: a complete TCP/IP kernel on one event loop. It puts the layers together and has no protocol logic of its own.</summary>
/// <remarks>A router is a host with forwarding on; a NAT or firewall is a host with netfilter rules. Belongs to its loop's thread.</remarks>
public sealed class Host
{
    /// <summary>Makes a host with a loopback device that is up; add other devices by <see cref="Devices"/>.</summary>
    /// <param name="loop">The loop the host lives on.</param>
    /// <param name="name">The host's name, unique in its lab: it decides the host's random streams and hardware addresses.</param>
    /// <param name="options">What must be known before the first device is there.</param>
    public Host(EventLoop loop, string name, HostOptions? options = null)
    {
        Loop = loop;
        Name = name;
        Settings = options?.Settings ?? new Settings();
        Routes = new RoutingTable(this);
        Neighbours = new NeighbourTable(this);
        Netfilter = new NetfilterHooks(this);
        Ip = new IpLayer(this);
        Devices = new DeviceTable(this);
        Icmp = new IcmpLayer(this);
        Udp = new UdpLayer(this);
        Tcp = new TcpLayer(this);
        Devices.Loopback.BringUp();
    }

    /// <summary>The host's name.</summary>
    public string Name { get; }

    /// <summary>The loop the host lives on.</summary>
    public EventLoop Loop { get; }

    /// <summary>The knobs, named as sysctl names them.</summary>
    public Settings Settings { get; }

    /// <summary>The network devices.</summary>
    public DeviceTable Devices { get; }

    /// <summary>Where packets go.</summary>
    public RoutingTable Routes { get; }

    /// <summary>Link addresses of the hosts on the same links: ARP and neighbour discovery.</summary>
    public NeighbourTable Neighbours { get; }

    /// <summary>The Internet layer, both families.</summary>
    public IpLayer Ip { get; }

    /// <summary>ICMP and ICMPv6.</summary>
    public IcmpLayer Icmp { get; }

    /// <summary>UDP.</summary>
    public UdpLayer Udp { get; }

    /// <summary>TCP.</summary>
    public TcpLayer Tcp { get; }

    /// <summary>The five points at which filters, NAT and connection tracking see packets.</summary>
    public NetfilterHooks Netfilter { get; }

    /// <summary>How many packets this host discarded, by reason.</summary>
    public DropCounters Drops { get; } = new();

    /// <summary>The name servers the host was told of, by configuration or router advertisements.</summary>
    public NameServerList NameServers { get; } = new();

    /// <summary>What turns names into addresses for programs of this host; null until a stub resolver is installed.</summary>
    public INameResolver? Resolver { get; set; }

    /// <summary>The ports that stream sockets are bound to.</summary>
    internal TcpBindTable TcpBinds => field ??= new TcpBindTable(this);

    /// <summary>Spare operations of the host's sockets; any thread may ask for them.</summary>
    internal OperationPools Operations => field ?? Interlocked.CompareExchange(ref field, new OperationPools(), null) ?? field!;

    /// <summary>The descriptor numbers of the host's sockets.</summary>
    internal FileDescriptorTable Descriptors { get; } = new();

    /// <summary>A stream of random numbers of this host's own for one purpose; the same in every run of the same seed.</summary>
    /// <param name="purpose">What the numbers are for, for example <c>tcp/isn</c>.</param>
    public RandomStream Random(string purpose) => Loop.Random($"host/{Name}/{purpose}");

    /// <summary>Discards a packet: counts, traces and releases it. The only way to discard one.</summary>
    /// <param name="packet">The packet; it is gone afterwards.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cause">The rule, route or table responsible; its ToString() is shown.</param>
    public void Drop(PacketBuffer packet, DropReason reason, object? cause = null)
    {
        Drops.Add(reason);
        if (Loop.Tracer.Enabled)
        {
            Loop.Tracer.Emit(new TraceEvent
            {
                Kind = TraceKind.Drop,
                Time = Loop.Now,
                Node = Name,
                Device = Devices.NameOf(packet.InputInterface),
                Packet = packet,
                Reason = reason,
                Subject = cause,
            });
        }

        packet.Release();
    }

    /// <summary>Reports a step to whoever listens; call only if the tracer is enabled.</summary>
    internal void Trace(TraceKind kind, PacketBuffer? packet, NetDevice? device = null, object? subject = null, string? detail = null, long value = 0) =>
        Loop.Tracer.Emit(new TraceEvent
        {
            Kind = kind,
            Time = Loop.Now,
            Node = Name,
            Device = device?.Name,
            Packet = packet,
            Subject = subject,
            Detail = detail,
            Value = value,
        });

    /// <summary>The host's name.</summary>
    public override string ToString() => Name;
}
