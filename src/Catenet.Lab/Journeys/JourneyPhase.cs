namespace Catenet.Lab.Journeys;

/// <summary>A part of a journey: trips that serve one purpose, in the order in which they began.</summary>
/// <param name="Kind">The purpose.</param>
/// <param name="Trips">The trips.</param>
public sealed record JourneyPhase(TripKind Kind, IReadOnlyList<PacketTrip> Trips)
{
    /// <summary>A headline.</summary>
    public string Title => Kind switch
    {
        TripKind.Names => "The name becomes an address (DNS)",
        TripKind.Neighbours => "Addresses of the link (ARP, neighbour discovery)",
        TripKind.Connect => "A connection is opened (TCP)",
        TripKind.Secure => "The connection is secured (TLS)",
        TripKind.Talk => "The programs talk",
        TripKind.Close => "The connection is closed",
        TripKind.Error => "The network objects (ICMP)",
        _ => "Acknowledgments",
    };

    /// <summary>Groups trips into phases. What serves whatever is going on (ARP, acknowledgments) stays where it was needed.</summary>
    internal static IReadOnlyList<JourneyPhase> Group(IReadOnlyList<PacketTrip> trips)
    {
        var phases = new List<JourneyPhase>();
        var current = new List<PacketTrip>();
        TripKind? kind = null;
        foreach (var trip in trips)
        {
            TripKind? begins = trip.Kind is TripKind.Neighbours or TripKind.Acknowledge or TripKind.Error || IsMoreOfTheHandshake(trip, kind) ? null : trip.Kind;
            if (begins is not null && kind is not null && begins != kind)
            {
                phases.Add(new JourneyPhase(kind.Value, current));
                current = [];
            }

            kind = begins ?? kind;
            current.Add(trip);
        }

        if (current.Count > 0)
        {
            phases.Add(new JourneyPhase(kind ?? current[0].Kind, current));
        }

        return phases;
    }

    /// <summary>A TLS record that goes on in the next segment shows no header there.</summary>
    private static bool IsMoreOfTheHandshake(PacketTrip trip, TripKind? kind) =>
        kind == TripKind.Secure && trip.Kind == TripKind.Talk && trip.Dissection?.Find("TLS") is null;
}
