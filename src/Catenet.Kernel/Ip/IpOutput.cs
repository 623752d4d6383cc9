using System.Buffers.Binary;
using Catenet.Kernel.Devices;
using Catenet.Kernel.Neighbours;
using Catenet.Kernel.Netfilter;
using Catenet.Kernel.Offload;
using Catenet.Wire.Internet;
using Catenet.Wire.Link;

namespace Catenet.Kernel.Ip;

/// <summary>The way down: the IP header, the filters of packets made here, fragments, the next hop's link address.</summary>
internal sealed class IpOutput
{
    private readonly Host _host;
    private readonly IpFragmenter _fragmenter;
    private readonly ulong _idSecret;
    private uint _idCounter;

    public IpOutput(Host host)
    {
        _host = host;
        _fragmenter = new IpFragmenter(host, this);
        _idSecret = host.Random("ip/id").NextUInt64();
    }

    /// <summary>Sends a packet made here, from its transport header on.</summary>
    public void Output(PacketBuffer packet, Destination destination, byte protocol, in IpSendOptions options)
    {
        if (!destination.IsValid)
        {
            var again = _host.Ip.Route(destination.Address, options.Source, destination.IsMulticast || destination.IsBroadcast ? destination.Device : null, packet.Mark, out _);
            if (again is null)
            {
                _host.Drop(packet, DropReason.IpNoRoute, _host.Routes);
                return;
            }

            destination = again;
        }

        var source = options.Source.IsUnspecified ? destination.Source : options.Source;
        if (!WriteHeader(packet, source, destination.Address, destination.Device, protocol, destination.Mtu, in options, _host.Settings.AutoFlowLabels))
        {
            _host.Drop(packet, options.DontFragment ? DropReason.FragmentationNeeded : DropReason.PacketTooBig, destination);
            return;
        }

        if (_host.Loop.Tracer.Enabled)
        {
            _host.Trace(TraceKind.RouteLookup, packet, destination.Device, destination.Route, destination.ToString());
        }

        if (!_host.Ip.Passes(HookPoint.LocalOut, packet, null, destination.Device))
        {
            return;
        }

        if (DestinationOf(packet) != destination.Address)
        {
            // Somebody translated the destination: it may lead another way.
            var rerouted = _host.Ip.Route(DestinationOf(packet), SourceOf(packet), null, packet.Mark, out _);
            if (rerouted is null)
            {
                _host.Drop(packet, DropReason.IpNoRoute, _host.Routes);
                return;
            }

            destination = rerouted;
        }

        if (destination.IsBroadcast || (destination.IsMulticast && !options.NoMulticastLoop && destination.Device.Groups.Contains(destination.Address)))
        {
            LoopBack(packet, destination.Device);
        }

        Finish(packet, destination);
    }

    /// <summary>Sends a packet on a link without asking for a route: what neighbour discovery and group membership need.</summary>
    public void SendOnLink(PacketBuffer packet, NetDevice device, InetAddress source, InetAddress destination, byte protocol, in IpSendOptions options)
    {
        if (!device.IsRunning)
        {
            _host.Drop(packet, DropReason.DeviceDown, device);
            return;
        }

        if (!WriteHeader(packet, source, destination, device, protocol, device.Mtu, in options))
        {
            _host.Drop(packet, DropReason.PacketTooBig, device);
            return;
        }

        if (_host.Ip.Passes(HookPoint.LocalOut, packet, null, device) &&
            _host.Ip.Passes(HookPoint.PostRouting, packet, null, device))
        {
            var neighbour = destination.IsMulticast || !device.NeedsNeighbours ? null : _host.Neighbours.GetOrCreate(device, destination);
            if (neighbour is null && !destination.IsMulticast && device.NeedsNeighbours)
            {
                _host.Drop(packet, DropReason.NeighbourTableFull, _host.Neighbours);
                return;
            }

            ToNeighbour(packet, device, neighbour, destination);
        }
    }

