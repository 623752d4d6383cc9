namespace Catenet.Wire.Dissection;

/// <summary>The description of one header, from which all that prints packets prints. Immutable.</summary>
public sealed class FieldTable
{
    /// <summary>Describes a header.</summary>
    /// <param name="protocol">The protocol's name in pictures: <c>IPv4</c>.</param>
    /// <param name="name">The protocol's name in full.</param>
    /// <param name="abbreviation">The protocol's name in filters: <c>ip</c>.</param>
    /// <param name="osiLayer">Its place in the layered model, 1 to 7.</param>
    /// <param name="fields">The fields in the order of the header.</param>
    public FieldTable(string protocol, string name, string abbreviation, int osiLayer, params IReadOnlyList<Field> fields)
    {
        Protocol = protocol;
        Name = name;
        Abbreviation = abbreviation;
        OsiLayer = osiLayer;
        Fields = fields;
    }

    /// <summary>The protocol's name in pictures: <c>IPv4</c>.</summary>
    public string Protocol { get; }

    /// <summary>The protocol's name in full.</summary>
    public string Name { get; }

    /// <summary>The protocol's name in filters: <c>ip</c>.</summary>
    public string Abbreviation { get; }

    /// <summary>Its place in the layered model: 2 link, 3 network, 4 transport, 5 to 7 session, presentation and application.</summary>
    public int OsiLayer { get; }

    /// <summary>The fields in the order of the header.</summary>
    public IReadOnlyList<Field> Fields { get; }

    /// <summary>Reads those fields that the header's octets hold.</summary>
    /// <param name="header">The header, perhaps cut.</param>
    /// <param name="offset">Where it begins in the frame, in octets.</param>
    public List<FieldValue> Read(ReadOnlySpan<byte> header, int offset)
    {
        var values = new List<FieldValue>(Fields.Count);
        foreach (var field in Fields)
        {
            if (field.FitsIn(header.Length))
            {
                values.Add(new FieldValue(field.Name, field.Abbreviation, field.Print(header), offset * 8 + field.BitOffset, field.BitWidth, field.Number(header)));
            }
        }

        return values;
    }
}
