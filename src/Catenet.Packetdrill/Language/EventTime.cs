using System.Globalization;

namespace Catenet.Packetdrill.Language;

/// <summary>When an event happens: at a time, after a delay, at any time, or within a range of either.</summary>
/// <param name="Kind">How the numbers are meant.</param>
/// <param name="From">The time, or the beginning of the range.</param>
/// <param name="To">The end of the range; as <paramref name="From"/> if there is none.</param>
public readonly record struct EventTime(EventTimeKind Kind, Duration From, Duration To)
{
    /// <summary>Whether it counts from the moment at which the event is reached.</summary>
    public bool IsRelative => Kind is EventTimeKind.Relative or EventTimeKind.RelativeRange;

    /// <summary>Whether it is a range.</summary>
    public bool IsRange => Kind is EventTimeKind.AbsoluteRange or EventTimeKind.RelativeRange;

    /// <summary>As scripts have it.</summary>
    public override string ToString() => Kind switch
    {
        EventTimeKind.Any => "*",
        EventTimeKind.Absolute => Seconds(From),
        EventTimeKind.Relative => "+" + Seconds(From),
        EventTimeKind.AbsoluteRange => $"{Seconds(From)}~{Seconds(To)}",
        _ => $"+{Seconds(From)}~+{Seconds(To)}",
    };

    private static string Seconds(Duration value) => value.TotalSeconds.ToString("0.######", CultureInfo.InvariantCulture);
}

/// <summary>How an event's time is given.</summary>
public enum EventTimeKind
{
    /// <summary>Since the script began.</summary>
    Absolute,

    /// <summary>Since the event was reached.</summary>
    Relative,

    /// <summary>Whenever it comes.</summary>
    Any,

    /// <summary>Between two times since the script began.</summary>
    AbsoluteRange,

    /// <summary>Between two times since the event was reached.</summary>
    RelativeRange,
}
