using System.Globalization;
using System.Text;
using Catenet.Core;

namespace Catenet.Kernel.Netfilter;

/// <summary>A list of rules, asked one after the other until one decides; at a hook point, or jumped to from other chains.</summary>
/// <remarks>
/// Rules are ordered by the number they were given, or else as they were added. A chain at a hook point has a policy for
/// packets that no rule decides over. Every packet that is refused is dropped for the chain's reason, with the rule (or,
/// by policy, the chain) as cause. Stateless unless a match looks at <see cref="FilterMatch.States"/>.
/// </remarks>
public sealed class FilterChain : NetfilterHook
{
    private readonly NetfilterHooks _hooks;
    private FilterRule[] _rules = [];
    private int _lastHandle;

    internal FilterChain(NetfilterHooks hooks, string name, RuleAction policy, DropReason reason, HookPoint? point, int priority)
    {
        _hooks = hooks;
        Name = name;
        Policy = policy;
        Reason = reason;
        Point = point;
        Priority = priority;
    }

    private enum Outcome : byte
    {
        Undecided,
        Accept,
        Drop,
    }

    /// <summary>The name, unique on the host: <c>forward</c>, <c>nacl/web</c>.</summary>
    public string Name { get; }

    /// <summary>The hook point; null if the chain is only jumped to.</summary>
    public HookPoint? Point { get; }

    /// <summary>The order among the hooks of the point.</summary>
    public int Priority { get; }

    /// <summary>What becomes of packets that no rule decides over: accept, drop or reject; return, in a chain that is jumped to.</summary>
    public RuleAction Policy { get; set; }

    /// <summary>The reason for which refused packets are dropped.</summary>
    public DropReason Reason { get; }

    /// <summary>The rules, in the order in which they are asked.</summary>
    public IReadOnlyList<FilterRule> Rules => _rules;

    /// <summary>How many packets the policy decided over.</summary>
    public long PolicyPackets { get; private set; }

    /// <summary>Adds a rule at the end.</summary>
    /// <exception cref="ArgumentException">The rule jumps to a chain that leads back here.</exception>
    public FilterRule Add(FilterMatch match, RuleAction action, string? comment = null) =>
        Insert(new FilterRule(this, ++_lastHandle, isNumbered: false, match, action, comment), _rules.Length);

    /// <summary>Adds a rule at the place that its number gives it, as network ACLs have them.</summary>
    /// <exception cref="ArgumentException">There is a rule of that number, or the rule jumps to a chain that leads back here.</exception>
    public FilterRule Add(int number, FilterMatch match, RuleAction action, string? comment = null)
    {
        int at = 0;
        while (at < _rules.Length && _rules[at].Number < number)
        {
            at++;
        }

        if (at < _rules.Length && _rules[at].Number == number)
        {
            throw new ArgumentException($"Chain {Name} has a rule {number} already: {_rules[at]}.", nameof(number));
        }

        _lastHandle = Math.Max(_lastHandle, number);
        return Insert(new FilterRule(this, number, isNumbered: true, match, action, comment), at);
    }

    /// <summary>Takes a rule out; false if it is not there.</summary>
    public bool Remove(FilterRule rule)
    {
        int before = _rules.Length;
        _rules = [.. _rules.Where(r => r != rule)];
        return _rules.Length < before;
    }

    /// <summary>Takes all rules out.</summary>
    public void Clear() => _rules = [];

    /// <summary>Prints the chain and its policy in a line: <c>chain forward (policy drop)</c>.</summary>
    public override string ToString() => Point is null && !Policy.Refuses ? $"chain {Name}" : $"chain {Name} (policy {Policy})";

