using Catenet.Core;

namespace Catenet.Lab.Journeys;

/// <summary>The journey of an exchange: what each packet met on its way, layer by layer and hop by hop.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class Journey
{
    private Journey(Exchange exchange, IReadOnlyList<JourneyPhase> phases, IReadOnlyList<JourneyStep> asides, long omitted)
    {
        Exchange = exchange;
        Phases = phases;
        Asides = asides;
        Omitted = omitted;
    }

    /// <summary>What is told.</summary>
    public Exchange Exchange { get; }

    /// <summary>The parts, in order.</summary>
    public IReadOnlyList<JourneyPhase> Phases { get; }

    /// <summary>All trips, in the order in which they began.</summary>
    public IEnumerable<PacketTrip> Trips => Phases.SelectMany(p => p.Trips);

    /// <summary>Steps of no single packet: system calls, state changes, what programs and resolvers said.</summary>
    public IReadOnlyList<JourneyStep> Asides { get; }

    /// <summary>How many steps were not recorded because there were too many; zero if the journey is whole.</summary>
    public long Omitted { get; }

    /// <summary>Every packet of the exchange that was discarded, with where and why.</summary>
    public IEnumerable<(PacketTrip Trip, JourneyStep Drop)> Drops => Trips.SelectMany(t => t.Drops.Select(d => (t, d)));

    /// <summary>Finds an exchange's packets in a recording and puts them in order.</summary>
    public static Journey Of(Exchange exchange, JourneyRecorder recorder)
    {
        var trips = TripSelection.Select(recorder.Steps, exchange);
        var nodes = trips.SelectMany(t => t.Path).Append(exchange.Client).ToHashSet(StringComparer.Ordinal);
        var asides = recorder.Steps.Where(s => s.PacketId == 0 && s.Index >= exchange.FirstStep && s.Index < exchange.LastStep && nodes.Contains(s.Node));
        return new Journey(exchange, JourneyPhase.Group(trips), [.. asides], recorder.Omitted);
    }
}
