namespace Catenet.Kernel.Tcp;

/// <summary>How a connection finds its share of the path. One object per connection, with the connection's own state in it.</summary>
/// <remarks>
/// Recovery and back-off are not its business: it says how far the window opens and how far it closes. The order of the calls
/// is Linux's: for an acknowledgment <see cref="OnDelivered"/> first, then recovery decides whether something was lost
/// (<see cref="SsthreshAfterLoss"/>), then <see cref="OnAck"/> if the window may grow.
/// </remarks>
public interface ICongestionControl
{
    /// <summary>Linux's name, as in the <c>TCP_CONGESTION</c> option.</summary>
    string Name { get; }

    /// <summary>What it asks of the connection.</summary>
    CongestionNeeds Needs { get; }

    /// <summary>An acknowledgment has been entered in the scoreboard, in whatever phase, whether or not it brought anything new.</summary>
    void OnDelivered(ref CongestionWindow window, in AckSample ack);

    /// <summary>Opens the window after an acknowledgment outside of recovery, if the window was the limit.</summary>
    void OnAck(ref CongestionWindow window, in AckSample ack);

    /// <summary>The slow-start threshold to set after a loss or a congestion mark.</summary>
    int SsthreshAfterLoss(ref CongestionWindow window);

    /// <summary>The window to return to when a reduction proves unwarranted.</summary>
    int Undo(in CongestionWindow window);

    /// <summary>Something has happened that is not an acknowledgment.</summary>
    /// <param name="window">The window.</param>
    /// <param name="what">What.</param>
    /// <param name="state">How things stand; nothing in it is newly acknowledged.</param>
    void OnEvent(ref CongestionWindow window, CongestionEvent what, in AckSample state);
}

/// <summary>What a congestion control asks of its connection.</summary>
[Flags]
public enum CongestionNeeds
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>That ECN is negotiated whatever <c>tcp_ecn</c> says (Linux's TCP_CONG_NEEDS_ECN).</summary>
    Ecn = 1,

    /// <summary>That segments are paced.</summary>
    Pacing = 2,
}
