using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Catenet.Kernel.Devices;
using Catenet.Kernel.Ip;

namespace Catenet.Kernel.Udp;

/// <summary>One end of UDP traffic: an address and port, a bounded queue of what arrived, and a remembered route (RFC 768).</summary>
/// <remarks>
/// Non-blocking: calls answer at once with a <see cref="SocketError"/>, and <see cref="Events"/> tells when more has come.
/// Sending and receiving allocate nothing. This is what sockets are built on, and what a benchmark may use bare.
/// Belongs to the loop's thread.
/// </remarks>
public sealed class UdpEndpoint
{
    private const int MaxErrors = 64;

    private readonly UdpLayer _layer;
    private UdpReceiveQueue _queue;
    private Queue<UdpErrorReport>? _errors;
    private MulticastMemberships? _memberships;
    private Destination? _route;
    private InetAddress _routedTo;
    private NetDevice? _routedVia;
    private NetDevice? _peerDevice;
    private InetAddress _boundAddress;
    private SocketError _error;
    private int _receiveLimit;

    internal UdpEndpoint(UdpLayer layer, AddressFamily family, bool dualStack)
    {
        _layer = layer;
        IsIPv6 = family == AddressFamily.InterNetworkV6;
        IsDualStack = IsIPv6 && dualStack;
        Local = new InetEndpoint(Any, 0);
        Remote = new InetEndpoint(Any, 0);
        _boundAddress = Any;
        _receiveLimit = layer.Host.Settings.Sockets.ReceiveMemoryDefault;
    }

    /// <summary>Whether this is an endpoint of the IPv6 family.</summary>
    public bool IsIPv6 { get; }

    /// <summary>Whether it carries IPv4 as well (an IPv6 endpoint without IPV6_V6ONLY). Settable until it is bound.</summary>
    public bool IsDualStack { get; internal set; }

    /// <summary>The address and port it is bound to; port 0 while it is not.</summary>
    public InetEndpoint Local { get; private set; }

    /// <summary>Whom it is connected to.</summary>
    public InetEndpoint Remote { get; private set; }

    /// <summary>Whether it has a port.</summary>
    public bool IsBound => Local.Port != 0;

    /// <summary>Whether it talks to one peer only.</summary>
    public bool IsConnected { get; private set; }

    /// <summary>Whether it was closed.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Whom to tell of arrivals and errors.</summary>
    public IUdpEvents? Events { get; set; }

    /// <summary>SO_REUSEADDR: others that say so too may bind the same; the newest gets what is sent to one.</summary>
    public bool ReuseAddress { get; set; }

    /// <summary>SO_REUSEPORT: others that say so too may bind the same; flows are spread over them.</summary>
    public bool ReusePort { get; set; }

    /// <summary>SO_BROADCAST: sending to broadcast addresses is allowed.</summary>
    public bool Broadcast { get; set; }

    /// <summary>SO_BINDTODEVICE: only this device is used.</summary>
    public NetDevice? BoundDevice { get; set; }

    /// <summary>IP_TTL or IPV6_UNICAST_HOPS, 1 to 255; 0 for the host's default.</summary>
    public byte HopLimit { get; set; }

    /// <summary>IP_MULTICAST_TTL or IPV6_MULTICAST_HOPS, 1 to 255.</summary>
    public byte MulticastHopLimit { get; set; } = 1;

    /// <summary>IP_MULTICAST_LOOP: what is sent to a group is also delivered on this host.</summary>
    public bool MulticastLoopback { get; set; } = true;

    /// <summary>IP_MULTICAST_IF: the device by which multicast leaves; null to let the routes decide.</summary>
    public NetDevice? MulticastDevice { get; set; }

    /// <summary>IP_TOS or IPV6_TCLASS.</summary>
    public byte TrafficClass { get; set; }

    /// <summary>SO_MARK: seen by policy rules and filters.</summary>
    public uint Mark { get; set; }

    /// <summary>IP_MTU_DISCOVER.</summary>
    public PathMtuDiscovery PathMtuDiscovery { get; set; } = PathMtuDiscovery.Want;

    /// <summary>SO_NO_CHECK: IPv4 datagrams leave without a checksum (RFC 768 allows zero; RFC 8200 8.1 does not).</summary>
    public bool NoChecksum { get; set; }

    /// <summary>IP_RECVERR: every ICMP error is kept for <see cref="TryReceiveError"/>, and transient ones are reported too.</summary>
    public bool ReceiveErrors { get; set; }

    /// <summary>SO_RCVBUF as charged, in octets: the length of each datagram and some 576 octets for its buffer. At least 2304.</summary>
    public int ReceiveBufferSize
    {
        get => _receiveLimit;
        set => _receiveLimit = Math.Max(value, 2304);
    }

    /// <summary>How many datagrams wait.</summary>
    public int Pending => _queue.Count;

    /// <summary>Octets of the datagram that comes next (FIONREAD).</summary>
    public int Available => _queue.Peek()?.Length ?? 0;

    /// <summary>How many datagrams were refused since the receive buffer was full.</summary>
    public long Dropped { get; private set; }

