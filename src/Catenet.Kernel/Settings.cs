using Catenet.Kernel.Devices;
using Catenet.Kernel.Neighbours;
using Catenet.Kernel.Netfilter;
using Catenet.Kernel.Sockets;
using Catenet.Kernel.Tcp;

namespace Catenet.Kernel;

/// <summary>A host's knobs, with Linux's names and defaults. They may be changed while the host runs.</summary>
public sealed class Settings
{
    /// <summary>net.ipv4.ip_forward: whether IPv4 packets for others are passed on.</summary>
    public bool IPv4Forwarding { get; set; }

    /// <summary>net.ipv6.conf.all.forwarding: whether IPv6 packets for others are passed on. Routers take no router advertisements.</summary>
    public bool IPv6Forwarding { get; set; }

    /// <summary>Both <see cref="IPv4Forwarding"/> and <see cref="IPv6Forwarding"/>: what makes a host a router.</summary>
    public bool Forwarding
    {
        get => IPv4Forwarding && IPv6Forwarding;
        set => IPv4Forwarding = IPv6Forwarding = value;
    }

    /// <summary>net.ipv4.ip_default_ttl: the TTL of packets made here.</summary>
    public byte DefaultTtl { get; set; } = 64;

    /// <summary>net.ipv6.conf.default.hop_limit: the hop limit of packets made here unless a router advertised another.</summary>
    public byte DefaultHopLimit { get; set; } = 64;

    /// <summary>net.ipv6.auto_flowlabels: whether IPv6 packets made here carry a flow label made of their addresses and ports (RFC 6437 3).</summary>
    public bool AutoFlowLabels { get; set; } = true;

    /// <summary>net.ipv4.route.min_pmtu: the least path MTU that a fragmentation needed error is believed, in octets.</summary>
    public int MinPathMtu { get; set; } = 552;

    /// <summary>net.ipv4.ip_no_pmtu_disc: 0 discovers paths' MTUs; 1 does so no more for new sockets, and takes any fragmentation needed error
    /// for the least MTU; 2 ignores those errors; 3 believes only those that a transport can check, as TCP can.</summary>
    public int NoPathMtuDiscovery { get; set; }

    /// <summary>net.ipv4.route.mtu_expires: how long a learned path MTU is kept.</summary>
    public Duration PathMtuExpires { get; set; } = Duration.FromSeconds(600);

    /// <summary>net.ipv4.ip_forward_use_pmtu: whether forwarding respects learned path MTUs rather than the device's MTU alone.</summary>
    public bool ForwardUsePathMtu { get; set; }

    /// <summary>net.ipv4.ipfrag_time: how long IPv4 fragments wait for each other.</summary>
    public Duration IPv4FragmentTime { get; set; } = Duration.FromSeconds(30);

    /// <summary>net.ipv6.ip6frag_time: how long IPv6 fragments wait for each other.</summary>
    public Duration IPv6FragmentTime { get; set; } = Duration.FromSeconds(60);

    /// <summary>net.ipv4.ipfrag_high_thresh: the most memory that waiting fragments take, in octets; the oldest packets go first.</summary>
    public int FragmentHighThreshold { get; set; } = 4 * 1024 * 1024;

    /// <summary>ICMP's knobs.</summary>
    public IcmpSettings Icmp { get; } = new();

    /// <summary>The knobs of sockets: buffers, ports, limits.</summary>
    public SocketSettings Sockets { get; } = new();

    /// <summary>TCP's knobs.</summary>
    public TcpSettings Tcp { get; } = new();

    /// <summary>The neighbour table's knobs.</summary>
    public NeighbourSettings Neighbour { get; } = new();

    /// <summary>Connection tracking's knobs.</summary>
    public ConntrackSettings Conntrack { get; } = new();

    /// <summary>net.ipv4.conf.default and net.ipv6.conf.default: what a new device begins with.</summary>
    public DeviceSettings DeviceDefaults { get; } = new();
}
