using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>What few connections need to know of how they were opened: Fast Open's part, and the headers of a SYN that the user asked for.</summary>
internal sealed class OpeningState
{
    /// <summary>The headers of the SYN (<c>TCP_SAVED_SYN</c>), until they are asked for.</summary>
    public byte[]? SavedSyn;

    /// <summary>Of a child that Fast Open has made: the request whose SYN-ACK is not acknowledged yet.</summary>
    public RequestRecord? Request;

    /// <summary>Fast Open made the connection of a SYN (TCPI_OPT_TFO_CHILD).</summary>
    public bool IsChild;

    /// <summary>When the first SYN-ACK of <see cref="Request"/> was sent.</summary>
    public Instant SynAckAt;

    /// <summary>The octets of data that the peer's SYN brought.</summary>
    public int SynData;

    /// <summary>The option to send in the SYN; none in SYNs that are sent again.</summary>
    public FastOpenCookie Cookie;

    /// <summary>The connection waits for data to send in its SYN (<c>TCP_FASTOPEN_CONNECT</c>).</summary>
    public bool Deferred;

    /// <summary>The user waits to send more: the ACK of the SYN-ACK may go with it.</summary>
    public bool WriterWaits;

    /// <summary>A Fast Open option was sent in the SYN, in the kind for experiments if <see cref="UsedExperimental"/>.</summary>
    public bool UsedOption;
    public bool UsedExperimental;

    /// <summary>Data was sent in the SYN.</summary>
    public bool SentData;

    /// <summary>Data in a SYN was acknowledged, ours or the peer's (TCPI_OPT_SYN_DATA).</summary>
    public bool DataAcked;

    /// <summary>Fast Open was tried although it had been lost on the way before: if all goes well, that is forgotten.</summary>
    public bool Probes;

    /// <summary>Why Fast Open did not work: 1 no cookie, 2 data not acknowledged, 3 the SYN had to be sent again (<c>tcpi_fastopen_client_fail</c>).</summary>
    public byte ClientFail;
}
