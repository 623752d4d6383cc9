using System.Net.Sockets;
using Catenet.Kernel.Devices;
using Catenet.Kernel.Icmp;
using Catenet.Kernel.Ip;
using Catenet.Kernel.Offload;
using Catenet.Wire.Internet;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Udp;

/// <summary>UDP on one host: demultiplexing, checksums, errors from the network (RFC 768, RFC 1122 4.1, RFC 8200 8.1).</summary>
public sealed class UdpLayer : ITransport
{
    /// <summary>The most data of a datagram over IPv4, in octets.</summary>
    public const int MaxDataIPv4 = 65535 - 20 - UdpView.Size;

    /// <summary>The most data of a datagram over IPv6, in octets.</summary>
    public const int MaxDataIPv6 = 65535 - UdpView.Size;

    private readonly RandomStream _random;
    private UdpCounters _counters;

    internal UdpLayer(Host host)
    {
        Host = host;
        _random = host.Random("udp");
        host.Ip.Register(IpProtocol.Udp, this);
    }

    /// <summary>The host this layer belongs to.</summary>
    public Host Host { get; }

    /// <summary>What was sent, received and refused so far.</summary>
    public ref readonly UdpCounters Counters => ref _counters;

    internal UdpPortTable Ports { get; } = new();

    /// <summary>Makes an endpoint without a port.</summary>
    /// <param name="family">IPv4 or IPv6.</param>
    /// <param name="dualStack">Whether an IPv6 endpoint carries IPv4 as well.</param>
    public UdpEndpoint Open(AddressFamily family = AddressFamily.InterNetwork, bool dualStack = false) => new(this, family, dualStack);

    /// <inheritdoc/>
    public void Receive(PacketBuffer packet, in IpReceiveInfo info)
    {
        if (!packet.EnsureLinear(UdpView.Size) || !UdpView.TryParse(packet.Span, packet.Length, out var datagram))
        {
            _counters.InErrors++;
            Host.Drop(packet, DropReason.UdpHeader);
            return;
        }

        if (datagram.Length < packet.Length)
        {
            packet.TrimTo(datagram.Length);
        }

        if (!HasValidChecksum(packet, datagram.Checksum, in info))
        {
            _counters.InErrors++;
            _counters.InCsumErrors++;
            Host.Drop(packet, DropReason.UdpChecksum);
            return;
        }

        var local = new InetEndpoint(info.Destination, datagram.DestinationPort);
        var received = new UdpReceiveInfo(new InetEndpoint(info.Source, datagram.SourcePort), info.Destination,
            info.Device.Index, info.HopLimit, info.TrafficClass, packet.Timestamp);
        if (IsForMany(packet, info.Destination))
        {
            DeliverToAll(packet, local, in received);
            return;
        }

        var endpoint = Ports.Find(local, received.Source, info.Device.Index);
        if (endpoint is null)
        {
            _counters.NoPorts++;
            Host.Icmp.SendUnreachable(packet, Unreachable.Port);
            Host.Drop(packet, DropReason.NoSocket);
            return;
        }

        packet.Pull(UdpView.Size);
        Deliver(endpoint, packet, in received);
    }

    /// <inheritdoc/>
    public void ReceiveError(in IcmpErrorInfo error)
    {
        if (!UdpView.TryParseQuoted(error.Quoted, out var datagram))
        {
            return;
        }

        // The quoted datagram is one of ours: its source is the local end.
        var remote = new InetEndpoint(error.Destination, datagram.DestinationPort);
        var endpoint = Ports.Find(new InetEndpoint(error.Source, datagram.SourcePort), remote, 0);
        if (endpoint is null)
        {
            return;
        }

        if (error.IsTooBig)
        {
            Host.Ip.PathMtu.Learn(in error);
        }

        bool isHard = error.IsHard || (error.IsTooBig && endpoint.PathMtuDiscovery != PathMtuDiscovery.Dont);
        endpoint.OnIcmpError(new UdpErrorReport(error.Reporter, remote, error.Type, error.Code, error.Error, error.Mtu, Host.Loop.Now, error.HopLimit), isHard);
    }

