namespace Catenet.Lab.Journeys;

/// <summary>Collects lines and breaks long ones at spaces, the rest indented under the text.</summary>
internal sealed class LineList
{
    private readonly List<JourneyLine> _lines = [];

    public IReadOnlyList<JourneyLine> Lines => _lines;

    public void Blank()
    {
        if (_lines.Count > 0 && _lines[^1].Text.Length > 0)
        {
            _lines.Add(new JourneyLine(JourneyStyle.Plain, ""));
        }
    }

    /// <summary>Adds a line.</summary>
    /// <param name="style">How to paint it.</param>
    /// <param name="indent">Columns before the text.</param>
    /// <param name="text">The text.</param>
    /// <param name="hang">Columns more before continuation lines.</param>
    public void Add(JourneyStyle style, int indent, string text, int hang = 2)
    {
        string margin = new(' ', indent);
        while (margin.Length + text.Length > JourneyLine.Width)
        {
            int room = JourneyLine.Width - margin.Length;
            int cut = text.LastIndexOf(' ', room - 1);
            if (cut <= 0)
            {
                cut = room;
            }

            _lines.Add(new JourneyLine(style, margin + text[..cut]));
            text = text[cut..].TrimStart(' ');
            margin = new string(' ', indent + hang);
        }

        _lines.Add(new JourneyLine(style, margin + text));
    }
}
