using Catenet.Core;
using Catenet.Wire.Internet;

namespace Catenet.Kernel.Netfilter;

/// <summary>An inside endpoint and the outside endpoint by which it is known; lives as long as a connection uses it.</summary>
public sealed class NatMapping
{
    internal readonly NatMappingKey InsideKey;
    private readonly Dictionary<InetAddress, int>? _contacted;

    internal NatMapping(NatBehaviour behaviour, in NatMappingKey insideKey, InetEndpoint outside)
    {
        Behaviour = behaviour;
        InsideKey = insideKey;
        Outside = outside;
        _contacted = behaviour.Filtering == NatFilteringKind.AddressDependent ? [] : null;
    }

    /// <summary>How the NAT behaves that made it.</summary>
    public NatBehaviour Behaviour { get; }

    /// <summary>The transport protocol.</summary>
    public byte Protocol => InsideKey.Protocol;

    /// <summary>The endpoint inside.</summary>
    public InetEndpoint Inside => InsideKey.Endpoint;

    /// <summary>The endpoint outside.</summary>
    public InetEndpoint Outside { get; }

    /// <summary>How many connections use it.</summary>
    public int Connections { get; private set; }

    /// <summary>Whether a packet from outside that belongs to no connection may come in.</summary>
    public bool Admits(InetAddress source) => Behaviour.Filtering switch
    {
        NatFilteringKind.EndpointIndependent => true,
        NatFilteringKind.AddressDependent => _contacted!.ContainsKey(source),
        _ => false,
    };

    internal void Join(InetAddress remote)
    {
        Connections++;
        if (_contacted is not null)
        {
            _contacted[remote] = _contacted.GetValueOrDefault(remote) + 1;
        }
    }

    internal void Leave(InetAddress remote)
    {
        Connections--;
        if (_contacted is not null && --_contacted[remote] == 0)
        {
            _contacted.Remove(remote);
        }
    }

    /// <summary>Prints <c>udp 192.168.1.2:5000 as 203.0.113.1:5000</c>.</summary>
    public override string ToString() => $"{IpProtocol.Name(Protocol)?.ToLowerInvariant()} {Inside} as {Outside}";
}

/// <summary>What a mapping is found by: the inside (or outside) endpoint, and the destination if mappings depend on it.</summary>
internal readonly record struct NatMappingKey(byte Protocol, InetEndpoint Endpoint, InetEndpoint Remote)
{
    public override int GetHashCode() => (Protocol * 31 + Endpoint.GetHashCode()) * 0x1000193 ^ Remote.GetHashCode();
}