    /// <summary>Puts header and checksum in front of the data and hands the datagram to IP.</summary>
    internal SocketError Send(UdpEndpoint from, ReadOnlySpan<byte> data, InetEndpoint to, InetAddress source, Destination route)
    {
        int length = UdpView.Size + data.Length;
        bool fits = length + (to.Address.IsIPv4 ? 20 : 40) <= route.Mtu;
        if (!fits && from.PathMtuDiscovery == PathMtuDiscovery.Do)
        {
            return SocketError.MessageSize;
        }

        var packet = Host.Loop.Packets.Rent(length);
        var octets = packet.Append(length);
        UdpView.Write(octets, from.Local.Port, to.Port, length);
        data.CopyTo(octets[UdpView.Size..]);
        if (!from.NoChecksum || to.Address.IsIPv6)
        {
            ulong sum = InternetChecksum.PseudoHeader(source, to.Address, IpProtocol.Udp, length);
            if (fits && (route.Device.Features & DeviceFeatures.TransmitChecksum) != 0)
            {
                UdpView.SetChecksum(octets, PartialChecksum.Begin(sum));
                packet.Checksum = ChecksumState.Partial;
            }
            else
            {
                UdpView.SetChecksum(octets, InternetChecksum.Finish(InternetChecksum.Add(octets, sum)));
            }
        }

        packet.Mark = from.Mark;
        packet.MarkTransportHeader();
        _counters.OutDatagrams++;
        Host.Ip.Output(packet, route, IpProtocol.Udp, new IpSendOptions
        {
            Source = source,
            HopLimit = route.IsMulticast ? from.MulticastHopLimit : from.HopLimit,
            TrafficClass = from.TrafficClass,
            NoMulticastLoop = !from.MulticastLoopback,
            DontFragment = from.PathMtuDiscovery == PathMtuDiscovery.Do || (fits && from.PathMtuDiscovery == PathMtuDiscovery.Want && !route.IsMtuLocked),
            Numbered = from.IsConnected || from.PathMtuDiscovery != PathMtuDiscovery.Do,
        });
        return SocketError.Success;
    }

    /// <summary>Whether a local address may be bound: the host's own, a wildcard, a group or a broadcast.</summary>
    internal bool MayBind(InetAddress address) =>
        address.IsUnspecified || address.IsMulticast || address.IsLimitedBroadcast ||
        Host.Routes.IsLocal(address) || Host.Routes.IsBroadcast(address);

    /// <summary>Checks the wanted port, or finds a free ephemeral one.</summary>
    internal SocketError ChoosePort(UdpEndpoint endpoint, InetAddress address, ushort wanted, out ushort port)
    {
        port = wanted;
        if (wanted != 0)
        {
            return Ports.IsFree(endpoint, address, wanted, allowReuse: true) ? SocketError.Success : SocketError.AddressAlreadyInUse;
        }

        int low = Host.Settings.Sockets.LocalPortLow;
        int count = Host.Settings.Sockets.LocalPortHigh - low + 1;
        int start = _random.Next(count);
        for (int i = 0; i < count; i++)
        {
            port = (ushort)(low + (start + i) % count);
            if (Ports.IsFree(endpoint, address, port, allowReuse: false))
            {
                return SocketError.Success;
            }
        }

        return SocketError.AddressAlreadyInUse;
    }

    private static bool HasValidChecksum(PacketBuffer packet, ushort checksum, in IpReceiveInfo info)
    {
        if (checksum == 0)
        {
            return info.Source.IsIPv4;
        }

        return packet.Checksum != ChecksumState.None || InternetChecksum.IsValid(packet.Sum(0,
            InternetChecksum.PseudoHeader(info.Source, info.Destination, IpProtocol.Udp, packet.Length)));
    }

    private static bool IsForMany(PacketBuffer packet, InetAddress destination) =>
        destination.IsMulticast || destination.IsLimitedBroadcast || packet.Kind == PacketKind.Broadcast;

    /// <summary>Gives a copy to each endpoint on the port that would take it (RFC 1112 7.2); the bytes are shared.</summary>
    private void DeliverToAll(PacketBuffer packet, InetEndpoint local, in UdpReceiveInfo info)
    {
        UdpEndpoint? last = null;
        packet.Pull(UdpView.Size);
        foreach (var endpoint in Ports.OnPort(local.Port))
        {
            if (!endpoint.Accepts(info.Interface) || !endpoint.Takes(local.Address, info.Source))
            {
                continue;
            }

            if (last is not null)
            {
                Deliver(last, packet.Clone(), in info);
            }

            last = endpoint;
        }

        if (last is null)
        {
            _counters.NoPorts++;
            Host.Drop(packet, DropReason.NoSocket);
            return;
        }

        Deliver(last, packet, in info);
    }

    private void Deliver(UdpEndpoint endpoint, PacketBuffer packet, in UdpReceiveInfo info)
    {
        if (endpoint.TryDeliver(packet, in info))
        {
            _counters.InDatagrams++;
            return;
        }

        _counters.InErrors++;
        _counters.RcvbufErrors++;
        Host.Drop(packet, DropReason.SocketReceiveBuffer, endpoint);
    }
}
