using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>The receive sequence variables (RFC 9293 3.3.1, figure 4).</summary>
internal struct ReceiveSequence
{
    /// <summary>IRS: the initial receive sequence number.</summary>
    public SeqNumber Irs;

    /// <summary>RCV.NXT: the next number expected.</summary>
    public SeqNumber Nxt;

    /// <summary>RCV.NXT as it was when the window was last announced (Linux's rcv_wup).</summary>
    public SeqNumber AnnouncedAt;

    /// <summary>RCV.WND in octets as last announced, counted from <see cref="AnnouncedAt"/>.</summary>
    public uint Wnd;

    /// <summary>Rcv.Wind.Shift: the shift of the windows that we announce (RFC 7323 2.2).</summary>
    public byte Scale;

    /// <summary>The number of the peer's FIN, once one was seen, perhaps ahead of a gap.</summary>
    public SeqNumber FinAt;

    /// <summary>Whether <see cref="FinAt"/> is known.</summary>
    public bool HasFin;

    /// <summary>What is left of the announced window; never shrunk (RFC 9293 3.8.6).</summary>
    public readonly uint CurrentWindow => (uint)Math.Max(0, AnnouncedAt + Wnd - Nxt);
}
