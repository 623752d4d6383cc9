using System.Globalization;
using Catenet.Kernel.Netfilter;

namespace Catenet.Fabric.Cloud;

/// <summary>One numbered rule of a network ACL.</summary>
/// <param name="Number">Its place: the lowest number that matches decides. 1 to 32766.</param>
/// <param name="Allow">Whether it lets packets pass; otherwise it refuses them.</param>
/// <param name="Matches">Which packets: those that one of these matches. A match on connection states has no place here: an ACL is stateless.</param>
public sealed record AclRule(int Number, bool Allow, params IReadOnlyList<FilterMatch> Matches)
{
    /// <summary>The biggest number a rule may have.</summary>
    public const int MaxNumber = 32766;

    /// <summary>Prints <c>100 allow tcp dport 443</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Number} {(Allow ? "allow" : "deny")} {string.Join(" or ", Matches)}").TrimEnd();
}
