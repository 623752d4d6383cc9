using System.Globalization;
using Catenet.Core;
using Catenet.Kernel.Netfilter;

namespace Catenet.Fabric.Cloud;

/// <summary>A network ACL: numbered rules for what comes into a subnet and what leaves it, asked packet by packet.</summary>
/// <remarks>
/// Stateless: an answer needs a rule of its own in the other direction. What no rule decides over is refused with
/// <see cref="DropReason.NetworkAclDeny"/>. It is a pair of filter chains on the router of each subnet that uses it, and so is not
/// asked between hosts of one subnet. Rules may be added and removed while it is in use.
/// </remarks>
public sealed class NetworkAcl
{
    private readonly SortedDictionary<int, AclRule> _inbound = [];
    private readonly SortedDictionary<int, AclRule> _outbound = [];
    private readonly List<Subnet> _subnets = [];

    /// <summary>Makes an ACL without rules, which refuses everything.</summary>
    /// <param name="name">Its name: <c>web</c>. Its chains are called <c>nacl/web/in</c> and <c>nacl/web/out</c>.</param>
    public NetworkAcl(string name) => Name = name;

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The rules for what comes into a subnet, in order.</summary>
    public IReadOnlyCollection<AclRule> Inbound => _inbound.Values;

    /// <summary>The rules for what leaves a subnet, in order.</summary>
    public IReadOnlyCollection<AclRule> Outbound => _outbound.Values;

    /// <summary>The subnets that use it.</summary>
    public IReadOnlyList<Subnet> Subnets => _subnets;

    /// <summary>Lets packets come in that one of the matches fits.</summary>
    /// <exception cref="ArgumentException">There is a rule of that number, the number is out of range, or the match looks at connections.</exception>
    public NetworkAcl AllowIn(int number, params FilterMatch[] matches) => Add(_inbound, new AclRule(number, true, matches));

    /// <summary>Refuses packets that come in and one of the matches fits.</summary>
    /// <exception cref="ArgumentException">There is a rule of that number, the number is out of range, or the match looks at connections.</exception>
    public NetworkAcl DenyIn(int number, params FilterMatch[] matches) => Add(_inbound, new AclRule(number, false, matches));

    /// <summary>Lets packets leave that one of the matches fits.</summary>
    /// <exception cref="ArgumentException">There is a rule of that number, the number is out of range, or the match looks at connections.</exception>
    public NetworkAcl AllowOut(int number, params FilterMatch[] matches) => Add(_outbound, new AclRule(number, true, matches));

    /// <summary>Refuses packets that leave and one of the matches fits.</summary>
    /// <exception cref="ArgumentException">There is a rule of that number, the number is out of range, or the match looks at connections.</exception>
    public NetworkAcl DenyOut(int number, params FilterMatch[] matches) => Add(_outbound, new AclRule(number, false, matches));

    /// <summary>Takes a rule for incoming packets out; false if there is none of that number.</summary>
    public bool RemoveIn(int number) => Remove(_inbound, number);

    /// <summary>Takes a rule for leaving packets out; false if there is none of that number.</summary>
    public bool RemoveOut(int number) => Remove(_outbound, number);

    /// <inheritdoc/>
    public override string ToString() => $"nacl/{Name}";

    internal void Join(Subnet subnet)
    {
        _subnets.Add(subnet);
        Apply(subnet);
    }

    internal void Leave(Subnet subnet)
    {
        _subnets.Remove(subnet);
        var netfilter = subnet.Router.Netfilter;
        if (netfilter.FindChain("nacl") is { } hook)
        {
            netfilter.RemoveChain(hook);
            foreach (var chain in netfilter.Chains.Where(c => c.Name.StartsWith($"{this}/", StringComparison.Ordinal)).OrderBy(c => c.Name.Length).ToList())
            {
                netfilter.RemoveChain(chain);
            }
        }
    }

    private NetworkAcl Add(SortedDictionary<int, AclRule> rules, AclRule rule)
    {
        if (rule.Number is < 1 or > AclRule.MaxNumber)
        {
            throw new ArgumentException($"The number of a rule of {this} must be 1 to {AclRule.MaxNumber}, not {rule.Number}.");
        }

        if (rule.Matches.Any(m => m.States != ConnectionStates.None))
        {
            throw new ArgumentException($"{this} rule {rule.Number} asks for connection states; a network ACL is stateless: use a security group.");
        }

        if (!rules.TryAdd(rule.Number, rule))
        {
            throw new ArgumentException($"{this} has a rule {rule.Number} already: {rules[rule.Number]}.");
        }

        Refresh();
        return this;
    }

    private bool Remove(SortedDictionary<int, AclRule> rules, int number)
    {
        bool removed = rules.Remove(number);
        Refresh();
        return removed;
    }

    private void Refresh()
    {
        foreach (var subnet in _subnets)
        {
            Fill(subnet.Router.Netfilter, $"{this}/in", _inbound.Values);
            Fill(subnet.Router.Netfilter, $"{this}/out", _outbound.Values);
        }
    }

    private void Apply(Subnet subnet)
    {
        var netfilter = subnet.Router.Netfilter;
        var inbound = netfilter.AddNetworkAcl($"{this}/in");
        var outbound = netfilter.AddNetworkAcl($"{this}/out");
        var hook = netfilter.AddChain("nacl", HookPoint.Forward);
        hook.Add(new FilterMatch { OutInterface = Subnet.LanDevice }, RuleAction.Jump(inbound));
        hook.Add(new FilterMatch { InInterface = Subnet.LanDevice }, RuleAction.Jump(outbound));
        Refresh();
    }

    private static void Fill(NetfilterHooks netfilter, string name, IEnumerable<AclRule> rules)
    {
        var chain = netfilter.FindChain(name)!;
        chain.Clear();
        foreach (var alternatives in netfilter.Chains.Where(c => c.Name.StartsWith($"{chain.Name}/", StringComparison.Ordinal)).ToList())
        {
            netfilter.RemoveChain(alternatives);
        }

        foreach (var rule in rules)
        {
            var action = rule.Allow ? RuleAction.Accept : RuleAction.Drop;
            if (rule.Matches.Count == 1)
            {
                chain.Add(rule.Number, rule.Matches[0], action);
                continue;
            }

            // Several matches of one number (ICMP of both families, say) are a chain of their own, so that the number stays what it is.
            var alternatives = netfilter.AddChain(string.Create(CultureInfo.InvariantCulture, $"{chain.Name}/{rule.Number}"), reason: DropReason.NetworkAclDeny);
            foreach (var match in rule.Matches)
            {
                alternatives.Add(match, action);
            }

            chain.Add(rule.Number, FilterMatch.All, RuleAction.Jump(alternatives));
        }
    }
}
