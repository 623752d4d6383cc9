using System.Globalization;
using Catenet.Wire.Tls;

namespace Catenet.Wire.Dissection;

/// <summary>TLS records, and of their content what goes in the clear.</summary>
internal static class TlsDissector
{
    private const int MaxRecords = 64;

    /// <summary>Adds the records of a segment, the last one perhaps cut.</summary>
    public static void Dissect(Layer parent, Scope scope)
    {
        int at = 0;
        for (int count = 0; at < scope.Data.Length; count++)
        {
            if (count == MaxRecords || !TlsRecordView.TryParse(scope.Data[at..], out var record))
            {
                DataFields.AddTo(parent, scope.Inner(at), 7);
                return;
            }

            int size = TlsRecordView.Size + record.Content.Length;
            parent.Add(Record(scope.Inner(at, size), record));
            at += size;
        }
    }

    private static Layer Record(Scope scope, TlsRecordView record)
    {
        bool isData = record.ContentType == TlsContentType.ApplicationData;
        var layer = new Layer(TlsFields.Table, scope, isData ? TlsRecordView.Size : scope.Data.Length) { Summary = Describe(record) };
        switch (record.ContentType)
        {
            case TlsContentType.ApplicationData:
                DataFields.AddTo(layer, scope.Inner(TlsRecordView.Size), 7);
                break;
            case TlsContentType.Handshake when IsClear(record):
                Handshake(layer, scope, record);
                break;
            case TlsContentType.Alert when record.Length == 2 && record.IsWhole:
                foreach (var field in TlsFields.Alert.Read(record.Content, scope.Offset + TlsRecordView.Size))
                {
                    layer.Add(field);
                }

                break;
        }

        return layer;
    }

    /// <summary>Whether a handshake record begins with a message of a known type that fits its record or goes on in the next.</summary>
    private static bool IsClear(TlsRecordView record) => record.Content.Length >= 4 && TlsHandshakeType.Name(record.Content[0]) is not null && record.Content[1] == 0;

    private static void Handshake(Layer layer, Scope scope, TlsRecordView record)
    {
        int at = 0;
        var content = record.Content;
        while (at + 4 <= content.Length && TlsHandshakeType.Name(content[at]) is not null)
        {
            int start = TlsRecordView.Size + at;
            foreach (var field in TlsFields.Handshake.Read(content[at..], scope.Offset + start))
            {
                layer.Add(field);
            }

            int length = content[at + 1] << 16 | Octets.U16(content, at + 2);
            var body = content.Slice(at + 4, Math.Min(length, content.Length - at - 4));
            if (content[at] is TlsHandshakeType.ClientHello or TlsHandshakeType.ServerHello &&
                TlsHelloView.TryParse(body, content[at] == TlsHandshakeType.ClientHello, out var hello))
            {
                Hello(layer, scope, hello, start + 4, body.Length);
            }

            at += 4 + length;
        }
    }

    private static void Hello(Layer layer, Scope scope, TlsHelloView hello, int start, int length)
    {
        layer.Add(scope.Field("Random", "tls.handshake.random", Convert.ToHexStringLower(hello.Random), start + 2, 32));
        layer.Add(scope.Field("Version offered", "tls.handshake.extensions.supported_version", VersionText(hello.SupportedVersion), start, length, hello.SupportedVersion));
        if (!hello.IsClient)
        {
            ushort suite = hello.CipherSuite(0);
            layer.Add(scope.Field("Cipher suite", "tls.handshake.ciphersuite", "0x" + suite.ToString("x4", CultureInfo.InvariantCulture), start, length, suite));
        }

        if (hello.ServerName is { } name)
        {
            layer.Add(scope.Field("Server name", "tls.handshake.extensions_server_name", name, start, length));
        }

        if (hello.ApplicationProtocols is { } protocols)
        {
            layer.Add(scope.Field("Application protocols", "tls.handshake.extensions_alpn_str", protocols, start, length));
        }
    }

    /// <summary>A record in words: <c>Handshake, Client Hello, www.bob.com, h2,http/1.1</c>.</summary>
    public static string Describe(TlsRecordView record)
    {
        string name = TlsContentType.Name(record.ContentType)!;
        var content = record.Content;
        string cut = record.IsWhole ? "" : string.Create(CultureInfo.InvariantCulture, $" (first {content.Length} of {record.Length} octets)");
        switch (record.ContentType)
        {
            case TlsContentType.ApplicationData:
                return string.Create(CultureInfo.InvariantCulture, $"{name}, {record.Length} octets{(record.IsWhole ? "" : $" ({content.Length} here)")}");
            case TlsContentType.Alert when content.Length == 2 && record.Length == 2:
                return $"{name}, {TlsAlert.Name(content[1]) ?? $"{content[1]}"}";
            case TlsContentType.Handshake when !IsClear(record):
                return name + ", encrypted" + cut;
            case TlsContentType.Handshake:
                string text = $"{name}, {TlsHandshakeType.Name(content[0])}";
                if (content[0] is TlsHandshakeType.ClientHello or TlsHandshakeType.ServerHello && TlsHelloView.TryParse(content[4..], content[0] == 1, out var hello))
                {
                    text += hello.IsClient ? "" : ", " + VersionText(hello.SupportedVersion);
                    text += hello.ServerName is { } server ? ", " + server : "";
                    text += hello.ApplicationProtocols is { } protocols ? ", " + protocols : "";
                }

                return text + cut;
            default:
                return name + cut;
        }
    }

    private static string VersionText(ushort version) => TlsRecordView.VersionName(version) ?? "0x" + version.ToString("x4", CultureInfo.InvariantCulture);
}
