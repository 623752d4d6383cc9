namespace Catenet.Wire.Tls;

/// <summary>The content types of TLS records (RFC 8446 5.1).</summary>
public static class TlsContentType
{
    /// <summary>Change cipher spec; in TLS 1.3 for old middleboxes only.</summary>
    public const byte ChangeCipherSpec = 20;

    /// <summary>Alert.</summary>
    public const byte Alert = 21;

    /// <summary>Handshake.</summary>
    public const byte Handshake = 22;

    /// <summary>Application data; in TLS 1.3 everything encrypted.</summary>
    public const byte ApplicationData = 23;

    /// <summary>The content type's name, or null where it has none here.</summary>
    public static string? Name(ulong type) => type switch
    {
        ChangeCipherSpec => "Change Cipher Spec",
        Alert => "Alert",
        Handshake => "Handshake",
        ApplicationData => "Application Data",
        _ => null,
    };
}

/// <summary>A TLS record (RFC 8446 5.1), of which a segment may hold only the first part.</summary>
public readonly ref struct TlsRecordView
{
    /// <summary>The header's size in octets.</summary>
    public const int Size = 5;

    /// <summary>The most octets of a record's content with the expansion of encryption (RFC 5246 6.2.3).</summary>
    public const int MaxLength = 16384 + 2048;

    private readonly ReadOnlySpan<byte> _data;

    private TlsRecordView(ReadOnlySpan<byte> data) => _data = data;

    /// <summary>Takes a header of a known content type, of major version 3, and of a length in 1 to the most a record may have.</summary>
    public static bool TryParse(ReadOnlySpan<byte> data, out TlsRecordView view)
    {
        view = new TlsRecordView(data);
        return data.Length >= Size && data[0] is >= TlsContentType.ChangeCipherSpec and <= TlsContentType.ApplicationData &&
            data[1] == 3 && data[2] <= 4 && Octets.U16(data, 3) is >= 1 and <= MaxLength;
    }

    /// <summary>The content type (<see cref="TlsContentType"/>).</summary>
    public byte ContentType => Octets.U8(_data, 0);

    /// <summary>The version for old peers: mostly 0x0303.</summary>
    public ushort Version => Octets.U16(_data, 1);

    /// <summary>The content's length in octets.</summary>
    public int Length => Octets.U16(_data, 3);

    /// <summary>Whether the whole content is at hand.</summary>
    public bool IsWhole => Length <= _data.Length - Size;

    /// <summary>The content, or the part at hand.</summary>
    public ReadOnlySpan<byte> Content => _data.Slice(Size, Math.Min(Length, _data.Length - Size));

    /// <summary>A version's name, or null where it has none.</summary>
    public static string? VersionName(ulong version) => version switch
    {
        0x0300 => "SSL 3.0",
        0x0301 => "TLS 1.0",
        0x0302 => "TLS 1.1",
        0x0303 => "TLS 1.2",
        0x0304 => "TLS 1.3",
        _ => null,
    };
}
