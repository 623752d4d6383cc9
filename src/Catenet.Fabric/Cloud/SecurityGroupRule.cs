using Catenet.Kernel.Netfilter;

namespace Catenet.Fabric.Cloud;

/// <summary>One rule of a security group: which new connections are allowed.</summary>
/// <param name="Match">Which packets may begin one.</param>
/// <param name="Peer">If given, only with interfaces of that group.</param>
public sealed record SecurityGroupRule(FilterMatch Match, SecurityGroup? Peer = null)
{
    /// <summary>Prints <c>tcp dport 443 from sg/web</c>.</summary>
    public override string ToString() => Peer is null ? $"allow {Match}".TrimEnd() : $"allow {Match} with {Peer}";
}
