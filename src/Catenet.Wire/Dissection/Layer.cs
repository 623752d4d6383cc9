namespace Catenet.Wire.Dissection;

/// <summary>What is known of a checksum.</summary>
public enum ChecksumStatus
{
    /// <summary>The protocol has none here.</summary>
    None,

    /// <summary>It is right.</summary>
    Good,

    /// <summary>It is wrong.</summary>
    Bad,

    /// <summary>It cannot be told: not all octets it covers are at hand, or the sender computed none.</summary>
    Unverified,
}

/// <summary>One protocol's part of a frame: its header, and the layers that its payload is made of.</summary>
public sealed class Layer
{
    private readonly List<FieldValue> _fields;
    private readonly List<Layer> _children = [];

    internal Layer(FieldTable table, Scope scope, int headerLength, int lead = 0)
    {
        Table = table;
        Offset = scope.Offset;
        HeaderLength = Math.Min(headerLength, scope.Data.Length);
        PayloadLength = scope.Data.Length - HeaderLength;
        IsQuoted = scope.IsQuoted;
        _fields = table.Read(scope.Data[lead..HeaderLength], Offset + lead);
    }

    /// <summary>The description of the header.</summary>
    public FieldTable Table { get; }

    /// <summary>The protocol's name in pictures: <c>IPv4</c>.</summary>
    public string Protocol => Table.Protocol;

    /// <summary>The protocol's name in full.</summary>
    public string Name => Table.Name;

    /// <summary>Its place in the layered model, 1 to 7.</summary>
    public int OsiLayer => Table.OsiLayer;

    /// <summary>Where the header begins in the frame, in octets.</summary>
    public int Offset { get; }

    /// <summary>The header's length in octets, options included.</summary>
    public int HeaderLength { get; internal set; }

    /// <summary>The octets of the payload that are at hand, without padding and trailer.</summary>
    public int PayloadLength { get; internal set; }

    /// <summary>The octets behind the payload that the layer added (an Ethernet's padding).</summary>
    public int TrailerLength { get; internal set; }

    /// <summary>Whether the layer is part of a packet quoted in an error, which may end anywhere.</summary>
    public bool IsQuoted { get; }

    /// <summary>One line about the layer.</summary>
    public string Summary { get; internal set; } = "";

    /// <summary>The fields in the order of the header.</summary>
    public IReadOnlyList<FieldValue> Fields => _fields;

    /// <summary>Whether the layer breaks its protocol's format.</summary>
    public bool IsMalformed => MalformedReason is not null;

    /// <summary>How it breaks the format; null if it does not.</summary>
    public string? MalformedReason { get; private set; }

    /// <summary>What is known of the layer's checksum.</summary>
    public ChecksumStatus Checksum { get; internal set; }

    /// <summary>The layers in the payload: mostly one; several TLS records or none are possible.</summary>
    public IReadOnlyList<Layer> Children => _children;

    /// <summary>Finds a field by its name for filters, in this layer only; null if it is not there.</summary>
    public FieldValue? Find(string abbreviation) => Find(_fields, abbreviation);

    internal void Add(FieldValue value) => _fields.Add(value);

    internal void Add(Layer child) => _children.Add(child);

    internal void Malformed(string reason)
    {
        MalformedReason ??= reason;
        if (Summary.Length == 0)
        {
            Summary = reason;
        }
    }

    private static FieldValue? Find(IReadOnlyList<FieldValue> fields, string abbreviation)
    {
        foreach (var field in fields)
        {
            if (field.Abbreviation == abbreviation)
            {
                return field;
            }

            if (Find(field.Children, abbreviation) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>Prints <c>IPv4: 192.168.1.2 > 203.0.113.1, TCP, TTL 64</c>.</summary>
    public override string ToString() => Protocol + ": " + Summary;
}
