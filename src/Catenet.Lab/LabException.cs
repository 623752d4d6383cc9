using Catenet.Lab.Reading;

namespace Catenet.Lab;

/// <summary>A lab that was built in code has mistakes.</summary>
public sealed class LabException : Exception
{
    internal LabException(IReadOnlyList<Mistake> mistakes)
        : base(string.Join("\n", mistakes)) => Mistakes = mistakes;

    /// <summary>What is wrong, and how to put it right.</summary>
    public IReadOnlyList<Mistake> Mistakes { get; }
}
