using Catenet.Lab.Model;

namespace Catenet.Lab.Running.Expectations;

/// <summary>Puts an expectation into a line for people.</summary>
internal static class ExpectationText
{
    public static string Describe(Expectation expectation) => (expectation.At is { } at ? $"after {at}, " : "") + Sentence(expectation);

    private static string Sentence(Expectation expectation) => expectation switch
    {
        OutcomeExpectation { Program: { } program } o => $"{o.From}: {program.Verb} {ProgramRunner.Describe(program)}{Outcome(o.Outcome)}",
        OutcomeExpectation o => $"{o.Run}{Outcome(o.Outcome)}",
        NeighbourExpectation n => $"{n.On} {(n.IPv6 ? "ndp" : "arp")} {n.Target}{(n.States.Count == 0 ? "" : " " + string.Join(" or ", n.States))}",
        LearnedExpectation l => $"{l.On} has learned {string.Join(", ", l.Ports.Select(p => $"{p.Node}: {p.Port ?? "none"}"))}",
        SwitchedExpectation s => $"{s.On} forwarded {Range(s.Forwarded)}, flooded {Range(s.Flooded)}, filtered {Range(s.Filtered)}, broadcast {Range(s.Broadcast)}",
        NatExpectation n => $"{n.On} translates {n.From} to {n.To}",
        TcpTransitionsExpectation t => $"{t.On ?? "somebody"} goes {string.Join(", ", t.Transitions)}",
        TcpStatesExpectation t => $"{t.On} passes {string.Join(", ", t.States)}",
        QueuesExpectation q => $"{q.On}:{q.Port} has {Range(q.Requests)} requests, {Range(q.Waiting)} waiting, {Range(q.Cookies)} cookies sent",
        DropsExpectation d => $"{Range(d.Count)} dropped for {d.Reason}{(d.On is null ? "" : $" at {d.On}")}",
        _ => expectation.ToString()!,
    };

    private static string Outcome(Outcome outcome)
    {
        var parts = new List<string>();
        Add(parts, "blocked", outcome.Blocked is { } b ? $"{(b.At is null ? "" : $"at {b.At} ")}{b.Reason}".Trim() : null);
        Add(parts, "status", outcome.Status?.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Add(parts, "body", outcome.Body);
        Add(parts, "exit", outcome.Exit?.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Add(parts, "output", outcome.Output);
        Add(parts, "open", outcome.Open?.ToString().ToLowerInvariant());
        Add(parts, "intact", outcome.Intact?.ToString().ToLowerInvariant());
        Add(parts, "delivered", outcome.Delivered?.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Add(parts, "retransmitted", outcome.Retransmitted?.ToString());
        Add(parts, "received", outcome.Received?.ToString());
        Add(parts, "lost", outcome.Lost?.ToString());
        Add(parts, "reordered", outcome.Reordered?.ToString());
        Add(parts, "duplicated", outcome.Duplicated?.ToString());
        Add(parts, "code", outcome.Code?.ToString().ToUpperInvariant());
        Add(parts, "answer", outcome.Answer.Count == 0 ? null : string.Join(" ", outcome.Answer));
        Add(parts, "within", outcome.Within?.ToString());
        return parts.Count == 0 ? "" : ": " + string.Join(", ", parts);
    }

    private static void Add(List<string> parts, string name, string? value)
    {
        if (value is not null)
        {
            parts.Add(value.Length == 0 ? name : $"{name} {value}");
        }
    }

    private static string Range(CountRange? range) => range?.ToString() ?? "any";
}
