using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>What an acknowledgment tells a congestion control.</summary>
/// <param name="Now">The present.</param>
/// <param name="Acked">Segments newly delivered.</param>
/// <param name="Rtt">The latest round-trip time; zero if this acknowledgment gave none.</param>
/// <param name="MinRtt">The least round-trip time known.</param>
/// <param name="SmoothedRtt">SRTT.</param>
public readonly record struct AckSample(Instant Now, int Acked, Duration Rtt, Duration MinRtt, Duration SmoothedRtt);

/// <summary>How a connection finds its share of the path. One object per connection, with the connection's own state in it.</summary>
/// <remarks>Recovery, back-off and pacing of retransmissions are not its business; it says how far the window opens and how far it closes.</remarks>
public interface ICongestionControl
{
    /// <summary>Linux's name, as in the <c>TCP_CONGESTION</c> option.</summary>
    string Name { get; }

    /// <summary>Opens the window after an acknowledgment outside of recovery, if the window was the limit.</summary>
    void OnAck(ref CongestionWindow window, in AckSample ack);

    /// <summary>The slow-start threshold to set after a loss or a congestion mark.</summary>
    int SsthreshAfterLoss(ref CongestionWindow window);

    /// <summary>The window to return to when a reduction proves unwarranted.</summary>
    int Undo(in CongestionWindow window);

    /// <summary>The retransmission timer fired: what was learned of the path is void.</summary>
    void OnTimeout();

    /// <summary>Data flows again after a pause of at least a timeout.</summary>
    void OnIdleEnd(Duration idle);
}
