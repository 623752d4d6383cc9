using Catenet.Kernel.Devices;
using Catenet.Kernel.Neighbours;
using Catenet.Kernel.Routing;

namespace Catenet.Kernel.Ip;

/// <summary>Where packets to one address go, found once and kept by sockets (Linux's dst_entry). Look up again when <see cref="IsValid"/> is false.</summary>
public sealed class Destination
{
    private readonly RoutingTable _table;
    private readonly int _generation;
    private int _mtu;
    private bool _isMtuLocked;
    private int _mtuVersion = -1;
    private Instant _mtuUntil;

    internal Destination(RoutingTable table, RouteEntry route, InetAddress address, InetAddress source, InetAddress nextHop, NetDevice device)
    {
        _table = table;
        _generation = table.Generation;
        Route = route;
        Address = address;
        Source = source;
        NextHop = nextHop;
        Device = device;
    }

    /// <summary>The destination address.</summary>
    public InetAddress Address { get; }

    /// <summary>The source address packets get unless the sender wants another.</summary>
    public InetAddress Source { get; }

    /// <summary>The neighbour packets are given to: a gateway, or the destination itself.</summary>
    public InetAddress NextHop { get; }

    /// <summary>The device packets leave by; the loopback device for this host's own addresses.</summary>
    public NetDevice Device { get; }

    /// <summary>The route used.</summary>
    public RouteEntry Route { get; }

    /// <summary>The next hop's neighbour entry, once a packet was sent; null where there is nothing to resolve.</summary>
    public Neighbour? Neighbour { get; internal set; }

    /// <summary>Whether the address is this host's own.</summary>
    public bool IsLocal { get; init; }

    /// <summary>Whether the address is a group.</summary>
    public bool IsMulticast => Address.IsMulticast;

    /// <summary>Whether packets go to everybody on a network.</summary>
    public bool IsBroadcast { get; init; }

    /// <summary>Whether routes and addresses are as they were when the destination was looked up.</summary>
    public bool IsValid => _generation == _table.Generation && Route.Expires > _table.Host.Loop.Now;

    /// <summary>The path MTU in octets: the route's or device's, or less if ICMP said so within the last ten minutes.</summary>
    public int Mtu
    {
        get
        {
            var cache = _table.Host.Ip.PathMtu;
            if (_mtuVersion != cache.Version || _table.Host.Loop.Now >= _mtuUntil)
            {
                _mtuVersion = cache.Version;
                int learned = cache.Lookup(Address, out _mtuUntil);
                _isMtuLocked = learned != 0 && cache.IsLocked(Address);
                int device = Address.IsIPv4 ? Device.Mtu : Device.IPv6Mtu;
                int own = Route.Mtu != 0 ? Math.Min(Route.Mtu, device) : device;
                _mtu = learned != 0 ? Math.Min(learned, own) : own;
            }

            return _mtu;
        }
    }

    /// <summary>Whether the path takes less than the least MTU that is believed: packets must be fragmented on the way.</summary>
    public bool IsMtuLocked => Mtu > 0 && _isMtuLocked;

    /// <summary>Tells the neighbour table that the next hop answers (RFC 4861 7.3.1): an upper layer had a new acknowledgment.</summary>
    public void Confirm() => Neighbour?.Confirm();

    /// <summary>As <c>ip route get</c> shows it.</summary>
    public override string ToString() =>
        $"{(IsLocal ? "local " : "")}{Address}{(NextHop != Address ? $" via {NextHop}" : "")} dev {Device.Name} src {Source}";
}
