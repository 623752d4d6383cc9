using Catenet.Core;
using Catenet.Kernel.Netfilter;

namespace Catenet.Fabric.Cloud;

/// <summary>A security group: what an interface may be asked and may ask, connection by connection.</summary>
/// <remarks>
/// Stateful: the answers of an allowed connection pass, whatever the rules of the other direction say. There are only allowing
/// rules; an interface in several groups allows what any of them does. The rest is refused with
/// <see cref="DropReason.SecurityGroupDeny"/>. It is a pair of filter chains on the host, as near to the interface as packets get.
/// A new group allows nothing in and everything out.
/// </remarks>
public sealed class SecurityGroup
{
    private readonly List<SecurityGroupRule> _inbound = [];
    private readonly List<SecurityGroupRule> _outbound = [new(FilterMatch.All)];
    private readonly List<NetworkInterface> _members = [];
    private readonly List<SecurityGroup> _usedBy = [];

    /// <summary>Makes a group.</summary>
    /// <param name="name">Its name: <c>web</c>.</param>
    public SecurityGroup(string name) => Name = name;

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>What may come in.</summary>
    public IReadOnlyList<SecurityGroupRule> Inbound => _inbound;

    /// <summary>What may go out.</summary>
    public IReadOnlyList<SecurityGroupRule> Outbound => _outbound;

    /// <summary>The interfaces in the group.</summary>
    public IReadOnlyList<NetworkInterface> Members => _members;

    /// <summary>Lets others begin connections that match.</summary>
    /// <param name="match">Which; its source says from where.</param>
    /// <param name="peer">If given, only interfaces of that group.</param>
    public SecurityGroup AllowIn(FilterMatch match, SecurityGroup? peer = null) => Add(_inbound, match, peer);

    /// <summary>Lets the interface begin connections that match.</summary>
    /// <param name="match">Which; its destination says whereto.</param>
    /// <param name="peer">If given, only to interfaces of that group.</param>
    public SecurityGroup AllowOut(FilterMatch match, SecurityGroup? peer = null) => Add(_outbound, match, peer);

    /// <summary>Takes away the rule that a new group has: to allow everything out.</summary>
    public SecurityGroup DenyOut()
    {
        _outbound.Clear();
        Refresh();
        return this;
    }

    /// <inheritdoc/>
    public override string ToString() => $"sg/{Name}";

    internal void Join(NetworkInterface member)
    {
        _members.Add(member);
        RefreshUsers();
    }

    internal void Leave(NetworkInterface member)
    {
        _members.Remove(member);
        RefreshUsers();
    }

    /// <summary>The rules of a direction as matches, one for each address of the peers they name.</summary>
    internal IEnumerable<FilterMatch> Matches(bool inbound)
    {
        foreach (var rule in inbound ? _inbound : _outbound)
        {
            if (rule.Peer is not { } peer)
            {
                yield return rule.Match;
                continue;
            }

            foreach (var address in peer._members.SelectMany(m => m.Addresses))
            {
                var prefix = new InetPrefix(address, address.Bits);
                yield return inbound ? rule.Match with { Source = prefix } : rule.Match with { Destination = prefix };
            }
        }
    }

    private SecurityGroup Add(List<SecurityGroupRule> rules, FilterMatch match, SecurityGroup? peer)
    {
        rules.Add(new SecurityGroupRule(match, peer));
        if (peer is not null && !peer._usedBy.Contains(this))
        {
            peer._usedBy.Add(this);
        }

        Refresh();
        return this;
    }

    private void RefreshUsers()
    {
        foreach (var group in _usedBy)
        {
            group.Refresh();
        }
    }

    private void Refresh()
    {
        foreach (var member in _members)
        {
            member.RefreshSecurity();
        }
    }
}
