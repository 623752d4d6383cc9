using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>What has become of the urgent octet that the peer has last spoken of.</summary>
internal enum UrgentReceipt : byte
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>It was announced and has not come.</summary>
    Awaited,

    /// <summary>It has come and was not read out of band.</summary>
    Here,

    /// <summary>It was read out of band; the mark in the stream stays until the reader has passed it.</summary>
    Taken,
}

/// <summary>Urgent data of one connection, both ways (RFC 9293 3.8.5, RFC 6093): only connections that use it have this.</summary>
internal sealed class UrgentState
{
    /// <summary>What has become of the octet at <see cref="At"/>.</summary>
    public UrgentReceipt Receipt;

    /// <summary>The octet, once it is here.</summary>
    public byte Octet;

    /// <summary>Its sequence number: the mark.</summary>
    public SeqNumber At;

    /// <summary>SND.UP: the number after the last urgent octet that was sent.</summary>
    public SeqNumber SendUp;
}
