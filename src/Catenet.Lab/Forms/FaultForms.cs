using Catenet.Lab.Model;

namespace Catenet.Lab.Forms;

/// <summary>Faults in time.</summary>
internal static class FaultForms
{
    private static readonly TextForm<string> LinkName = new("a link such as 'alice - home'", ParseLink, t => t);

    public static readonly ListForm<Fault> Faults = new(new VariantForm<Fault>("a fault", f => Scalars.Kebab(f.Kind.ToString()))
        .Case("down", Case(FaultKind.Down, LinkName, "the link that loses its carrier", lasts: true))
        .Case("up", Case(FaultKind.Up, LinkName, "the link that gets its carrier back", lasts: false))
        .Case("change", Case(FaultKind.Change, LinkName, "the link that behaves otherwise", lasts: true)
            .Key("to", LinkForms.Impairment, f => f.To!, (f, v) => f with { To = v }, "how it behaves: { loss: 5 % }", required: true))
        .Case("crash", Case(FaultKind.Crash, Scalars.Name, "the node that loses its power", lasts: true)));

    private static RecordForm<Fault> Case(FaultKind kind, Form<string> target, string doc, bool lasts)
    {
        string word = Scalars.Kebab(kind.ToString());
        var form = new RecordForm<Fault>($"a '{word}' fault", new Fault { Kind = kind })
            .Key("at", Units.Duration, f => f.At, (f, v) => f with { At = v }, "when it happens", required: true)
            .Key(word, target, f => f.Target, (f, v) => f with { Target = v }, doc, required: true);
        return lasts ? form.Maybe("for", Units.Duration, f => f.For, (f, v) => f with { For = v }, "how long it lasts; for good unless given") : form;
    }

    private static Complaint? ParseLink(string text, out string value)
    {
        value = text;
        return text.Contains(" - ", StringComparison.Ordinal) ? null
            : new Complaint($"'{Scalars.Shorten(text)}' is not a link", "name it by its two ends, as under links: 'alice - home'");
    }
}
