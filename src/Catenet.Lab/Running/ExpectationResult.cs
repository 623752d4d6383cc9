using Catenet.Core;
using Catenet.Lab.Model;

namespace Catenet.Lab.Running;

/// <summary>Whether an expectation held, and what was seen.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Expectation">What was expected.</param>
/// <param name="Text">The same for people.</param>
/// <param name="Holds">Whether it held.</param>
/// <param name="Seen">What was seen.</param>
/// <param name="Cause">The drop or error responsible when it did not hold; null if none is known.</param>
public sealed record ExpectationResult(Expectation Expectation, string Text, bool Holds, string Seen, string? Cause)
{
    /// <summary>When it was decided.</summary>
    public Instant Time { get; init; }
}
