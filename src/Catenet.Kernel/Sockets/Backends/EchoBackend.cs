using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Catenet.Kernel.Icmp;
using Catenet.Kernel.Ip;
using Catenet.Kernel.Udp;
using Catenet.Wire.Internet;

namespace Catenet.Kernel.Sockets.Backends;

/// <summary>Ping sockets (datagram sockets of protocol ICMP): echo requests out, their replies in, nothing else.</summary>
/// <remarks>
/// As on Linux the program gives and gets whole ICMP messages; the kernel fills in identifier and checksum.
/// Errors about requests are kept for MSG_ERRQUEUE, with the request's sequence number in the place of the port.
/// </remarks>
internal sealed class EchoBackend : SocketBackend
{
    private const int MaxErrors = 64;

    private readonly IcmpEchoEndpoint _endpoint;
    private readonly SourceEndPoint _source = new();
    private readonly Queue<UdpErrorReport> _errors = new();
    private UdpReceiveQueue _queue;
    private InetEndpoint? _peer;
    private int? _receiveBuffer;
    private byte _hopLimit;
    private byte _trafficClass;
    private bool _dontFragment;
    private bool _receiveErrors;
    private SocketError _error;

    public EchoBackend(Host host, AddressFamily family)
        : base(family)
    {
        _endpoint = new IcmpEchoEndpoint(host) { Replied = OnReply, Failed = OnError };
    }

    public override InetEndpoint? Local => new InetEndpoint(IsSix ? InetAddress.AnyIPv6 : InetAddress.AnyIPv4, _endpoint.Identifier);

    public override InetEndpoint? Remote => _peer;

    public override bool IsConnected => _peer is not null;

    public override int Available => _queue.Peek()?.Length ?? 0;

    public override bool DualMode
    {
        get => false;
        set { }
    }

    public override SocketError Bind(InetEndpoint local, int scope) =>
        local.Address.IsUnspecified ? SocketError.Success : SocketError.AddressNotAvailable;

    public override SocketError Connect(InetEndpoint remote, int scope)
    {
        if (Host.Ip.Route(remote.Address, IsSix ? InetAddress.AnyIPv6 : InetAddress.AnyIPv4, null, 0, out var error) is null)
        {
            return error;
        }

        _peer = remote;
        return SocketError.Success;
    }

    public override SocketError Send(ReadOnlySpan<byte> data, SocketFlags flags, out int sent)
    {
        sent = 0;
        return _peer is { } peer ? SendTo(data, flags, peer, 0, default, out sent) : SocketError.DestinationAddressRequired;
    }

    public override SocketError SendTo(ReadOnlySpan<byte> data, SocketFlags flags, InetEndpoint to, int scope, InetAddress source, out int sent)
    {
        sent = 0;
        byte request = IsSix ? IcmpV6Type.EchoRequest : IcmpType.EchoRequest;
        if (data.Length < IcmpView.Size || data[0] != request || data[1] != 0)
        {
            return SocketError.InvalidArgument; // only echo requests leave by a ping socket
        }

        if (TakeError() is var pending and not SocketError.Success)
        {
            return pending;
        }

        ushort sequence = BinaryPrimitives.ReadUInt16BigEndian(data[6..]);
        var error = _endpoint.Send(to.Address, sequence, data[IcmpView.Size..], new IpSendOptions
        {
            Source = source,
            HopLimit = _hopLimit,
            TrafficClass = _trafficClass,
            DontFragment = _dontFragment,
        });
        sent = error == SocketError.Success ? data.Length : 0;
        return error;
    }

    public override IPEndPoint SurfaceOf(InetEndpoint source, int scope) => _source.Of(Core, source, scope);

    public override SocketError Receive(Span<byte> buffer, SocketFlags flags, out Received received)
    {
        received = default;
        if (TakeError() is var pending and not SocketError.Success)
        {
            return pending;
        }

        if (_queue.Peek() is not { } packet)
        {
            return SocketError.WouldBlock;
        }

        int count = packet.CopyTo(0, buffer);
        received = new Received(count, _queue.PeekInfo(), count < packet.Length ? SocketFlags.Truncated : SocketFlags.None);
        if ((flags & SocketFlags.Peek) == 0)
        {
            _queue.TryDequeue(out _, out _);
            packet.Release();
        }

        return SocketError.Success;
    }

    public override SocketError Shutdown(SocketShutdown how) => IsConnected ? SocketError.Success : SocketError.NotConnected;

    public override void Close(bool reset)
    {
        _endpoint.Dispose();
        while (_queue.TryDequeue(out var packet, out _))
        {
            packet.Release();
        }
    }

