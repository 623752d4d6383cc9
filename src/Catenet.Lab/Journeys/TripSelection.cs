using Catenet.Wire.Internet;
using Catenet.Wire.Link;

namespace Catenet.Lab.Journeys;

/// <summary>Finds the packets that belong to an exchange among all that were recorded.</summary>
/// <remarks>
/// The client's own packets are known by port and protocol. A packet keeps its identity through NAT, so the addresses it had
/// at each node tell what the answers look like there; packets of those conversations at those nodes belong to it as well,
/// lost ones included. Name lookups and neighbour discovery in the time of the exchange serve it.
/// </remarks>
internal static class TripSelection
{
    public static IReadOnlyList<PacketTrip> Select(IEnumerable<JourneyStep> steps, Exchange exchange)
    {
        var trips = steps
            .Where(s => s.PacketId != 0 && s.Index >= exchange.FirstStep)
            .GroupBy(s => s.PacketId)
            .OrderBy(g => g.First().Index)
            .Select(g => new PacketTrip(g.Key, [.. g]))
            .ToList();

        var chosen = new HashSet<ulong>();
        var conversations = new HashSet<(string Node, PacketFlow Flow)>();
        bool grew = true;
        while (grew)
        {
            grew = false;
            foreach (var trip in trips.Where(t => !chosen.Contains(t.Id)))
            {
                if (trip.Steps.Any(s => Begins(s, exchange) || Continues(s, conversations)))
                {
                    grew |= chosen.Add(trip.Id);
                    conversations.UnionWith(trip.Steps.Where(s => s.Flow is not null).Select(s => (s.Node, Key(s.Flow!))));
                }
            }
        }

        return [.. trips.Where(t => chosen.Contains(t.Id) ||
            (t.Steps[0].Index < exchange.LastStep && (t.Kind is TripKind.Names or TripKind.Error || IsQuestionOrAnswer(t))))];
    }

    /// <summary>Neighbours are asked because a packet waits; announcements and group memberships come of themselves.</summary>
    private static bool IsQuestionOrAnswer(PacketTrip trip)
    {
        if (trip.Kind != TripKind.Neighbours || trip.FirstFrame?.Frame is not { } frame || trip.Dissection is not { } layers)
        {
            return false;
        }

        if (layers.Find("ARP") is not null && EthernetView.TryParse(frame, out var ethernet) && ArpView.TryParse(ethernet.Payload, out var arp))
        {
            return arp.SenderAddress != arp.TargetAddress;
        }

        bool solicits = layers.FindField("icmpv6.type")?.Number == IcmpV6Type.NeighbourSolicitation;
        bool answers = layers.FindField("icmpv6.type")?.Number == IcmpV6Type.NeighbourAdvertisement;
        return trip.FirstFrame.Flow is { } flow && ((solicits && !flow.Source.Address.IsUnspecified) || (answers && !flow.Destination.Address.IsMulticast));
    }

    private static bool Begins(JourneyStep step, Exchange exchange) =>
        step.Index < exchange.LastStep && step.Node == exchange.Client && step.Flow is { IsNeighbourTalk: false } flow && flow.Protocol != 0 &&
        (exchange.Protocol is null || flow.Protocol == exchange.Protocol) &&
        (exchange.Port is null || flow.Source.Port == exchange.Port || flow.Destination.Port == exchange.Port);

    private static bool Continues(JourneyStep step, HashSet<(string, PacketFlow)> conversations) =>
        step.Flow is { } flow && flow.Source.Port != 0 && conversations.Contains((step.Node, Key(flow)));

    /// <summary>The conversation without direction and without what differs from packet to packet.</summary>
    private static PacketFlow Key(PacketFlow flow)
    {
        int order = flow.Source.Address.CompareTo(flow.Destination.Address);
        bool swap = order > 0 || (order == 0 && flow.Source.Port > flow.Destination.Port);
        return swap
            ? new PacketFlow(flow.EtherType, flow.Protocol, flow.Destination, flow.Source)
            : new PacketFlow(flow.EtherType, flow.Protocol, flow.Source, flow.Destination);
    }
}
