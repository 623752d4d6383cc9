using System.Globalization;
using Catenet.Core;
using Catenet.Wire.Dissection;

namespace Catenet.Lab.Journeys;

/// <summary>Tells a journey in lines of at most 80 columns.</summary>
/// <remarks>Pure and thread-safe.</remarks>
public static class JourneyText
{
    /// <summary>Packets told at the beginning of a long phase, and at its end.</summary>
    private const int Head = 40, Tail = 8;

    /// <summary>Lost packets that are listed.</summary>
    private const int MostLosses = 20;

    /// <summary>Tells a journey.</summary>
    /// <param name="journey">The journey.</param>
    /// <param name="level">How much of it.</param>
    public static IReadOnlyList<JourneyLine> Tell(Journey journey, JourneyLevel level)
    {
        var lines = new LineList();
        if (level == JourneyLevel.Off)
        {
            return lines.Lines;
        }

        lines.Add(JourneyStyle.Title, 0, journey.Exchange.Title);
        var telling = TellingTrips.Choose(journey);
        var asides = new Queue<JourneyStep>(journey.Asides);
        int number = 0;
        foreach (var phase in journey.Phases)
        {
            lines.Blank();
            lines.Add(JourneyStyle.Phase, 0, $"{++number}. {phase.Title}");
            TellPhase(lines, phase, asides, telling, journey, level);
        }

        TellAsides(lines, asides, int.MaxValue, journey, level);
        TellLosses(lines, journey);
        if (journey.Omitted > 0)
        {
            lines.Blank();
            lines.Add(JourneyStyle.Faint, 0, $"{journey.Omitted} later steps were not recorded: the run was longer than the recording.");
        }

        return lines.Lines;
    }

    /// <summary>Tells a phase; of a long one, in short journeys, the beginning, what is telling, and the end.</summary>
    private static void TellPhase(LineList lines, JourneyPhase phase, Queue<JourneyStep> asides, HashSet<PacketTrip> telling, Journey journey, JourneyLevel level)
    {
        bool folds = level is JourneyLevel.Brief or JourneyLevel.Story && phase.Trips.Count > Head + Tail;
        int folded = 0;
        for (int i = 0; i < phase.Trips.Count; i++)
        {
            var trip = phase.Trips[i];
            if (folds && i >= Head && i < phase.Trips.Count - Tail && !telling.Contains(trip))
            {
                folded++;
                SkipAsides(asides, trip.Steps[0].Index);
                continue;
            }

            TellFold(lines, ref folded);
            TellAsides(lines, asides, trip.Steps[0].Index, journey, level);
            TellTrip(lines, trip, journey, Depth(level, telling.Contains(trip)));
        }

        TellFold(lines, ref folded);
    }

    private static void TellFold(LineList lines, ref int folded)
    {
        if (folded > 0)
        {
            lines.Add(JourneyStyle.Faint, 2, string.Create(CultureInfo.InvariantCulture, $"... {folded} packets more ..."));
            folded = 0;
        }
    }

    private static void SkipAsides(Queue<JourneyStep> asides, int before)
    {
        while (asides.TryPeek(out var step) && step.Index < before)
        {
            asides.Dequeue();
        }
    }

    private static JourneyLevel Depth(JourneyLevel level, bool telling) => level switch
    {
        JourneyLevel.Story => telling ? JourneyLevel.Layers : JourneyLevel.Brief,
        _ => level,
    };

    private static void TellTrip(LineList lines, PacketTrip trip, Journey journey, JourneyLevel depth)
    {
        if (depth != JourneyLevel.Brief)
        {
            lines.Blank();
        }

        lines.Add(trip.Drops.Count > 0 ? JourneyStyle.Drop : JourneyStyle.Packet, 2, Headline(trip, journey), hang: 14);
        if (depth == JourneyLevel.Brief)
        {
            foreach (var drop in trip.Drops)
            {
                lines.Add(JourneyStyle.Drop, 14, LossText(drop));
            }

            return;
        }

        var visits = trip.Visits;
        for (int i = 0; i < visits.Count; i++)
        {
            VisitText.Tell(lines, visits[i], depth, isOrigin: i == 0);
        }
    }

