using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>The send sequence variables (RFC 9293 3.3.1, figure 3).</summary>
internal struct SendSequence
{
    /// <summary>ISS: the initial send sequence number.</summary>
    public SeqNumber Iss;

    /// <summary>SND.UNA: the oldest unacknowledged number.</summary>
    public SeqNumber Una;

    /// <summary>SND.NXT: the next number to be sent.</summary>
    public SeqNumber Nxt;

    /// <summary>The number after the last octet the user has given (Linux's write_seq); the FIN's number once it is queued.</summary>
    public SeqNumber WriteEnd;

    /// <summary>The number of the first octet in the send buffer.</summary>
    public SeqNumber DataStart;

    /// <summary>SND.WND in octets, unscaled.</summary>
    public uint Wnd;

    /// <summary>SND.WL1: SEG.SEQ of the latest window update.</summary>
    public SeqNumber Wl1;

    /// <summary>SND.WL2: SEG.ACK of the latest window update.</summary>
    public SeqNumber Wl2;

    /// <summary>The largest window the peer has offered.</summary>
    public uint MaxWnd;

    /// <summary>The end of the latest segment smaller than the MSS (Minshall's rule).</summary>
    public SeqNumber SmallEnd;

    /// <summary>How much was written when a buffer was last marked to be pushed (Linux's pushed_seq).</summary>
    public SeqNumber Pushed;

    /// <summary>Snd.Wind.Shift: the shift of the windows that the peer announces (RFC 7323 2.2).</summary>
    public byte Scale;

    /// <summary>The right edge of the peer's window.</summary>
    public readonly SeqNumber WindowEnd => Una + Wnd;
}
