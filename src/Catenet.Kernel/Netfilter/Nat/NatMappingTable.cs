using Catenet.Core;
using Catenet.Wire.Internet;

namespace Catenet.Kernel.Netfilter;

/// <summary>The inside endpoints in use and their outside endpoints; finds free ports. As large as the connection table at most.</summary>
public sealed class NatMappingTable
{
    private const int Attempts = 128;
    private const int FewestAttempts = 16;

    private readonly ConnectionTracker _tracker;
    private readonly RandomStream _random;
    private readonly Dictionary<NatMappingKey, NatMapping> _byInside = [];
    private readonly Dictionary<NatMappingKey, NatMapping> _byOutside = [];

    internal NatMappingTable(ConnectionTracker tracker, RandomStream random)
    {
        _tracker = tracker;
        _random = random;
    }

    /// <summary>How many inside endpoints are mapped.</summary>
    public int Count => _byInside.Count;

    /// <summary>The mappings, ordered by protocol and inside endpoint.</summary>
    public IReadOnlyList<NatMapping> All =>
        [.. _byInside.Values.OrderBy(m => m.Protocol).ThenBy(m => m.Inside.Address).ThenBy(m => m.Inside.Port).ThenBy(m => m.Outside.Port)];

    /// <summary>The mapping that owns an outside endpoint; null if none does (a Linux NAT's ports have no single owner).</summary>
    public NatMapping? Owner(byte protocol, InetEndpoint outside) =>
        _byOutside.Count == 0 ? null : _byOutside.GetValueOrDefault(new NatMappingKey(protocol, outside, default));

    /// <summary>Finds the tuple that a new connection shall have outside; false if there is none.</summary>
    /// <param name="connection">The connection; gets its mapping.</param>
    /// <param name="current">Its tuple as it is now.</param>
    /// <param name="first">The first address to use.</param>
    /// <param name="last">The last address to use.</param>
    /// <param name="target">What the rule wants; null if there is none and the tuple must merely be unambiguous.</param>
    /// <param name="chosen">The tuple.</param>
    internal bool TryChoose(Connection connection, in ConnectionTuple current, InetAddress first, InetAddress last, NatTarget? target, out ConnectionTuple chosen)
    {
        var behaviour = target?.Behaviour ?? NatBehaviour.Linux;
        bool mapped = target is not null && current.Protocol is IpProtocol.Tcp or IpProtocol.Udp;
        var key = mapped ? KeyOf(behaviour.Mapping, current) : default;
        if (mapped && _byInside.TryGetValue(key, out var mapping) && mapping.Behaviour == behaviour && Fits(mapping.Outside, first, last, target!))
        {
            chosen = current with { Source = mapping.Outside.Address, SourcePort = mapping.Outside.Port };
            if (!_tracker.IsTaken(chosen.Inverse(), connection))
            {
                connection.Mapping = mapping;
                return true;
            }

            if (behaviour.Mapping != NatMappingKind.Linux)
            {
                return false;
            }
        }

        chosen = current with { Source = Pick(first, last, current.Source) };
        bool mayKeep = (target is null || target.FirstPort == 0 || (current.SourcePort >= target.FirstPort && current.SourcePort <= target.LastPort))
            && (behaviour.PreservePorts || !current.HasPorts);
        if (!(mayKeep && IsFree(chosen, connection)) && !(current.HasPorts && TryFindPort(ref chosen, connection, target)))
        {
            return false;
        }

        if (mapped)
        {
            connection.Mapping = new NatMapping(behaviour, key, new InetEndpoint(chosen.Source, chosen.SourcePort));
        }

        return true;
    }

    internal void OnConfirmed(Connection connection)
    {
        if (connection.Mapping is not { } mapping)
        {
            return;
        }

        if (mapping.Connections == 0)
        {
            _byInside[mapping.InsideKey] = mapping;
            if (mapping.Behaviour.Mapping != NatMappingKind.Linux)
            {
                _byOutside[new NatMappingKey(mapping.Protocol, mapping.Outside, default)] = mapping;
            }
        }

        mapping.Join(RemoteOf(connection, mapping));
    }

