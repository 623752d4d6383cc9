using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>Data Center TCP: the window shrinks by as much as the share of marked segments says (RFC 8257).</summary>
/// <remarks>Needs ECN and switches that mark early, by the present length of the queue. Without ECN it is Reno.</remarks>
public sealed class Dctcp : ICongestionControl
{
    /// <summary>Linux's name.</summary>
    public const string LinuxName = "dctcp";

    /// <summary>What stands for one: all segments are marked.</summary>
    public const int Whole = 1024;

    /// <summary>g as a shift: 1/16 (RFC 8257 4.2).</summary>
    private const int Gain = 4;

    private uint _delivered;
    private uint _marked;
    private SeqNumber _windowEnd;
    private int _beforeLoss;

    /// <inheritdoc/>
    public string Name => IsFallback ? "dctcp-reno" : LinuxName;

    /// <inheritdoc/>
    public CongestionNeeds Needs => IsFallback ? CongestionNeeds.None : CongestionNeeds.Ecn;

    /// <summary>Whether the peer does not speak ECN, so that this is Reno (RFC 8257 3.4).</summary>
    public bool IsFallback { get; internal set; }

    /// <summary>DCTCP.Alpha: the share of marked segments, smoothed, in 1/1024. It begins at the whole, to be cautious (RFC 8257 4.2).</summary>
    public int Alpha { get; private set; } = Whole;

    /// <inheritdoc/>
    public void OnDelivered(ref CongestionWindow window, in AckSample ack)
    {
        if (ack.Una < _windowEnd || IsFallback)
        {
            return;
        }

        // RFC 8257 3.3: once per window of data the share of marks is smoothed.
        uint delivered = ack.Delivered - _delivered, marked = ack.DeliveredCe - _marked;
        uint alpha = (uint)Alpha;
        alpha -= alpha >> Gain != 0 ? alpha >> Gain : alpha;
        if (marked > 0)
        {
            ulong share = ((ulong)marked << (10 - Gain)) / Math.Max(delivered, 1);
            alpha = (uint)Math.Min(alpha + share, Whole);
        }

        Alpha = (int)alpha;
        BeginWindow(in ack);
    }

    /// <inheritdoc/>
    public void OnAck(ref CongestionWindow window, in AckSample ack) => window.Grow(ack.Acked);

    /// <inheritdoc/>
    public int SsthreshAfterLoss(ref CongestionWindow window)
    {
        _beforeLoss = window.Cwnd;
        return IsFallback ? Math.Max(window.Cwnd >> 1, 2) : Math.Max(window.Cwnd - (int)((uint)window.Cwnd * (uint)Alpha >> 11), 2);
    }

    /// <inheritdoc/>
    public int Undo(in CongestionWindow window) => Math.Max(window.Cwnd, _beforeLoss);

    /// <inheritdoc/>
    public void OnEvent(ref CongestionWindow window, CongestionEvent what, in AckSample state)
    {
        switch (what)
        {
            case CongestionEvent.Begin:
                BeginWindow(in state);
                break;

            // RFC 8257 3.5: a loss halves the window, whatever the share of marks.
            case CongestionEvent.Recovery or CongestionEvent.Loss when !IsFallback:
                _beforeLoss = window.Cwnd;
                window.Ssthresh = Math.Max(window.Cwnd >> 1, 2);
                break;
        }
    }

    /// <summary>What TCP_CC_INFO tells.</summary>
    internal DctcpInfo InfoOf(TcpConnection c) => IsFallback ? default : new DctcpInfo(
        true, c.Ecn?.IsCe == true, Alpha, (uint)c.Mss * (c.Rate.DeliveredCe - _marked), (uint)c.Mss * (c.Rate.Delivered - _delivered));

    private void BeginWindow(in AckSample state)
    {
        _windowEnd = state.Nxt;
        _delivered = state.Delivered;
        _marked = state.DeliveredCe;
    }
}

/// <summary>What Linux's TCP_CC_INFO tells of DCTCP (<c>struct tcp_dctcp_info</c>).</summary>
/// <param name="Enabled"><c>dctcp_enabled</c>: whether the connection has ECN; without, everything else is zero.</param>
/// <param name="IsCe"><c>dctcp_ce_state</c>: whether the latest data received was marked.</param>
/// <param name="Alpha"><c>dctcp_alpha</c>: in 1/1024.</param>
/// <param name="MarkedOctets"><c>dctcp_ab_ecn</c>: octets delivered with a mark in the present window of data.</param>
/// <param name="TotalOctets"><c>dctcp_ab_tot</c>: octets delivered in it.</param>
public readonly record struct DctcpInfo(bool Enabled, bool IsCe, int Alpha, uint MarkedOctets, uint TotalOctets);
