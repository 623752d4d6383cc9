using System.Net.Sockets;
using Catenet.Kernel.Ip;
using Catenet.Wire.Internet;

namespace Catenet.Kernel.Icmp;

/// <summary>ICMP and ICMPv6 of one host: answers echoes, makes errors, and hands errors that come in to the transports they are about.</summary>
public sealed class IcmpLayer : ITransport
{
    private readonly Host _host;
    private readonly IcmpErrorSender _errors;
    private readonly IcmpErrorReceiver _receiver;
    private Dictionary<ushort, IcmpEchoEndpoint>? _endpoints;
    private ushort _nextIdentifier;

    internal IcmpLayer(Host host)
    {
        _host = host;
        _errors = new IcmpErrorSender(host);
        _receiver = new IcmpErrorReceiver(host);
        Redirects = new IcmpRedirects(host, _errors);
        host.Ip.Register(IpProtocol.Icmp, this);
        host.Ip.Register(IpProtocol.IcmpV6, this);
    }

    internal IcmpRedirects Redirects { get; }

    /// <summary>Errors that the rate limit held back.</summary>
    public long RateLimited => _errors.RateLimited;

    /// <summary>Echo requests answered.</summary>
    public long EchoesAnswered { get; private set; }

    /// <summary>Tells the sender of a packet that its destination is unreachable, if an error may be sent at all. The packet stays the caller's.</summary>
    /// <param name="packet">The packet; its network header offset is known.</param>
    /// <param name="reason">Why.</param>
    public void SendUnreachable(PacketBuffer packet, Unreachable reason)
    {
        if (packet.NetworkOffset < 0)
        {
            return;
        }

        bool ipv4 = packet.From(packet.NetworkOffset)[0] >> 4 == 4;
        byte code = (reason, ipv4) switch
        {
            (Unreachable.NoRoute, true) => IcmpCode.NetUnreachable,
            (Unreachable.Host, true) => IcmpCode.HostUnreachable,
            (Unreachable.Protocol, true) => IcmpCode.ProtocolUnreachable,
            (Unreachable.Port, true) => IcmpCode.PortUnreachable,
            (Unreachable.Prohibited, true) => IcmpCode.CommunicationProhibited,
            (_, true) => IcmpCode.HostUnreachable,
            (Unreachable.Host, false) => IcmpV6Code.AddressUnreachable,
            (Unreachable.Port, false) => IcmpV6Code.PortUnreachable,
            (Unreachable.Prohibited, false) => IcmpV6Code.Prohibited,
            (Unreachable.Rejected, false) => IcmpV6Code.RejectRoute,
            _ => IcmpV6Code.NoRoute,
        };
        _errors.Send(packet, ipv4 ? IcmpType.DestinationUnreachable : IcmpV6Type.DestinationUnreachable, code, 0);
    }

    /// <summary>Tells the sender of a packet that it is too large for the next link: fragmentation needed or packet too big. The packet stays the caller's.</summary>
    /// <param name="packet">The packet; its network header offset is known.</param>
    /// <param name="mtu">The MTU of the next link in octets.</param>
    public void SendTooBig(PacketBuffer packet, int mtu)
    {
        if (packet.NetworkOffset >= 0 && packet.From(packet.NetworkOffset)[0] >> 4 == 4)
        {
            _errors.Send(packet, IcmpType.DestinationUnreachable, IcmpCode.FragmentationNeeded, IcmpView.RestOfMtu(mtu));
        }
        else
        {
            _errors.Send(packet, IcmpV6Type.PacketTooBig, 0, (uint)mtu);
        }
    }

    /// <summary>Sends an ICMP error about a packet, if one may be sent at all (RFC 1122 3.2.2, RFC 4443 2.4) and the rate limit allows it. The packet stays the caller's.</summary>
    /// <param name="packet">The packet; its network header offset is known.</param>
    /// <param name="type">The type, of the packet's family.</param>
    /// <param name="code">The code.</param>
    /// <param name="rest">The last four octets of the header: MTU, pointer or gateway.</param>
    public void SendError(PacketBuffer packet, byte type, byte code, uint rest = 0) => _errors.Send(packet, type, code, rest);