    /// <summary>The last steps of a packet made here.</summary>
    private void Finish(PacketBuffer packet, Destination destination)
    {
        var device = destination.Device;
        if (!_host.Ip.Passes(HookPoint.PostRouting, packet, null, device))
        {
            return;
        }

        Neighbour? neighbour = null;
        if (device.NeedsNeighbours && !destination.IsMulticast && !destination.IsBroadcast)
        {
            neighbour = destination.Neighbour;
            if (neighbour is null or { IsDead: true })
            {
                neighbour = destination.Neighbour = _host.Neighbours.GetOrCreate(device, destination.NextHop);
                if (neighbour is null)
                {
                    _host.Drop(packet, DropReason.NeighbourTableFull, _host.Neighbours);
                    return;
                }
            }
        }

        Emit(packet, device, neighbour, destination.NextHop, Math.Min(destination.Mtu, device.Mtu));
    }

    /// <summary>Sends a whole packet to a neighbour, in fragments if it does not fit.</summary>
    public void Emit(PacketBuffer packet, NetDevice device, Neighbour? neighbour, InetAddress nextHop, int mtu)
    {
        if (packet.Length > mtu && packet.GsoSize == 0)
        {
            _fragmenter.Send(packet, device, neighbour, nextHop, mtu);
        }
        else if (packet.Length > mtu && SuperPacket.WireLength(packet) > mtu)
        {
            EmitSegments(packet, device, neighbour, nextHop, mtu);
        }
        else
        {
            ToNeighbour(packet, device, neighbour, nextHop);
        }
    }

    /// <summary>Cuts a super-packet whose segments do not fit either: each goes in fragments of its own (Linux's ip_finish_output_gso).</summary>
    private void EmitSegments(PacketBuffer packet, NetDevice device, Neighbour? neighbour, InetAddress nextHop, int mtu)
    {
        var segments = default(PacketQueue);
        if (!TcpSegmenter.TryCut(packet, _host.Loop.Packets, ref segments, completeChecksums: true))
        {
            _host.Drop(packet, DropReason.SegmentationFailed, device);
            return;
        }

        packet.Release();
        while (segments.TryDequeue(out var segment))
        {
            Emit(segment, device, neighbour, nextHop, mtu);
        }
    }

    /// <summary>Sends a packet that fits.</summary>
    public void ToNeighbour(PacketBuffer packet, NetDevice device, Neighbour? neighbour, InetAddress nextHop)
    {
        ushort etherType = packet.Span[0] >> 4 == 4 ? EtherType.IPv4 : EtherType.IPv6;
        if (neighbour is not null)
        {
            neighbour.Output(packet, etherType);
        }
        else if (!device.NeedsNeighbours)
        {
            device.Send(packet, MacAddress.None, etherType);
        }
        else if (nextHop.IsMulticast)
        {
            device.Send(packet, MacAddress.ForMulticast(nextHop), etherType);
        }
        else
        {
            device.Send(packet, MacAddress.Broadcast, etherType);
        }
    }

    /// <summary>An identification for the packets of one flow of addresses: unguessable from other flows (RFC 7739 5).</summary>
    public uint NextId(InetAddress source, InetAddress destination) =>
        (uint)(StableHash.Mix(_idSecret ^ destination.High ^ destination.Low ^ source.Low * 31) >> 32) + ++_idCounter;

    /// <summary>A label for the packets of one flow: of the addresses and, where there are any, of the ports.</summary>
    private uint FlowLabelOf(InetAddress source, InetAddress destination, byte protocol, ReadOnlySpan<byte> transport, ushort turn)
    {
        uint ports = protocol is IpProtocol.Tcp or IpProtocol.Udp && transport.Length >= 4 ? BinaryPrimitives.ReadUInt32BigEndian(transport) : 0;
        return (uint)StableHash.Mix(_idSecret ^ destination.High ^ destination.Low ^ source.Low * 31 ^ ((ulong)turn << 48 | (ulong)protocol << 32 | ports)) & 0xF_FFFF;
    }

