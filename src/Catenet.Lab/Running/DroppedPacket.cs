using Catenet.Core;
using Catenet.Lab.Journeys;

namespace Catenet.Lab.Running;

/// <summary>A packet that was discarded: when, where, why, by what.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Time">When.</param>
/// <param name="Node">The host, switch or link.</param>
/// <param name="Device">The device the packet had come in by, if any.</param>
/// <param name="Reason">Why.</param>
/// <param name="Cause">The rule, route or table responsible, as it read then.</param>
/// <param name="Flow">Between whom the packet travelled, if it could be told.</param>
public sealed record DroppedPacket(Instant Time, string Node, string? Device, DropReason Reason, string? Cause, PacketFlow? Flow)
{
    /// <summary>Whether a place as a lab names it is where this happened: a node, a link, an access list, a security group.</summary>
    public bool IsAt(string place) => Node == place || Node.StartsWith(place + ".", StringComparison.Ordinal) ||
        (Cause is not null && Cause.Contains(place, StringComparison.Ordinal));

    /// <summary>Prints <c>dropped at aws.web, NetworkAclDeny by nacl/web ...</c>.</summary>
    public override string ToString() =>
        $"dropped at {Node}, {Reason}{(Cause is null ? "" : $" by {Cause}")} after {Time.SinceStart}";
}