    private InetAddress Any => IsIPv6 ? InetAddress.AnyIPv6 : InetAddress.AnyIPv4;

    /// <summary>Takes a local address and port; port 0 takes an ephemeral one (<c>ip_local_port_range</c>).</summary>
    /// <returns><see cref="SocketError.InvalidArgument"/> if bound already, <see cref="SocketError.AddressAlreadyInUse"/>,
    /// <see cref="SocketError.AddressNotAvailable"/> if the host does not have the address, or
    /// <see cref="SocketError.AddressFamilyNotSupported"/>.</returns>
    public SocketError Bind(InetEndpoint local)
    {
        if (IsClosed || IsBound)
        {
            return SocketError.InvalidArgument;
        }

        if (local.Address.IsIPv4 == IsIPv6 && !IsDualStack)
        {
            return IsIPv6 ? SocketError.InvalidArgument : SocketError.AddressFamilyNotSupported;
        }

        if (!_layer.MayBind(local.Address))
        {
            return SocketError.AddressNotAvailable;
        }

        var error = _layer.ChoosePort(this, local.Address, local.Port, out ushort port);
        if (error != SocketError.Success)
        {
            return error;
        }

        _boundAddress = local.Address;
        Local = local with { Port = port };
        _layer.Ports.Add(this);
        return SocketError.Success;
    }

    /// <summary>Fixes the peer: only its datagrams are received, errors about the path to it are reported. May be called again.</summary>
    /// <param name="remote">The peer.</param>
    /// <param name="via">The device to leave by (an IPv6 scope); null to let the routes decide.</param>
    public SocketError Connect(InetEndpoint remote, NetDevice? via = null)
    {

        if (remote.Address.IsUnspecified)
        {
            remote = remote with { Address = remote.Address.IsIPv4 ? InetAddress.LoopbackIPv4 : InetAddress.LoopbackIPv6 };
        }

        var source = IsConnected ? _boundAddress : Local.Address;
        var error = Route(remote.Address, source, via, out var route);
        if (error == SocketError.Success && !IsBound)
        {
            error = Bind(new InetEndpoint(Any, 0));
        }

        if (error != SocketError.Success)
        {
            return error;
        }

        _layer.Ports.Remove(this);
        Local = Local with { Address = source.IsUnspecified ? route!.Source : source };
        Remote = remote;
        _peerDevice = via;
        IsConnected = true;
        _layer.Ports.Add(this);
        return SocketError.Success;
    }

    /// <summary>Takes datagrams from anyone again (connect to AF_UNSPEC).</summary>
    public void Disconnect()
    {
        if (IsConnected)
        {
            _layer.Ports.Remove(this);
            IsConnected = false;
            Local = Local with { Address = _boundAddress };
            Remote = new InetEndpoint(Any, 0);
            _layer.Ports.Add(this);
        }
    }

    /// <summary>Sends a datagram to the peer.</summary>
    public SocketError Send(ReadOnlySpan<byte> data) =>
        IsConnected ? Transmit(data, Remote, _peerDevice) : SocketError.DestinationAddressRequired;

    /// <summary>Sends a datagram.</summary>
    /// <param name="data">The data, up to 65507 octets over IPv4 and 65527 over IPv6.</param>
    /// <param name="to">Whom to.</param>
    /// <param name="via">The device to leave by (an IPv6 scope); null to let the routes decide.</param>
    /// <param name="source">The source address (IP_PKTINFO), so that a server answers from the address it was asked at; unspecified: the endpoint's own.</param>
    /// <returns>How it went on this host; the network may lose the datagram later.</returns>
    public SocketError SendTo(ReadOnlySpan<byte> data, InetEndpoint to, NetDevice? via = null, InetAddress source = default)
    {
        if (to.Port == 0)
        {
            return SocketError.InvalidArgument;
        }

        if (to.Address.IsUnspecified)
        {
            to = to with { Address = to.Address.IsIPv4 ? InetAddress.LoopbackIPv4 : InetAddress.LoopbackIPv6 };
        }

        return Transmit(data, to, via, source);
    }

    /// <summary>Takes the datagram that comes next: the packet holds its data and is the caller's to release.</summary>
    public bool TryReceive([NotNullWhen(true)] out PacketBuffer? packet, out UdpReceiveInfo info) =>
        _queue.TryDequeue(out packet, out info);

    /// <summary>The datagram that comes next, left in the queue; null if there is none.</summary>
    public PacketBuffer? Peek(out UdpReceiveInfo info)
    {
        var packet = _queue.Peek();
        info = packet is null ? default : _queue.PeekInfo();
        return packet;
    }

    /// <summary>Takes the pending error (SO_ERROR); <see cref="SocketError.Success"/> if there is none.</summary>
    public SocketError TakeError()
    {
        var error = _error;
        _error = SocketError.Success;
        return error;
    }

    /// <summary>Takes an ICMP error kept because of <see cref="ReceiveErrors"/> (MSG_ERRQUEUE).</summary>
    public bool TryReceiveError(out UdpErrorReport report)
    {
        report = default;
        return _errors is not null && _errors.TryDequeue(out report);
    }

