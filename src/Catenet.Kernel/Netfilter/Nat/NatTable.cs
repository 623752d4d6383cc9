using System.Text;
using Catenet.Core;
using Catenet.Wire.Internet;

namespace Catenet.Kernel.Netfilter;

/// <summary>The rules by which a host translates addresses and ports, for IPv4 and IPv6 alike, and the mappings in use.</summary>
/// <remarks>
/// The first packet of a connection is held against the rules: destinations as it comes in (or is made here), sources as
/// it leaves. All further packets, the answers and ICMP errors about them are translated by the connection's entry.
/// </remarks>
public sealed class NatTable
{
    private readonly NetfilterHooks _hooks;
    private readonly NatRule[][] _rules = [[], [], [], [], []];
    private readonly Dictionary<InetAddress, StaticMapping> _byInside = [];
    private readonly Dictionary<InetAddress, StaticMapping> _byOutside = [];
    private int _lastHandle;

    internal NatTable(NetfilterHooks hooks, ConnectionTracker tracker)
    {
        _hooks = hooks;
        Mappings = new NatMappingTable(tracker, hooks.Host.Random("nat"));
        tracker.Confirmed = Mappings.OnConfirmed;
        tracker.Destroyed = Mappings.OnDestroyed;
        var destination = new NatHook(this, tracker, source: false);
        var source = new NatHook(this, tracker, source: true);
        hooks.Register(HookPoint.PreRouting, HookPriority.DestinationNat, destination);
        hooks.Register(HookPoint.LocalOut, HookPriority.DestinationNat, destination);
        hooks.Register(HookPoint.PostRouting, HookPriority.SourceNat, source);
        hooks.Register(HookPoint.LocalIn, HookPriority.SourceNat, source);
    }

    /// <summary>The dynamic mappings in use.</summary>
    public NatMappingTable Mappings { get; }

    /// <summary>The static one-to-one mappings.</summary>
    public IReadOnlyCollection<StaticMapping> StaticMappings => _byInside.Values;

    /// <summary>The rules asked at a point, in order.</summary>
    public IReadOnlyList<NatRule> RulesAt(HookPoint point) => _rules[(int)point];

    /// <summary>Adds a rule at the end.</summary>
    /// <exception cref="ArgumentException">The target does not fit the point: destinations are translated at PreRouting and LocalOut, sources at PostRouting and LocalIn.</exception>
    public NatRule Add(HookPoint point, FilterMatch match, NatTarget target, string? comment = null)
    {
        bool sourcePoint = point is HookPoint.PostRouting or HookPoint.LocalIn;
        if (point == HookPoint.Forward || (!target.IsAccept && target.TranslatesSource != sourcePoint))
        {
            throw new ArgumentException($"'{target}' has no place at {point}: destinations are translated at PreRouting and LocalOut, sources at PostRouting and LocalIn.", nameof(point));
        }

        var rule = new NatRule(point, ++_lastHandle, match, target, comment);
        _rules[(int)point] = [.. _rules[(int)point], rule];
        return rule;
    }

    /// <summary>Takes a rule out; connections that it decided over keep their translation. False if it is not there.</summary>
    public bool Remove(NatRule rule)
    {
        ref var rules = ref _rules[(int)rule.Point];
        int before = rules.Length;
        rules = [.. rules.Where(r => r != rule)];
        return rules.Length < before;
    }

    /// <summary>Hides what leaves by a device behind the device's own address, as a home router does.</summary>
    /// <param name="device">The device's name: <c>wan</c>.</param>
    /// <param name="source">Which sources; null: all.</param>
    /// <param name="behaviour">How the NAT treats further destinations and strangers; null: as Linux does.</param>
    /// <param name="ports">The ports to use; null: the sender's own while it is free.</param>
    public NatRule Masquerade(string device, InetPrefix? source = null, NatBehaviour? behaviour = null, PortRange? ports = null)
    {
        var target = NatTarget.Masquerade.With(behaviour ?? NatBehaviour.Linux);
        return Add(HookPoint.PostRouting, new FilterMatch { OutInterface = device, Source = source },
            ports is { } range ? target.WithPorts(range.First, range.Last) : target);
    }

