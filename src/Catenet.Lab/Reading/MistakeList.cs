namespace Catenet.Lab.Reading;

/// <summary>Collects mistakes and knows where in the file each piece of the model was written.</summary>
internal sealed class MistakeList
{
    /// <summary>More than this help nobody.</summary>
    private const int Limit = 50;

    private readonly List<Mistake> _mistakes = [];
    private readonly HashSet<(TextSpan?, string, string)> _seen = [];
    private readonly Dictionary<string, TextSpan> _places = [];
    private readonly string _source;
    private readonly string[] _lines;

    public MistakeList(string source, string? text)
    {
        _source = source;
        _lines = text?.ReplaceLineEndings("\n").Split('\n') ?? [];
    }

    public int Count => _mistakes.Count;

    /// <summary>All of them in the order of the file.</summary>
    public IReadOnlyList<Mistake> InOrder() => [.. _mistakes.OrderBy(m => m.Span?.Line ?? 0).ThenBy(m => m.Span?.Column ?? 0)];

    /// <summary>Remembers where a piece of the model was written.</summary>
    public void Place(LabPath path, TextSpan span) => _places[path.Text] = span;

    /// <summary>Adds a mistake at a place of the file.</summary>
    public void Add(TextSpan? span, LabPath path, string message, string suggestion = "")
    {
        if (_mistakes.Count >= Limit || !_seen.Add((span, span is null ? path.Text : "", message)))
        {
            return;
        }

        string line = span is { } s && s.Line >= 1 && s.Line <= _lines.Length ? _lines[s.Line - 1] : "";
        _mistakes.Add(new Mistake(_source, span, path.Text, line, message, suggestion));
    }

    /// <summary>Adds a mistake about a piece of the model; it is shown where that piece, or the nearest around it, was written.</summary>
    public void Add(LabPath path, string message, string suggestion = "") => Add(PlaceOf(path), path, message, suggestion);

    private TextSpan? PlaceOf(LabPath path)
    {
        for (string text = path.Text; ; text = text[..Math.Max(0, text.LastIndexOf('/'))])
        {
            if (_places.TryGetValue(text, out var span))
            {
                return span;
            }

            if (text.Length == 0)
            {
                return null;
            }
        }
    }
}

/// <summary>Where in a model something is: <c>nodes/alice/address</c>.</summary>
internal readonly record struct LabPath(string Text)
{
    public static LabPath Root => new("");

    public static LabPath operator /(LabPath path, string step) =>
        new(path.Text.Length == 0 ? Escape(step) : $"{path.Text}/{Escape(step)}");

    public static LabPath operator /(LabPath path, int index) => path / index.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string Escape(string step) => step.Replace('/', '|');
}
