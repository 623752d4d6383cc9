using System.Text;

namespace Catenet.Interop.Oracle.Comparing;

/// <summary>What a host did in answer to a stimulus, step by step.</summary>
internal sealed class Transcript
{
    private readonly List<Step> _steps = [];

    /// <summary>The steps.</summary>
    public IReadOnlyList<Step> Steps => _steps;

    /// <summary>Something is done to the host.</summary>
    public Step Begin(string title)
    {
        var step = new Step(title);
        _steps.Add(step);
        return step;
    }

    /// <summary>Everything, for whoever must find out why.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        for (int i = 0; i < _steps.Count; i++)
        {
            text.Append("  ").Append(i + 1).Append(". ").AppendLine(_steps[i].Title);
            foreach (string result in _steps[i].Results)
            {
                text.Append("      -> ").AppendLine(result);
            }

            foreach (var frame in _steps[i].Frames)
            {
                text.Append("      < ").AppendLine(frame.Brief);
            }
        }

        return text.ToString();
    }

    /// <summary>One thing done to a host, and what came of it.</summary>
    internal sealed class Step(string title)
    {
        /// <summary>What was done.</summary>
        public string Title => title;

        /// <summary>What sockets said.</summary>
        public List<string> Results { get; } = [];

        /// <summary>What the host sent.</summary>
        public List<FrameFields> Frames { get; } = [];
    }
}