    private bool WriteHeader(PacketBuffer packet, InetAddress source, InetAddress destination, NetDevice device, byte protocol, int mtu, in IpSendOptions options, bool labelled = false)
    {
        int transportLength = packet.Length;
        packet.MarkTransportHeader();
        packet.Kind = PacketKind.Outgoing;
        packet.InputInterface = 0;
        packet.LinkOffset = -1;
        bool ipv4 = destination.IsIPv4;
        int optionsLength = options.Options is { } list ? (list.Length + 3) & ~3 : 0;
        int size = (ipv4 ? IPv4View.MinSize : IPv6View.Size) + optionsLength;
        if (transportLength + size > (ipv4 ? ushort.MaxValue : ushort.MaxValue + IPv6View.Size) || (ipv4 && size > IPv4View.MaxSize))
        {
            return false;
        }

        var header = packet.Push(size);
        packet.MarkNetworkHeader();
        if (ipv4)
        {
            byte ttl = options.HopLimit != 0 ? options.HopLimit : destination.IsMulticast ? (byte)1 : _host.Settings.DefaultTtl;
            ushort flags = options.DontFragment ? IPv4View.DontFragmentBit : (ushort)0;
            ushort id = options.DontFragment && !options.Numbered ? (ushort)0 : (ushort)NextId(source, destination);
            if (optionsLength == 0)
            {
                IPv4View.Write(header, size + transportLength, id, flags, ttl, protocol, source, destination, options.TrafficClass);
            }
            else
            {
                IPv4View.Write(header, size + transportLength, id, flags, ttl, protocol, source, destination, options.TrafficClass, options.Options);
            }
        }
        else
        {
            byte hopLimit = options.HopLimit != 0 ? options.HopLimit
                : destination.IsMulticast ? (byte)1
                : device.Settings.HopLimit != 0 ? device.Settings.HopLimit : _host.Settings.DefaultHopLimit;
            byte next = optionsLength == 0 ? protocol : IpProtocol.HopByHop;
            uint label = options.FlowLabel != 0 || !labelled ? options.FlowLabel : FlowLabelOf(source, destination, protocol, packet.From(packet.TransportOffset), options.FlowLabelTurn);
            IPv6View.Write(header, optionsLength + transportLength, next, hopLimit, source, destination, options.TrafficClass, label);
            if (optionsLength != 0)
            {
                options.Options.CopyTo(header[IPv6View.Size..]);
                header[IPv6View.Size] = protocol;
            }
        }

        if (_host.Loop.Tracer.Enabled)
        {
            _host.Trace(TraceKind.Encapsulate, packet, device, null, ipv4 ? "IPv4" : "IPv6", size);
        }

        // Too long and not to be cut: the sender hears of it as if a router had said so.
        if (options.DontFragment && packet.Length > mtu && !destination.IsMulticast && SuperPacket.WireLength(packet) > mtu)
        {
            _host.Icmp.SendTooBig(packet, mtu);
            return false;
        }

        return true;
    }

    /// <summary>Gives this host's own listeners a copy of what goes to a group or to everybody.</summary>
    private void LoopBack(PacketBuffer packet, NetDevice device)
    {
        if (!device.IsLoopback)
        {
            var copy = packet.Clone();
            copy.Protocol = packet.Span[0] >> 4 == 4 ? EtherType.IPv4 : EtherType.IPv6;
            copy.Kind = DestinationOf(packet).IsMulticast ? PacketKind.Multicast : PacketKind.Broadcast;
            _host.Devices.Loopback.Reflect(copy, device);
        }
    }

    private static InetAddress DestinationOf(PacketBuffer packet)
    {
        var span = packet.Span;
        return span[0] >> 4 == 4 ? InetAddress.ReadIPv4(span.Slice(16, 4)) : InetAddress.ReadIPv6(span.Slice(24, 16));
    }

    private static InetAddress SourceOf(PacketBuffer packet)
    {
        var span = packet.Span;
        return span[0] >> 4 == 4 ? InetAddress.ReadIPv4(span.Slice(12, 4)) : InetAddress.ReadIPv6(span.Slice(8, 16));
    }
}