    /// <inheritdoc/>
    public void Receive(PacketBuffer packet, in IpReceiveInfo info)
    {
        bool ipv4 = info.Protocol == IpProtocol.Icmp;
        if (packet.Length < IcmpView.Size || !packet.EnsureLinear(IcmpView.Size) || ipv4 != info.Source.IsIPv4)
        {
            _host.Drop(packet, DropReason.IcmpInvalid);
            return;
        }

        ulong pseudo = ipv4 ? 0 : InternetChecksum.PseudoHeader(info.Source, info.Destination, IpProtocol.IcmpV6, packet.Length);
        if (packet.Checksum == ChecksumState.None && !InternetChecksum.IsValid(packet.Sum(0, pseudo)))
        {
            _host.Drop(packet, DropReason.IcmpInvalid);
            return;
        }

        byte type = packet.Span[0];
        if (ipv4)
        {
            ReceiveIPv4(packet, in info, type);
        }
        else
        {
            ReceiveIPv6(packet, in info, type);
        }
    }

    /// <inheritdoc/>
    public void ReceiveError(in IcmpErrorInfo error)
    {
        // An error about an echo request of ours: the identifier tells whose.
        if (error.IsTooBig)
        {
            _host.Ip.PathMtu.Learn(in error);
        }

        byte request = error.IsIPv6 ? IcmpV6Type.EchoRequest : IcmpType.EchoRequest;
        if (error.Quoted.Length >= IcmpView.Size && error.Quoted[0] == request)
        {
            IcmpView.TryParse(error.Quoted, out var quoted);
            if (Endpoint(quoted.Identifier) is { } endpoint)
            {
                endpoint.OnError(in error, quoted.Sequence);
            }
        }
    }

    /// <summary>Gives an endpoint an identifier that no other has; false if there are 65536.</summary>
    internal bool TryRegister(IcmpEchoEndpoint endpoint, out ushort identifier)
    {
        _endpoints ??= [];
        identifier = 0;
        for (int tries = 0; tries <= ushort.MaxValue; tries++)
        {
            identifier = ++_nextIdentifier;
            if (_endpoints.TryAdd(identifier, endpoint))
            {
                return true;
            }
        }

        return false;
    }

    internal void Unregister(ushort identifier) => _endpoints?.Remove(identifier);

    private IcmpEchoEndpoint? Endpoint(ushort identifier) => _endpoints?.GetValueOrDefault(identifier);

    private void ReceiveIPv4(PacketBuffer packet, in IpReceiveInfo info, byte type)
    {
        switch (type)
        {
            case IcmpType.EchoRequest:
                bool toAll = info.Destination.IsMulticast || _host.Routes.IsBroadcast(info.Destination);
                if (_host.Settings.Icmp.EchoIgnoreAll || (toAll && _host.Settings.Icmp.EchoIgnoreBroadcasts))
                {
                    _host.Drop(packet, DropReason.IcmpIgnored);
                    return;
                }

                AnswerEcho(packet, in info);
                return;
            case IcmpType.EchoReply:
                DeliverReply(packet, in info);
                return;
            case IcmpType.TimestampRequest:
                AnswerTimestamp(packet, in info);
                return;
            case IcmpType.Redirect:
                Redirects.ReceiveIPv4(packet, in info);
                return;
            case IcmpType.DestinationUnreachable:
            case IcmpType.TimeExceeded:
            case IcmpType.ParameterProblem:
                _receiver.ReceiveIPv4(packet, in info);
                return;
            default:
                _host.Drop(packet, DropReason.IcmpIgnored);
                return;
        }
    }

    private void ReceiveIPv6(PacketBuffer packet, in IpReceiveInfo info, byte type)
    {
        switch (type)
        {
            case IcmpV6Type.EchoRequest:
                if (_host.Settings.Icmp.EchoIgnoreAll)
                {
                    _host.Drop(packet, DropReason.IcmpIgnored);
                    return;
                }

                AnswerEcho(packet, in info);
                return;
            case IcmpV6Type.EchoReply:
                DeliverReply(packet, in info);
                return;
            case IcmpV6Type.Redirect:
                Redirects.ReceiveIPv6(packet, in info);
                return;
            case >= IcmpV6Type.RouterSolicitation and <= IcmpV6Type.NeighbourAdvertisement:
                _host.Neighbours.Ndp.Receive(packet, in info);
                return;
            case <= IcmpV6Type.ParameterProblem:
                _receiver.ReceiveIPv6(packet, in info);
                return;
            case IcmpV6Type.ListenerQuery:
                _host.Ip.Membership.OnQuery(info.Device, ipv4: false);
                _host.Drop(packet, DropReason.Consumed);
                return;
            default:
                _host.Drop(packet, DropReason.IcmpIgnored);
                return;
        }
    }

