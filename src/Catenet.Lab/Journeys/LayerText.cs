using Catenet.Wire.Dissection;

namespace Catenet.Lab.Journeys;

/// <summary>Draws a packet growing layer by layer on the way down and shrinking on the way up.</summary>
internal static class LayerText
{
    /// <summary>Innermost layer first: what each one puts in front.</summary>
    public static void TellDown(LineList lines, int indent, FrameDissection frame)
    {
        var chain = Chain(frame);
        for (int i = chain.Count - 1; i >= 0; i--)
        {
            Tell(lines, indent, chain, i, "+");
        }

        TellBits(lines, indent, frame);
    }

    /// <summary>Outermost layer first: what each one takes off.</summary>
    public static void TellUp(LineList lines, int indent, FrameDissection frame)
    {
        TellBits(lines, indent, frame);
        var chain = Chain(frame);
        for (int i = 0; i < chain.Count; i++)
        {
            Tell(lines, indent, chain, i, "-");
        }
    }

    /// <summary>One layer within another; of several side by side (TLS records) the first stands for all.</summary>
    private static List<Layer> Chain(FrameDissection frame)
    {
        var chain = new List<Layer>();
        for (var layer = frame.Root; layer is not null; layer = layer.Children.Count > 0 && !layer.Children[0].IsQuoted ? layer.Children[0] : null)
        {
            chain.Add(layer);
        }

        return chain;
    }

    private static void Tell(LineList lines, int indent, List<Layer> chain, int index, string sign)
    {
        var layer = chain[index];
        string picture = string.Concat(chain.Skip(index).Select((l, i) => (i == 0 ? "[" : " [") + l.Protocol)) + new string(']', chain.Count - index);
        int octets = layer.HeaderLength + layer.TrailerLength;
        lines.Add(JourneyStyle.Picture, indent, $"{layer.OsiLayer} {sign}{octets,4} octets  {picture}", hang: 15);
        lines.Add(JourneyStyle.Plain, indent + 15, layer.Summary, hang: 0);
        if (layer.IsMalformed)
        {
            lines.Add(JourneyStyle.Drop, indent + 15, $"malformed: {layer.MalformedReason}", hang: 0);
        }
    }

    private static void TellBits(LineList lines, int indent, FrameDissection frame) =>
        lines.Add(JourneyStyle.Picture, indent, $"1 = {frame.Length,4} octets  {frame.Length * 8L} bits on the wire");
}
