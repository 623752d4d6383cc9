using System.Globalization;
using Catenet.Core;
using Catenet.Wire.Dissection;

namespace Catenet.Lab.Journeys;

/// <summary>Tells what a packet met on one node.</summary>
internal static class VisitText
{
    private const int NodeIndent = 4;
    private const int StepIndent = 6;

    public static void Tell(LineList lines, NodeVisit visit, JourneyLevel depth, bool isOrigin)
    {
        if (visit.IsLink)
        {
            TellLink(lines, visit);
            return;
        }

        var incoming = visit.In?.Frame;
        var outgoing = visit.Out?.Frame;
        bool layers = depth == JourneyLevel.Layers;
        lines.Add(JourneyStyle.Node, NodeIndent, NodeLine(visit, isOrigin));
        if (layers && incoming is not null && outgoing is null)
        {
            LayerText.TellUp(lines, StepIndent, Dissector.Dissect(incoming));
        }

        foreach (var step in visit.Steps)
        {
            if (StepText.Describe(step) is { } text)
            {
                var style = step.Kind == TraceKind.Drop && !step.IsConsumed ? JourneyStyle.Drop
                    : step.Kind is TraceKind.NatTranslate or TraceKind.TcpState or TraceKind.NeighbourState ? JourneyStyle.Change
                    : JourneyStyle.Decision;
                int layer = StepText.OsiLayer(step.Kind);
                lines.Add(style, StepIndent, layer == 0 ? $"  {text}" : $"{layer} {text}", hang: 15);
            }
        }

        if (layers && incoming is null && outgoing is not null)
        {
            LayerText.TellDown(lines, StepIndent, Dissector.Dissect(outgoing));
        }

        if (incoming is not null && outgoing is not null)
        {
            TellRewriting(lines, Dissector.Dissect(incoming), Dissector.Dissect(outgoing));
        }
    }

    private static string NodeLine(NodeVisit visit, bool isOrigin)
    {
        string role = visit switch
        {
            _ when isOrigin => "makes it",
            { In: not null, Out: not null } => $"in by {visit.In.Device}, out by {string.Join(", ", visit.Steps.Where(s => s.Kind == TraceKind.DeviceTransmit).Select(s => s.Device).Distinct())}",
            { IsDelivered: true } => $"in by {visit.In?.Device}, up to the program",
            { In: not null } => $"in by {visit.In.Device}",
            _ => "",
        };
        return role.Length == 0 ? $"{visit.Node}:" : $"{visit.Node}: {role}";
    }

    private static void TellLink(LineList lines, NodeVisit visit)
    {
        foreach (var step in visit.Steps)
        {
            if (step.Kind == TraceKind.LinkTransmit)
            {
                int octets = step.Frame?.Length ?? 0;
                lines.Add(JourneyStyle.Faint, NodeIndent, string.Create(CultureInfo.InvariantCulture,
                    $"--- {visit.Node}: {octets} octets = {octets * 8L} bits, {new Duration(step.Value)} ---"));
            }
            else if (StepText.Describe(step) is { } text)
            {
                lines.Add(step.Kind == TraceKind.Drop ? JourneyStyle.Drop : JourneyStyle.Change, NodeIndent, $"--- {visit.Node}: {text}");
            }
        }
    }

    /// <summary>The header fields that a router or NAT wrote anew: addresses, ports, TTL; checksums follow of themselves.</summary>
    private static void TellRewriting(LineList lines, FrameDissection before, FrameDissection after)
    {
        // By their order, as a frame may hold several layers of one protocol: TLS records.
        foreach (var (layer, now) in before.Layers.Zip(after.Layers))
        {
            if (layer.IsQuoted || layer.Protocol != now.Protocol)
            {
                continue;
            }

            for (int i = 0; i < Math.Min(layer.Fields.Count, now.Fields.Count); i++)
            {
                var (old, fresh) = (layer.Fields[i], now.Fields[i]);
                if (old.Abbreviation == fresh.Abbreviation && old.Value != fresh.Value &&
                    !old.Name.Contains("checksum", StringComparison.OrdinalIgnoreCase))
                {
                    lines.Add(JourneyStyle.Change, StepIndent, $"{layer.OsiLayer} rewrites     {layer.Protocol} {old.Name}: {old.Value} -> {fresh.Value}", hang: 15);
                }
            }
        }
    }
}