    /// <summary>Turns a request into its reply and sends it back (RFC 792, RFC 1122 3.2.2.6, RFC 4443 4.2).</summary>
    private void AnswerEcho(PacketBuffer packet, in IpReceiveInfo info)
    {
        bool ipv4 = info.Source.IsIPv4;
        var from = _host.Routes.IsLocal(info.Destination) || info.Device.Addresses.Find(info.Destination) is not null
            ? info.Destination : ipv4 ? InetAddress.AnyIPv4 : InetAddress.AnyIPv6;
        var route = _host.Ip.Route(info.Source, from, info.Source.IsLinkLocal ? info.Device : null, 0, out _);
        if (route is null || info.Source.IsMulticast || info.Source.IsUnspecified)
        {
            _host.Drop(packet, DropReason.IpNoRoute);
            return;
        }

        byte[]? options = null;
        if (ipv4 && !IPv4Options.TryEcho(_host, packet.From(packet.NetworkOffset), from.IsUnspecified ? route.Source : from, out options))
        {
            _host.Drop(packet, DropReason.IpOption);
            return;
        }

        var reply = _host.Loop.Packets.Rent(0);
        reply.AppendPacket(packet);
        packet.Release();
        reply.Linearize();
        from = from.IsUnspecified ? route.Source : from;
        if (ipv4)
        {
            IcmpView.MakeEchoReply(reply.Span);
        }
        else
        {
            IcmpV6View.MakeEchoReply(reply.Span);
            if (from != info.Destination)
            {
                IcmpV6View.OnAddressChanged(reply.Span, info.Destination, from);
            }
        }

        EchoesAnswered++;
        _host.Ip.Output(reply, route, info.Protocol, new IpSendOptions { Source = from, TrafficClass = info.TrafficClass, Options = options });
    }

    /// <summary>Tells the time of day (RFC 792, RFC 1122 3.2.2.8): originate time and identifiers come back.</summary>
    private void AnswerTimestamp(PacketBuffer packet, in IpReceiveInfo info)
    {
        bool toAll = info.Destination.IsMulticast || _host.Routes.IsBroadcast(info.Destination);
        var route = _host.Routes.IsLocal(info.Destination) ? _host.Ip.Route(info.Source, info.Destination, null, 0, out _) : null;
        if (packet.Length < IcmpView.Size + 4 || (toAll && _host.Settings.Icmp.EchoIgnoreBroadcasts) || route is null)
        {
            _host.Drop(packet, DropReason.IcmpIgnored);
            return;
        }

        IcmpView.TryParse(packet.Linearize(), out var request);
        uint originate = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(request.Body);
        uint now = IPv4Options.TimeOfDay(_host);
        var reply = _host.Loop.Packets.Rent(IcmpView.TimestampSize);
        var span = reply.Append(IcmpView.TimestampSize);
        IcmpView.WriteTimestamp(span, IcmpType.TimestampReply, request.Identifier, request.Sequence, originate, now, now);
        IcmpView.UpdateChecksum(span);
        packet.Release();
        _host.Ip.Output(reply, route, info.Protocol, new IpSendOptions { Source = info.Destination, TrafficClass = info.TrafficClass });
    }

    private void DeliverReply(PacketBuffer packet, in IpReceiveInfo info)
    {
        var span = packet.Linearize();
        IcmpView.TryParse(span, out var reply);
        if (Endpoint(reply.Identifier) is not { } endpoint)
        {
            _host.Drop(packet, DropReason.NoSocket);
            return;
        }

        endpoint.OnReply(in info, reply.Sequence, reply.Body);
        packet.Release();
    }
}
