using Catenet.Core;
using Catenet.Kernel.Devices;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Netfilter;

/// <summary>A match in the form in which packets are compared: masks and ranges, nothing to look up.</summary>
internal readonly struct CompiledMatch
{
    private readonly Asks _asks;
    private readonly PrefixMask _source;
    private readonly PrefixMask _destination;
    private readonly byte _protocol;
    private readonly byte _icmpType;
    private readonly byte _icmpCode;
    private readonly ConnectionStates _states;
    private readonly PortRange _sourcePorts;
    private readonly PortRange _destinationPorts;
    private readonly TcpFlags _flagsMask;
    private readonly TcpFlags _flagsSet;
    private readonly uint _mark;
    private readonly bool _ipv6;
    private readonly bool _laterFragment;
    private readonly bool _destinationTranslated;
    private readonly string? _in;
    private readonly string? _out;
    private readonly RateLimit? _limit;

    [Flags]
    private enum Asks
    {
        Protocol = 1,
        Source = 2,
        Destination = 4,
        SourcePorts = 8,
        DestinationPorts = 16,
        IcmpType = 32,
        IcmpCode = 64,
        TcpFlags = 128,
        Mark = 256,
        Family = 512,
        Fragment = 1024,
        DestinationTranslated = 2048,
        AnyTransport = SourcePorts | DestinationPorts | IcmpType | IcmpCode | TcpFlags,
    }

    public CompiledMatch(FilterMatch match)
    {
        _in = match.InInterface;
        _out = match.OutInterface;
        _limit = match.Limit;
        _states = match.States;
        _asks = Take(match.Protocol, Asks.Protocol, out _protocol) | Take(match.SourcePorts, Asks.SourcePorts, out _sourcePorts)
            | Take(match.DestinationPorts, Asks.DestinationPorts, out _destinationPorts) | Take(match.IcmpType, Asks.IcmpType, out _icmpType)
            | Take(match.IcmpCode, Asks.IcmpCode, out _icmpCode) | Take(match.Mark, Asks.Mark, out _mark) | Take(FamilyOf(match), Asks.Family, out _ipv6)
            | Take(match.LaterFragment, Asks.Fragment, out _laterFragment)
            | Take(match.DestinationTranslated, Asks.DestinationTranslated, out _destinationTranslated)
            | Take(match.Source, Asks.Source, out var source) | Take(match.Destination, Asks.Destination, out var destination);
        _source = new PrefixMask(source);
        _destination = new PrefixMask(destination);
        _flagsMask = match.TcpFlagsMask;
        _flagsSet = match.TcpFlagsSet;
        _asks |= _flagsMask != TcpFlags.None ? Asks.TcpFlags : 0;
    }

    /// <summary>Whether the packet is what the rule asks for.</summary>
    public bool Matches(ref HookContext context, in PacketFields fields, ConnectionTracker? tracker)
    {
        if (_states != ConnectionStates.None && (_states & (tracker?.StateOf(context.Packet) ?? ConnectionStates.Invalid)) == 0)
        {
            return false;
        }

        return (_asks == 0 || MatchesHeaders(ref context, fields)) && IsNamed(_in, context.In) && IsNamed(_out, context.Out) &&
               (_limit is null || _limit.TryTake(context.Host.Loop.Now));
    }

    private bool MatchesHeaders(ref HookContext context, in PacketFields fields)
    {
        if (((_asks & Asks.Protocol) != 0 && fields.Protocol != _protocol) ||
            ((_asks & Asks.Family) != 0 && fields.IsIPv6 != _ipv6) ||
            ((_asks & Asks.Source) != 0 && !_source.Contains(fields.Source)) ||
            ((_asks & Asks.Destination) != 0 && !_destination.Contains(fields.Destination)))
        {
            return false;
        }

        return ((_asks & Asks.AnyTransport) == 0 || MatchesTransport(fields)) &&
               ((_asks & Asks.Mark) == 0 || context.Packet.Mark == _mark) &&
               ((_asks & Asks.Fragment) == 0 || fields.IsLaterFragment == _laterFragment) &&
               ((_asks & Asks.DestinationTranslated) == 0 || IsDestinationTranslated(context.Packet) == _destinationTranslated);
    }

    private bool MatchesTransport(in PacketFields fields) => fields.HasTransport &&
        ((_asks & Asks.SourcePorts) == 0 || (!fields.IsIcmp && _sourcePorts.Contains(fields.SourcePort))) &&
        ((_asks & Asks.DestinationPorts) == 0 || (!fields.IsIcmp && _destinationPorts.Contains(fields.DestinationPort))) &&
        ((_asks & Asks.IcmpType) == 0 || (fields.IsIcmp && fields.IcmpType == _icmpType)) &&
        ((_asks & Asks.IcmpCode) == 0 || (fields.IsIcmp && fields.IcmpCode == _icmpCode)) &&
        ((_asks & Asks.TcpFlags) == 0 || (fields.Protocol == Catenet.Wire.Internet.IpProtocol.Tcp && (fields.TcpFlags & _flagsMask) == _flagsSet));

    /// <summary>A prefix asks for its family too: the empty IPv6 prefix would hold the IPv4 addresses otherwise.</summary>
    private static bool? FamilyOf(FilterMatch match) => match.IPv6 ?? (match.Source is null && match.Destination is null
        ? null
        : !(match.Source ?? match.Destination!.Value).IsIPv4);

    private static bool IsDestinationTranslated(PacketBuffer packet) =>
        packet.Conntrack is PacketTracking { Connection.HasDestinationNat: true };

    private static bool IsNamed(string? name, NetDevice? device) => name is null ||
        (device is not null && (name.EndsWith('*')
            ? device.Name.AsSpan().StartsWith(name.AsSpan(0, name.Length - 1), StringComparison.Ordinal)
            : string.Equals(device.Name, name)));

    private static Asks Take<T>(T? value, Asks flag, out T taken)
        where T : struct
    {
        taken = value.GetValueOrDefault();
        return value.HasValue ? flag : 0;
    }

    /// <summary>A prefix over the sixteen octets in which both families are held.</summary>
    private readonly struct PrefixMask
    {
        private readonly ulong _high;
        private readonly ulong _low;
        private readonly ulong _highMask;
        private readonly ulong _lowMask;

        public PrefixMask(InetPrefix prefix)
        {
            int length = prefix.IsIPv4 ? prefix.Length + 96 : prefix.Length;
            _highMask = length >= 64 ? ulong.MaxValue : length == 0 ? 0 : ulong.MaxValue << 64 - length;
            _lowMask = length <= 64 ? 0 : ulong.MaxValue << 128 - length;
            _high = prefix.Address.High;
            _low = prefix.Address.Low;
        }

        public bool Contains(InetAddress address) => (address.High & _highMask) == _high && (address.Low & _lowMask) == _low;
    }
}
