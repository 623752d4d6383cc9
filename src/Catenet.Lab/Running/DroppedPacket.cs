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
    /// <summary>Whether a place as a lab names it is where this happened: a node (or part of a cloud), a link, <c>nacl/web</c>, <c>sg/web/in</c>.</summary>
    public bool IsAt(string place)
    {
        int slash = place.IndexOf('/');
        if (slash < 0)
        {
            return Node == place || Node.StartsWith(place + ".", StringComparison.Ordinal);
        }

        // Chains are called nacl/web/in; those of an interface in several groups sg/web+admin/in.
        string kind = place[..(slash + 1)];
        int at = Cause?.IndexOf(kind, StringComparison.Ordinal) ?? -1;
        int end = at < 0 ? -1 : Cause!.IndexOf('/', at + kind.Length);
        int last = place.IndexOf('/', slash + 1);
        string name = last < 0 ? place[(slash + 1)..] : place[(slash + 1)..last];
        return end > 0 && Cause![(at + kind.Length)..end].Split('+', '@').Contains(name) &&
            (last < 0 || Cause.AsSpan(end).StartsWith(string.Concat(place.AsSpan(last), " "), StringComparison.Ordinal));
    }

    /// <summary>Prints <c>dropped at aws.web, NetworkAclDeny by nacl/web ...</c>.</summary>
    public override string ToString() =>
        $"dropped at {Node}, {Forms.ExpectForms.Reason.Print(Reason)}{(Cause is null ? "" : $" by {Cause}")} after {Time.SinceStart}";
}