    internal void OnDestroyed(Connection connection)
    {
        if (connection.Mapping is not { Connections: > 0 } mapping)
        {
            return;
        }

        mapping.Leave(RemoteOf(connection, mapping));
        if (mapping.Connections == 0)
        {
            Forget(_byInside, mapping.InsideKey, mapping);
            Forget(_byOutside, new NatMappingKey(mapping.Protocol, mapping.Outside, default), mapping);
        }
    }

    private static void Forget(Dictionary<NatMappingKey, NatMapping> table, in NatMappingKey key, NatMapping mapping)
    {
        if (table.TryGetValue(key, out var found) && found == mapping)
        {
            table.Remove(key);
        }
    }

    /// <summary>The address outside that a connection through a mapping talks to, whichever side began it.</summary>
    private static InetAddress RemoteOf(Connection connection, NatMapping mapping) =>
        connection.Original.Key.Source == mapping.Inside.Address ? connection.Reply.Key.Source : connection.Original.Key.Source;

    private static NatMappingKey KeyOf(NatMappingKind kind, in ConnectionTuple tuple) => new(tuple.Protocol,
        new InetEndpoint(tuple.Source, tuple.SourcePort), kind switch
        {
            NatMappingKind.AddressDependent => new InetEndpoint(tuple.Destination, 0),
            NatMappingKind.AddressAndPortDependent => new InetEndpoint(tuple.Destination, tuple.DestinationPort),
            _ => default,
        });

    private static bool Fits(InetEndpoint outside, InetAddress first, InetAddress last, NatTarget target) =>
        outside.Address.CompareTo(first) >= 0 && outside.Address.CompareTo(last) <= 0 &&
        (target.FirstPort == 0 || (outside.Port >= target.FirstPort && outside.Port <= target.LastPort));

    /// <summary>One inside address always gets the same address of a pool (RFC 4787 4.1, "paired").</summary>
    internal static InetAddress Pick(InetAddress first, InetAddress last, InetAddress source)
    {
        ulong size = last.Low - first.Low + 1;
        return size <= 1 ? first : new InetAddress(first.High, first.Low + StableHash.Mix(source.High ^ source.Low) % size);
    }

    private bool IsFree(in ConnectionTuple tuple, Connection connection) =>
        !_tracker.IsTaken(tuple.Inverse(), connection) &&
        Owner(tuple.Protocol, new InetEndpoint(tuple.Source, tuple.SourcePort)) is null;

    /// <summary>Tries ports from a random one on; ever fewer in a row, so that a packet costs a bounded number of look-ups.</summary>
    private bool TryFindPort(ref ConnectionTuple tuple, Connection connection, NatTarget? target)
    {
        var (first, last) = PortsFor(tuple, target);
        int size = last - first + 1;
        for (int attempts = Math.Min(Attempts, size); ; attempts /= 2)
        {
            int offset = _random.Next(size);
            for (int i = 0; i < attempts; i++)
            {
                tuple = tuple with { SourcePort = (ushort)(first + (offset + i) % size) };
                if (IsFree(tuple, connection))
                {
                    return true;
                }
            }

            if (attempts >= size || attempts <= FewestAttempts)
            {
                return false;
            }
        }
    }

    /// <summary>A privileged port stays one, as a server may ask for it; ICMP identifiers are free.</summary>
    private static (int First, int Last) PortsFor(in ConnectionTuple tuple, NatTarget? target) =>
        target is { FirstPort: > 0 } ? (target.FirstPort, target.LastPort)
        : tuple.IsIcmp ? (0, ushort.MaxValue)
        : tuple.SourcePort switch
        {
            < 512 => (1, 511),
            < 1024 => (512, 1023),
            _ => (1024, ushort.MaxValue),
        };
}
