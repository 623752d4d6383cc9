using Catenet.Wire.Dissection;

namespace Catenet.Wire.Tls;

/// <summary>The field table of <see cref="TlsRecordView"/>; what is read of its content comes behind.</summary>
public static class TlsFields
{
    /// <summary>The table.</summary>
    public static readonly FieldTable Table = new("TLS", "Transport Layer Security", "tls", 6,
        Field.Code("Content type", "tls.record.content_type", 0, 8, TlsContentType.Name),
        Field.HexCode("Version", "tls.record.version", 8, 16, TlsRecordView.VersionName),
        Field.Decimal("Length", "tls.record.length", 24, 16));

    /// <summary>The header of a handshake message.</summary>
    public static readonly FieldTable Handshake = new("TLS", "TLS handshake", "tls.handshake", 6,
        Field.Code("Handshake type", "tls.handshake.type", 0, 8, TlsHandshakeType.Name),
        Field.Decimal("Length", "tls.handshake.length", 8, 24));

    /// <summary>An alert.</summary>
    public static readonly FieldTable Alert = new("TLS", "TLS alert", "tls.alert_message", 6,
        Field.Code("Level", "tls.alert_message.level", 0, 8, static v => v switch { 1 => "warning", 2 => "fatal", _ => null }),
        Field.Code("Description", "tls.alert_message.desc", 8, 8, TlsAlert.Name));
}
