namespace Catenet.Wire.Transport;

/// <summary>The control bits of a TCP header (RFC 9293 3.1), with those of ECN (RFC 3168 6.1, RFC 9768 3.1).</summary>
[Flags]
public enum TcpFlags : ushort
{
    /// <summary>No bit.</summary>
    None = 0,

    /// <summary>No more data from the sender.</summary>
    Fin = 0x001,

    /// <summary>Synchronize sequence numbers.</summary>
    Syn = 0x002,

    /// <summary>Reset the connection.</summary>
    Rst = 0x004,

    /// <summary>Push: hand the data to the reader.</summary>
    Psh = 0x008,

    /// <summary>The acknowledgment field counts.</summary>
    Ack = 0x010,

    /// <summary>The urgent pointer counts.</summary>
    Urg = 0x020,

    /// <summary>ECN echo.</summary>
    Ece = 0x040,

    /// <summary>Congestion window reduced.</summary>
    Cwr = 0x080,

    /// <summary>Accurate ECN.</summary>
    Ae = 0x100,
}
