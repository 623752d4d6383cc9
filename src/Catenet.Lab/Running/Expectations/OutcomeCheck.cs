using Catenet.Core;
using Catenet.Lab.Model;

namespace Catenet.Lab.Running.Expectations;

/// <summary>Holds what came of a program against what was expected of it.</summary>
internal sealed class OutcomeCheck(RunLog log, LabWorld network)
{
    /// <summary>Decides. <paramref name="retransmitted"/> is how many segments the program's host sent again meanwhile.</summary>
    public Verdict Check(Outcome expected, ProgramResult result, string on, long retransmitted)
    {
        var drops = log.Drops.Where(d => d.Time >= result.Begin && d.Time <= result.End).ToList();
        if (expected.Blocked is { } blocked)
        {
            return CheckBlocked(blocked, result, drops);
        }

        string? complaint = Complaint(expected, result, on, retransmitted);
        return complaint is null
            ? new Verdict(true, result.Seen)
            : new Verdict(false, complaint, result.Succeeded && expected.Retransmitted is null && expected.Lost is null ? null : Blame(drops));
    }

    private static Verdict CheckBlocked(Blocked blocked, ProgramResult result, List<DroppedPacket> drops)
    {
        if (result.Succeeded)
        {
            return new Verdict(false, $"not blocked: {result.Seen}");
        }

        var match = drops.Find(d => (blocked.At is null || d.IsAt(blocked.At)) && (blocked.Reason is null || d.Reason == blocked.Reason));
        return match is not null || blocked is { At: null, Reason: null }
            ? new Verdict(true, match?.ToString() ?? result.Seen)
            : new Verdict(false, $"blocked ({result.Seen}), but not as expected", Blame(drops));
    }

    /// <summary>What is not as expected; null if all is.</summary>
    private string? Complaint(Outcome expected, ProgramResult result, string on, long retransmitted)
    {
        // A failure may be what is expected: a refusal, a code, pings that stay unanswered. Otherwise it says most itself.
        bool isWanted = (expected.Open == false && result.Open == false) || (expected.Code is not null && result.Code is not null) ||
            (expected.Exit is { } code && result.Exit == code) || ((expected.Received is not null || expected.Lost is not null) && result.Received is not null);
        if (!result.Succeeded && !isWanted)
        {
            return result.Seen;
        }

        // A program that nothing is said of has to do what it is for.
        bool saidNothing = expected is { Exit: null, Status: null, Received: null, Lost: null, Open: null, Code: null } && expected.Answer.Count == 0;
        return (saidNothing && !result.DidAll ? result.Seen : null)
            ?? Differs("status", expected.Status, result.Status)
            ?? Differs("exit", expected.Exit, result.Exit)
            ?? (expected.Output is { } output && !result.Output.Any(l => l.Contains(output, StringComparison.Ordinal)) ? $"it wrote '{Shorten(result.Output.LastOrDefault())}'" : null)
            ?? Differs("open", expected.Open, result.Open)
            ?? Differs("intact", expected.Intact, result.Intact)
            ?? Differs("octets delivered", expected.Delivered, result.Delivered)
            ?? (expected.Body is { } body && result.Body?.Contains(body, StringComparison.Ordinal) != true ? $"the body is '{Shorten(result.Body)}'" : null)
            ?? OutOf("retransmitted", expected.Retransmitted, retransmitted)
            ?? OutOf("received", expected.Received, result.Received)
            ?? OutOf("lost", expected.Lost, result.Lost)
            ?? OutOf("reordered", expected.Reordered, result.Stream?.Reordered)
            ?? OutOf("duplicated", expected.Duplicated, result.Stream?.Duplicated)
            ?? AnswerComplaint(expected, result, on)
            ?? (expected.Within is { } within && (result.Slowest ?? result.Took) > within ? $"took {result.Slowest ?? result.Took}" : null);
    }

    private string? AnswerComplaint(Outcome expected, ProgramResult result, string on)
    {
        if (expected.Code is { } code && !string.Equals(code.ToString(), result.Code, StringComparison.OrdinalIgnoreCase))
        {
            return $"code {result.Code ?? "none"}";
        }

        foreach (var wanted in expected.Answer)
        {
            bool found = wanted.Name is { } name
                ? Addresses(name, on).Any(a => result.Answers.Contains(a.ToString(), StringComparer.Ordinal))
                : result.Answers.Contains(wanted.Text!, StringComparer.Ordinal);
            if (!found)
            {
                return $"answer {(result.Answers.Count == 0 ? "empty" : string.Join(", ", result.Answers))}";
            }
        }

        return null;
    }

    private IEnumerable<InetAddress> Addresses(string name, string on) =>
        new[] { network.Plan.AddressOf(name, true, on), network.Plan.AddressOf(name, false, on) }.OfType<InetAddress>();

    /// <summary>The drop that stands nearest to the failure: not the link's everyday losses if there is anything else.</summary>
    private static string? Blame(List<DroppedPacket> drops)
    {
        // Frames for other stations are turned away all the time; they explain nothing.
        drops.RemoveAll(d => d.Reason is DropReason.OtherHost or DropReason.SwitchFiltered);
        return (drops.FindLast(d => d.Reason != DropReason.LinkLoss) ?? drops.LastOrDefault())?.ToString();
    }

    private static string? Differs<T>(string what, T? expected, T? seen)
        where T : struct =>
        expected is null || EqualityComparer<T?>.Default.Equals(expected, seen) ? null : $"{what} {seen?.ToString()?.ToLowerInvariant() ?? "unknown"}";

    private static string? OutOf(string what, CountRange? expected, long? seen) =>
        expected is { } range && (seen is not { } count || !range.Contains(count)) ? $"{what} {seen?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "unknown"}" : null;

    private static string Shorten(string? text) => text is null ? "" : text.Length <= 40 ? text.TrimEnd() : text[..40] + "...";
}
