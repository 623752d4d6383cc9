using System.Net;
using System.Net.Sockets;
using Catenet.Kernel.Devices;
using Catenet.Kernel.Udp;

namespace Catenet.Kernel.Sockets.Backends;

/// <summary>Datagram sockets over UDP.</summary>
internal sealed class UdpBackend : SocketBackend, IUdpEvents
{
    private readonly UdpEndpoint _endpoint;
    private readonly SourceEndPoint _source = new();
    private int? _sendBuffer;
    private bool _sendShut;

    public UdpBackend(Host host, AddressFamily family, bool dualMode)
        : base(family)
    {
        _endpoint = host.Udp.Open(family, dualMode);
        _endpoint.Events = this;
    }

    public override InetEndpoint? Local => _endpoint.IsBound ? _endpoint.Local : null;

    public override InetEndpoint? Remote => _endpoint.IsConnected ? _endpoint.Remote : null;

    public override bool IsConnected => _endpoint.IsConnected;

    public override int Available => _endpoint.Available;

    public override bool DualMode
    {
        get => _endpoint.IsDualStack;
        set => _endpoint.IsDualStack = value;
    }

    public void OnReadable(UdpEndpoint endpoint) => Core.OnReadable();

    public void OnError(UdpEndpoint endpoint) => Core.OnReadable();

    public override SocketError Bind(InetEndpoint local, int scope) => _endpoint.Bind(local);

    public override SocketError Connect(InetEndpoint remote, int scope) => _endpoint.Connect(remote, Device(scope));

    public override SocketError Send(ReadOnlySpan<byte> data, SocketFlags flags, out int sent) =>
        Sent(_sendShut ? SocketError.Shutdown : _endpoint.Send(data), data.Length, out sent);

    public override SocketError SendTo(ReadOnlySpan<byte> data, SocketFlags flags, InetEndpoint to, int scope, InetAddress source, out int sent) =>
        Sent(_sendShut ? SocketError.Shutdown : _endpoint.SendTo(data, to, Device(scope), source), data.Length, out sent);

    public override IPEndPoint SurfaceOf(InetEndpoint source, int scope) => _source.Of(Core, source, scope);

    public override SocketError Receive(Span<byte> buffer, SocketFlags flags, out Received received)
    {
        received = default;
        var error = _endpoint.TakeError();
        if (error != SocketError.Success)
        {
            return error;
        }

        bool peek = (flags & SocketFlags.Peek) != 0;
        var packet = _endpoint.Peek(out var info);
        if (packet is null)
        {
            return SocketError.WouldBlock;
        }

        int count = packet.CopyTo(0, buffer);
        received = new Received(count, info, count < packet.Length ? SocketFlags.Truncated : SocketFlags.None);
        if (!peek)
        {
            _endpoint.TryReceive(out _, out _);
            packet.Release();
        }

        return SocketError.Success;
    }

    public override SocketError Shutdown(SocketShutdown how)
    {
        if (!_endpoint.IsConnected)
        {
            return SocketError.NotConnected;
        }

        _sendShut |= how != SocketShutdown.Receive;
        return SocketError.Success;
    }

    public override void Close(bool reset) => _endpoint.Close();

    public override SocketError TakeError() => _endpoint.TakeError();

    public override SocketError ReceiveError(out UdpErrorReport report) =>
        _endpoint.TryReceiveError(out report) ? SocketError.Success : SocketError.WouldBlock;

    public override SocketError SetMembership(InetAddress group, InetAddress local, int interfaceIndex, bool join)
    {
        var device = interfaceIndex != 0 ? Host.Devices.ByIndex(interfaceIndex)
            : local.IsUnspecified ? null : DeviceOf(local);
        if (device is null && (interfaceIndex != 0 || !local.IsUnspecified))
        {
            return SocketError.AddressNotAvailable;
        }

        return join ? _endpoint.JoinGroup(group, device) : _endpoint.LeaveGroup(group, device);
    }

    public override SocketError SetOption(SocketOptionLevel level, SocketOptionName name, int value)
    {
        switch (level, name)
        {
            case (SocketOptionLevel.Socket, SocketOptionName.ReuseAddress):
                // .NET on Linux means both by it.
                _endpoint.ReuseAddress = _endpoint.ReusePort = value != 0;
                break;
            case (SocketOptionLevel.Socket, SocketOptionName.ExclusiveAddressUse):
                _endpoint.ReuseAddress = _endpoint.ReusePort = value == 0;
                break;
            case (SocketOptionLevel.Socket, SocketOptionName.Broadcast):
                _endpoint.Broadcast = value != 0;
                break;
            case (SocketOptionLevel.Socket, SocketOptionName.ReceiveBuffer):
                _endpoint.ReceiveBufferSize = 2 * Math.Min(value, Host.Settings.Sockets.ReceiveMemoryMax);
                break;
            case (SocketOptionLevel.Socket, SocketOptionName.SendBuffer):
                _sendBuffer = Math.Max(4608, 2 * Math.Min(value, Host.Settings.Sockets.SendMemoryMax));
                break;
            case (SocketOptionLevel.Socket, SocketOptionSet.BindToDeviceName):
                return BindToDevice(value);
            case (SocketOptionLevel.IP, SocketOptionName.IpTimeToLive):
            case (SocketOptionLevel.IPv6, SocketOptionName.HopLimit):
                return SetByte(value, 1, v => _endpoint.HopLimit = v);
            case (SocketOptionLevel.IP, SocketOptionName.TypeOfService):
            case (SocketOptionLevel.IPv6, IPv6TrafficClass):
                return SetByte(value, 0, v => _endpoint.TrafficClass = v);
            case (SocketOptionLevel.IP or SocketOptionLevel.IPv6, SocketOptionName.MulticastTimeToLive):
                return SetByte(value, 0, v => _endpoint.MulticastHopLimit = v);
            case (SocketOptionLevel.IP or SocketOptionLevel.IPv6, SocketOptionName.MulticastLoopback):
                _endpoint.MulticastLoopback = value != 0;
                break;
            case (SocketOptionLevel.IP or SocketOptionLevel.IPv6, SocketOptionName.MulticastInterface):
                return SetMulticastInterface(level, value);
            case (SocketOptionLevel.IP or SocketOptionLevel.IPv6, SocketOptionName.DontFragment):
                _endpoint.PathMtuDiscovery = value != 0 ? PathMtuDiscovery.Do : PathMtuDiscovery.Dont;
                break;
            case (SocketOptionLevel.IP or SocketOptionLevel.IPv6, SocketOptionSet.ReceiveErrorsName):
                _endpoint.ReceiveErrors = value != 0;
                break;
            case (SocketOptionLevel.IPv6, SocketOptionName.IPv6Only):
                return SetDualStack(value == 0);
            case (SocketOptionLevel.Udp, SocketOptionName.NoChecksum):
                _endpoint.NoChecksum = value != 0;
                break;
            default:
                return level == SocketOptionLevel.Tcp ? SocketError.OperationNotSupported : SocketError.ProtocolOption;
        }

        return SocketError.Success;
    }

