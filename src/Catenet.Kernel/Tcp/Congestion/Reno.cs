using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>The standard: one segment more per round trip, half on loss (RFC 5681).</summary>
public sealed class Reno : ICongestionControl
{
    /// <inheritdoc/>
    public string Name => "reno";

    /// <inheritdoc/>
    public void OnAck(ref CongestionWindow window, in AckSample ack)
    {
        int acked = ack.Acked;
        if (window.InSlowStart)
        {
            acked = window.SlowStart(acked);
            if (acked == 0)
            {
                return;
            }
        }

        window.Increase(window.Cwnd, acked);
    }

    /// <inheritdoc/>
    public int SsthreshAfterLoss(ref CongestionWindow window) => Math.Max(window.Cwnd >> 1, 2);

    /// <inheritdoc/>
    public int Undo(in CongestionWindow window) => Math.Max(window.Cwnd, window.PriorCwnd);

    /// <inheritdoc/>
    public void OnTimeout()
    {
    }

    /// <inheritdoc/>
    public void OnIdleEnd(Duration idle)
    {
    }
}
