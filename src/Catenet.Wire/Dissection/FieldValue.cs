namespace Catenet.Wire.Dissection;

/// <summary>A field as found in a frame. Immutable.</summary>
/// <param name="Name">The name for people.</param>
/// <param name="Abbreviation">The name for filters.</param>
/// <param name="Value">The value as text.</param>
/// <param name="BitOffset">Where it begins in the frame, in bits.</param>
/// <param name="BitLength">How many bits it has.</param>
/// <param name="Number">The value as a number, if it is one of at most 64 bits.</param>
public sealed record FieldValue(string Name, string Abbreviation, string Value, int BitOffset, int BitLength, ulong? Number = null)
{
    /// <summary>The parts of a field that is made of some: an option's, a DNS record's.</summary>
    public IReadOnlyList<FieldValue> Children { get; init; } = [];

    /// <summary>The first octet of the frame that it touches.</summary>
    public int Offset => BitOffset / 8;

    /// <summary>How many octets it touches.</summary>
    public int Length => (BitOffset + BitLength + 7) / 8 - Offset;

    /// <summary>Prints <c>Time to live: 64</c>.</summary>
    public override string ToString() => $"{Name}: {Value}";
}
