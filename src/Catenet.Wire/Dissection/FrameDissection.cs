using System.Globalization;
using System.Text;

namespace Catenet.Wire.Dissection;

/// <summary>A frame taken apart.</summary>
public sealed class FrameDissection
{
    internal FrameDissection(Layer root, int length)
    {
        Root = root;
        Length = length;
    }

    /// <summary>The outermost layer.</summary>
    public Layer Root { get; }

    /// <summary>The frame's length in octets.</summary>
    public int Length { get; }

    /// <summary>Every layer, outermost first, a layer before those in it.</summary>
    public IEnumerable<Layer> Layers => Walk(Root);

    /// <summary>The innermost layer, of siblings the first; not a quoted one.</summary>
    public Layer Innermost
    {
        get
        {
            var layer = Root;
            while (layer.Children.Count != 0 && !layer.Children[0].IsQuoted)
            {
                layer = layer.Children[0];
            }

            return layer;
        }
    }

    /// <summary>Whether any layer breaks its format; packets quoted in errors do not count.</summary>
    public bool IsMalformed => Layers.Any(layer => layer.IsMalformed && !layer.IsQuoted);

    /// <summary>Whether any checksum is wrong; packets quoted in errors do not count.</summary>
    public bool HasBadChecksum => Layers.Any(layer => layer.Checksum == ChecksumStatus.Bad && !layer.IsQuoted);

    /// <summary>The picture of the layers: <c>[Eth [IPv4 [TCP [HTTP]]]]</c>.</summary>
    public string Encapsulation => Draw(Root, false);

    /// <summary>The picture with the octets that each layer added: <c>[Eth 14 [IPv4 20 [TCP 32 [HTTP 78]]]]</c>.</summary>
    public string EncapsulationWithSizes => Draw(Root, true);

    /// <summary>Finds the first layer of a protocol (<c>IPv4</c>, <c>TCP</c>); null if there is none.</summary>
    public Layer? Find(string protocol) => Layers.FirstOrDefault(layer => layer.Protocol == protocol);

    /// <summary>Finds the first field by its name for filters (<c>ip.ttl</c>); null if there is none.</summary>
    public FieldValue? FindField(string abbreviation) => Layers.Select(layer => layer.Find(abbreviation)).FirstOrDefault(field => field is not null);

    private static IEnumerable<Layer> Walk(Layer layer)
    {
        yield return layer;
        foreach (var child in layer.Children)
        {
            foreach (var inner in Walk(child))
            {
                yield return inner;
            }
        }
    }

    private static string Draw(Layer root, bool sizes)
    {
        var text = new StringBuilder();
        Draw(text, root, sizes);
        return text.ToString();
    }

    private static void Draw(StringBuilder text, Layer layer, bool sizes)
    {
        text.Append('[').Append(layer.Protocol);
        if (sizes)
        {
            text.Append(' ').Append(layer.HeaderLength.ToString(CultureInfo.InvariantCulture));
            if (layer.TrailerLength != 0)
            {
                text.Append('+').Append(layer.TrailerLength.ToString(CultureInfo.InvariantCulture));
            }
        }

        foreach (var child in layer.Children)
        {
            text.Append(' ');
            Draw(text, child, sizes);
        }

        text.Append(']');
    }
}
