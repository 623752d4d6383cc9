using System.Net.Sockets;
using Catenet.Kernel.Devices;
using Catenet.Kernel.Netfilter;
using Catenet.Wire.Internet;
using Catenet.Wire.Link;

namespace Catenet.Kernel.Ip;

/// <summary>The Internet layer of one host, both families.</summary>
/// <remarks>
/// In: <see cref="IPv4Input"/> or <see cref="IPv6Input"/> decide between this host and <see cref="IpForwarder"/>.
/// Out: <see cref="IpOutput"/>. Belongs to the loop's thread.
/// </remarks>
public sealed class IpLayer
{
    private readonly Host _host;
    private readonly ITransport?[] _transports = new ITransport?[256];
    private readonly RouteSelector _selector;
    private readonly IPv4Input _ipv4;
    private readonly IPv6Input _ipv6;

    internal IpLayer(Host host)
    {
        _host = host;
        PathMtu = new PathMtuCache(host);
        Membership = new MembershipReporter(host);
        Reassembler = new Reassembler(host);
        _selector = new RouteSelector(host);
        Sender = new IpOutput(host);
        Forwarder = new IpForwarder(host);
        _ipv4 = new IPv4Input(host, _transports);
        _ipv6 = new IPv6Input(host, _transports);
        Register(IpProtocol.Igmp, Membership);
    }

    /// <summary>The path MTUs that were learned.</summary>
    public PathMtuCache PathMtu { get; }

    /// <summary>Where fragments wait for each other.</summary>
    public Reassembler Reassembler { get; }

    internal MembershipReporter Membership { get; }

    internal IpOutput Sender { get; }

    internal IpForwarder Forwarder { get; }

    /// <summary>Registers what takes the packets of a protocol.</summary>
    /// <exception cref="ArgumentException">The protocol is taken.</exception>
    public void Register(byte protocol, ITransport transport)
    {
        if (_transports[protocol] is not null)
        {
            throw new ArgumentException($"Protocol {protocol} is taken already.", nameof(protocol));
        }

        _transports[protocol] = transport;
    }

    /// <summary>Finds out where packets to an address go. Answers are kept, so asking again is cheap.</summary>
    /// <param name="destination">The address: unicast, a group, broadcast. Unspecified means this host.</param>
    /// <param name="source">The source address to use; unspecified: the best one is chosen (RFC 6724).</param>
    /// <param name="bound">If given, only routes by this device.</param>
    /// <param name="mark">The firewall mark, for policy rules.</param>
    /// <param name="error">Why there is none: network or host unreachable, or access denied by a route.</param>
    public Destination? Route(InetAddress destination, InetAddress source, NetDevice? bound, uint mark, out SocketError error) =>
        _selector.Route(destination, source, bound, out error);

    /// <summary>Sends a packet.</summary>
    /// <param name="packet">The packet from its transport header on, transport checksum right; it is gone afterwards.</param>
    /// <param name="destination">Where it goes; looked up again if it is no longer valid.</param>
    /// <param name="protocol">Its protocol number.</param>
    /// <param name="options">How it is to be sent.</param>
    public void Output(PacketBuffer packet, Destination destination, byte protocol, in IpSendOptions options) =>
        Sender.Output(packet, destination, protocol, in options);

    /// <summary>Takes in a packet from a device, from its IP header on. <see cref="PacketBuffer.Protocol"/> tells the family.</summary>
    public void Receive(PacketBuffer packet, NetDevice device)
    {
        if (packet.Protocol == EtherType.IPv4)
        {
            _ipv4.Receive(packet, device);
        }
        else
        {
            _ipv6.Receive(packet, device);
        }
    }

    /// <summary>Hands an ICMP error to the transport it is about.</summary>
    internal void DeliverError(in IcmpErrorInfo error) => _transports[error.Protocol]?.ReceiveError(in error);

    /// <summary>Lets a hook point see a packet; an empty point costs a branch or two.</summary>
    internal bool Passes(HookPoint point, PacketBuffer packet, NetDevice? input, NetDevice? output) =>
        _host.Netfilter.Run(point, packet, input, output) == Verdict.Accept;

    internal void OnDeviceRunning(NetDevice device) => Membership.OnDeviceRunning(device);

    internal void OnDeviceStopped(NetDevice device) => _host.Neighbours.RouterDiscovery.OnDeviceStopped(device);
}
