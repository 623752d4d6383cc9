namespace Catenet.Kernel.Tcp;

/// <summary>The standard: one segment more per round trip, half on loss (RFC 5681).</summary>
public sealed class Reno : ICongestionControl
{
    /// <inheritdoc/>
    public string Name => "reno";

    /// <inheritdoc/>
    public CongestionNeeds Needs => CongestionNeeds.None;

    /// <inheritdoc/>
    public void OnDelivered(ref CongestionWindow window, in AckSample ack)
    {
    }

    /// <inheritdoc/>
    public void OnAck(ref CongestionWindow window, in AckSample ack) => window.Grow(ack.Acked);

    /// <inheritdoc/>
    public int SsthreshAfterLoss(ref CongestionWindow window) => Math.Max(window.Cwnd >> 1, 2);

    /// <inheritdoc/>
    public int Undo(in CongestionWindow window) => Math.Max(window.Cwnd, window.PriorCwnd);

    /// <inheritdoc/>
    public void OnEvent(ref CongestionWindow window, CongestionEvent what, in AckSample state)
    {
    }
}
