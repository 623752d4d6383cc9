using System.Text;

namespace Catenet.Wire.Tls;

/// <summary>The types of handshake messages (RFC 8446 4, RFC 5246 7.4).</summary>
public static class TlsHandshakeType
{
    /// <summary>Client hello.</summary>
    public const byte ClientHello = 1;

    /// <summary>Server hello.</summary>
    public const byte ServerHello = 2;

    /// <summary>The type's name, or null where it has none here.</summary>
    public static string? Name(ulong type) => type switch
    {
        0 => "Hello Request",
        ClientHello => "Client Hello",
        ServerHello => "Server Hello",
        4 => "New Session Ticket",
        5 => "End of Early Data",
        8 => "Encrypted Extensions",
        11 => "Certificate",
        12 => "Server Key Exchange",
        13 => "Certificate Request",
        14 => "Server Hello Done",
        15 => "Certificate Verify",
        16 => "Client Key Exchange",
        20 => "Finished",
        24 => "Key Update",
        _ => null,
    };
}

/// <summary>A client's or server's hello, as far as it tells who talks to whom (RFC 8446 4.1.2, 4.1.3; RFC 6066 3; RFC 7301).</summary>
public readonly ref struct TlsHelloView
{
    private const int RandomEnd = 34;

    private readonly ReadOnlySpan<byte> _body;
    private readonly int _ciphers;
    private readonly int _cipherLength;
    private readonly int _extensions;
    private readonly int _extensionsEnd;

    private TlsHelloView(ReadOnlySpan<byte> body, bool isClient, int ciphers, int cipherLength, int extensions, int extensionsEnd)
    {
        _body = body;
        IsClient = isClient;
        _ciphers = ciphers;
        _cipherLength = cipherLength;
        _extensions = extensions;
        _extensionsEnd = extensionsEnd;
    }

    /// <summary>Takes the body of a handshake message (behind its four-octet header) up to the end of its extensions, as far as at hand.</summary>
    /// <param name="body">The body.</param>
    /// <param name="isClient">Whether it is a client's.</param>
    /// <param name="view">The view.</param>
    public static bool TryParse(ReadOnlySpan<byte> body, bool isClient, out TlsHelloView view)
    {
        view = default;
        if (body.Length < RandomEnd + 1)
        {
            return false;
        }

        int ciphers = RandomEnd + 1 + body[RandomEnd];
        int cipherLength = 2;
        if (isClient)
        {
            if (ciphers + 2 > body.Length)
            {
                return false;
            }

            cipherLength = Octets.U16(body, ciphers);
            ciphers += 2;
        }

        // Behind the cipher suites: compression methods (a list of the client's, one of the server's), then the extensions.
        int at = ciphers + cipherLength;
        if (at + 1 > body.Length)
        {
            return false;
        }

        at += isClient ? 1 + body[at] : 1;
        int extensions = Math.Min(at + 2, body.Length);
        int end = at + 2 <= body.Length ? Math.Min(extensions + Octets.U16(body, at), body.Length) : extensions;
        view = new TlsHelloView(body, isClient, ciphers, cipherLength, extensions, end);
        return true;
    }

    /// <summary>Whether it is a client's hello.</summary>
    public bool IsClient { get; }

    /// <summary>The version for old peers; see <see cref="SupportedVersion"/>.</summary>
    public ushort LegacyVersion => Octets.U16(_body, 0);

    /// <summary>The 32 random octets, which name the connection in a key log.</summary>
    public ReadOnlySpan<byte> Random => _body[2..RandomEnd];

    /// <summary>How many cipher suites are offered; one is chosen by a server.</summary>
    public int CipherSuiteCount => _cipherLength / 2;

    /// <summary>A cipher suite.</summary>
    /// <param name="index">0 up to <see cref="CipherSuiteCount"/>.</param>
    public ushort CipherSuite(int index) => Octets.U16(_body.Slice(_ciphers + 2 * index, 2), 0);

    /// <summary>The server's host name (SNI); null if the client does not say.</summary>
    public string? ServerName
    {
        get
        {
            var data = Extension(0);
            if (!IsClient || data.Length < 5 || data[2] != 0)
            {
                return null;
            }

            int length = Octets.U16(data, 3);
            return length == 0 || 5 + length > data.Length ? null : Printable(data.Slice(5, length));
        }
    }

    /// <summary>The application protocols offered, or the one chosen (ALPN), with commas between; null if there are none.</summary>
    public string? ApplicationProtocols
    {
        get
        {
            var data = Extension(16);
            if (data.Length < 2)
            {
                return null;
            }

            var text = new StringBuilder();
            for (int at = 2; at < data.Length && at + 1 + data[at] <= data.Length; at += 1 + data[at])
            {
                text.Append(text.Length == 0 ? "" : ",").Append(Printable(data.Slice(at + 1, data[at])));
            }

            return text.Length == 0 ? null : text.ToString();
        }
    }

    /// <summary>The highest version a client offers or the one a server chose, by the extension of TLS 1.3 or else the legacy field.</summary>
    public ushort SupportedVersion
    {
        get
        {
            var data = Extension(43);
            if (!IsClient)
            {
                return data.Length == 2 ? Octets.U16(data, 0) : LegacyVersion;
            }

            ushort best = 0;
            for (int at = 1; at + 2 <= data.Length; at += 2)
            {
                ushort version = Octets.U16(data, at);
                // Values reserved against ossification look like versions (RFC 8701).
                best = version <= 0x0304 && version > best ? version : best;
            }

            return best == 0 ? LegacyVersion : best;
        }
    }

    /// <summary>The data of an extension, empty if it is not there or not wholly at hand.</summary>
    public ReadOnlySpan<byte> Extension(ushort type)
    {
        int at = _extensions;
        while (at + 4 <= _extensionsEnd)
        {
            int length = Octets.U16(_body, at + 2);
            if (at + 4 + length > _extensionsEnd)
            {
                break;
            }

            if (Octets.U16(_body, at) == type)
            {
                return _body.Slice(at + 4, length);
            }

            at += 4 + length;
        }

        return default;
    }

    private static string Printable(ReadOnlySpan<byte> octets)
    {
        var text = new StringBuilder(octets.Length);
        foreach (byte octet in octets)
        {
            text.Append(octet is > (byte)' ' and <= (byte)'~' ? (char)octet : '?');
        }

        return text.ToString();
    }
}
