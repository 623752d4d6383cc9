using System.Net.Sockets;
using Catenet.Kernel.Devices;

namespace Catenet.Kernel.Ip;

/// <summary>The Internet layer of one host, both families.</summary>
public sealed class IpLayer
{
    private readonly Host _host;
    private readonly ITransport?[] _transports = new ITransport?[256];

    internal IpLayer(Host host)
    {
        _host = host;
        PathMtu = new PathMtuCache(host);
        Membership = new MembershipReporter(host);
    }

    /// <summary>The path MTUs that were learned.</summary>
    public PathMtuCache PathMtu { get; }

    internal MembershipReporter Membership { get; }

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

    /// <summary>Finds out where packets to an address go.</summary>
    /// <param name="destination">The address: unicast, a group, broadcast.</param>
    /// <param name="source">The source address to use; unspecified: the best one is chosen (RFC 6724).</param>
    /// <param name="bound">If given, only routes by this device.</param>
    /// <param name="mark">The firewall mark, for policy rules.</param>
    /// <param name="error">Why there is none.</param>
    public Destination? Route(InetAddress destination, InetAddress source, NetDevice? bound, uint mark, out SocketError error)
    {
        error = SocketError.NetworkUnreachable;
        return null;
    }

    /// <summary>Sends a packet.</summary>
    /// <param name="packet">The packet from its transport header on, transport checksum right; it is gone afterwards.</param>
    /// <param name="destination">Where it goes.</param>
    /// <param name="protocol">Its protocol number.</param>
    /// <param name="options">How it is to be sent.</param>
    public void Output(PacketBuffer packet, Destination destination, byte protocol, in IpSendOptions options) => _host.Drop(packet, DropReason.IpNoRoute);

    /// <summary>Takes in a packet from a device, from its IP header on.</summary>
    public void Receive(PacketBuffer packet, NetDevice device) => _host.Drop(packet, DropReason.IpHeader);

    internal void OnDeviceRunning(NetDevice device)
    {
    }

    internal void OnDeviceStopped(NetDevice device)
    {
    }
}