    /// <summary>Joins a group on a device (IP_ADD_MEMBERSHIP); up to <c>igmp_max_memberships</c> of them.</summary>
    public SocketError JoinGroup(InetAddress group, NetDevice? device) =>
        (_memberships ??= new MulticastMemberships(_layer.Host)).Join(group, device);

    /// <summary>Leaves a group on a device (IP_DROP_MEMBERSHIP).</summary>
    public SocketError LeaveGroup(InetAddress group, NetDevice? device) =>
        _memberships?.Leave(group, device) ?? SocketError.AddressNotAvailable;

    /// <summary>Gives up the port and releases what waits. May be called twice.</summary>
    public void Close()
    {
        if (IsClosed)
        {
            return;
        }

        IsClosed = true;
        _memberships?.LeaveAll();
        if (IsBound)
        {
            _layer.Ports.Remove(this);
        }

        while (_queue.TryDequeue(out var packet, out _))
        {
            packet.Release();
        }
    }

    /// <summary>Prints like <c>udp 192.0.2.1:53</c>, with the peer if there is one.</summary>
    public override string ToString() => IsConnected ? $"udp {Local} -> {Remote}" : $"udp {Local}";

    /// <summary>Whether datagrams from a device are for this endpoint.</summary>
    internal bool Accepts(int device) => BoundDevice is null || BoundDevice.Index == device;

    /// <summary>Whether a datagram for many is for this endpoint too.</summary>
    internal bool Takes(InetAddress destination, InetEndpoint source)
    {
        if (IsConnected && Remote != source)
        {
            return false;
        }

        // A connected endpoint's local address is its own; what counts is the one it was bound to.
        return _boundAddress == destination ||
            (_boundAddress.IsUnspecified && (_boundAddress.IsIPv4 == destination.IsIPv4 || IsDualStack));
    }

    /// <summary>Queues a datagram whose headers have been pulled; false if there is no room.</summary>
    internal bool TryDeliver(PacketBuffer packet, in UdpReceiveInfo info)
    {
        if (!_queue.TryEnqueue(packet, in info, _receiveLimit))
        {
            Dropped++;
            return false;
        }

        Events?.OnReadable(this);
        return true;
    }

    /// <summary>Takes note of an ICMP error about a datagram this endpoint sent.</summary>
    internal void OnIcmpError(in UdpErrorReport report, bool isHard)
    {
        if (ReceiveErrors)
        {
            _errors ??= new Queue<UdpErrorReport>();
            if (_errors.Count < MaxErrors)
            {
                _errors.Enqueue(report);
            }
        }
        else if (!isHard || !IsConnected)
        {
            // As Linux: without IP_RECVERR only a connected socket hears, and only of errors that will not pass.
            return;
        }

        _error = report.Error;
        Events?.OnError(this);
    }

    private SocketError Transmit(ReadOnlySpan<byte> data, InetEndpoint to, NetDevice? via, InetAddress source = default)
    {
        if (IsClosed)
        {
            return SocketError.NotSocket;
        }

        if (_error != SocketError.Success)
        {
            return TakeError();
        }

        if (data.Length > (to.Address.IsIPv4 ? UdpLayer.MaxDataIPv4 : UdpLayer.MaxDataIPv6))
        {
            return SocketError.MessageSize;
        }

        if (!IsBound)
        {
            var bound = Bind(new InetEndpoint(Any, 0));
            if (bound != SocketError.Success)
            {
                return bound;
            }
        }

        var from = source.IsUnspecified ? Local.Address : source;
        var error = Route(to.Address, from, via, out var route);
        return error == SocketError.Success
            ? _layer.Send(this, data, to, from.IsUnspecified ? route!.Source : from, route!)
            : error;
    }

    /// <summary>Finds the way, by the remembered route if it still holds.</summary>
    private SocketError Route(InetAddress to, InetAddress source, NetDevice? via, out Destination? route)
    {
        route = _route;
        if (route is not null && route.IsValid && _routedTo == to && _routedVia == via &&
            (source.IsUnspecified || source == route.Source))
        {
            return SocketError.Success;
        }

        if (to.IsIPv4 == IsIPv6 && !IsDualStack)
        {
            return IsIPv6 ? SocketError.NetworkUnreachable : SocketError.AddressFamilyNotSupported;
        }

        // A wildcard of the other family says nothing of the source.
        var chosen = source.IsUnspecified ? (to.IsIPv4 ? InetAddress.AnyIPv4 : InetAddress.AnyIPv6) : source;
        var device = BoundDevice ?? via ?? (to.IsMulticast ? MulticastDevice : null);
        route = _layer.Host.Ip.Route(to, chosen, device, Mark, out var error);
        if (route is null)
        {
            return error;
        }

        if (route.IsBroadcast && !Broadcast)
        {
            return SocketError.AccessDenied;
        }

        _route = route;
        _routedTo = to;
        _routedVia = via;
        return SocketError.Success;
    }
}
