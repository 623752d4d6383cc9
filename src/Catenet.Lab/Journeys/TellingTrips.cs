namespace Catenet.Lab.Journeys;

/// <summary>Chooses the packets that are worth telling in full: the first of each kind and direction, and those that were lost.</summary>
internal static class TellingTrips
{
    /// <summary>How many lost packets are told in full; a transfer over a bad link loses thousands, all much alike.</summary>
    private const int MostLosses = 3;

    public static HashSet<PacketTrip> Choose(Journey journey)
    {
        var chosen = new HashSet<PacketTrip>();
        var seen = new HashSet<(TripKind Kind, bool FromClient, string? Protocol)>();
        int losses = 0;
        foreach (var trip in journey.Trips)
        {
            bool fromClient = trip.Origin == journey.Exchange.Client;
            bool isFirst = trip.Kind is not TripKind.Acknowledge && IsConcerned(trip, journey) && seen.Add((trip.Kind, fromClient, null));
            if (isFirst || (trip.Drops.Count > 0 && losses++ < MostLosses))
            {
                chosen.Add(trip);
            }
        }

        return chosen;
    }

    /// <summary>Names are looked up by servers among themselves and every link asks for addresses: the client's own are told.</summary>
    private static bool IsConcerned(PacketTrip trip, Journey journey) =>
        trip.Kind is not (TripKind.Names or TripKind.Neighbours) || trip.Path.Contains(journey.Exchange.Client, StringComparer.Ordinal);
}