    public override SocketError TakeError()
    {
        var error = _error;
        _error = SocketError.Success;
        return error;
    }

    public override SocketError ReceiveError(out UdpErrorReport report) =>
        _errors.TryDequeue(out report) ? SocketError.Success : SocketError.WouldBlock;

    public override SocketError SetOption(SocketOptionLevel level, SocketOptionName name, int value)
    {
        switch (level, name)
        {
            case (SocketOptionLevel.IP, SocketOptionName.IpTimeToLive):
            case (SocketOptionLevel.IPv6, SocketOptionName.HopLimit):
                if (value is < 1 or > 255)
                {
                    return SocketError.InvalidArgument;
                }

                _hopLimit = (byte)value;
                break;
            case (SocketOptionLevel.IP, SocketOptionName.TypeOfService):
            case (SocketOptionLevel.IPv6, IPv6TrafficClass):
                _trafficClass = (byte)value;
                break;
            case (SocketOptionLevel.IP or SocketOptionLevel.IPv6, SocketOptionName.DontFragment):
                _dontFragment = value != 0;
                break;
            case (SocketOptionLevel.IP or SocketOptionLevel.IPv6, SocketOptionSet.ReceiveErrorsName):
                _receiveErrors = value != 0;
                break;
            case (SocketOptionLevel.Socket, SocketOptionName.ReceiveBuffer):
                _receiveBuffer = Math.Max(2304, 2 * Math.Min(value, Host.Settings.Sockets.ReceiveMemoryMax));
                break;
            default:
                return SocketError.ProtocolOption;
        }

        return SocketError.Success;
    }

    public override SocketError GetOption(SocketOptionLevel level, SocketOptionName name, out int value)
    {
        int? known = (level, name) switch
        {
            (SocketOptionLevel.IP, SocketOptionName.IpTimeToLive) => _hopLimit != 0 ? _hopLimit : Host.Settings.DefaultTtl,
            (SocketOptionLevel.IPv6, SocketOptionName.HopLimit) => _hopLimit != 0 ? _hopLimit : Host.Settings.DefaultHopLimit,
            (SocketOptionLevel.IP, SocketOptionName.TypeOfService) => _trafficClass,
            (SocketOptionLevel.IPv6, IPv6TrafficClass) => _trafficClass,
            (SocketOptionLevel.IP or SocketOptionLevel.IPv6, SocketOptionName.DontFragment) => _dontFragment ? 1 : 0,
            (SocketOptionLevel.IP or SocketOptionLevel.IPv6, SocketOptionSet.ReceiveErrorsName) => _receiveErrors ? 1 : 0,
            (SocketOptionLevel.Socket, SocketOptionName.ReceiveBuffer) => ReceiveLimit,
            _ => null,
        };
        value = known ?? 0;
        return known is null ? SocketError.ProtocolOption : SocketError.Success;
    }

    public override string ToString() => $"{(IsSix ? "icmpv6" : "icmp")} echo id {_endpoint.Identifier}";

    private bool IsSix => Family == AddressFamily.InterNetworkV6;

    private int ReceiveLimit => _receiveBuffer ?? Host.Settings.Sockets.ReceiveMemoryDefault;

    private void OnReply(in IpReceiveInfo info, ushort sequence, ReadOnlySpan<byte> payload)
    {
        var packet = Host.Loop.Packets.Rent(IcmpView.Size + payload.Length, 0);
        var message = packet.Append(IcmpView.Size + payload.Length);
        IcmpView.WriteEcho(message, IsSix ? IcmpV6Type.EchoReply : IcmpType.EchoReply, _endpoint.Identifier, sequence);
        payload.CopyTo(message[IcmpView.Size..]);
        var received = new UdpReceiveInfo(new InetEndpoint(info.Source, 0), info.Destination, info.Device.Index,
            info.HopLimit, info.TrafficClass, Host.Loop.Now);
        if (_queue.TryEnqueue(packet, in received, ReceiveLimit))
        {
            Core.OnReadable();
        }
        else
        {
            Host.Drop(packet, DropReason.SocketReceiveBuffer, Core);
        }
    }

    private void OnError(in IcmpErrorInfo error, ushort sequence)
    {
        if (!_receiveErrors)
        {
            return;
        }

        if (_errors.Count < MaxErrors)
        {
            _errors.Enqueue(new UdpErrorReport(error.Reporter, new InetEndpoint(error.Destination, sequence),
                error.Type, error.Code, error.Error, error.Mtu, Host.Loop.Now, error.HopLimit));
        }

        _error = error.Error;
        Core.OnReadable();
    }
}