    /// <summary>Lets connections to an outside endpoint reach an inside one.</summary>
    /// <param name="protocol">TCP or UDP (<see cref="IpProtocol"/>).</param>
    /// <param name="outside">The endpoint that others know.</param>
    /// <param name="inside">The endpoint that answers.</param>
    /// <param name="hairpinFrom">
    /// The inside network, if its hosts too shall reach the endpoint by its outside address: their connections are masqueraded,
    /// so that the answers come back this way (RFC 4787 6). Null: not wanted.
    /// </param>
    /// <param name="comment">What people call it.</param>
    public NatRule PortForward(byte protocol, InetEndpoint outside, InetEndpoint inside, InetPrefix? hairpinFrom = null, string? comment = null)
    {
        var rule = Add(HookPoint.PreRouting, new FilterMatch
        {
            Protocol = protocol,
            Destination = new InetPrefix(outside.Address, outside.Address.Bits),
            DestinationPorts = outside.Port,
        }, NatTarget.ToDestination(inside), comment);
        if (hairpinFrom is { } network)
        {
            Add(HookPoint.PostRouting, new FilterMatch
            {
                Protocol = protocol,
                Source = network,
                Destination = new InetPrefix(inside.Address, inside.Address.Bits),
                DestinationPorts = inside.Port,
                DestinationTranslated = true,
            }, NatTarget.Masquerade, comment is null ? "hairpin" : comment + ", hairpin");
        }

        return rule;
    }

    /// <summary>Gives an inside address an outside address of its own, both ways, as a cloud's internet gateway does.</summary>
    /// <param name="inside">The address inside.</param>
    /// <param name="outside">The address outside.</param>
    /// <param name="device">The device towards the outside; null: whatever passes this host is translated.</param>
    /// <exception cref="ArgumentException">The addresses are of different families, or one is mapped already.</exception>
    public StaticMapping OneToOne(InetAddress inside, InetAddress outside, string? device = null)
    {
        if (inside.IsIPv4 != outside.IsIPv4)
        {
            throw new ArgumentException($"{inside} and {outside} are of different families.", nameof(outside));
        }

        if (_byInside.ContainsKey(inside) || _byOutside.ContainsKey(outside))
        {
            throw new ArgumentException($"{(_byInside.ContainsKey(inside) ? inside : outside)} is mapped already.", nameof(inside));
        }

        var mapping = new StaticMapping(inside, outside, device);
        _byInside.Add(inside, mapping);
        _byOutside.Add(outside, mapping);
        return mapping;
    }

    /// <summary>Takes a one-to-one mapping away, and with it the connections that use it.</summary>
    public void Remove(StaticMapping mapping)
    {
        if (_byInside.TryGetValue(mapping.Inside, out var found) && found == mapping)
        {
            _byInside.Remove(mapping.Inside);
            _byOutside.Remove(mapping.Outside);
            _hooks.Tracker!.Flush(c => c.Original.Key.Destination == mapping.Outside || c.Reply.Key.Destination == mapping.Outside);
        }
    }

    /// <summary>Gives every address of an inside block the address of the same host bits in an outside block.</summary>
    /// <exception cref="ArgumentException">The blocks are not of one size and family.</exception>
    public void OneToOne(InetPrefix inside, InetPrefix outside, string outsideDevice)
    {
        if (inside.IsIPv4 != outside.IsIPv4 || inside.Length != outside.Length)
        {
            throw new ArgumentException($"{inside} and {outside} are not of one size and family.", nameof(outside));
        }

        Add(HookPoint.PreRouting, new FilterMatch { InInterface = outsideDevice, Destination = outside }, NatTarget.ToDestinationPrefix(inside));
        Add(HookPoint.PostRouting, new FilterMatch { OutInterface = outsideDevice, Source = inside }, NatTarget.ToSourcePrefix(outside));
    }

    /// <summary>Prints the rules as <c>nft list ruleset</c> does, and the static mappings.</summary>
    public override string ToString()
    {
        var text = new StringBuilder("table inet nat {\n");
        foreach (var rule in _rules.SelectMany(r => r))
        {
            text.Append('\t').Append(rule).Append('\n');
        }

        foreach (var mapping in _byInside.Values.OrderBy(m => m.Inside))
        {
            text.Append('\t').Append(mapping).Append('\n');
        }

        return text.Append("}\n").ToString();
    }

    internal StaticMapping? ByInside(InetAddress address) => _byInside.Count == 0 ? null : _byInside.GetValueOrDefault(address);

    internal StaticMapping? ByOutside(InetAddress address) => _byOutside.Count == 0 ? null : _byOutside.GetValueOrDefault(address);

    internal NatRule? Match(ref HookContext context, ConnectionTracker tracker)
    {
        if (!context.TryGetFields(out var fields))
        {
            return null;
        }

        foreach (var rule in _rules[(int)context.Point])
        {
            if (rule.Compiled.Matches(ref context, fields, tracker))
            {
                rule.Connections++;
                return rule;
            }
        }

        return null;
    }
}
