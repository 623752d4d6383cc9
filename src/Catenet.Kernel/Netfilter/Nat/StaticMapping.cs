using Catenet.Core;

namespace Catenet.Kernel.Netfilter;

/// <summary>An address inside that is known by an address of its own outside, both ways and with all its ports (RFC 2663 4.1.1).</summary>
/// <param name="Inside">The address inside.</param>
/// <param name="Outside">The address outside.</param>
/// <param name="Device">The device towards the outside; null: whatever passes this host is translated.</param>
public sealed record StaticMapping(InetAddress Inside, InetAddress Outside, string? Device)
{
    /// <summary>Prints <c>1:1 10.0.1.5 as 203.0.113.5</c>.</summary>
    public override string ToString() => $"1:1 {Inside} as {Outside}";
}