    /// <summary>Prints the chain as <c>nft list ruleset</c> does.</summary>
    public string ToListing()
    {
        var text = new StringBuilder($"\tchain {Name} {{\n");
        if (Point is { } point)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"\t\ttype filter hook {point.ToString().ToLowerInvariant()} priority {Priority}; policy {Policy};\n");
        }

        else if (Policy.Refuses)
        {
            text.Append($"\t\tpolicy {Policy};\n");
        }

        foreach (var rule in _rules)
        {
            text.Append("\t\t").Append(rule.ToListing()).Append('\n');
        }

        return text.Append("\t}\n").ToString();
    }

    /// <inheritdoc/>
    protected internal override Verdict Invoke(ref HookContext context)
    {
        if (!context.TryGetFields(out var fields))
        {
            // The IP layer has let it in, so a later layer knows what to say; no rule can match it.
            return Decide(ref context, Policy) == Outcome.Drop ? Verdict.Drop : Verdict.Accept;
        }

        var outcome = Evaluate(ref context, fields);
        if (outcome == Outcome.Undecided)
        {
            PolicyPackets++;
            outcome = Decide(ref context, Policy);
        }

        return outcome == Outcome.Drop ? Verdict.Drop : Verdict.Accept;
    }

    private Outcome Evaluate(ref HookContext context, in PacketFields fields)
    {
        var tracker = _hooks.Tracker;
        foreach (var rule in _rules)
        {
            if (!rule.Compiled.Matches(ref context, fields, tracker))
            {
                continue;
            }

            rule.Count(context.Packet.Length);
            if (context.Host.Loop.Tracer.Enabled)
            {
                Trace(ref context, rule, rule.Action);
            }

            switch (rule.Action.What)
            {
                case RuleAction.Kind.Accept:
                    return Outcome.Accept;
                case RuleAction.Kind.Return:
                    return Outcome.Undecided;
                case RuleAction.Kind.Drop:
                    context.Drop(Reason, rule);
                    return Outcome.Drop;
                case RuleAction.Kind.Reject:
                    Rejection.Send(ref context, rule.Action.RejectKind);
                    context.Drop(Reason, rule);
                    return Outcome.Drop;
                case RuleAction.Kind.Jump when rule.Action.Chain!.Evaluate(ref context, fields) is var decided and not Outcome.Undecided:
                    return decided;
                case RuleAction.Kind.SetMark:
                    context.Packet.Mark = rule.Action.Mark;
                    break;
                case RuleAction.Kind.SetMss:
                    MssClamp.Apply(ref context, fields, rule.Action.Mss);
                    break;
                case RuleAction.Kind.NoTrack:
                    context.Packet.Conntrack = tracker?.Untracked;
                    break;
            }
        }

        // A chain that is jumped to may end in a refusal too: the implicit deny of a list.
        if (Point is null && Policy.Refuses)
        {
            PolicyPackets++;
            return Decide(ref context, Policy);
        }

        return Outcome.Undecided;
    }

    private Outcome Decide(ref HookContext context, RuleAction policy)
    {
        if (context.Host.Loop.Tracer.Enabled)
        {
            Trace(ref context, this, policy);
        }

        if (!policy.Refuses)
        {
            return Outcome.Accept;
        }

        if (policy.What == RuleAction.Kind.Reject)
        {
            Rejection.Send(ref context, policy.RejectKind);
        }

        context.Drop(Reason, this);
        return Outcome.Drop;
    }

    private void Trace(ref HookContext context, object subject, RuleAction action) => context.Host.Trace(
        TraceKind.FilterVerdict, context.Packet, context.Out ?? context.In, subject, subject == this ? $"{Name}: policy {action}" : $"{Name}: {action}");

    private FilterRule Insert(FilterRule rule, int at)
    {
        if (rule.Action.Chain is { } target && target.LeadsTo(this))
        {
            throw new ArgumentException($"A jump from {Name} to {target.Name} would go round in a circle.", nameof(rule));
        }

        if (rule.Match.States != ConnectionStates.None || rule.Match.DestinationTranslated is not null)
        {
            _hooks.EnableTracking();
        }

        _rules = [.. _rules.AsSpan(0, at), rule, .. _rules.AsSpan(at)];
        return rule;
    }

    private bool LeadsTo(FilterChain chain) =>
        this == chain || _rules.Any(r => r.Action.Chain?.LeadsTo(chain) == true);
}
