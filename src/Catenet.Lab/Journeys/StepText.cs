using Catenet.Core;

namespace Catenet.Lab.Journeys;

/// <summary>Puts a step that is not about a frame's bytes into words.</summary>
internal static class StepText
{
    /// <summary>The words; null for steps that are told by pictures instead.</summary>
    public static string? Describe(JourneyStep step) => step.Kind switch
    {
        TraceKind.SystemCall => $"system call  {step.Detail}",
        TraceKind.TcpState => $"TCP state    {Join(step.Detail, step.Subject)}",
        TraceKind.TcpRetransmit => $"retransmits  {Join(step.Detail, step.Subject)}",
        TraceKind.RouteLookup => step.Subject is null ? $"route        none for {step.Detail}" : $"route        {step.Subject}",
        TraceKind.NeighbourLookup => $"neighbour    {Join(step.Subject, step.Detail)}",
        TraceKind.NeighbourState => $"neighbour    {Join(step.Detail, step.Subject)}",
        TraceKind.FilterVerdict => $"filter       {Join(step.Detail, step.Subject)}",
        TraceKind.ConnectionTracked => $"conntrack    {Join(step.Detail, step.Subject)}",
        TraceKind.NatTranslate => $"NAT          {step.Detail}",
        TraceKind.Fragment => $"fragments    {step.Value} pieces",
        TraceKind.Reassemble => $"reassembles  {step.Value} octets",
        TraceKind.SwitchDecision => $"switch       {Join(step.Detail, step.Subject)}",
        TraceKind.NameLookup => $"names        {step.Detail ?? step.Subject}",
        TraceKind.Application => $"program      {Join(step.Detail, step.Subject)}",
        TraceKind.LinkImpairment => $"link         {step.Detail}",
        TraceKind.Drop when step.IsConsumed => "taken in     the message has done its work",
        TraceKind.Drop => JourneyText.LossText(step),
        _ => null,
    };

    /// <summary>Which of the seven layers the step belongs to; zero if none.</summary>
    public static int OsiLayer(TraceKind kind) => kind switch
    {
        TraceKind.SystemCall or TraceKind.NameLookup or TraceKind.Application => 7,
        TraceKind.TcpState or TraceKind.TcpRetransmit or TraceKind.LocalDeliver => 4,
        TraceKind.RouteLookup or TraceKind.FilterVerdict or TraceKind.ConnectionTracked or TraceKind.NatTranslate or
            TraceKind.Forward or TraceKind.Fragment or TraceKind.Reassemble => 3,
        TraceKind.NeighbourLookup or TraceKind.NeighbourState or TraceKind.SwitchDecision => 2,
        TraceKind.LinkTransmit or TraceKind.LinkImpairment => 1,
        _ => 0,
    };

    private static string Join(string? first, string? second) =>
        string.Join("  ", new[] { first, second }.Where(s => !string.IsNullOrEmpty(s)));
}