    /// <summary><c>+24.812 ms #17 alice > home > isp  TCP [S] ... 20.1 ms</c>.</summary>
    private static string Headline(PacketTrip trip, Journey journey)
    {
        string what = trip.Dissection is { } frame ? Summary(frame) : "never became a frame";
        string when = Milliseconds(trip.Begin - journey.Exchange.Begin);
        string took = trip.Begin == trip.End ? "" : $" ({trip.End - trip.Begin})";
        return $"{when,10} #{trip.Id} {what} - {string.Join(" > ", Collapse(trip.Path))}{took}";
    }

    /// <summary>The most telling layer: the innermost one that is not bare data.</summary>
    private static string Summary(FrameDissection frame)
    {
        var layer = frame.Layers.TakeWhile((l, i) => i == 0 || !l.IsQuoted).LastOrDefault(l => l.Protocol != "Data") ?? frame.Root;
        return layer.ToString();
    }

    private static IEnumerable<string> Collapse(IEnumerable<string> path)
    {
        string? last = null;
        foreach (string node in path)
        {
            if (node != last)
            {
                yield return node;
            }

            last = node;
        }
    }

    private static void TellAsides(LineList lines, Queue<JourneyStep> asides, int before, Journey journey, JourneyLevel level)
    {
        while (asides.TryPeek(out var step) && step.Index < before)
        {
            asides.Dequeue();
            if (StepText.Describe(step) is { } text && IsTold(step, journey, level))
            {
                lines.Add(IsTelling(step) ? JourneyStyle.Change : JourneyStyle.Faint, 2,
                    $"{Milliseconds(step.Time - journey.Exchange.Begin),10} {step.Node}: {text}", hang: 14);
            }
        }
    }

    /// <summary>Short journeys leave out the system calls and tables of hosts other than the client.</summary>
    private static bool IsTold(JourneyStep step, Journey journey, JourneyLevel level) => level switch
    {
        JourneyLevel.Brief => IsTelling(step),
        JourneyLevel.Story => IsTelling(step) || step.Node == journey.Exchange.Client,
        _ => true,
    };

    private static bool IsTelling(JourneyStep step) =>
        step.Kind is TraceKind.Application or TraceKind.NameLookup or TraceKind.TcpState or TraceKind.Drop;

    private static void TellLosses(LineList lines, Journey journey)
    {
        var losses = journey.Drops.OrderBy(l => l.Drop.Index).ToList();
        if (losses.Count == 0)
        {
            return;
        }

        lines.Blank();
        lines.Add(JourneyStyle.Phase, 0, losses.Count == 1 ? "One packet was dropped" : $"{losses.Count} packets were dropped");
        foreach (var (trip, drop) in losses.Take(MostLosses))
        {
            lines.Add(JourneyStyle.Drop, 2,
                $"{Milliseconds(drop.Time - journey.Exchange.Begin),10} #{trip.Id} {LossText(drop)}", hang: 14);
        }

        if (losses.Count > MostLosses)
        {
            var reasons = losses.Skip(MostLosses).GroupBy(l => l.Drop.Reason).OrderBy(g => g.Key).Select(g => $"{g.Count()} {g.Key}");
            lines.Add(JourneyStyle.Drop, 2, $"... and {losses.Count - MostLosses} more: {string.Join(", ", reasons)}");
        }
    }

    internal static string LossText(JourneyStep drop)
    {
        string at = drop.Device is null ? drop.Node : $"{drop.Node} ({drop.Device})";
        string cause = drop.Subject is null ? "" : $" by {drop.Subject}";
        return $"dropped at {at}: {drop.Reason}{cause}";
    }

    private static string Milliseconds(Duration d) => d.TotalMilliseconds.ToString("0.000", CultureInfo.InvariantCulture) + " ms";
}
