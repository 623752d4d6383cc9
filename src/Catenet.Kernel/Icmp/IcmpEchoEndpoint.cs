using System.Net.Sockets;
using Catenet.Kernel.Devices;
using Catenet.Kernel.Ip;
using Catenet.Wire.Internet;

namespace Catenet.Kernel.Icmp;

/// <summary>Takes an echo reply.</summary>
/// <param name="info">What the IP header of the reply said.</param>
/// <param name="sequence">The request's sequence number.</param>
/// <param name="payload">What came back; not to be kept.</param>
public delegate void EchoReplyHandler(in IpReceiveInfo info, ushort sequence, ReadOnlySpan<byte> payload);

/// <summary>Takes an ICMP error about an echo request.</summary>
/// <param name="error">What it says; not to be kept.</param>
/// <param name="sequence">The request's sequence number.</param>
public delegate void EchoErrorHandler(in IcmpErrorInfo error, ushort sequence);

/// <summary>Sends echo requests and hears of replies and errors: what ping and traceroute stand on, for both families.</summary>
/// <remarks>Belongs to the loop's thread. Dispose it to give the identifier back.</remarks>
public sealed class IcmpEchoEndpoint : IDisposable
{
    private readonly Host _host;
    private bool _disposed;

    /// <summary>Makes an endpoint with an identifier of its own.</summary>
    /// <exception cref="SocketException">All 65536 identifiers are in use.</exception>
    public IcmpEchoEndpoint(Host host)
    {
        _host = host;
        if (!host.Icmp.TryRegister(this, out ushort identifier))
        {
            throw new SocketException((int)SocketError.AddressAlreadyInUse);
        }

        Identifier = identifier;
    }

    /// <summary>The identifier that tells this endpoint's requests from others'.</summary>
    public ushort Identifier { get; }

    /// <summary>If set, requests leave by this device only.</summary>
    public NetDevice? Device { get; set; }

    /// <summary>Called for each reply.</summary>
    public EchoReplyHandler? Replied { get; set; }

    /// <summary>Called for each error.</summary>
    public EchoErrorHandler? Failed { get; set; }

    /// <summary>Sends a request.</summary>
    /// <param name="destination">To whom; the family decides the protocol.</param>
    /// <param name="sequence">The sequence number.</param>
    /// <param name="payload">What is to come back, up to 65507 octets.</param>
    /// <param name="options">How it is to be sent: TTL, don't-fragment, source.</param>
    /// <returns><see cref="SocketError.Success"/>, or why it could not be sent.</returns>
    public SocketError Send(InetAddress destination, ushort sequence, ReadOnlySpan<byte> payload, in IpSendOptions options = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (payload.Length > 65507)
        {
            return SocketError.MessageSize;
        }

        if (_host.Ip.Route(destination, options.Source, Device, 0, out var error) is not { } route)
        {
            return error;
        }

        int size = IcmpView.Size + payload.Length;
        if (options.DontFragment && size + (destination.IsIPv4 ? IPv4View.MinSize : IPv6View.Size) > route.Mtu)
        {
            return SocketError.MessageSize;
        }

        var packet = _host.Loop.Packets.Rent(size);
        var span = packet.Append(size);
        payload.CopyTo(span[IcmpView.Size..]);
        var source = options.Source.IsUnspecified ? route.Source : options.Source;
        bool ipv4 = route.Address.IsIPv4;
        byte protocol = ipv4 ? IpProtocol.Icmp : IpProtocol.IcmpV6;
        IcmpView.WriteEcho(span, ipv4 ? IcmpType.EchoRequest : IcmpV6Type.EchoRequest, Identifier, sequence);
        IcmpErrorSender.Checksum(packet, protocol, source, route.Address);
        _host.Ip.Output(packet, route, protocol, in options);
        return SocketError.Success;
    }

    /// <summary>Gives the identifier back; late replies go nowhere.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _host.Icmp.Unregister(Identifier);
        }
    }

    internal void OnReply(in IpReceiveInfo info, ushort sequence, ReadOnlySpan<byte> payload) => Replied?.Invoke(in info, sequence, payload);

    internal void OnError(in IcmpErrorInfo error, ushort sequence) => Failed?.Invoke(in error, sequence);
}
