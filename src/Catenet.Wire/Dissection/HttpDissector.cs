using System.Globalization;
using System.Text;
using Catenet.Wire.Http;

namespace Catenet.Wire.Dissection;

/// <summary>The head of HTTP/1 messages.</summary>
internal static class HttpDissector
{
    private const int MaxFields = 64;

    public static Layer Dissect(Scope scope, HttpStartLine line)
    {
        int end = scope.Data.IndexOf("\r\n\r\n"u8);
        int header = end < 0 ? scope.Data.Length : end + 4;
        var layer = new Layer(HttpFields.Table, scope, header) { Summary = line.ToString() };
        if (line.IsRequest)
        {
            layer.Add(scope.Field("Method", "http.request.method", line.Method, 0, line.Method.Length));
            layer.Add(scope.Field("Target", "http.request.uri", line.Target, line.Method.Length + 1, line.Target.Length));
            layer.Add(scope.Field("Version", "http.request.version", line.Version, line.Length - 8, 8));
        }
        else
        {
            layer.Add(scope.Field("Version", "http.response.version", line.Version, 0, 8));
            layer.Add(scope.Field("Status code", "http.response.code", line.StatusCode.ToString(CultureInfo.InvariantCulture), 9, 3, (ulong)line.StatusCode));
            layer.Add(scope.Field("Reason", "http.response.phrase", line.Reason, Math.Min(13, line.Length), line.Reason.Length));
        }

        Lines(layer, scope, header);
        if (header < scope.Data.Length)
        {
            layer.Add(DataFields.Layer(scope.Inner(header), 7));
        }

        return layer;
    }

    private static void Lines(Layer layer, Scope scope, int header)
    {
        int at = scope.Data.IndexOf((byte)'\n') + 1;
        for (int count = 0; at > 0 && at < header && count < MaxFields; count++)
        {
            int length = scope.Data[at..header].IndexOf((byte)'\n');
            length = length < 0 ? header - at : length;
            var line = scope.Data.Slice(at, length).TrimEnd((byte)'\r');
            int colon = line.IndexOf((byte)':');
            if (colon > 0)
            {
                string name = Text(line[..colon]);
                layer.Add(scope.Field(name, Abbreviation(name), Text(line[(colon + 1)..]).Trim(), at, line.Length));
            }

            at += length + 1;
        }
    }

    private static string Abbreviation(string name) => name.ToLowerInvariant() switch
    {
        "host" => "http.host",
        "user-agent" => "http.user_agent",
        "content-length" => "http.content_length_header",
        "content-type" => "http.content_type",
        "server" => "http.server",
        "connection" => "http.connection",
        _ => "http.header",
    };

    private static string Text(ReadOnlySpan<byte> octets)
    {
        var text = new StringBuilder(octets.Length);
        foreach (byte octet in octets)
        {
            text.Append(octet is >= (byte)' ' and <= (byte)'~' ? (char)octet : '?');
        }

        return text.ToString();
    }
}