    public override SocketError GetOption(SocketOptionLevel level, SocketOptionName name, out int value)
    {
        int? known = (level, name) switch
        {
            (SocketOptionLevel.Socket, SocketOptionName.ReuseAddress) => Number(_endpoint.ReuseAddress),
            (SocketOptionLevel.Socket, SocketOptionName.ExclusiveAddressUse) => Number(!_endpoint.ReuseAddress),
            (SocketOptionLevel.Socket, SocketOptionName.Broadcast) => Number(_endpoint.Broadcast),
            (SocketOptionLevel.Socket, SocketOptionName.ReceiveBuffer) => _endpoint.ReceiveBufferSize,
            (SocketOptionLevel.Socket, SocketOptionName.SendBuffer) => _sendBuffer ?? Host.Settings.Sockets.SendMemoryDefault,
            (SocketOptionLevel.Socket, SocketOptionSet.BindToDeviceName) => _endpoint.BoundDevice?.Index ?? 0,
            (SocketOptionLevel.IP, SocketOptionName.IpTimeToLive) => Or(_endpoint.HopLimit, Host.Settings.DefaultTtl),
            (SocketOptionLevel.IPv6, SocketOptionName.HopLimit) => Or(_endpoint.HopLimit, Host.Settings.DefaultHopLimit),
            (SocketOptionLevel.IP, SocketOptionName.TypeOfService) => _endpoint.TrafficClass,
            (SocketOptionLevel.IPv6, IPv6TrafficClass) => _endpoint.TrafficClass,
            (SocketOptionLevel.IP or SocketOptionLevel.IPv6, SocketOptionName.MulticastTimeToLive) => _endpoint.MulticastHopLimit,
            (SocketOptionLevel.IP or SocketOptionLevel.IPv6, SocketOptionName.MulticastLoopback) => Number(_endpoint.MulticastLoopback),
            (SocketOptionLevel.IP or SocketOptionLevel.IPv6, SocketOptionName.DontFragment) =>
                Number(_endpoint.PathMtuDiscovery == PathMtuDiscovery.Do),
            (SocketOptionLevel.IP or SocketOptionLevel.IPv6, SocketOptionSet.ReceiveErrorsName) => Number(_endpoint.ReceiveErrors),
            (SocketOptionLevel.IPv6, SocketOptionName.IPv6Only) => Number(!_endpoint.IsDualStack),
            _ => null,
        };
        value = known ?? 0;
        return known is not null ? SocketError.Success
            : level == SocketOptionLevel.Tcp ? SocketError.OperationNotSupported : SocketError.ProtocolOption;
    }

    public override string ToString() => _endpoint.ToString();

    private static SocketError SetByte(int value, int least, Action<byte> set)
    {
        if (value < least || value > 255)
        {
            return SocketError.InvalidArgument;
        }

        set((byte)value);
        return SocketError.Success;
    }

    private static int Number(bool value) => value ? 1 : 0;

    private static int Or(byte value, byte otherwise) => value != 0 ? value : otherwise;

    private static SocketError Sent(SocketError error, int length, out int sent)
    {
        sent = error == SocketError.Success ? length : 0;
        return error;
    }

    private SocketError BindToDevice(int index)
    {
        var device = Device(index);
        if (index != 0 && device is null)
        {
            return SocketError.AddressNotAvailable;
        }

        _endpoint.BoundDevice = device;
        return SocketError.Success;
    }

    /// <summary>The value of .NET's MulticastInterface is an index in network order for IPv4 and in host order for IPv6.</summary>
    private SocketError SetMulticastInterface(SocketOptionLevel level, int value)
    {
        int index = level == SocketOptionLevel.IP ? IPAddress.NetworkToHostOrder(value) : value;
        var device = Device(index);
        if (index != 0 && device is null)
        {
            return SocketError.AddressNotAvailable;
        }

        _endpoint.MulticastDevice = device;
        return SocketError.Success;
    }

    private SocketError SetDualStack(bool value)
    {
        if (!_endpoint.IsIPv6 || _endpoint.IsBound)
        {
            return SocketError.InvalidArgument;
        }

        _endpoint.IsDualStack = value;
        return SocketError.Success;
    }

    private NetDevice? DeviceOf(InetAddress local) =>
        Host.Devices.All.FirstOrDefault(d => d.Addresses.Find(local) is not null);

    private NetDevice? Device(int scope) => scope == 0 ? null : Host.Devices.ByIndex(scope);
}
