using Catenet.Packetdrill.Language;

namespace Catenet.Packetdrill.Running;

/// <summary>When events are to happen, and whether they did.</summary>
/// <param name="settings">How exact they have to be.</param>
internal sealed class Timing(RunSettings settings)
{
    private Instant _previous;
    private Instant _reached;

    /// <summary>How long a packet is waited for after its time.</summary>
    public static Duration Patience { get; } = Duration.FromSeconds(2);

    /// <summary>When an event is to happen, at the earliest and at the latest.</summary>
    public (Instant From, Instant To) WindowOf(EventTime time) => time.IsRelative
        ? (_reached + time.From, _reached + time.To)
        : (Instant.Zero + time.From, Instant.Zero + time.To);

    /// <summary>By how much an event may miss its time.</summary>
    public Duration ToleranceAt(Instant expected)
    {
        var gap = expected > _previous ? expected - _previous : Duration.Zero;
        return Duration.Max(settings.Tolerance, gap * (settings.TolerancePercent / 100));
    }

    /// <summary>The event must have happened in time.</summary>
    /// <exception cref="ScriptFailure">It did not.</exception>
    public void Verify(string what, EventTime time, Instant from, Instant to, Instant actual)
    {
        if (time.Kind == EventTimeKind.Any)
        {
            return;
        }

        var tolerance = ToleranceAt(from);
        if (actual < from - tolerance || actual > to + tolerance)
        {
            string expected = from == to ? from.ToString() : $"{from}~{to}";
            throw new ScriptFailure($"{what} at {expected} (give or take {tolerance})", $"it at {actual}");
        }
    }

    /// <summary>An event is over.</summary>
    /// <param name="when">When it was to happen.</param>
    /// <param name="reached">When it did: the times of the next one count from there. In virtual time that is the present.</param>
    public void Passed(Instant when, Instant reached)
    {
        _previous = when;
        _reached = reached;
    }
}
