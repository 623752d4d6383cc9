using System.Text.Json;
using Catenet.Wire.Dissection;

namespace Catenet.Lab.Journeys;

/// <summary>Writes a journey, complete, as JSON: every phase, packet, visit, step and header field.</summary>
/// <remarks>Pure and thread-safe. Times are nanoseconds since the run began; octets are in hexadecimal.</remarks>
public static class JourneyJson
{
    /// <summary>Writes the journey as one JSON object.</summary>
    public static void Write(Utf8JsonWriter json, Journey journey)
    {
        json.WriteStartObject();
        json.WriteString("title", journey.Exchange.Title);
        json.WriteString("client", journey.Exchange.Client);
        json.WriteNumber("begin", journey.Exchange.Begin.Nanoseconds);
        json.WriteNumber("omittedSteps", journey.Omitted);
        json.WriteStartArray("phases");
        foreach (var phase in journey.Phases)
        {
            json.WriteStartObject();
            json.WriteString("kind", phase.Kind.ToString());
            json.WriteString("title", phase.Title);
            json.WriteStartArray("packets");
            foreach (var trip in phase.Trips)
            {
                WriteTrip(json, trip);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("asides");
        foreach (var step in journey.Asides)
        {
            WriteStep(json, step);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteTrip(Utf8JsonWriter json, PacketTrip trip)
    {
        json.WriteStartObject();
        json.WriteNumber("id", trip.Id);
        json.WriteString("kind", trip.Kind.ToString());
        json.WriteNumber("begin", trip.Begin.Nanoseconds);
        json.WriteNumber("end", trip.End.Nanoseconds);
        json.WriteBoolean("delivered", trip.IsDelivered);
        if (trip.Dissection is { } frame)
        {
            json.WriteString("encapsulation", frame.EncapsulationWithSizes);
            json.WriteStartArray("layers");
            foreach (var layer in frame.Layers)
            {
                WriteLayer(json, layer);
            }

            json.WriteEndArray();
        }

        json.WriteStartArray("visits");
        foreach (var visit in trip.Visits)
        {
            json.WriteStartObject();
            json.WriteString("node", visit.Node);
            json.WriteBoolean("link", visit.IsLink);
            json.WriteStartArray("steps");
            foreach (var step in visit.Steps)
            {
                WriteStep(json, step);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteLayer(Utf8JsonWriter json, Layer layer)
    {
        json.WriteStartObject();
        json.WriteString("protocol", layer.Protocol);
        json.WriteNumber("osi", layer.OsiLayer);
        json.WriteNumber("offset", layer.Offset);
        json.WriteNumber("header", layer.HeaderLength);
        json.WriteNumber("payload", layer.PayloadLength);
        json.WriteString("summary", layer.Summary);
        json.WriteString("checksum", layer.Checksum.ToString());
        if (layer.MalformedReason is { } reason)
        {
            json.WriteString("malformed", reason);
        }

        json.WriteStartObject("fields");
        foreach (var group in layer.Fields.GroupBy(f => f.Abbreviation, StringComparer.Ordinal))
        {
            json.WriteString(group.Key, string.Join(", ", group.Select(f => f.Value)));
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteStep(Utf8JsonWriter json, JourneyStep step)
    {
        json.WriteStartObject();
        json.WriteNumber("time", step.Time.Nanoseconds);
        json.WriteString("kind", step.Kind.ToString());
        json.WriteString("node", step.Node);
        WriteIfAny(json, "device", step.Device);
        WriteIfAny(json, "subject", step.Subject);
        WriteIfAny(json, "detail", step.Detail);
        if (step.Kind == Core.TraceKind.Drop)
        {
            json.WriteString("reason", step.Reason.ToString());
        }

        if (step.Value != 0)
        {
            json.WriteNumber("value", step.Value);
        }

        if (step.Frame is not null)
        {
            json.WriteString("frame", Convert.ToHexStringLower(step.Frame));
        }

        json.WriteEndObject();
    }

    private static void WriteIfAny(Utf8JsonWriter json, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            json.WriteString(name, value);
        }
    }
}
